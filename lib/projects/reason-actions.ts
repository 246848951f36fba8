"use server";

import { revalidatePath } from "next/cache";
import { projectAction } from "#lib/auth/action-client.ts";
import {
  addReason,
  archiveReason,
  moveReason,
  renameReason,
  restoreReason,
} from "#lib/projects/reason-commands.ts";
import { addReasonSchema, moveReasonSchema, reasonSchema, renameReasonSchema } from "#lib/projects/schema.ts";

export const addReasonAction = projectAction("reasons.manage")
  .inputSchema(addReasonSchema)
  .action(async ({ parsedInput, ctx }) => {
    await addReason(ctx.user.id, ctx.project.id, parsedInput.label);
    return refresh(ctx.project.id);
  });

export const renameReasonAction = projectAction("reasons.manage")
  .inputSchema(renameReasonSchema)
  .action(async ({ parsedInput, ctx }) => {
    await renameReason(ctx.user.id, ctx.project.id, parsedInput.reasonId, parsedInput.label);
    return refresh(ctx.project.id);
  });

export const moveReasonAction = projectAction("reasons.manage")
  .inputSchema(moveReasonSchema)
  .action(async ({ parsedInput, ctx }) => {
    await moveReason(ctx.user.id, ctx.project.id, parsedInput.reasonId, parsedInput.by);
    return refresh(ctx.project.id);
  });

export const archiveReasonAction = projectAction("reasons.manage")
  .inputSchema(reasonSchema)
  .action(async ({ parsedInput, ctx }) => {
    await archiveReason(ctx.user.id, ctx.project.id, parsedInput.reasonId);
    return refresh(ctx.project.id);
  });

export const restoreReasonAction = projectAction("reasons.manage")
  .inputSchema(reasonSchema)
  .action(async ({ parsedInput, ctx }) => {
    await restoreReason(ctx.user.id, ctx.project.id, parsedInput.reasonId);
    return refresh(ctx.project.id);
  });

function refresh(projectId: string): Record<never, never> {
  revalidatePath(`/projects/${projectId}/settings/reasons`);
  return {};
}
