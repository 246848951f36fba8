import "server-only";
import { db } from "#lib/db/client.ts";
import { type RawTransaction, raw } from "#lib/db/raw.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { insertTasks, type StageJob, toStage } from "#lib/generation/run-feed-commands.ts";
import type { TaskOutcome } from "#lib/generation/run-outcome.ts";
import { nextTasks } from "#lib/generation/run-planner.ts";
import { type RunConfig, runConfigSchema } from "#lib/generation/run-schema.ts";
import { statesBefore } from "#lib/generation/run-state.ts";
import { describeEnd, readTargets } from "#lib/generation/run-target-commands.ts";
import type { WorkStage } from "#lib/generation/schema.ts";
import { STAGE_QUEUE } from "#lib/queue/boss.ts";
import type { QueueJob } from "#lib/queue/dispatcher.ts";
import { type Claim, deleteClaimed, returnClaimed } from "#lib/queue/settle.ts";

export type RunFacts = { id: string; projectId: string; seed: string; config: RunConfig };

export type StageTask = {
  id: string;
  stage: WorkStage;
  inputId: string;
  sampleIndex: number;
  samples: number;
  check: string;
  /** Tries that failed before. */
  attempts: number;
  run: RunFacts;
};

/**
 * The tasks of fetched jobs, as they are to be done now. That they are at work is said by their jobs alone: a mark on
 * each row would cost as much as all else that is written of a task. Jobs whose task is not to be done now (its run
 * is paused, cancelled or gone, or it is done already) are taken out of the queue: resuming puts them back.
 *
 * Whoever changes many tasks locks them in the order of their ids, so that taking and cancelling never deadlock.
 */
export async function takeTasks(
  jobs: readonly QueueJob<StageJob>[],
): Promise<{ job: QueueJob<StageJob>; work: StageTask }[]> {
  const ids = jobs.map((job) => job.id);
  const rows = await raw().$queryRaw<(Omit<StageTask, "run" | "stage"> & { runId: string; stage: number })[]>`
    -- By their ids before anything else is asked of them: else all that wait in the run would be read for the few wanted.
    WITH t AS MATERIALIZED (SELECT * FROM "RunTask" WHERE "id" = ANY(${ids}::uuid[]))
    SELECT t."id"::text AS "id", t."runId"::text AS "runId", t."stage", t."inputId"::text AS "inputId", t."sampleIndex",
      t."attempts", t."samples", t."check"
    FROM t JOIN "Run" r ON r."id" = t."runId"
    WHERE r."state" = 'running' AND t."state" IN ('waiting', 'working')`;
  const taken = new Map(rows.map((row) => [row.id, row]));
  await parkTasks(jobs.filter((job) => !taken.has(job.id)));

  const result: { job: QueueJob<StageJob>; work: StageTask }[] = [];
  for (const job of jobs) {
    const row = taken.get(job.id);
    if (!row) continue;
    const run = await readRunFacts(row.runId);
    const { runId: _runId, stage, ...work } = row;
    result.push({ job, work: { ...work, stage: toStage(stage), run } });
  }
  return result;
}

/**
 * Takes jobs out of the queue whose run does not run. Should the run be resumed between the look at its state and the
 * removal, its second feeding puts the job back. A run that is done has tasks left where what followed from a call in
 * flight was written down while the run ended, having as many traces as were wanted: they are not wanted any more.
 */
async function parkTasks(jobs: readonly QueueJob<StageJob>[]): Promise<void> {
  if (jobs.length === 0) return;
  const ids = jobs.map((job) => job.id);
  await db().$executeRaw`
    UPDATE "RunTask" t
    SET "state" = CASE WHEN r."state" IN ('cancelled', 'done') THEN 'cancelled' ELSE 'waiting' END::"TaskState"
    FROM "Run" r, (
      SELECT p."id" FROM unnest(${ids}::uuid[]) AS k(id) JOIN "RunTask" p ON p."id" = k.id
      ORDER BY p."id" FOR NO KEY UPDATE OF p
    ) locked
    WHERE t."id" = locked."id" AND r."id" = t."runId" AND r."state" <> 'running'
      AND t."state" IN ('waiting', 'working')`;
  await deleteClaimed(STAGE_QUEUE, jobs, null);
}

