import "server-only";
import { db } from "#lib/db/client.ts";
import { readCounters } from "#lib/db/counters.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { readAccepted } from "#lib/generation/run-figures.ts";
import { runConfigSchema } from "#lib/generation/run-schema.ts";

/** By run: from which count on, or else when, counting exactly makes sense again. */
const nextLooks = new Map<string, { made: number; at: number }>();
/** Checks that end, and holds that are lifted, add to what is accepted without anything being made. */
const LOOK_EVERY_MS = 5_000;

/**
 * Gives up what is left of the running runs that have as many accepted traces as were wanted: no more is planned, what
 * waits is cancelled, what is in flight is finished and kept. They then end as every run without open tasks does.
 */
export async function endSatisfiedRuns(): Promise<void> {
  const runs = await db().run.findMany({
    where: { state: "running", untilAccepted: { not: null } },
    select: { id: true, untilAccepted: true, config: true },
  });
  for (const id of nextLooks.keys()) if (!runs.some((run) => run.id === id)) nextLooks.delete(id);
  for (const { id, untilAccepted, config } of runs) {
    if (untilAccepted === null) continue;
    const { stages } = runConfigSchema.parse(config);
    // The counter is cheap, and never lower than the truth: what a check by a model rejects afterwards stays in it.
    const made = readAccepted(await readCounters(id, "made|"), stages);
    const next = nextLooks.get(id);
    if (made < untilAccepted || (next && made < next.made && Date.now() < next.at)) continue;
    const accepted = await countExactly(id, Math.max(...stages), made);
    if (accepted < untilAccepted) {
      nextLooks.set(id, { made: made + (untilAccepted - accepted), at: Date.now() + LOOK_EVERY_MS });
      continue;
    }
    const reason = describeTarget(untilAccepted, accepted);
    await db().$transaction(async (tx) => {
      const { count: isRunning } = await tx.run.updateMany({
        where: { id, state: "running" },
        data: { reason, plannedAt: new Date() },
      });
      if (isRunning === 0) return;
      await tx.$executeRaw`
        UPDATE "RunTask" SET "state" = 'cancelled'
        WHERE "id" IN (
          SELECT "id" FROM "RunTask" WHERE "runId" = ${id}::uuid AND "state" = 'waiting' ORDER BY "id" FOR NO KEY UPDATE
        )`;
    }, PATIENT_TRANSACTION);
  }
}

/** How far runs are that end when so many traces are accepted; a run without such a target is left out. */
export async function readTargets(runIds: readonly string[]): Promise<Map<string, RunTarget>> {
  const runs = await db().run.findMany({
    where: { id: { in: [...runIds] }, untilAccepted: { not: null } },
    select: { id: true, untilAccepted: true, config: true },
  });
  const targets = new Map<string, RunTarget>();
  for (const { id, untilAccepted, config } of runs) {
    if (untilAccepted === null) continue;
    const { stages } = runConfigSchema.parse(config);
    const made = readAccepted(await readCounters(id, "made|"), stages);
    targets.set(id, {
      wanted: untilAccepted,
      accepted: await countExactly(id, Math.max(...stages), made),
      failedTasks: await db().runTask.count({ where: { runId: id, state: "failed" } }),
    });
  }
  return targets;
}
export type RunTarget = { wanted: number; accepted: number; failedTasks: number };

/** How many were wanted and how many there are, in a sentence. */
export function describeTarget(wanted: number, accepted: number): string {
  const verb = wanted === 1 ? "trace was" : "traces were";
  return accepted < wanted
    ? `${count(wanted)} ${verb} wanted, and only ${count(accepted)} passed the checks.`
    : `${count(wanted)} ${verb} wanted, and ${count(accepted)} passed the checks.`;
}

/** Why a run with a target has ended although nobody ended it: it is there, or nothing is left to work on. */
export function describeEnd({ wanted, accepted, failedTasks }: RunTarget): string {
  const said = describeTarget(wanted, accepted);
  if (accepted >= wanted) return said;
  const failed =
    failedTasks > 0
      ? ` ${count(failedTasks)} ${failedTasks === 1 ? "call" : "calls"} failed and can be tried again.`
      : "";
  return `${said} All that the run had to work on is used up.${failed} More images, more samples or another seed bring more.`;
}

function count(traces: number): string {
  return traces.toLocaleString("en");
}

function countExactly(runId: string, lastStage: number, made: number): Promise<number> | number {
  return lastStage === 1 ? made : countAccepted(runId, lastStage);
}

/**
 * The traces of a run's last stage that no check holds back, and on which no check by a model is still to be made. By
 * its tasks, not by the traces' own run: what an earlier run's reply had made counts as well.
 */
async function countAccepted(runId: string, stage: number): Promise<number> {
  const [row] = await db().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS "count"
    FROM "RunTask" t
      CROSS JOIN LATERAL (
        SELECT r."id", r."questionId", r."failedChecks" FROM "LongThought" l JOIN "Trace" r ON r."longThoughtId" = l."id"
        WHERE ${stage}::int = 3 AND l."callId" = t."callId"
        UNION ALL
        SELECT r."id", r."questionId", r."failedChecks"
        FROM "SimpleThought" s JOIN "Trace" r ON r."simpleThoughtId" = s."id" AND r."longThoughtId" IS NULL
        WHERE ${stage}::int = 2 AND s."callId" = t."callId"
      ) trace
    WHERE t."runId" = ${runId}::uuid AND t."stage" = ${stage}::int AND t."state" = 'done'
      AND cardinality(trace."failedChecks") = 0
      AND NOT EXISTS (
        SELECT 1 FROM "RunTask" c
        WHERE c."runId" = ${runId}::uuid AND c."stage" = 4 AND c."inputId" IN (trace."id", trace."questionId")
          AND c."state" IN ('waiting', 'working'))`;
  return Number(row?.count ?? 0);
}
