import "server-only";
import { randomUUID } from "node:crypto";
import pLimit from "p-limit";
import { db, type Transaction } from "#lib/db/client.ts";
import { isAppError } from "#lib/errors.ts";
import { HOLD_DAYS } from "#lib/generation/batch/lease-commands.ts";
import { writeInputLine } from "#lib/generation/batch/lines.ts";
import { type PreparedTask, prepareCall } from "#lib/generation/batch/prepare-commands.ts";
import {
  atBatchPrice,
  type BatchRun,
  modelOfStage,
  priceFactorOf,
} from "#lib/generation/batch/run-queries.ts";
import type { BatchSettings } from "#lib/generation/batch/schema.ts";
import { boundCall, type PreparedCall } from "#lib/generation/ledger-commands.ts";
import { claimCall, readCall } from "#lib/generation/ledger-rows-commands.ts";
import { insertJobs } from "#lib/generation/run-feed-commands.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { wakeWorker } from "#lib/queue/wake.ts";

const PAGE = 200;
/** Requests made ready at once; stage 2 decodes a picture for each. */
const PREPARED_AT_ONCE = 8;

type HeldTask = PreparedTask & { id: string };
type Ready = { task: HeldTask; call: PreparedCall; bytes: number; ceilingMicros: bigint | null };

/**
 * Puts the calls of a stage's held tasks into its batch, as claimed calls of the ledger. What was answered before goes
 * on at once, what cannot be asked fails, and a batch that is full, or that gets nothing more, is closed.
 */
export async function collectCalls(
  run: BatchRun,
  stage: number,
  signal: AbortSignal,
  settings: BatchSettings,
): Promise<void> {
  let cursor: string | null = null;
  while (!signal.aborted) {
    const tasks: HeldTask[] = await readHeldTasks(run.id, stage, cursor);
    if (tasks.length === 0) break;
    cursor = tasks.at(-1)?.id ?? null;
    await collectPage(run, stage, tasks, settings);
  }
  if (!signal.aborted && (await isStageFed(run, stage))) await closeBatches(run.id, stage);
}

async function readHeldTasks(runId: string, stage: number, cursor: string | null): Promise<HeldTask[]> {
  return db().runTask.findMany({
    where: { runId, stage, isHeld: true, state: "waiting", ...(cursor ? { id: { gt: cursor } } : {}) },
    orderBy: { id: "asc" },
    take: PAGE,
    select: { id: true, stage: true, inputId: true, sampleIndex: true, samples: true },
  });
}

async function collectPage(
  run: BatchRun,
  stage: number,
  tasks: readonly HeldTask[],
  settings: BatchSettings,
): Promise<void> {
  const limit = pLimit(PREPARED_AT_ONCE);
  const model = modelOfStage(run, stage);
  const factor = priceFactorOf(model);
  const prepared = await Promise.all(tasks.map((task) => limit(() => prepareTask(run, task, factor))));
  const ready = prepared.filter((one) => one !== null);
  const answered: string[] = [];
  const open: Ready[] = [];
  await Promise.all(
    ready.map(async (one) => {
      const known = await readCall(run.projectId, one.call.identity);
      if (known?.status === "answered") answered.push(one.task.id);
      // In another process's hands: its reply will do, or the call is free again at the next look.
      else if (!known?.isLeased) open.push(one);
    }),
  );
  await releaseTasks(run, answered);
  open.sort((left, right) => (left.task.id < right.task.id ? -1 : 1));
  while (open.length > 0) {
    const batch = await openBatch(run, stage, open[0]?.call.request.route ?? "chat", factor);
    const fitting = takeFitting(open, batch, settings);
    if (fitting.length > 0) await addLines(batch.id, fitting);
    if (open.length > 0) await closeBatches(run.id, stage);
  }
}

/** Null where the task cannot be asked; it has failed then. */
async function prepareTask(run: BatchRun, task: HeldTask, factor: number): Promise<Ready | null> {
  try {
    const call = await prepareCall(run, task);
    const line = writeInputLine(createUuid7(), call.request.route, call.request.body);
    const { ceilingMicros } = boundCall(call.request, call.storedBody);
    return {
      task,
      call,
      bytes: Buffer.byteLength(line) + 1,
      ceilingMicros: atBatchPrice(ceilingMicros, factor),
    };
  } catch (error) {
    if (!isAppError(error) || !OF_THE_INPUT.has(error.code)) throw error;
    await failTask(task.id, error.code, error.message);
    return null;
  }
}

/** Errors that say something of the input, not of the moment. */
const OF_THE_INPUT = new Set(["bad_input", "not_found", "forbidden", "conflict"]);

/** Ends a held task for good. */
export async function failTask(taskId: string, errorCode: string, error: string): Promise<void> {
  await db().runTask.updateMany({
    where: { id: taskId, isHeld: true, state: { in: ["waiting", "working"] } },
    data: { state: "failed", errorCode, error, endedAt: new Date() },
  });
}

/** Puts tasks whose replies are in the ledger into the queue: there they are done like any other. */
async function releaseTasks(run: BatchRun, taskIds: readonly string[]): Promise<void> {
  if (taskIds.length === 0) return;
  await db().$transaction((tx) => releaseInside(tx, run, taskIds));
  wakeWorker();
}

