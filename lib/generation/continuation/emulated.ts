import type { BuildContinuation } from "#lib/generation/continuation/dialect.ts";

/**
 * By instruction, where an endpoint always begins a turn of its own. The unfinished thought stands in the user's
 * text (the `stage3_emulated` prompt puts it there), so nothing is added here but the plain chat.
 */
export const buildEmulated: BuildContinuation = (input) => ({
  route: "chat",
  isEmulated: true,
  body: {
    messages: [
      ...(input.system === null ? [] : [{ role: "system", content: input.system }]),
      { role: "user", content: input.user },
    ],
  },
});
