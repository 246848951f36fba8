import "server-only";
import { handler } from "#lib/api/handler.ts";
import { readPreview } from "#lib/api/preview-queries.ts";
import { serveLines } from "#lib/api/serve-lines.ts";
import {
  listExportLines,
  listVersionLines,
  readExportFacts,
  readPartsOf,
  readVersionFacts,
} from "#lib/api/version-queries.ts";
import { answerDownload } from "#lib/datasets/download.ts";
import { requestExport } from "#lib/datasets/export-commands.ts";
import { readExportFile } from "#lib/datasets/queries.ts";
import { requestVersion, withdrawVersion } from "#lib/datasets/version-commands.ts";

export const datasetHandlers = {
  listVersions: handler("listVersions", async ({ access, query }) => ({
    value: await listVersionLines(access.project.id, query),
  })),

  createVersion: handler("createVersion", async ({ access, body: { name, ...options } }) => ({
    value: await requestVersion({ projectId: access.project.id, userId: access.user.id, name, options }),
  })),

  readVersion: handler("readVersion", async ({ access, params }) => ({
    value: await readVersionFacts(access.project.id, params.versionId),
  })),

  readLines: handler("readLines", async ({ access, params, query }) => {
    const version = await readPartsOf(access.project.id, params.versionId);
    return serveLines(access.project.id, version, params.part, query);
  }),

  previewLine: handler("previewLine", async ({ access, params, query }) => ({
    value: await readPreview(access.project.id, params.versionId, query),
  })),

  withdrawVersion: handler("withdrawVersion", async ({ access, params, body }) => {
    const { versionId } = params;
    await withdrawVersion({
      projectId: access.project.id,
      userId: access.user.id,
      versionId,
      reason: body.reason,
    });
    return { value: null };
  }),

  listExports: handler("listExports", async ({ access, query }) => ({
    value: await listExportLines(access.project.id, query),
  })),

  requestExport: handler("requestExport", async ({ access, body }) => ({
    value: await requestExport({ projectId: access.project.id, userId: access.user.id, ...body }),
  })),

  readExport: handler("readExport", async ({ access, params }) => ({
    value: await readExportFacts(access.project.id, params.exportId),
  })),

  downloadExport: handler("downloadExport", async ({ access, params, request }) =>
    answerDownload(request, await readExportFile(access.project.id, params.exportId)),
  ),
};