export async function releaseInside(
  tx: Transaction,
  run: BatchRun,
  taskIds: readonly string[],
): Promise<void> {
  if (taskIds.length === 0) return;
  const rows = await tx.$queryRaw<{ id: string; stage: number; check: string }[]>`
    UPDATE "RunTask" t
    SET "isHeld" = false,
        "state" = CASE WHEN r."state" = 'cancelled' THEN 'cancelled' ELSE 'waiting' END::"TaskState"
    FROM "Run" r
    WHERE t."id" IN (SELECT "id" FROM "RunTask" WHERE "id" = ANY(${[...taskIds]}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE)
      AND r."id" = t."runId" AND t."isHeld" AND t."state" IN ('waiting', 'working')
    RETURNING t."id"::text AS "id", t."stage", t."check"`;
  if (run.state !== "cancelled") await insertJobs(tx, run, rows);
}

type OpenBatch = { id: string; lines: number; bytes: bigint };

/** The stage's batch that is being filled, made where there is none. */
async function openBatch(
  run: BatchRun,
  stage: number,
  route: "chat" | "completions",
  priceFactor: number,
): Promise<OpenBatch> {
  const { endpointId, model } = modelOfStage(run, stage);
  await db().$executeRaw`
    INSERT INTO "ModelBatch" ("id", "projectId", "runId", "stage", "endpointId", "model", "route", "priceFactor")
    VALUES (${createUuid7()}::uuid, ${run.projectId}::uuid, ${run.id}::uuid, ${stage}, ${endpointId}::uuid, ${model},
      ${route}, ${priceFactor})
    ON CONFLICT ("runId", "stage") WHERE "state" = 'collecting' DO NOTHING`;
  return db().modelBatch.findFirstOrThrow({
    where: { runId: run.id, stage, state: "collecting" },
    select: { id: true, lines: true, bytes: true },
  });
}

/** Takes from the front what the batch still holds. A single line that no file could hold is taken by itself. */
function takeFitting(open: Ready[], batch: OpenBatch, settings: BatchSettings): Ready[] {
  let lines = batch.lines;
  let bytes = Number(batch.bytes);
  let count = 0;
  for (const { bytes: more } of open) {
    const isFull = lines + 1 > settings.maxLines || bytes + more > settings.maxBytes;
    if (isFull && !(lines === 0 && count === 0)) break;
    lines += 1;
    bytes += more;
    count += 1;
  }
  return open.splice(0, count);
}

/** Claims the calls and writes their lines. A process that dies in between leaves claims that soon run out. */
async function addLines(batchId: string, ready: readonly Ready[]): Promise<void> {
  const claimed = await Promise.all(
    ready.map(async ({ task, call, bytes, ceilingMicros }) => {
      const token = randomUUID();
      // What it could cost is noted when it is sent: until then nothing can have been spent.
      const { request, identity, storedBody } = call;
      const claim = await claimCall(request, {
        identity,
        token,
        storedJson: storedBody.json,
        ceilingMicros: null,
      });
      return claim && { ...claim, taskId: task.id, token, bytes, ceilingMicros };
    }),
  );
  const lines = claimed
    .filter((line) => line !== null)
    .map((line) => ({
      ...line,
      ceilingMicros: line.ceilingMicros === null ? null : Number(line.ceilingMicros),
    }));
  if (lines.length === 0) return;
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT "id" FROM "ModelBatch" WHERE "id" = ${batchId}::uuid FOR NO KEY UPDATE`;
    const taken = await tx.$queryRaw<{ id: string }[]>`
      UPDATE "RunTask" t SET "state" = 'working'
      WHERE t."id" IN (
          SELECT "id" FROM "RunTask" WHERE "id" = ANY(${lines.map((line) => line.taskId)}::uuid[])
          ORDER BY "id" FOR NO KEY UPDATE)
        AND t."isHeld" AND t."state" = 'waiting'
      RETURNING t."id"::text AS "id"`;
    const wanted = new Set(taken.map((row) => row.id));
    const kept = lines.filter((line) => wanted.has(line.taskId));
    await tx.$executeRaw`
      WITH given AS (
        SELECT * FROM json_to_recordset(${JSON.stringify(kept)}::json) AS g(
          "callId" uuid, "attempt" int, "taskId" uuid, "token" uuid, "bytes" int, "ceilingMicros" bigint)
      ), line AS (
        INSERT INTO "ModelBatchLine" ("batchId", "callId", "taskId", "token", "attempt", "bytes", "ceilingMicros")
        SELECT ${batchId}::uuid, "callId", "taskId", "token", "attempt", "bytes", "ceilingMicros" FROM given
      ), lease AS (
        UPDATE "ModelCall" c
        SET "leaseUntil" = timezone('utc', clock_timestamp()) + make_interval(days => ${HOLD_DAYS})
        FROM given g WHERE c."id" = g."callId" AND c."leaseToken" = g."token"
      )
      UPDATE "ModelBatch" SET
        "lines" = "lines" + (SELECT count(*) FROM given)::int,
        "bytes" = "bytes" + (SELECT coalesce(sum("bytes"), 0) FROM given)
      WHERE "id" = ${batchId}::uuid`;
  });
}

/** Nothing more will come: every first task is made, and no earlier stage has an open one. */
async function isStageFed(run: BatchRun, stage: number): Promise<boolean> {
  if (!run.isPlanned) return false;
  const earlier = await db().runTask.findFirst({
    where: { runId: run.id, stage: { lt: stage }, state: { in: ["waiting", "working"] } },
    select: { id: true },
  });
  return earlier === null;
}

async function closeBatches(runId: string, stage: number): Promise<void> {
  await db().$executeRaw`
    UPDATE "ModelBatch" SET "state" = 'ready', "nextLookAt" = timezone('utc', clock_timestamp())
    WHERE "runId" = ${runId}::uuid AND "stage" = ${stage} AND "state" = 'collecting' AND "lines" > 0`;
}
