import type { RunSpending, StageProgress, TaskCounts } from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

/** Reads a run's figures out of its counters (`task|<stage>|<state>`, `made|<stage>`, `call|<purpose>|<status>`, …). */

type Counters = ReadonlyMap<string, number>;

/** A run's tasks by state, over all stages. */
export function readTaskCounts(counters: Counters): TaskCounts {
  const counts = { waiting: 0, working: 0, done: 0, failed: 0, cancelled: 0 };
  for (const [name, value] of counters) {
    const [kind, , state] = name.split("|");
    if (kind === "task" && isTaskState(state)) counts[state] += value;
  }
  return counts;
}

/** The funnel: each stage of the run, in order, also where it has nothing yet. */
export function readStageProgress(counters: Counters, stages: readonly Stage[]): StageProgress[] {
  return [...stages].sort().map((stage) => {
    const outcomes: StageProgress["outcomes"] = [];
    const prefix = `outcome|${stage}|`;
    for (const [name, count] of counters) {
      if (name.startsWith(prefix)) outcomes.push({ name: name.slice(prefix.length), count });
    }
    const own = new Map([...counters].filter(([name]) => name.startsWith(`task|${stage}|`)));
    return {
      stage,
      ...readTaskCounts(own),
      made: counters.get(`made|${stage}`) ?? 0,
      lost: counters.get(`lost|${stage}`) ?? 0,
      reused: counters.get(`reused|${stage}`) ?? 0,
      outcomes: outcomes.sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    };
  });
}

/** Calls, tokens and money, over all purposes. */
export function readSpending(counters: Counters): RunSpending {
  const spending = {
    calls: 0,
    failedCalls: 0,
    promptTokens: 0,
    completionTokens: 0,
    costMicros: 0,
    unpricedCalls: 0,
  };
  for (const [name, value] of counters) {
    const [kind, first, last] = name.split("|");
    if (kind === "call" && last === "answered") spending.calls += value;
    else if (kind === "call" && last === "failed") spending.failedCalls += value;
    else if (kind === "cost") spending.costMicros += value;
    else if (kind === "unpriced") spending.unpricedCalls += value;
    else if (kind === "tokens" && first === "prompt") spending.promptTokens += value;
    else if (kind === "tokens" && first === "completion") spending.completionTokens += value;
  }
  return spending;
}

function isTaskState(value: string | undefined): value is keyof TaskCounts {
  return (
    value === "waiting" ||
    value === "working" ||
    value === "done" ||
    value === "failed" ||
    value === "cancelled"
  );
}
