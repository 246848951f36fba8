import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import {
  createLinkToken,
  describeDeadLink,
  hashLinkToken,
  INVITATION_MS,
  linkStateOf,
  PASSWORD_RESET_MS,
} from "#lib/auth/link.ts";
import { hashPassword } from "#lib/auth/password.ts";
import type { ProjectRole } from "#lib/auth/permissions.ts";
import type { NewAccount } from "#lib/auth/schema.ts";
import { setPassword } from "#lib/auth/user-commands.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import type { LinkKind, OneTimeLink } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";

/** Makes an invitation and returns its token, which is shown once and kept nowhere. */
export async function createInvitation(
  actorId: string,
  input: { email: string | null; projectId?: string; role?: ProjectRole; makesAdmin?: boolean },
  now = new Date(),
): Promise<{ id: string; token: string; expiresAt: Date }> {
  const token = createLinkToken();
  const expiresAt = new Date(now.getTime() + INVITATION_MS);
  const id = await db().$transaction(async (tx) => {
    const link = await tx.oneTimeLink.create({
      data: {
        kind: "invitation",
        tokenHash: hashLinkToken(token),
        email: input.email,
        projectId: input.projectId ?? null,
        role: input.projectId ? (input.role ?? "viewer") : null,
        makesAdmin: !input.projectId && (input.makesAdmin ?? false),
        createdById: actorId,
        createdAt: now,
        expiresAt,
      },
    });
    await recordAudit(tx, {
      projectId: link.projectId,
      actorId,
      action: "invitation.created",
      subjectType: "invitation",
      subjectId: link.id,
      data: { email: link.email, role: link.role, makesAdmin: link.makesAdmin },
    });
    return link.id;
  });
  return { id, token, expiresAt };
}

/** Makes a link with which a user sets a new password; earlier ones stop working. */
export async function createPasswordReset(
  actorId: string,
  userId: string,
  now = new Date(),
): Promise<{ token: string; expiresAt: Date }> {
  const token = createLinkToken();
  const expiresAt = new Date(now.getTime() + PASSWORD_RESET_MS);
  await db().$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId } });
    if (!user) throw new AppError("not_found", "There is no such user.");
    if (user.disabledAt)
      throw new AppError("conflict", `${user.name}’s account is disabled. Enable it first.`);
    await tx.oneTimeLink.updateMany({
      where: { kind: "password_reset", userId, usedAt: null, revokedAt: null },
      data: { revokedAt: now },
    });
    await tx.oneTimeLink.create({
      data: {
        kind: "password_reset",
        tokenHash: hashLinkToken(token),
        userId,
        createdById: actorId,
        createdAt: now,
        expiresAt,
      },
    });
    await recordAudit(tx, {
      projectId: null,
      actorId,
      action: "user.reset_link_made",
      subjectType: "user",
      subjectId: userId,
      data: { name: user.name },
    });
  });
  return { token, expiresAt };
}

