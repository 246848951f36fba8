import "server-only";
import { fromPrisma } from "pg-boss";
import { db } from "#lib/db/client.ts";
import { type RawTransaction, raw } from "#lib/db/raw.ts";
import { readTaskPage } from "#lib/generation/run-plan-queries.ts";
import { type PlannedTask, priorityOf } from "#lib/generation/run-planner.ts";
import { type RunConfig, runConfigSchema } from "#lib/generation/run-schema.ts";
import type { FrozenModel, WorkStage } from "#lib/generation/schema.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { boss, STAGE_QUEUE } from "#lib/queue/boss.ts";
import { wakeWorker } from "#lib/queue/wake.ts";

/** What a job of the stage queue carries; its id is the task's. */
export type StageJob = { runId: string };

/** At the published scale an image has some 75 inputs of stage 3. The first page is small, so that work begins at once. */
const IMAGES_PER_PAGE = 20;
const IMAGES_AT_FIRST = 2;
const ROWS_PER_INSERT = 1_000;
const TASKS_PER_PAGE = 2_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Makes the first tasks of a run, page by page, and sees to it that every open task has its job. Safe to do at any
 * time and as often as one likes: rows and jobs that are there already stay as they are. Ends early when the run does
 * not run any more or when the signal is aborted; the next call goes on from there.
 */
export async function feedRun(runId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await planPage(runId))) wakeWorker();
  await enqueueOpenTasks(runId, signal);
  wakeWorker();
}

/** Inserts tasks that are not there yet, with their jobs, in the given transaction. Returns how many were new. */
export async function insertTasks(
  tx: RawTransaction,
  run: { id: string; projectId: string; config: RunConfig },
  tasks: readonly PlannedTask[],
): Promise<number> {
  let inserted = 0;
  for (let from = 0; from < tasks.length; from += ROWS_PER_INSERT) {
    const given = tasks.slice(from, from + ROWS_PER_INSERT).map((task) => ({
      id: createUuid7(),
      stage: task.stage,
      inputId: task.inputId,
      sampleIndex: task.sampleIndex,
      samples: task.samples ?? 1,
      check: task.check ?? "",
      // Its job comes with its reply: see lib/generation/batch.
      isHeld: isViaBatch(run.config, task.stage),
    }));
    const rows = await tx.$queryRaw<{ id: string; stage: number; check: string; isHeld: boolean }[]>`
      INSERT INTO "RunTask" ("id", "runId", "projectId", "stage", "inputId", "sampleIndex", "samples", "check", "isHeld")
      SELECT "id", ${run.id}::uuid, ${run.projectId}::uuid, "stage", "inputId", "sampleIndex", "samples", "check", "isHeld"
      FROM json_to_recordset(${JSON.stringify(given)}::json) AS g(
        "id" uuid, "stage" int, "inputId" uuid, "sampleIndex" int, "samples" int, "check" text, "isHeld" boolean)
      ON CONFLICT DO NOTHING
      RETURNING "id"::text AS "id", "stage", "check", "isHeld"`;
    inserted += rows.length;
    await insertJobs(
      tx,
      run,
      rows.filter((row) => !row.isHeld),
    );
  }
  return inserted;
}

/** One page of images; false when there is nothing more to plan. */
async function planPage(runId: string): Promise<boolean> {
  return db()
    .$transaction(
      async (tx) => {
        // One planner of a run at a time: they share the cursor.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`plan:${runId}`}))`;
        const run = await tx.run.findFirst({ where: { id: runId, state: "running", plannedAt: null } });
        if (!run) return false;
        const config = runConfigSchema.parse(run.config);
        const { tasks, cursor, isLast } = await readTaskPage(
          tx,
          run,
          config,
          run.planCursor === null ? IMAGES_AT_FIRST : IMAGES_PER_PAGE,
        );
        await insertTasks(tx, { id: run.id, projectId: run.projectId, config }, tasks);
        // The state again, and last: a run that was cancelled meanwhile must not be left with new tasks.
        const { count } = await tx.run.updateMany({
          where: { id: runId, state: "running" },
          data: {
            ...(cursor ? { planCursor: cursor } : {}),
            ...(isLast ? { plannedAt: new Date() } : {}),
          },
        });
        if (count === 0) throw new RunChanged();
        return !isLast;
      },
      { timeout: 60_000, maxWait: 30_000 },
    )
    .catch((error) => {
      if (error instanceof RunChanged) return false;
      throw error;
    });
}

class RunChanged extends Error {}

async function enqueueOpenTasks(runId: string, signal: AbortSignal): Promise<void> {
  const run = await db().run.findFirst({ where: { id: runId, state: "running" } });
  if (!run) return;
  const config = runConfigSchema.parse(run.config);
  let cursor = FIRST_ID;
  while (!signal.aborted) {
    // Nearly all have the job that they were made with: to offer those to the queue again would cost as much as making them.
    const rows = await raw().$queryRaw<{ id: string; stage: number; check: string }[]>`
      SELECT t."id"::text AS "id", t."stage", t."check" FROM "RunTask" t
      WHERE t."runId" = ${runId}::uuid AND NOT t."isHeld" AND t."state" IN ('waiting', 'working')
        AND t."id" > ${cursor}::uuid
        AND NOT EXISTS (SELECT 1 FROM pgboss.job j WHERE j.name = ${STAGE_QUEUE} AND j.id = t."id")
      ORDER BY t."id" LIMIT ${TASKS_PER_PAGE}`;
    await insertJobs(null, { id: runId, config }, rows);
    if (rows.length < TASKS_PER_PAGE) return;
    cursor = rows.at(-1)?.id ?? cursor;
  }
}

/** Jobs carry their task's id, so that a task never has two. */
export async function insertJobs(
  tx: RawTransaction | null,
  run: { id: string; config: RunConfig },
  tasks: readonly { id: string; stage: number; check: string }[],
): Promise<void> {
  if (tasks.length === 0) return;
  const instance = await boss();
  const data: StageJob = { runId: run.id };
  await instance.insert(
    STAGE_QUEUE,
    tasks.map((task) => {
      const model = modelOf(run.config, task);
      const group = model && groupOf(model.endpointId, model.model);
      return {
        id: task.id,
        data,
        priority: priorityOf(toStage(task.stage)),
        // The model is the group: its limit holds over all runs and workers, and its pauses skip its jobs.
        ...(group ? { group: { id: group, tier: group } } : {}),
      };
    }),
    tx ? { db: fromPrisma(tx) } : {},
  );
}

function isViaBatch(config: RunConfig, stage: number): boolean {
  return config.viaBatch?.some((one) => one === stage) ?? false;
}

/** The queue's group of a model's calls. */
export function groupOf(endpointId: string, model: string): string {
  return `${endpointId}/${model}`;
}

/** The model that a task of a run calls. */
export function modelOf(config: RunConfig, task: { stage: number; check: string }): FrozenModel | null {
  switch (task.stage) {
    case 1:
      return config.stage1?.model ?? null;
    case 2:
      return config.stage2?.model ?? null;
    case 3:
      return config.stage3?.model ?? null;
    default:
      return config.checks.find(({ check }) => check === task.check)?.model ?? null;
  }
}

export function toStage(value: number): WorkStage {
  if (value === 1 || value === 2 || value === 3 || value === 4) return value;
  throw new RangeError(`There is no stage ${value}.`);
}
