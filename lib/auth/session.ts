import "server-only";
import { cookies, headers } from "next/headers";
import { forbidden, notFound, redirect } from "next/navigation";
import { decode } from "next-auth/jwt";
import { cache } from "react";
import { sessionCookieName } from "#lib/auth/cookies.ts";
import { safeNextAddress } from "#lib/auth/next-address.ts";
import { can, canWhenArchived, type Permission, type ProjectRole } from "#lib/auth/permissions.ts";
import { isSetUpNeeded, readMembership, readSessionUser, type SessionUser } from "#lib/auth/queries.ts";
import { requestKind } from "#lib/auth/request-context.ts";
import { isUuid } from "#lib/auth/uuid.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

export interface Session {
  user: SessionUser;
}

export interface ProjectAccess {
  user: SessionUser;
  project: { id: string; name: string; archivedAt: Date | null };
  role: ProjectRole;
}

/**
 * Who is asking, or null. The cookie says who it was at sign-in; the database says each time whether that still
 * holds: a disabled user, a changed password or a raised epoch ends the session at once. Read once per request.
 */
export const getSession = cache(async (): Promise<Session | null> => {
  const token = await readToken();
  if (!token) return null;
  const user = await readSessionUser(token.userId, token.epoch);
  return user ? { user } : null;
});

/** The signed-in user. A page sends others to sign in (or to set-up); an action or route refuses with `not_signed_in`. */
export async function requireUser(): Promise<SessionUser> {
  const session = await getSession();
  if (session) return session.user;
  if (requestKind() === "page") redirect((await isSetUpNeeded()) ? "/setup" : await signInAddress());
  throw new AppError(
    "not_signed_in",
    "You are signed out. Sign in again to go on; nothing on this page was lost.",
  );
}

/** The signed-in administrator; anyone else is refused. */
export async function requireAdmin(): Promise<SessionUser> {
  const user = await requireUser();
  if (user.isAdmin) return user;
  return refuse("Only an administrator of this server can do that.");
}

/**
 * The user as a member of a project whose role has the permission. For strangers the project does not exist.
 * An archived project can be read and exported, and brought back by its owner.
 */
export async function requireMember(projectId: string, permission: Permission): Promise<ProjectAccess> {
  const user = await requireUser();
  const membership = isUuid(projectId) ? await readMembershipOnce(projectId, user.id) : null;
  if (!membership) {
    if (requestKind() === "page") notFound();
    throw new AppError("not_found", "There is no such project, or you are not a member of it.");
  }
  const { project, role } = membership;
  if (!can(role, permission)) {
    return refuse(`A ${role} of “${project.name}” cannot do that. Ask one of its owners.`);
  }
  if (project.archivedAt && !canWhenArchived(permission)) {
    return refuse(
      `“${project.name}” is archived and can only be read. An owner can bring it back in its settings.`,
    );
  }
  return { user, project, role };
}

const readMembershipOnce = cache(readMembership);

/** The sign-in page, with the way back to the page that was asked for (`proxy.ts` notes it). */
async function signInAddress(): Promise<string> {
  const path = safeNextAddress((await headers()).get("x-second-look-path"));
  return path === "/projects" ? "/sign-in" : `/sign-in?${new URLSearchParams({ next: path })}`;
}

function refuse(message: string): never {
  if (requestKind() === "page") forbidden();
  throw new AppError("forbidden", message);
}

/** What the cookie holds, if this server wrote it and it has not expired. */
async function readToken(): Promise<{ userId: string; epoch: number } | null> {
  const secret = env().NEXTAUTH_SECRET;
  const value = (await cookies()).get(sessionCookieName())?.value;
  if (!secret || !value) return null;
  try {
    const token = await decode({ token: value, secret });
    if (!token || typeof token.sub !== "string" || !isUuid(token.sub)) return null;
    return { userId: token.sub, epoch: typeof token.epoch === "number" ? token.epoch : -1 };
  } catch {
    // Expired, cut off, or sealed with a secret that is no longer in use: the same as no cookie.
    return null;
  }
}
