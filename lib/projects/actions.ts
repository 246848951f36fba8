"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { after } from "next/server";
import { z } from "zod";
import { adminAction, projectAction, signedInAction } from "#lib/auth/action-client.ts";
import { describeError } from "#lib/log.ts";
import {
  changeReviewSettings,
  createProject,
  describeProject,
  setProjectArchived,
} from "#lib/projects/commands.ts";
import { beginDeletion, finishDeletion, finishDeletions } from "#lib/projects/deletion-commands.ts";
import {
  createProjectSchema,
  deleteProjectSchema,
  describeProjectSchema,
  projectIdSchema,
  reviewSettingsSchema,
} from "#lib/projects/schema.ts";

/** Makes a project and leads to it. */
export const createProjectAction = signedInAction
  .inputSchema(createProjectSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { id } = await createProject(ctx.user.id, parsedInput);
    redirect(`/projects/${id}`);
  });

export const describeProjectAction = projectAction("project.manage")
  .inputSchema(describeProjectSchema)
  .action(async ({ parsedInput, ctx }) => {
    await describeProject(ctx.user.id, { ...parsedInput, projectId: ctx.project.id });
    revalidatePath(`/projects/${ctx.project.id}`, "layout");
    return {};
  });

export const changeReviewSettingsAction = projectAction("project.manage")
  .inputSchema(reviewSettingsSchema)
  .action(async ({ parsedInput, ctx }) => {
    await changeReviewSettings(ctx.user.id, { ...parsedInput, projectId: ctx.project.id });
    revalidatePath(`/projects/${ctx.project.id}`, "layout");
    return {};
  });

export const setProjectArchivedAction = projectAction("project.manage")
  .inputSchema(projectIdSchema.extend({ isArchived: z.boolean() }))
  .action(async ({ parsedInput, ctx }) => {
    await setProjectArchived(ctx.user.id, ctx.project.id, parsedInput.isArchived);
    revalidatePath(`/projects/${ctx.project.id}`, "layout");
    return {};
  });

/** Deletes a project: it is gone from every screen at once; its rows and files follow after the response. */
export const deleteProjectAction = projectAction("project.manage")
  .inputSchema(deleteProjectSchema)
  .action(async ({ parsedInput, ctx }) => {
    const projectId = ctx.project.id;
    await beginDeletion(ctx.user.id, projectId, parsedInput.typedName);
    finishLater(() => finishDeletion(projectId));
    revalidatePath("/projects");
    return {};
  });

/** Goes on with deletions that a restart cut off. */
export const finishDeletionsAction = adminAction.action(async () => {
  finishLater(finishDeletions);
  revalidatePath("/admin/server");
  return {};
});

/** Works on after the response. What fails stays among the unfinished deletions, which an administrator sees. */
function finishLater(work: () => Promise<void>): void {
  after(async () => {
    try {
      await work();
    } catch (error) {
      describeError(error, { during: "deleting a project" });
    }
  });
}
