import type { RenderedRecord } from "#lib/datasets/render-record.ts";

/**
 * The form in which LLaMA-Factory keeps a wrong first thought out of the loss.
 *
 * Its data files can't mask a part of one assistant turn (`data/parser.py` has fixed columns, and
 * `data/processor/supervised.py` gives labels to whole turns: none to a user's, all to an assistant's). So all rows
 * carry the rendered chat, up to the point where training begins, as the user's turn, and a small template that adds
 * nothing to a user's turn is registered beside the data. Read from LLaMA-Factory's sources; see the export's README.
 */
export const TEMPLATE_NAME = "second_look_qwen2_vl";

/** The template's slots, as they are written into the file that registers it. */
export const TEMPLATE_SLOTS = { user: "{{content}}", assistant: "{{content}}<|im_end|>\n" } as const;

export const DATASET_NAME = "second_look_sft";
export const DATA_FILE = `${DATASET_NAME}.json`;

export type LlamaFactoryRow = {
  id: string;
  messages: [{ role: "user"; content: string }, { role: "assistant"; content: string }];
  images: [string];
};

/** One row: the chat as Qwen2-VL and Qwen2.5-VL write it, split where the loss begins. */
export function toLlamaFactoryRow(id: string, rendered: RenderedRecord, imagePath: string): LlamaFactoryRow {
  const prompt =
    `<|im_start|>system\n${rendered.system}<|im_end|>\n` +
    `<|im_start|>user\n<image>${rendered.user}<|im_end|>\n` +
    `<|im_start|>assistant\n${rendered.context}`;
  return {
    id,
    messages: [
      { role: "user", content: prompt },
      { role: "assistant", content: rendered.trained },
    ],
    images: [imagePath],
  };
}

/** `dataset_info.json`: where the rows are and which keys they use. */
export function datasetInfo(): Record<string, unknown> {
  return {
    [DATASET_NAME]: {
      file_name: DATA_FILE,
      formatting: "sharegpt",
      columns: { messages: "messages", images: "images" },
      tags: {
        role_tag: "role",
        content_tag: "content",
        user_tag: "user",
        assistant_tag: "assistant",
        system_tag: "system",
      },
    },
  };
}

/** Tokens that a picture of the training size takes in Qwen2-VL and Qwen2.5-VL (28 × 28 pixels each), rounded up. */
const IMAGE_TOKENS = 420;
/** Tokens of the chat's own marks, with room. */
const FRAME_TOKENS = 64;

/**
 * A cut-off that no record reaches. A tokeniser of this kind makes at most one token of each byte, and in ordinary
 * text far less than one of two; the training script counts with the real tokeniser before it starts.
 */
export function safeCutoff(longestBytes: number): number {
  const tokens = Math.ceil(longestBytes / 2) + IMAGE_TOKENS + FRAME_TOKENS;
  return Math.max(2048, Math.ceil(tokens / 256) * 256);
}
