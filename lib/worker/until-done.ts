import "server-only";
import { AppError } from "#lib/errors.ts";
import { type RunSummary, readRunSummary } from "#lib/generation/run-queries.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";

const LOOK_EVERY_MS = 250;
const LOOK_FOR_WORKERS_EVERY_MS = 5_000;

/**
 * Waits until something is done that workers do, and does the work in this process as long as no worker is alive: for
 * the command line and the seed.
 */
export async function jobsUntilDone(isDone: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  let worker: Worker | undefined;
  let lookedAt = 0;
  try {
    while (!(await isDone())) {
      if (signal?.aborted)
        throw new AppError("unavailable", "Interrupted: what is under way goes on when a worker runs.");
      if (!worker && Date.now() - lookedAt > LOOK_FOR_WORKERS_EVERY_MS) {
        lookedAt = Date.now();
        if (!(await isAnyWorkerAlive())) worker = await startWorker();
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    await worker?.stop();
  }
}

/**
 * Waits until a run is at rest (done, paused, stopped or cancelled) and returns how it stands. Does the work in this
 * process when no worker is alive.
 */
export async function runUntilDone(
  runId: string,
  options: { onProgress?: (summary: RunSummary) => void; signal?: AbortSignal } = {},
): Promise<RunSummary> {
  let latest = await readRunSummary(runId);
  await jobsUntilDone(async () => {
    latest = await readRunSummary(runId);
    options.onProgress?.(latest);
    return latest.state !== "running";
  }, options.signal);
  return latest;
}
