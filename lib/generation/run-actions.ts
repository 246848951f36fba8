"use server";

import { revalidatePath } from "next/cache";
import { projectAction } from "#lib/auth/action-client.ts";
import { cancelRun, pauseRun, resumeRun, retryFailed, startRun } from "#lib/generation/run-commands.ts";
import { retryFailedSchema, runReferenceSchema, startRunSchema } from "#lib/generation/run-schema.ts";

export const startRunAction = projectAction("runs.manage")
  .inputSchema(startRunSchema)
  .action(async ({ parsedInput: { projectId, run }, ctx }) => {
    const started = await startRun({ projectId, userId: ctx.user.id, config: run });
    revalidatePath(`/projects/${projectId}/runs`);
    return started;
  });

export const pauseRunAction = projectAction("runs.manage")
  .inputSchema(runReferenceSchema)
  .action(async ({ parsedInput: { projectId, runId }, ctx }) => {
    await pauseRun(projectId, runId, ctx.user.id);
    revalidatePath(`/projects/${projectId}/runs`);
  });

export const resumeRunAction = projectAction("runs.manage")
  .inputSchema(runReferenceSchema)
  .action(async ({ parsedInput: { projectId, runId }, ctx }) => {
    await resumeRun(projectId, runId, ctx.user.id);
    revalidatePath(`/projects/${projectId}/runs`);
  });

export const cancelRunAction = projectAction("runs.manage")
  .inputSchema(runReferenceSchema)
  .action(async ({ parsedInput: { projectId, runId }, ctx }) => {
    await cancelRun(projectId, runId, ctx.user.id);
    revalidatePath(`/projects/${projectId}/runs`);
  });

/** Takes the failed tasks up again: all, or those with one cause. */
export const retryFailedAction = projectAction("runs.manage")
  .inputSchema(retryFailedSchema)
  .action(async ({ parsedInput: { projectId, runId, errorCode }, ctx }) => {
    const count = await retryFailed(projectId, runId, ctx.user.id, errorCode);
    revalidatePath(`/projects/${projectId}/runs`);
    return { count };
  });
