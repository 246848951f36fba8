import "server-only";
import { randomUUID } from "node:crypto";
import { env } from "#lib/env.ts";
import { log } from "#lib/log.ts";
import { boss } from "#lib/queue/boss.ts";
import { endsWithin } from "#lib/queue/dispatcher.ts";
import { createJobDispatcher } from "#lib/queue/jobs.ts";
import { listenForWake, onWake } from "#lib/queue/wake.ts";
import { removeHeartbeat, writeHeartbeat } from "#lib/worker/commands.ts";
import { registerJobs } from "#lib/worker/jobs.ts";
import { startMaintenance } from "#lib/worker/maintenance.ts";
import { Selector } from "#lib/worker/selector.ts";
import { StageWork } from "#lib/worker/stage-work.ts";

/** Model calls that one process keeps in flight where the environment does not say. */
const DEFAULT_SLOTS = 64;
/** How long calls in flight may go on when the worker is told to stop; then they are handed back. */
const PATIENCE_MS = 4_000;
/** How long it may take to give back what the worker holds. */
const TIDY_MS = 5_000;

export type Worker = { stop: () => Promise<void> };

/**
 * Starts to work: tasks of runs, background jobs, maintenance. Any number of workers may run, in any number of
 * processes. `stop()` takes no more work, lets what is in flight finish for a moment, hands the rest back, and returns.
 */
export async function startWorker(
  options: { concurrency?: number; patienceMs?: number } = {},
): Promise<Worker> {
  const workerId = randomUUID();
  registerJobs();
  await boss();
  await writeHeartbeat(workerId);

  const selector = new Selector();
  const stages = new StageWork(
    options.concurrency ?? env().SECOND_LOOK_CONCURRENCY ?? DEFAULT_SLOTS,
    selector,
  );
  const jobs = createJobDispatcher();
  const wakeAll = () => {
    stages.dispatcher.wake();
    jobs.wake();
  };
  const takeBack = onWake(wakeAll);
  const stopListening = listenForWake();
  const maintenance = startMaintenance({
    workerId,
    onEnqueued: wakeAll,
  });
  stages.dispatcher.start();
  jobs.start();
  log.info({ workerId }, "worker started");

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    takeBack();
    await stopListening();
    const patience = options.patienceMs ?? PATIENCE_MS;
    await Promise.all([stages.dispatcher.stop(patience), jobs.stop(patience)]);
    const tidy = async () => {
      await stages.close();
      await selector.drain();
      await maintenance.stop();
      await removeHeartbeat(workerId);
    };
    // All of it lapses by itself: without a database nothing is gained by waiting.
    const isTidy = await endsWithin(TIDY_MS, tidy()).catch((error: unknown) => {
      log.warn({ err: error, workerId }, "what the worker held could not be given back; it lapses by itself");
      return false;
    });
    log.info({ workerId, isTidy }, "worker stopped");
  };
  return {
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
