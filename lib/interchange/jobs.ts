import "server-only";
import { runAttachPictures } from "#lib/images/attach-pictures-commands.ts";
import { failImport } from "#lib/images/import-commands.ts";
import { readImport } from "#lib/images/import-queries.ts";
import { IMPORT_JOBS, importJobSchema } from "#lib/images/jobs.ts";
import type { ImportKind } from "#lib/images/schema.ts";
import { uploadFolder } from "#lib/images/source-upload.ts";
import { readImportMapping, runRecordsImport } from "#lib/interchange/records-import-commands.ts";
import { runStagesImport } from "#lib/interchange/stages-import-commands.ts";
import { failUndo, UNDO_IMPORT_JOB, undoImport } from "#lib/interchange/undo-import-commands.ts";
import { describeError } from "#lib/log.ts";
import { registerJob } from "#lib/queue/jobs.ts";
import { deleteFolder } from "#lib/storage/storage.ts";

type Work = (
  importId: string,
  who: { projectId: string; userId: string | null; signal: AbortSignal },
) => Promise<unknown>;

/** Makes the imports of what was made elsewhere known to the worker. */
export function registerInterchangeJobs(): void {
  registerUpload("stages", (importId, who) =>
    runStagesImport(importId, { ...who, source: { kind: "upload", importId }, name: null }),
  );
  registerUpload("traces", async (importId, who) => {
    const mapping = await readImportMapping(who.projectId, importId);
    if (!mapping) throw new Error("an import of traces was started without a mapping");
    await runRecordsImport(importId, { ...who, source: { kind: "upload", importId }, name: null, mapping });
  });
  registerUpload("pictures", (importId, who) =>
    runAttachPictures(importId, { ...who, source: { kind: "upload", importId } }),
  );
  registerJob({
    name: UNDO_IMPORT_JOB,
    schema: importJobSchema,
    concurrency: 1,
    async run({ importId, projectId, userId }) {
      await undoImport(projectId, userId, importId);
    },
    async giveUp({ importId, projectId }, error) {
      await failUndo(projectId, importId, describeError(error, { importId }));
    },
  });
}

/** What was uploaded is done by a worker, and cleared away when that has come to its end. */
function registerUpload(kind: ImportKind, work: Work): void {
  registerJob({
    name: IMPORT_JOBS[kind],
    schema: importJobSchema,
    concurrency: 1,
    async run({ importId, projectId, userId }, { signal }) {
      const { state } = await readImport(projectId, importId);
      if (state === "working") await work(importId, { projectId, userId, signal });
      await deleteFolder(uploadFolder(importId));
    },
    async giveUp({ importId }, error) {
      await failImport(importId, describeError(error, { importId }));
      await deleteFolder(uploadFolder(importId));
    },
  });
}
