/**
 * How model families write a chat as one text, for raw completions. A template is never altered: another form gets
 * another name, so that a stored call says for ever what was sent.
 *
 * Sources of the special tokens: each family's published tokenizer configuration.
 */
export type ChatTemplate = {
  label: string;
  /** The first token of a text, where the family has one; written out only where the server is told not to add it. */
  firstToken: string;
  /** The chat up to the point where the assistant's words begin; the preset follows without anything between. */
  render(chat: { system: string | null; user: string }): string;
  /** Where a reply of this family ends; servers know it by themselves, so it is only cut off if it comes back. */
  endToken: string;
};

export const CHAT_TEMPLATE_NAMES = ["deepseek-r1@1", "chatml@1"] as const;
export type ChatTemplateName = (typeof CHAT_TEMPLATE_NAMES)[number];

export const CHAT_TEMPLATES: Record<ChatTemplateName, ChatTemplate> = {
  // The bars are U+FF5C and the low lines U+2581: the plain characters would be other tokens.
  "deepseek-r1@1": {
    label: "DeepSeek R1 and its distilled models",
    firstToken: "<｜begin▁of▁sentence｜>",
    render: ({ system, user }) => `${system ?? ""}<｜User｜>${user}<｜Assistant｜>`,
    endToken: "<｜end▁of▁sentence｜>",
  },
  "chatml@1": {
    label: "ChatML: QwQ, Qwen 2.5, Qwen 3",
    firstToken: "",
    render: ({ system, user }) =>
      `${system === null ? "" : `<|im_start|>system\n${system}<|im_end|>\n`}<|im_start|>user\n${user}<|im_end|>\n<|im_start|>assistant\n`,
    endToken: "<|im_end|>",
  },
};

export function isChatTemplateName(name: string): name is ChatTemplateName {
  return (CHAT_TEMPLATE_NAMES as readonly string[]).includes(name);
}

/**
 * The text without anything in the form of a special token (`<|im_end|>`, `<｜Assistant｜>`, `<|vision_start|>`, …): no
 * text from outside may carry one into a raw prompt, or it could end the user's turn. Taken off until none is left,
 * since what stood around one may make up another.
 */
export function stripSpecialTokens(text: string): string {
  let rest = text;
  while (hasSpecialTokens(rest)) rest = rest.replace(SPECIAL_TOKEN, "");
  return rest;
}

export function hasSpecialTokens(text: string): boolean {
  return text.search(SPECIAL_TOKEN) >= 0;
}

const SPECIAL_TOKEN = /<[｜|][\p{L}\p{N}_▁-]{1,40}[｜|]>/gu;
