"use server";

import { revalidatePath } from "next/cache";
import { cookies, headers } from "next/headers";
import { z } from "zod";
import { publicAction, signedInAction } from "#lib/auth/action-client.ts";
import { clientAddressOf } from "#lib/auth/client-address.ts";
import { INVITATION_COOKIE, usesHttps } from "#lib/auth/cookies.ts";
import { unlinkIdentity } from "#lib/auth/identity-commands.ts";
import { acceptInvitationAs, acceptInvitationAsNew, resetPassword } from "#lib/auth/link-commands.ts";
import {
  accountSchema,
  changePasswordSchema,
  nameSchema,
  newPasswordSchema,
  setUpSchema,
  tokenSchema,
} from "#lib/auth/schema.ts";
import { createFirstAdministrator } from "#lib/auth/setup-commands.ts";
import { changePassword, endSessions, renameUser } from "#lib/auth/user-commands.ts";
import { AppError } from "#lib/errors.ts";

/** Makes the first administrator. Open to all, guarded by the set-up code, and closed once there is a user. */
export const setUpAction = publicAction.inputSchema(setUpSchema).action(async ({ parsedInput }) => {
  await createFirstAdministrator({ ...parsedInput, address: clientAddressOf(await headers()) });
  return { email: parsedInput.email };
});

/** Makes an account from an invitation; whoever has the token may. */
export const acceptInvitationAction = publicAction
  .inputSchema(accountSchema.safeExtend({ token: tokenSchema }))
  .action(async ({ parsedInput: { token, ...account } }) => {
    const { projectId } = await acceptInvitationAsNew(token, account);
    return { email: account.email, projectId };
  });

/** Adds what an invitation gives to the account that is signed in. */
export const joinAction = signedInAction
  .inputSchema(z.object({ token: tokenSchema }))
  .action(async ({ parsedInput, ctx }) => {
    const { projectId } = await acceptInvitationAs(parsedInput.token, ctx.user.id);
    revalidatePath("/", "layout");
    return { projectId };
  });

/** Keeps an invitation at hand while its holder signs in at an outside provider. */
export const keepInvitationAction = publicAction
  .inputSchema(z.object({ token: tokenSchema }))
  .action(async ({ parsedInput }) => {
    const jar = await cookies();
    jar.set(INVITATION_COOKIE, parsedInput.token, {
      httpOnly: true,
      sameSite: "lax",
      secure: usesHttps(),
      path: "/api/auth",
      maxAge: 600,
    });
    return {};
  });

/** Sets a new password with a reset link; whoever has the token may. */
export const resetPasswordAction = publicAction
  .inputSchema(z.object({ token: tokenSchema, password: newPasswordSchema }))
  .action(({ parsedInput }) => resetPassword(parsedInput.token, parsedInput.password));

/** Changes one's own password, which ends every session: the screen signs in again with the new one. */
export const changePasswordAction = signedInAction
  .inputSchema(changePasswordSchema)
  .action(async ({ parsedInput, ctx }) => {
    await changePassword(ctx.user.id, parsedInput.current, parsedInput.next);
    return { email: ctx.user.email };
  });

/** Changes one's own name. */
export const renameAction = signedInAction
  .inputSchema(z.object({ name: nameSchema }))
  .action(async ({ parsedInput, ctx }) => {
    await renameUser(ctx.user.id, parsedInput.name);
    revalidatePath("/", "layout");
    return {};
  });

/** Ends all of one's own sessions, here and elsewhere. */
export const signOutEverywhereAction = signedInAction.action(async ({ ctx }) => {
  await endSessions(ctx.user.id);
  return {};
});

/** Takes an outside account away from one's own. */
export const unlinkIdentityAction = signedInAction
  .inputSchema(z.object({ identityId: z.uuid() }))
  .action(async ({ parsedInput, ctx }) => {
    if (!(await unlinkIdentity(ctx.user.id, parsedInput.identityId))) {
      throw new AppError(
        "conflict",
        "This is your only way to sign in. Ask an administrator for a link to set a password first.",
      );
    }
    revalidatePath("/account");
    return {};
  });
