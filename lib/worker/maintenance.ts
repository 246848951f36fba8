import "server-only";
import { takeUpLostExports } from "#lib/datasets/export-pulse-commands.ts";
import { foldCounters } from "#lib/db/counters.ts";
import { dropDeadHolds, loseExpiredCalls } from "#lib/generation/allowance-commands.ts";
import { enqueueBatchWork } from "#lib/generation/batch/jobs.ts";
import { FEED_RUN_JOB } from "#lib/generation/run-commands.ts";
import { findIdleRuns } from "#lib/generation/run-queries.ts";
import { endSatisfiedRuns } from "#lib/generation/run-target-commands.ts";
import { findFinishedRuns, findRunningRuns } from "#lib/generation/run-task-commands.ts";
import { forgetOldTroubles } from "#lib/generation/run-trouble-commands.ts";
import { log } from "#lib/log.ts";
import { planDeliveries } from "#lib/notifications/commands.ts";
import { finishDeletions } from "#lib/projects/deletion-commands.ts";
import { BACKGROUND_QUEUE, boss, STAGE_QUEUE, SUPERVISE_SECONDS } from "#lib/queue/boss.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { lookAfterQueueLists } from "#lib/review/order-commands.ts";
import { listQueuedTraces } from "#lib/traces/listing-commands.ts";
import { expireLeases, writeHeartbeat } from "#lib/worker/commands.ts";
import { FINISH_RUN_JOB } from "#lib/worker/run-jobs.ts";

type Task = { name: string; everyMs: number; run: () => Promise<void> };

export type MaintenanceHooks = {
  workerId: string;
  onEnqueued: () => void;
};

/**
 * What a worker does beside jobs, each at its own pace: it says that it is there, takes up what dead workers left,
 * ends runs, folds counters, expires leases. A failure is logged and the next round tries again.
 */
export function startMaintenance(hooks: MaintenanceHooks): { stop: () => Promise<void> } {
  const tasks: Task[] = [
    { name: "heartbeat", everyMs: 3_000, run: () => writeHeartbeat(hooks.workerId) },
    { name: "take over", everyMs: SUPERVISE_SECONDS * 1_000, run: takeOver },
    { name: "runs", everyMs: 1_000, run: () => lookAfterRuns(hooks) },
    { name: "idle runs", everyMs: 60_000, run: () => feedIdleRuns(hooks) },
    { name: "holds", everyMs: 5_000, run: settleTheDead },
    { name: "batches", everyMs: 2_000, run: () => lookAfterBatches(hooks) },
    { name: "notifications", everyMs: 2_000, run: () => tellOfRuns(hooks) },
    { name: "listing", everyMs: 2_000, run: createTraceLister() },
    { name: "counters", everyMs: 5_000, run: foldAll },
    { name: "leases", everyMs: 60_000, run: expireLeases },
    { name: "queue lists", everyMs: 60_000, run: lookAfterQueueLists },
    { name: "troubles", everyMs: 60_000, run: forgetOldTroubles },
    { name: "exports", everyMs: 60_000, run: async () => void (await takeUpLostExports()) },
    { name: "deletions", everyMs: 600_000, run: finishDeletions },
  ];
  const stopping = new AbortController();
  const loops = tasks.map((task) => repeat(task, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function repeat(task: Task, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await task.run();
    } catch (error) {
      log.warn({ err: error, task: task.name }, "a round of maintenance failed");
    }
    await rest(task.everyMs, signal);
  }
}

async function takeOver(): Promise<void> {
  const instance = await boss();
  await instance.supervise(STAGE_QUEUE);
  await instance.supervise(BACKGROUND_QUEUE);
}

async function lookAfterRuns(hooks: MaintenanceHooks): Promise<void> {
  await endSatisfiedRuns();
  const finished = await findFinishedRuns();
  for (const runId of finished) await enqueueJob(null, FINISH_RUN_JOB, { runId }, { key: runId });
  if (finished.length > 0) hooks.onEnqueued();
}

/** What dead workers had in flight is accounted for, and then what they held is free. */
async function settleTheDead(): Promise<void> {
  const lost = await loseExpiredCalls(await findRunningRuns());
  if (lost > 0) log.warn({ calls: lost }, "calls of a worker that gave no sign of life count as lost");
  await dropDeadHolds();
}

async function lookAfterBatches(hooks: MaintenanceHooks): Promise<void> {
  if ((await enqueueBatchWork()) > 0) hooks.onEnqueued();
}

async function tellOfRuns(hooks: MaintenanceHooks): Promise<void> {
  if ((await planDeliveries()) > 0) hooks.onEnqueued();
}

/** A run that stands still without a job in the queue lost it somehow (a table was restored, say): feed it again. */
async function feedIdleRuns(hooks: MaintenanceHooks): Promise<void> {
  const instance = await boss();
  for (const { runId, openTaskId } of await findIdleRuns()) {
    const jobs = openTaskId ? await instance.findJobs(STAGE_QUEUE, { id: openTaskId }) : [];
    if (jobs.length > 0) continue;
    await enqueueJob(null, FEED_RUN_JOB, { runId }, { key: `idle:${runId}` });
    hooks.onEnqueued();
  }
}

/**
 * While runs are at work they come first, and the table of traces learns of new ones little by little: each of several
 * workers does so, beside what it is there for. What is left is done when they have ended.
 */
function createTraceLister(): () => Promise<void> {
  let listedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const isBusy = (await findRunningRuns()).length > 0;
    if (isBusy && performance.now() - listedAt < LISTING_REST_MS) return;
    listedAt = performance.now();
    await listQueuedTraces(isBusy ? 150 : 1_500);
  };
}
const LISTING_REST_MS = 10_000;

async function foldAll(): Promise<void> {
  // Until there is nothing much to gain; a run at full speed appends faster than one pass folds.
  for (let pass = 0; pass < 10; pass += 1) if ((await foldCounters()) < 1_000) return;
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
