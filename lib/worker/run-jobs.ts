import "server-only";
import { z } from "zod";
import { FEED_RUN_JOB } from "#lib/generation/run-commands.ts";
import { feedRun } from "#lib/generation/run-feed-commands.ts";
import { finishRuns } from "#lib/generation/run-task-commands.ts";
import { log } from "#lib/log.ts";
import { registerJob } from "#lib/queue/jobs.ts";
import { selectForRun } from "#lib/worker/selector.ts";

export const FINISH_RUN_JOB = "run-finish";

const runSchema = z.object({ runId: z.uuid() });

/** The background jobs that runs need. */
export function registerRunJobs(): void {
  registerJob({
    name: FEED_RUN_JOB,
    schema: runSchema,
    concurrency: 4,
    tries: 20,
    run: async ({ runId }, { signal }) => {
      await feedRun(runId, signal);
      if (signal.aborted) throw new Error("the worker stops; the rest is fed by another");
    },
  });
  registerJob({
    name: FINISH_RUN_JOB,
    schema: runSchema,
    concurrency: 4,
    tries: 5,
    run: async ({ runId }) => {
      await selectForRun(runId);
      await finishRuns([runId]);
    },
    // A run must end, even where the selection for review cannot be made just now.
    giveUp: async ({ runId }, error) => {
      log.error({ err: error, runId }, "a run ended without all of its traces being considered for review");
      await finishRuns([runId]);
    },
  });
}
