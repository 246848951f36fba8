import "server-only";
import { env } from "#lib/env.ts";

/**
 * The address that a request came from, for the sign-in throttle.
 *
 * `X-Forwarded-For` reads “client, proxy, proxy”: each proxy appends whom it was called by. What stands left of the
 * entries that trusted proxies wrote is whatever the client liked to send. With n trusted proxies the client is
 * therefore the nth entry from the right. Without any, the web server itself writes the one entry there is
 * (`lib/launch` removes what a client sent).
 */
export function clientAddressOf(
  headers: { get(name: string): string | null },
  trustedProxies = env().SECOND_LOOK_TRUSTED_PROXIES,
): string {
  const entries = (headers.get("x-forwarded-for") ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const address = entries.at(-Math.max(1, trustedProxies)) ?? "unknown";
  return address.replace(/^::ffff:/, "").slice(0, 64);
}
