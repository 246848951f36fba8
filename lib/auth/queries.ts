import "server-only";
import { hashLinkToken, type LinkState, linkStateOf } from "#lib/auth/link.ts";
import type { ProjectRole } from "#lib/auth/permissions.ts";
import { isUuid } from "#lib/auth/uuid.ts";
import { db } from "#lib/db/client.ts";

export interface SessionUser {
  id: string;
  email: string;
  name: string;
  isAdmin: boolean;
}

/** How often the time of a user's last visit is written, in milliseconds. */
const SEEN_EVERY = 5 * 60 * 1000;

/** The user of a session, if the account is enabled and the session is of its current epoch. Notes the visit. */
export async function readSessionUser(userId: string, epoch: number): Promise<SessionUser | null> {
  const user = await db().user.findFirst({
    where: { id: userId, sessionEpoch: epoch, disabledAt: null },
    select: { id: true, email: true, name: true, isAdmin: true, lastSeenAt: true },
  });
  if (!user) return null;
  const { lastSeenAt, ...known } = user;
  if (!lastSeenAt || lastSeenAt.getTime() < Date.now() - SEEN_EVERY) {
    await db().user.updateMany({ where: { id: userId }, data: { lastSeenAt: new Date() } });
  }
  return known;
}

/** A user's place in a project, with what every screen of the project needs to know about it. */
export async function readMembership(
  projectId: string,
  userId: string,
): Promise<{ project: { id: string; name: string; archivedAt: Date | null }; role: ProjectRole } | null> {
  return db().membership.findUnique({
    where: { projectId_userId: { projectId, userId } },
    select: { role: true, project: { select: { id: true, name: true, archivedAt: true } } },
  });
}

/** Whether this server has never had a user: only then can the set-up page make the first administrator. */
export async function isSetUpNeeded(): Promise<boolean> {
  const [done, user] = await Promise.all([
    db().serverState.findUnique({ where: { key: "setup" }, select: { key: true } }),
    db().user.findFirst({ select: { id: true } }),
  ]);
  return !done && !user;
}

/** The enabled user to whom an account at an outside provider belongs, with the epoch for a new session. */
export async function readIdentityUser(
  provider: string,
  subject: string,
): Promise<{ id: string; epoch: number } | null> {
  const identity = await db().identity.findUnique({
    where: { provider_subject: { provider, subject } },
    select: { user: { select: { id: true, sessionEpoch: true, disabledAt: true } } },
  });
  if (!identity || identity.user.disabledAt) return null;
  return { id: identity.user.id, epoch: identity.user.sessionEpoch };
}

export interface InvitationView {
  state: LinkState;
  email: string | null;
  projectName: string | null;
  role: ProjectRole | null;
  makesAdmin: boolean;
  invitedBy: string | null;
}

/** What an invitation says to whoever holds its link; null where there is no such link. */
export async function readInvitation(token: string, now = new Date()): Promise<InvitationView | null> {
  const link = await db().oneTimeLink.findUnique({
    where: { tokenHash: hashLinkToken(token) },
    include: { project: { select: { name: true } } },
  });
  if (link?.kind !== "invitation") return null;
  const inviter = link.createdById
    ? await db().user.findUnique({ where: { id: link.createdById }, select: { name: true } })
    : null;
  return {
    state: linkStateOf(link, now),
    email: link.email,
    projectName: link.project?.name ?? null,
    role: link.role,
    makesAdmin: link.makesAdmin,
    invitedBy: inviter?.name ?? null,
  };
}

/** How a password-reset link stands and whose it is; null where there is no such link. */
export async function readPasswordReset(
  token: string,
  now = new Date(),
): Promise<{ state: LinkState; email: string } | null> {
  const link = await db().oneTimeLink.findUnique({ where: { tokenHash: hashLinkToken(token) } });
  if (link?.kind !== "password_reset" || !link.userId) return null;
  const user = await db().user.findUnique({ where: { id: link.userId }, select: { email: true } });
  return user ? { state: linkStateOf(link, now), email: user.email } : null;
}

/** A user's own account page: how they can sign in. */
export async function readAccount(userId: string) {
  const { passwordHash, ...user } = await db().user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      email: true,
      name: true,
      createdAt: true,
      passwordHash: true,
      identities: { select: { id: true, provider: true, createdAt: true }, orderBy: { id: "asc" } },
    },
  });
  return { ...user, hasPassword: passwordHash !== null };
}

export interface UserRow {
  id: string;
  name: string;
  email: string;
  isAdmin: boolean;
  isDemo: boolean;
  isDisabled: boolean;
  createdAt: Date;
  lastSeenAt: Date | null;
  /** Projects, by count alone: an administrator has no right to see more. */
  projects: number;
}

/** A page of users in the order of their accounts; `search` looks in names and addresses, `after` is the last id. */
export async function listUsers(
  options: { search?: string; after?: string; take?: number } = {},
): Promise<UserRow[]> {
  const { search, after, take = 50 } = options;
  const contains = search ? { contains: search, mode: "insensitive" as const } : undefined;
  const rows = await db().user.findMany({
    where: {
      ...(contains ? { OR: [{ name: contains }, { email: contains }] } : {}),
      ...(isUuid(after) ? { id: { gt: after } } : {}),
    },
    orderBy: { id: "asc" },
    take,
    select: {
      id: true,
      name: true,
      email: true,
      isAdmin: true,
      isDemo: true,
      disabledAt: true,
      createdAt: true,
      lastSeenAt: true,
      _count: { select: { memberships: true } },
    },
  });
  return rows.map(({ disabledAt, _count, ...row }) => ({
    ...row,
    isDisabled: disabledAt !== null,
    projects: _count.memberships,
  }));
}
