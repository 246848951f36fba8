import "server-only";
import { db } from "#lib/db/client.ts";
import { readCounters, sumCounters } from "#lib/db/counters.ts";
import { readTraceCounts, type TraceCounts } from "#lib/traces/count-queries.ts";
import { SFT_KINDS } from "#lib/traces/kind.ts";

export interface Overview {
  images: { present: number; missing: number };
  questions: number;
  /** Questions that replies held but that could not be used. */
  questionProblems: number;
  simple: { right: number; wrong: number; ungradable: number };
  long: { right: number; wrong: number; ungradable: number };
  traces: TraceCounts;
  /** Approved traces that end right: what a training set can be made of. */
  trainable: number;
  /** Millionths of a US dollar, as far as prices are known. */
  costMicros: number;
  /** Answered calls whose price is not known. */
  unpricedCalls: number;
  tokens: { prompt: number; completion: number };
  calls: { answered: number; failed: number };
  runsUnderway: { id: string; name: string; state: string }[];
  datasetVersions: number;
}

/** How a project stands, from its kept counters: reading it costs the same for ten traces and for a million. */
export async function readOverview(projectId: string): Promise<Overview> {
  const [counters, traces, runsUnderway, datasetVersions] = await Promise.all([
    readCounters(projectId),
    readTraceCounts(projectId),
    db().run.findMany({
      where: { projectId, state: { in: ["running", "paused"] } },
      orderBy: { id: "desc" },
      take: 5,
      select: { id: true, name: true, state: true },
    }),
    db().datasetVersion.count({ where: { projectId } }),
  ]);
  const sum = (prefix: string) => sumCounters(counters, prefix);
  const calls = (status: string) =>
    [...counters].reduce(
      (total, [name, value]) =>
        name.startsWith("call|") && name.endsWith(`|${status}`) ? total + value : total,
      0,
    );
  const grades = (stage: string) => ({
    right: sum(`${stage}|right`),
    wrong: sum(`${stage}|wrong`),
    ungradable: sum(`${stage}|ungradable`),
  });
  return {
    images: { present: sum("image|present"), missing: sum("image|missing") },
    questions: sum("question|"),
    questionProblems: sum("question-problem"),
    simple: grades("simple"),
    long: grades("long"),
    traces,
    trainable: SFT_KINDS.reduce((total, kind) => total + traces.byStateAndKind.approved[kind], 0),
    costMicros: sum("cost|"),
    unpricedCalls: sum("unpriced|"),
    tokens: { prompt: sum("tokens|prompt|"), completion: sum("tokens|completion|") },
    calls: { answered: calls("answered"), failed: calls("failed") },
    runsUnderway,
    datasetVersions,
  };
}
