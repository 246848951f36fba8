"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { adminAction } from "#lib/auth/action-client.ts";
import { createInvitation, createPasswordReset, revokeInvitation } from "#lib/auth/link-commands.ts";
import { invitationSchema } from "#lib/auth/schema.ts";
import { setUserAdmin, setUserDisabled } from "#lib/auth/user-commands.ts";

const userSchema = z.object({ userId: z.uuid() });

/** Invites someone to this server. The link is in the result once, and kept nowhere. */
export const inviteUserAction = adminAction
  .inputSchema(invitationSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { token } = await createInvitation(ctx.user.id, parsedInput);
    revalidatePath("/admin", "layout");
    return { path: `/invitation/${token}` };
  });

/** Takes an invitation to this server back. */
export const revokeInvitationAction = adminAction
  .inputSchema(z.object({ linkId: z.uuid() }))
  .action(async ({ parsedInput, ctx }) => {
    await revokeInvitation(ctx.user.id, parsedInput.linkId, null);
    revalidatePath("/admin", "layout");
    return {};
  });

/** Makes a link with which a user sets a new password. */
export const makeResetLinkAction = adminAction
  .inputSchema(userSchema)
  .action(async ({ parsedInput, ctx }) => {
    const { token } = await createPasswordReset(ctx.user.id, parsedInput.userId);
    return { path: `/reset/${token}` };
  });

/** Disables an account, which ends its sessions at once, or enables it again. */
export const setUserDisabledAction = adminAction
  .inputSchema(userSchema.extend({ isDisabled: z.boolean() }))
  .action(async ({ parsedInput, ctx }) => {
    await setUserDisabled(ctx.user.id, parsedInput.userId, parsedInput.isDisabled);
    revalidatePath("/admin", "layout");
    return {};
  });

/** Makes a user an administrator, or an ordinary user. */
export const setUserAdminAction = adminAction
  .inputSchema(userSchema.extend({ isAdmin: z.boolean() }))
  .action(async ({ parsedInput, ctx }) => {
    await setUserAdmin(ctx.user.id, parsedInput.userId, parsedInput.isAdmin);
    revalidatePath("/admin", "layout");
    return {};
  });
