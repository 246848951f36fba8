import type { BuildContinuation } from "#lib/generation/continuation/dialect.ts";

/** vLLM's way: the last message is the assistant's and unfinished, and the server opens no new turn. */
export const buildContinueFinalMessage: BuildContinuation = (input) => ({
  route: "chat",
  isEmulated: false,
  body: {
    messages: [
      ...(input.system === null ? [] : [{ role: "system", content: input.system }]),
      { role: "user", content: input.user },
      { role: "assistant", content: input.presetText },
    ],
    continue_final_message: true,
    add_generation_prompt: false,
  },
});
