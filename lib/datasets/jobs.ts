import "server-only";
import { z } from "zod";
import { failExport, makeExport } from "#lib/datasets/export-commands.ts";
import { EXPORT_JOB } from "#lib/datasets/export-pulse-commands.ts";
import { FREEZE_JOB, failVersion, freezeVersion } from "#lib/datasets/freeze-commands.ts";
import { finishTakedown, TAKEDOWN_JOB } from "#lib/datasets/takedown-commands.ts";
import { takedownJobSchema } from "#lib/datasets/takedown-schema.ts";
import { registerJob } from "#lib/queue/jobs.ts";

/** Makes the background jobs of this domain known to the worker of this process. */
export function registerDatasetJobs(): void {
  registerJob({
    name: EXPORT_JOB,
    schema: z.object({ exportId: z.uuid() }),
    run: ({ exportId }, { signal }) => makeExport(exportId, { signal }),
    giveUp: ({ exportId }, error) => failExport(exportId, error),
  });
  registerJob({
    name: FREEZE_JOB,
    schema: z.object({ versionId: z.uuid() }),
    run: ({ versionId }, { signal }) => freezeVersion(versionId, { signal }),
    giveUp: ({ versionId }, error) => failVersion(versionId, error),
  });
  registerJob({
    name: TAKEDOWN_JOB,
    schema: takedownJobSchema,
    run: (job, { signal }) => finishTakedown(job, signal),
    // Nothing of what was taken down may stay for want of another try.
    tries: 20,
    // Two at once could write one file from before the other's gaps.
    concurrency: 1,
  });
}
