"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { projectAction } from "#lib/auth/action-client.ts";
import { requestExport } from "#lib/datasets/export-commands.ts";
import { giveUpExport } from "#lib/datasets/export-pulse-commands.ts";
import {
  createVersionSchema,
  giveUpExportSchema,
  requestExportSchema,
  versionIdSchema,
  withdrawVersionSchema,
} from "#lib/datasets/schema.ts";
import { takeDownImage } from "#lib/datasets/takedown-commands.ts";
import { takeDownSchema } from "#lib/datasets/takedown-schema.ts";
import {
  removeVersion,
  requestVersion,
  retryVersion,
  withdrawVersion,
} from "#lib/datasets/version-commands.ts";

/** Asks for a new version, which a worker freezes, and leads to it. */
export const createVersionAction = projectAction("datasets.manage")
  .inputSchema(createVersionSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { projectId: _project, name, ...options } = parsedInput;
    const { versionId } = await requestVersion({
      projectId: ctx.project.id,
      userId: ctx.user.id,
      name,
      options,
    });
    revalidatePath(`/projects/${ctx.project.id}/datasets`);
    redirect(`/projects/${ctx.project.id}/datasets/${versionId}`);
  });

/** Tries again to freeze a version that could not be. */
export const retryVersionAction = projectAction("datasets.manage")
  .inputSchema(versionIdSchema)
  .action(async ({ parsedInput, ctx }) => {
    await retryVersion(ctx.project.id, parsedInput.versionId);
    revalidatePath(`/projects/${ctx.project.id}/datasets`, "layout");
  });

/** Removes a version that never became one. */
export const removeVersionAction = projectAction("datasets.manage")
  .inputSchema(versionIdSchema)
  .action(async ({ parsedInput, ctx }) => {
    await removeVersion(ctx.project.id, parsedInput.versionId);
    revalidatePath(`/projects/${ctx.project.id}/datasets`);
    redirect(`/projects/${ctx.project.id}/datasets`);
  });

/** Marks a version as not to be used any more. */
export const withdrawVersionAction = projectAction("datasets.manage")
  .inputSchema(withdrawVersionSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { versionId, reason } = parsedInput;
    await withdrawVersion({ projectId: ctx.project.id, userId: ctx.user.id, versionId, reason });
    revalidatePath(`/projects/${ctx.project.id}/datasets`, "layout");
  });

/** Takes an image down, out of every version. */
export const takeDownImageAction = projectAction("datasets.manage")
  .inputSchema(takeDownSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await takeDownImage({ ...parsedInput, projectId: ctx.project.id, userId: ctx.user.id });
    revalidatePath(`/projects/${ctx.project.id}`, "layout");
    return result;
  });

/** Asks for an archive; it is made in the background, once. */
export const requestExportAction = projectAction("datasets.export")
  .inputSchema(requestExportSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { versionId, format, options, allowSimulated, allowUnmasked } = parsedInput;
    const result = await requestExport({
      projectId: ctx.project.id,
      userId: ctx.user.id,
      versionId,
      format,
      options,
      allowSimulated,
      allowUnmasked,
    });
    revalidatePath(`/projects/${ctx.project.id}/datasets/${versionId}`);
    return result;
  });

/** Gives up an archive that waits or is being made; it can be asked for again. */
export const giveUpExportAction = projectAction("datasets.export")
  .inputSchema(giveUpExportSchema)
  .action(async ({ parsedInput, ctx }) => {
    await giveUpExport({
      projectId: ctx.project.id,
      userId: ctx.user.id,
      exportId: parsedInput.exportId,
    });
    revalidatePath(`/projects/${ctx.project.id}/datasets`, "layout");
  });
