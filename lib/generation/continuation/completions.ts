import { AppError } from "#lib/errors.ts";
import {
  CHAT_TEMPLATES,
  hasSpecialTokens,
  stripSpecialTokens,
} from "#lib/generation/continuation/chat-templates.ts";
import type { BuildContinuation } from "#lib/generation/continuation/dialect.ts";

/**
 * Raw completions: the chat written out with the model's own template, so that no server template or reasoning
 * parser stands between. Servers put the first token before a raw prompt by themselves; it is written out only where
 * the server can be told not to, or the model would see it twice.
 */
export const buildCompletions: BuildContinuation = (input, { template: name, capabilities }) => {
  if (name === null) throw new RangeError("Raw completions need a chat template.");
  const template = CHAT_TEMPLATES[name];
  const chat = template.render({
    system: input.system === null ? null : stripSpecialTokens(input.system),
    user: stripSpecialTokens(input.user),
  });
  // Never altered: what is trained on must be what the model went on from.
  if (hasSpecialTokens(input.presetText)) {
    throw new AppError(
      "bad_input",
      "This simple thought holds a model's special token, which would end the turn that is to be continued: make another simple thought.",
    );
  }
  const prompt = `${chat}${input.presetText}`;
  return {
    route: "completions",
    isEmulated: false,
    body:
      capabilities.addSpecialTokens && template.firstToken !== ""
        ? { prompt: `${template.firstToken}${prompt}`, add_special_tokens: false }
        : { prompt },
  };
};
