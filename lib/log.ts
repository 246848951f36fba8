import "server-only";
import { randomBytes } from "node:crypto";
import pino from "pino";
import { env } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";

/** The server's log: JSON lines on standard error, so that standard output stays free for what a command prints. */
export const log = pino(
  {
    level: env().LOG_LEVEL,
    base: undefined,
    redact: {
      paths: ["apiKey", "*.apiKey", "password", "*.password", "authorization", "*.authorization"],
      censor: "[secret]",
    },
  },
  pino.destination({ dest: 2, sync: true }),
);

/**
 * The sentence that a person sees for any error. What was not foreseen is logged with an id, and the sentence names it.
 */
export function describeError(error: unknown, context: Record<string, unknown> = {}): string {
  if (isAppError(error)) return error.message;
  const id = randomBytes(4).toString("hex");
  log.error({ id, err: error, ...context }, "unexpected error");
  return `Something went wrong on the server. Try again; if it happens again, report it with the id ${id}, which is in the server's log.`;
}
