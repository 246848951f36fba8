import { MODEL_CHECKS, type ModelCheck } from "#lib/checks/model-checks.ts";
import { TRUNCATION_CHECKS } from "#lib/checks/truncation.ts";
import { readTally } from "#lib/generation/outcome-tally.ts";
import type { CheckProgress, RunSpending, StageProgress, TaskCounts } from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

/**
 * Reads a run's figures out of its counters: `task|<stage>|<state>`, `made|<stage>`, `rejected|<stage>|<check>`,
 * `check|<check>|<state>`, `call|<purpose>|<status>`, … Nothing is counted when a page is read.
 */

type Counters = ReadonlyMap<string, number>;

/** A run's tasks by state, over all stages. */
export function readTaskCounts(counters: Counters): TaskCounts {
  return readStates(counters, (kind) => kind === "task");
}

/** The funnel: each stage of the run, in order, also where it has nothing yet. */
export function readStageProgress(counters: Counters, stages: readonly Stage[]): StageProgress[] {
  return [...stages].sort().map((stage) => ({
    stage,
    ...readStates(counters, (kind, second) => kind === "task" && second === String(stage)),
    made: counters.get(`made|${stage}`) ?? 0,
    lost: counters.get(`lost|${stage}`) ?? 0,
    reused: counters.get(`reused|${stage}`) ?? 0,
    outcomes: readNamed(counters, `outcome|${stage}|`),
    rejections: readNamed(counters, `rejected|${stage}|`),
  }));
}

/** How many of a stage's outputs were this: a grade at stage 2, a kind at stage 3. */
export function countOutcome(counters: Counters, stage: Stage, outcome: string): number {
  return readNamed(counters, `outcome|${stage}|`).find(({ name }) => name === outcome)?.count ?? 0;
}

/** Stage 4: each check by a model that the run makes. */
export function readCheckProgress(counters: Counters, checks: readonly ModelCheck[]): CheckProgress[] {
  return MODEL_CHECKS.filter((check) => checks.includes(check)).map((check) => ({
    check,
    ...readStates(counters, (kind, second) => kind === "check" && second === check),
    // A task's outcome names its check, too: "rederived pass".
    outcomes: readNamed(counters, `checked|${check}|`).map(({ name, count }) => ({
      name: name.startsWith(`${check} `) ? name.slice(check.length + 1) : name,
      count,
    })),
  }));
}

/** Traces of the run that passed every check that guards the queue: what its last stage made. */
export function readAccepted(counters: Counters, stages: readonly Stage[]): number {
  return counters.get(`made|${Math.max(...stages)}`) ?? 0;
}

/**
 * How many thoughts were cut short: of the three checks that say so the most frequent one, since one thought may fail
 * all of them.
 */
export function readTruncated(counters: Counters, stages: readonly Stage[]): number {
  let total = 0;
  for (const stage of stages) {
    total += Math.max(...TRUNCATION_CHECKS.map((check) => counters.get(`rejected|${stage}|${check}`) ?? 0));
  }
  return total;
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

/** Failed tasks by cause, the most frequent first. */
export function readFailureCounts(counters: Counters): { code: string; count: number }[] {
  return readNamed(counters, "failed|").map(({ name, count }) => ({ code: name, count }));
}

function readNamed(counters: Counters, prefix: string): { name: string; count: number }[] {
  const found = new Map<string, number>();
  for (const [key, tasks] of counters) {
    if (!key.startsWith(prefix) || tasks <= 0) continue;
    for (const { name, count } of readTally(key.slice(prefix.length)))
      found.set(name, (found.get(name) ?? 0) + count * tasks);
  }
  return [...found]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

function readStates(
  counters: Counters,
  isWanted: (kind: string | undefined, second: string | undefined) => boolean,
): TaskCounts {
  const counts = { waiting: 0, working: 0, done: 0, failed: 0, cancelled: 0 };
  for (const [name, value] of counters) {
    const [kind, second, state] = name.split("|");
    if (isWanted(kind, second) && isTaskState(state)) counts[state] += value;
  }
  return counts;
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
