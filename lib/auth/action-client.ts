import "server-only";
import { createSafeActionClient } from "next-safe-action";
import { z } from "zod";
import type { Permission } from "#lib/auth/permissions.ts";
import { answerAs } from "#lib/auth/request-context.ts";
import { requireAdmin, requireMember, requireUser } from "#lib/auth/session.ts";
import { AppError, type ErrorCode, isAppError } from "#lib/errors.ts";
import { describeError } from "#lib/log.ts";

/** What a screen gets instead of a result: a sentence for the person, a code and facts for the screen. */
export interface ActionError {
  code: ErrorCode;
  message: string;
  details: Readonly<Record<string, unknown>>;
}

const client = createSafeActionClient({
  defaultValidationErrorsShape: "flattened",
  handleServerError(error): ActionError {
    if (isAppError(error)) return { code: error.code, message: error.message, details: error.details };
    return { code: "internal", message: describeError(error), details: {} };
  },
});

/** Inside an action a refusal is an AppError: a redirect would throw away what the person typed. */
const base = client.use(async ({ next }) => answerAs("action", () => next()));

/** Anyone, signed in or not: set-up, accepting an invitation, resetting a password. */
export const publicAction = base;

/** Anyone who is signed in; `ctx.user`. */
export const signedInAction = base.use(async ({ next }) => next({ ctx: { user: await requireUser() } }));

/** Administrators; `ctx.user`. */
export const adminAction = base.use(async ({ next }) => next({ ctx: { user: await requireAdmin() } }));

const projectInput = z.object({ projectId: z.uuid() });

/**
 * Members of the project named by `projectId` in the input whose role has the permission;
 * `ctx.user`, `ctx.project`, `ctx.role`. Another project's id answers as if there were none.
 */
export function projectAction(permission: Permission) {
  return base.use(async ({ clientInput, next }) => {
    const input = projectInput.safeParse(clientInput);
    if (!input.success)
      throw new AppError("not_found", "There is no such project, or you are not a member of it.");
    return next({ ctx: await requireMember(input.data.projectId, permission) });
  });
}
