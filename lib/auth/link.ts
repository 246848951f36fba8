import { createHash, randomBytes } from "node:crypto";

/** One-time links: what stands in the address is random, what is kept is its hash. */
export type LinkState = "open" | "used" | "expired" | "revoked";

const DAY = 24 * 60 * 60 * 1000;
export const INVITATION_MS = 7 * DAY;
export const PASSWORD_RESET_MS = DAY;

/** 256 random bits for an address. */
export function createLinkToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a token. The token is random through and through, so one fast hash is enough. */
export function hashLinkToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether a link can still be used at `now`. */
export function linkStateOf(
  link: { usedAt: Date | null; revokedAt: Date | null; expiresAt: Date },
  now: Date,
): LinkState {
  if (link.usedAt) return "used";
  if (link.revokedAt) return "revoked";
  return link.expiresAt.getTime() <= now.getTime() ? "expired" : "open";
}

/** What a link that cannot be used any more says. */
export function describeDeadLink(
  kind: "invitation" | "password_reset",
  state: Exclude<LinkState, "open">,
): string {
  const name = kind === "invitation" ? "invitation" : "link";
  const source = kind === "invitation" ? "whoever invited you" : "an administrator";
  const what = { used: "has already been used", expired: "has expired", revoked: "was taken back" }[state];
  return `This ${name} ${what}. Ask ${source} for a new one.`;
}