export type Settlement = { claim: Claim; task: StageTask; outcome: TaskOutcome; startAfter?: Date };

/**
 * Writes what became of tasks, in one transaction: the jobs, the rows, and the tasks that follow from them. A job that
 * somebody else has taken over meanwhile is left alone, with its task. Returns how many new tasks there are. Should the
 * database crash and forget it, the jobs are taken up again, and their tasks are answered from the ledger.
 */
export async function settleTasks(settlements: readonly Settlement[]): Promise<{ newTasks: number }> {
  return raw().transaction(
    async (tx) => {
      const ended = settlements.filter(({ outcome }) => outcome.kind === "done" || outcome.kind === "failed");
      const returned = settlements.filter(
        ({ outcome }) => outcome.kind !== "done" && outcome.kind !== "failed",
      );
      const mine = new Set([
        ...(await deleteClaimed(STAGE_QUEUE, ended.map(toClaim), tx)),
        ...(await returnClaimed(
          STAGE_QUEUE,
          returned.map(({ claim, startAfter }) => ({
            id: claim.id,
            retryCount: claim.retryCount,
            ...(startAfter ? { startAfter } : {}),
          })),
          tx,
        )),
      ]);
      const settled = settlements.filter(({ claim }) => mine.has(claim.id));
      await writeTasks(tx, settled);
      return { newTasks: await flowDown(tx, settled) };
    },
    { isDoneAgain: true },
  );
}

async function writeTasks(tx: RawTransaction, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return;
  const rows = settlements.map(({ task, outcome }) => toRow(task, outcome));
  await tx.$executeRaw`
    WITH locked AS MATERIALIZED (
      SELECT t."id" FROM unnest(${rows.map(({ id }) => id)}::uuid[]) AS k(id) JOIN "RunTask" t ON t."id" = k.id
      ORDER BY t."id" FOR NO KEY UPDATE OF t
    )
    UPDATE "RunTask" t SET
      "state" = CASE WHEN d."state" = 'waiting' AND r."state" IN ('cancelled', 'done') THEN 'cancelled' ELSE d."state" END::"TaskState",
      "attempts" = d."attempts",
      "callId" = coalesce(d."callId", t."callId"),
      "errorCode" = d."errorCode",
      "error" = d."error",
      "made" = d."made",
      "lost" = d."lost",
      "outcome" = d."outcome",
      -- Not what this run had asked for itself: its own batch brought it, or a worker or the database died between the
      -- reply and this, and the task was done again. A call belongs to whoever sent it.
      "reused" = d."reused"
        AND NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."id" = d."callId" AND c."runId" = t."runId")
        AND NOT EXISTS (
          SELECT 1 FROM "ModelBatchLine" l WHERE l."taskId" = t."id" AND l."state" = 'answered'),
      "endedAt" = CASE WHEN d."state" = 'waiting' THEN NULL ELSE (now() AT TIME ZONE 'UTC') END
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS d(
        "id" uuid, "state" text, "attempts" int, "callId" uuid, "errorCode" text, "error" text,
        "made" int, "lost" int, "outcome" text, "reused" boolean
      ), locked, "Run" r
    WHERE t."id" = d."id" AND locked."id" = t."id" AND r."id" = t."runId"
      -- What was in flight when its run was cancelled is finished and kept.
      AND (t."state" IN ('waiting', 'working') OR (t."state" = 'cancelled' AND d."state" IN ('done', 'failed')))`;
}

function toRow(task: StageTask, outcome: TaskOutcome) {
  const row = {
    id: task.id,
    state: "waiting",
    attempts: task.attempts,
    callId: null as string | null,
    errorCode: null as string | null,
    error: null as string | null,
    made: 0,
    lost: 0,
    outcome: null as string | null,
    reused: false,
  };
  switch (outcome.kind) {
    case "done": {
      const { callId, made, lost, reused } = outcome;
      return { ...row, state: "done", callId, made, lost, reused, outcome: outcome.outcome };
    }
    case "failed":
    case "retry": {
      const state = outcome.kind === "failed" ? "failed" : "waiting";
      const { callId, code: errorCode, message: error } = outcome;
      return { ...row, state, attempts: task.attempts + 1, callId, errorCode, error };
    }
    case "stop":
      return { ...row, callId: outcome.callId, errorCode: outcome.code, error: outcome.message };
    case "wait":
    case "handed_back":
      return row;
  }
}

