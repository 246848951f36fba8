import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/**
 * Forgets what a client says about its own address. Next writes the socket's address into `X-Forwarded-For` unless
 * the header is there already, so without a trusted proxy the header must not come from outside: otherwise anyone
 * could choose the address that the sign-in throttle counts. Node publishes each request before anyone handles it.
 */
export function distrustForwardedFor(trustedProxies: number): void {
  if (trustedProxies > 0) return;
  subscribe("http.server.request.start", (message) => {
    if (hasRequest(message)) delete message.request.headers["x-forwarded-for"];
  });
}

function hasRequest(message: unknown): message is { request: IncomingMessage } {
  return typeof message === "object" && message !== null && "request" in message;
}
