"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { projectAction } from "#lib/auth/action-client.ts";
import { createInvitation, revokeInvitation } from "#lib/auth/link-commands.ts";
import { projectInvitationSchema } from "#lib/auth/schema.ts";
import { changeMemberRole, removeMember } from "#lib/projects/people-commands.ts";
import { memberRoleSchema, memberSchema, projectIdSchema } from "#lib/projects/schema.ts";

/** Invites someone to a project. The link is in the result once, and kept nowhere. */
export const inviteMemberAction = projectAction("people.manage")
  .inputSchema(projectInvitationSchema)
  .action(async ({ parsedInput: { email, role }, ctx }) => {
    const { token } = await createInvitation(ctx.user.id, { email, role, projectId: ctx.project.id });
    refresh(ctx.project.id);
    return { path: `/invitation/${token}` };
  });

export const revokeProjectInvitationAction = projectAction("people.manage")
  .inputSchema(projectIdSchema.extend({ linkId: z.uuid() }))
  .action(async ({ parsedInput, ctx }) => {
    await revokeInvitation(ctx.user.id, parsedInput.linkId, ctx.project.id);
    refresh(ctx.project.id);
    return {};
  });

export const changeMemberRoleAction = projectAction("people.manage")
  .inputSchema(memberRoleSchema)
  .action(async ({ parsedInput, ctx }) => {
    await changeMemberRole(ctx.user.id, { ...parsedInput, projectId: ctx.project.id });
    refresh(ctx.project.id);
    return {};
  });

export const removeMemberAction = projectAction("people.manage")
  .inputSchema(memberSchema)
  .action(async ({ parsedInput, ctx }) => {
    await removeMember(ctx.user.id, { ...parsedInput, projectId: ctx.project.id });
    refresh(ctx.project.id);
    return {};
  });

/** Leaves a project oneself. */
export const leaveProjectAction = projectAction("project.read")
  .inputSchema(projectIdSchema)
  .action(async ({ ctx }) => {
    await removeMember(ctx.user.id, { projectId: ctx.project.id, userId: ctx.user.id });
    revalidatePath("/projects");
    return {};
  });

function refresh(projectId: string): void {
  revalidatePath(`/projects/${projectId}/settings/people`);
}