async function flowDown(tx: RawTransaction, settlements: readonly Settlement[]): Promise<number> {
  const perRun = new Map<string, Settlement[]>();
  for (const settlement of settlements) {
    if (settlement.outcome.kind !== "done") continue;
    perRun.set(settlement.task.run.id, [...(perRun.get(settlement.task.run.id) ?? []), settlement]);
  }
  let inserted = 0;
  for (const [runId, done] of perRun) {
    const run = done[0]?.task.run;
    const tasks = done.flatMap(({ task, outcome }) =>
      outcome.kind === "done" ? nextTasks(task.run.config, outcome.yields) : [],
    );
    if (!run || tasks.length === 0) continue;
    // Not where the run was cancelled, had as many traces as were wanted, or was deleted while the call was in flight.
    const [wanted] = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id"::text AS "id" FROM "Run" WHERE "id" = ${runId}::uuid AND "state" NOT IN ('cancelled', 'done')`;
    if (wanted) inserted += await insertTasks(tx, run, tasks);
  }
  return inserted;
}

function toClaim({ claim }: Settlement): Claim {
  return { id: claim.id, retryCount: claim.retryCount };
}

/**
 * Ends those of the running runs that have nothing left to do, and returns their ids. The condition is part of the
 * update: a run ends once, whoever looks. The rows are locked by a statement of its own before: an update that has to
 * wait for a retry would look at the tasks as they were before it.
 */
export async function finishRuns(runIds: readonly string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const targets = await readTargets(runIds);
  const reasons = [...targets].map(([runId, target]) => ({ runId, reason: describeEnd(target) }));
  return db().$transaction(async (tx) => {
    await tx.$queryRaw`
      SELECT "id" FROM "Run" WHERE "id" = ANY(${[...runIds]}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE`;
    const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Run" r SET "state" = 'done', "endedAt" = (now() AT TIME ZONE 'UTC'),
      "reason" = coalesce(r."reason", (
        SELECT g."reason" FROM json_to_recordset(${JSON.stringify(reasons)}::json) AS g("runId" uuid, "reason" text)
        WHERE g."runId" = r."id"))
    WHERE r."id" = ANY(${[...runIds]}::uuid[]) AND r."state"::text = ANY(${statesBefore("finish")})
      AND r."plannedAt" IS NOT NULL
      AND NOT EXISTS (
        SELECT 1 FROM "RunTask" t WHERE t."runId" = r."id" AND t."state" IN ('waiting', 'working')
      )
    RETURNING r."id"::text`;
    return rows.map((row) => row.id);
  }, PATIENT_TRANSACTION);
}

/** The running runs that have been planned and have no open task: they are about to end. */
export async function findFinishedRuns(): Promise<string[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT r."id"::text FROM "Run" r
    WHERE r."state" = 'running' AND r."plannedAt" IS NOT NULL
      AND NOT EXISTS (
        SELECT 1 FROM "RunTask" t WHERE t."runId" = r."id" AND t."state" IN ('waiting', 'working')
      )`;
  return rows.map((row) => row.id);
}

/** Running runs, for whoever looks after them. */
export async function findRunningRuns(): Promise<string[]> {
  const rows = await db().run.findMany({ where: { state: "running" }, select: { id: true } });
  return rows.map((row) => row.id);
}

// A run's config is frozen, so it is read once in each process; the number kept is bounded.
const facts = new Map<string, RunFacts>();
const FACTS_KEPT = 200;

async function readRunFacts(runId: string): Promise<RunFacts> {
  const known = facts.get(runId);
  if (known) return known;
  const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
  const read = {
    id: run.id,
    projectId: run.projectId,
    seed: run.seed,
    config: runConfigSchema.parse(run.config),
  };
  if (facts.size >= FACTS_KEPT) facts.delete(facts.keys().next().value ?? "");
  facts.set(runId, read);
  return read;
}