/** Takes an unused link back. `projectId` null: a link of the server; otherwise one of that project alone. */
export async function revokeInvitation(
  actorId: string,
  linkId: string,
  projectId: string | null,
): Promise<void> {
  await db().$transaction(async (tx) => {
    const { count } = await tx.oneTimeLink.updateMany({
      where: { id: linkId, projectId, kind: "invitation", usedAt: null, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw new AppError("conflict", "This invitation was already used or taken back.");
    await recordAudit(tx, {
      projectId,
      actorId,
      action: "invitation.revoked",
      subjectType: "invitation",
      subjectId: linkId,
    });
  });
}

/** Makes an account from an invitation. A used, expired, revoked or unknown link is `conflict` or `not_found`. */
export async function acceptInvitationAsNew(
  token: string,
  account: NewAccount,
  now = new Date(),
): Promise<{ userId: string; projectId: string | null }> {
  await requireOpenLink("invitation", token, now);
  const passwordHash = await hashPassword(account.password);
  return db().$transaction((tx) =>
    createInvited(tx, token, { email: account.email, name: account.name, passwordHash }, now),
  );
}

/** Makes an account without a password from an invitation, for someone who came by an outside provider. */
export async function acceptInvitationWith(
  token: string,
  identity: { provider: string; subject: string; email: string; name: string },
  now = new Date(),
): Promise<{ userId: string; projectId: string | null }> {
  const { provider, subject, email, name } = identity;
  return db().$transaction(async (tx) => {
    const accepted = await createInvited(tx, token, { email, name, passwordHash: null }, now);
    await tx.identity.create({ data: { userId: accepted.userId, provider, subject } });
    return accepted;
  });
}

/** Adds what an invitation gives to an account that exists. */
export async function acceptInvitationAs(
  token: string,
  userId: string,
  now = new Date(),
): Promise<{ userId: string; projectId: string | null }> {
  return db().$transaction(async (tx) => {
    const link = await takeLink(tx, "invitation", token, now);
    const user = await tx.user.findUniqueOrThrow({
      where: { id: userId },
      select: { id: true, name: true, email: true },
    });
    requireRightAddress(link, user.email);
    return grant(tx, link, user, now);
  });
}

/** Sets the password of the user that a reset link is for, and ends all of their sessions. */
export async function resetPassword(
  token: string,
  password: string,
  now = new Date(),
): Promise<{ email: string }> {
  await requireOpenLink("password_reset", token, now);
  const passwordHash = await hashPassword(password);
  return db().$transaction(async (tx) => {
    const link = await takeLink(tx, "password_reset", token, now);
    const user = link.userId ? await tx.user.findUnique({ where: { id: link.userId } }) : null;
    if (!user || user.disabledAt)
      throw new AppError("conflict", "This account is disabled. Ask an administrator.");
    await tx.oneTimeLink.update({ where: { id: link.id }, data: { usedAt: now, usedById: user.id } });
    await setPassword(tx, user.id, passwordHash);
    await recordAudit(tx, {
      projectId: null,
      actorId: user.id,
      action: "user.password_reset",
      subjectType: "user",
      subjectId: user.id,
    });
    return { email: user.email };
  });
}

async function createInvited(
  tx: Transaction,
  token: string,
  data: { email: string; name: string; passwordHash: string | null },
  now: Date,
): Promise<{ userId: string; projectId: string | null }> {
  const link = await takeLink(tx, "invitation", token, now);
  requireRightAddress(link, data.email);
  // One statement: of two invitations that are accepted with the same address at once, one finds the account there.
  const [user] = await tx.user.createManyAndReturn({
    data: [data],
    skipDuplicates: true,
    select: { id: true, name: true },
  });
  if (!user) {
    throw new AppError(
      "conflict",
      "There is already an account with this address. Sign in with it, then open the invitation again.",
    );
  }
  return grant(tx, link, user, now);
}

/** Finds a link by its token and holds its row, so that of two who use it at once the second finds it used. */
async function takeLink(tx: Transaction, kind: LinkKind, token: string, now: Date): Promise<OneTimeLink> {
  const tokenHash = hashLinkToken(token);
  await tx.$queryRaw`select 1 from "OneTimeLink" where "tokenHash" = ${tokenHash} for update`;
  return findOpenLink(tx, kind, tokenHash, now);
}

/** A look before the costly part: hashing a password for whoever comes without a link would be work for nothing. */
async function requireOpenLink(kind: LinkKind, token: string, now: Date): Promise<void> {
  await findOpenLink(db(), kind, hashLinkToken(token), now);
}

async function findOpenLink(
  tx: Transaction,
  kind: LinkKind,
  tokenHash: string,
  now: Date,
): Promise<OneTimeLink> {
  const link = await tx.oneTimeLink.findUnique({ where: { tokenHash } });
  if (!link || link.kind !== kind)
    throw new AppError("not_found", "There is no such link. Check that it was copied whole.");
  const state = linkStateOf(link, now);
  if (state !== "open") throw new AppError("conflict", describeDeadLink(kind, state));
  return link;
}

function requireRightAddress(link: OneTimeLink, email: string): void {
  if (link.email && link.email !== email) {
    throw new AppError(
      "forbidden",
      `This invitation is for ${link.email}. Sign in with that address, or ask for another invitation.`,
    );
  }
}

const RANK: Record<ProjectRole, number> = { viewer: 0, reviewer: 1, owner: 2 };

/** A role that someone already has is never lowered by an invitation. */
async function grant(
  tx: Transaction,
  link: OneTimeLink,
  user: { id: string; name: string },
  now: Date,
): Promise<{ userId: string; projectId: string | null }> {
  await tx.oneTimeLink.update({ where: { id: link.id }, data: { usedAt: now, usedById: user.id } });
  if (link.makesAdmin) await tx.user.update({ where: { id: user.id }, data: { isAdmin: true } });
  if (link.projectId && link.role) {
    const key = { projectId: link.projectId, userId: user.id };
    const current = await tx.membership.findUnique({ where: { projectId_userId: key } });
    if (!current) await tx.membership.create({ data: { ...key, role: link.role } });
    else if (RANK[current.role] < RANK[link.role]) {
      await tx.membership.update({ where: { projectId_userId: key }, data: { role: link.role } });
    }
  }
  await recordAudit(tx, {
    projectId: link.projectId,
    actorId: user.id,
    action: "invitation.accepted",
    subjectType: "user",
    subjectId: user.id,
    data: { name: user.name, role: link.role },
  });
  return { userId: user.id, projectId: link.projectId };
}
