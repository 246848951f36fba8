import "server-only";
import { env } from "#lib/env.ts";

/** Sessions end after this many seconds without signing in again: 14 days. */
export const SESSION_SECONDS = 14 * 24 * 60 * 60;

/** Whether people reach the app over https, so that cookies can insist on it. */
export function usesHttps(): boolean {
  return env().NEXTAUTH_URL?.startsWith("https://") ?? false;
}

/** The name of the session's cookie. The prefix makes browsers refuse it over plain http. */
export function sessionCookieName(): string {
  return usesHttps() ? "__Secure-second-look.session" : "second-look.session";
}

/** Holds an invitation's token for the few minutes that someone is away at an outside provider. */
export const INVITATION_COOKIE = "second-look.invitation";
