import { type LlamaFactoryRow, TEMPLATE_SLOTS } from "#lib/datasets/llamafactory.ts";

/** A piece of text that the trainer makes tokens of, and whether they carry loss. */
export type LabelledSpan = { text: string; isTrained: boolean };

export type TemplateSlots = { system?: string; user: string; assistant: string };

/**
 * LLaMA-Factory's labelling rule for supervised rows, restated: of `data/converter.py` (a first system message is
 * taken off, then user and assistant alternate), `data/mm_plugin.py` (each `<image>` becomes the picture's tokens),
 * `data/template.py` (a message is put into its role's slots) and `data/processor/supervised.py` (of every pair the
 * first side carries no loss and the second all of it, with `train_on_prompt` and `mask_history` off).
 *
 * Works on text instead of tokens: each span is tokenised by itself, so a span's border is a token's border.
 */
export function replayLabels(
  row: { messages: readonly { role: string; content: string }[]; images: readonly string[] },
  slots: TemplateSlots = TEMPLATE_SLOTS,
): LabelledSpan[] {
  const [first] = row.messages;
  const system = first?.role === "system" ? first.content : null;
  const turns = system === null ? row.messages : row.messages.slice(1);
  if (turns.length === 0 || turns.length % 2 !== 0)
    throw new Error("The trainer skips a row whose turns don't pair.");
  const placeholders = turns.reduce((count, { content }) => count + content.split("<image>").length - 1, 0);
  if (placeholders !== row.images.length)
    throw new Error("The trainer refuses a row whose images and marks differ in number.");

  return turns.map(({ role, content }, index) => {
    const expected = index % 2 === 0 ? "user" : "assistant";
    if (role !== expected)
      throw new Error(`The trainer skips a row with ${role} in the place of ${expected}.`);
    const shown = content.replaceAll("<image>", "<|vision_start|><|image_pad|><|vision_end|>");
    const slot = expected === "user" ? slots.user : slots.assistant;
    const before =
      index === 0 && system !== null
        ? (slots.system ?? "{{content}}").replace("{{content}}", () => system)
        : "";
    return { text: before + slot.replace("{{content}}", () => shown), isTrained: expected === "assistant" };
  });
}

/** What a row trains, as one text. */
export function trainedText(row: LlamaFactoryRow): string {
  return replayLabels(row)
    .filter(({ isTrained }) => isTrained)
    .map(({ text }) => text)
    .join("");
}
