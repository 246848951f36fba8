import "server-only";
import type { ProjectRole } from "#lib/auth/permissions.ts";
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
