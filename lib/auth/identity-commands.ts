import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { acceptInvitationWith } from "#lib/auth/link-commands.ts";
import { db } from "#lib/db/client.ts";

export interface OutsideIdentity {
  /** github, google or oidc. */
  provider: string;
  /** The account's id at the provider; it stays when the address changes. */
  subject: string;
  email: string | null;
  name: string | null;
}

export type IdentityOutcome = "signed_in" | "linked" | "joined" | "unknown" | "disabled" | "taken";

/**
 * Decides what an account at an outside provider may do here. It signs in the user that it belongs to; it is linked
 * to whoever is signed in; with an invitation it makes an account. An equal address alone opens nothing: whoever
 * can set an address at a provider would otherwise own the account here.
 */
export async function admitIdentity(
  identity: OutsideIdentity,
  given: { signedInUserId: string | null; invitationToken: string | null },
): Promise<IdentityOutcome> {
  const { provider, subject } = identity;
  const known = await db().identity.findUnique({
    where: { provider_subject: { provider, subject } },
    select: { userId: true, user: { select: { disabledAt: true } } },
  });
  if (known) {
    if (given.signedInUserId && given.signedInUserId !== known.userId) return "taken";
    return known.user.disabledAt ? "disabled" : "signed_in";
  }
  if (given.signedInUserId) {
    await linkIdentity(given.signedInUserId, identity);
    return "linked";
  }
  if (given.invitationToken && identity.email) {
    await acceptInvitationWith(given.invitationToken, {
      provider,
      subject,
      email: identity.email.trim().toLowerCase(),
      name: (identity.name ?? identity.email).trim().slice(0, 80),
    });
    return "joined";
  }
  return "unknown";
}

/** Takes an outside account away from a user who still has another way to sign in. Returns false where there is none. */
export async function unlinkIdentity(userId: string, identityId: string): Promise<boolean> {
  return db().$transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "User" where "id" = ${userId}::uuid for update`;
    const user = await tx.user.findUniqueOrThrow({
      where: { id: userId },
      select: { passwordHash: true, identities: { select: { id: true } } },
    });
    if (!user.passwordHash && user.identities.length < 2) return false;
    const { count } = await tx.identity.deleteMany({ where: { id: identityId, userId } });
    if (count === 1) {
      await recordAudit(tx, {
        projectId: null,
        actorId: userId,
        action: "identity.unlinked",
        subjectType: "user",
        subjectId: userId,
      });
    }
    return true;
  });
}

async function linkIdentity(userId: string, { provider, subject }: OutsideIdentity): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.identity.create({ data: { userId, provider, subject } });
    await recordAudit(tx, {
      projectId: null,
      actorId: userId,
      action: "identity.linked",
      subjectType: "user",
      subjectId: userId,
      data: { provider },
    });
  });
}
