"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { projectAction } from "#lib/auth/action-client.ts";
import { requestExport } from "#lib/datasets/export-commands.ts";
import { createVersionSchema, requestExportSchema } from "#lib/datasets/schema.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";

/** Freezes all approved traces that end right as a new version, and leads to it. */
export const createVersionAction = projectAction("datasets.manage")
  .inputSchema(createVersionSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { versionId } = await createDatasetVersion({
      projectId: ctx.project.id,
      userId: ctx.user.id,
      name: parsedInput.name,
    });
    revalidatePath(`/projects/${ctx.project.id}/datasets`);
    redirect(`/projects/${ctx.project.id}/datasets/${versionId}`);
  });

/** Asks for an archive; it is made in the background, once. */
export const requestExportAction = projectAction("datasets.export")
  .inputSchema(requestExportSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { versionId, format, options, allowSimulated } = parsedInput;
    const result = await requestExport({
      projectId: ctx.project.id,
      userId: ctx.user.id,
      versionId,
      format,
      options,
      allowSimulated,
    });
    revalidatePath(`/projects/${ctx.project.id}/datasets/${versionId}`);
    return result;
  });
