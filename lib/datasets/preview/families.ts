import { fitWithin, type Size } from "#lib/images/fit.ts";

/**
 * What is known of a family of models, to show a record as its chat template writes it and to count its tokens. Facts
 * with their sources; safe in the browser. The vocabularies are read on the server alone (`tokenizer.ts`).
 */
export interface ModelFamily {
  id: FamilyId;
  label: string;
  /** The tokenizer whose vocabulary is here; null: tokens are estimated. */
  tokenizer: "qwen2_5" | null;
  /** Marks that are one token each in this family and are not in that vocabulary. */
  ownMarks?: readonly string[];
  /** The chat's marks: what stands before the system text, after it, before the user's turn, and so on. */
  frame: {
    beforeSystem: string;
    beforeUser: string;
    image: { before: string; mark: string; after: string };
    beforeAssistant: string;
    afterAssistant: string;
    /** The system's words have no turn of their own: without any, what stands between them and the user's goes, too. */
    isSystemInUser?: true;
    /** The template takes blanks away around what the user says. */
    isTrimmed?: true;
  };
  picture: PictureRule;
  /** Where these facts were read. */
  sources: string;
}

/**
 * How many tokens a picture takes. "grid": its sides are rounded to multiples of `unit` pixels, within an area, and
 * each unit squared is a token. "fixed": so many whatever its size.
 */
export type PictureRule =
  | { rule: "grid"; unit: number; minPixels: number; maxPixels: number }
  | { rule: "fixed"; tokens: number };

export const FAMILY_IDS = ["qwen2.5-vl", "qwen2-vl", "qwen3-vl", "gemma-3"] as const;
export type FamilyId = (typeof FAMILY_IDS)[number];

const CHAT_ML = {
  beforeSystem: "<|im_start|>system\n",
  beforeUser: "<|im_end|>\n<|im_start|>user\n",
  image: { before: "<|vision_start|>", mark: "<|image_pad|>", after: "<|vision_end|>" },
  beforeAssistant: "<|im_end|>\n<|im_start|>assistant\n",
  afterAssistant: "<|im_end|>\n",
} as const;

export const FAMILIES: Record<FamilyId, ModelFamily> = {
  "qwen2.5-vl": {
    id: "qwen2.5-vl",
    label: "Qwen2.5-VL",
    tokenizer: "qwen2_5",
    frame: CHAT_ML,
    picture: { rule: "grid", unit: 28, minPixels: 56 * 56, maxPixels: 16_384 * 28 * 28 },
    sources:
      "Qwen2.5-VL’s chat_template.json and preprocessor_config.json: patches of 14 pixels, merged two by two",
  },
  "qwen2-vl": {
    id: "qwen2-vl",
    label: "Qwen2-VL",
    tokenizer: "qwen2_5",
    frame: CHAT_ML,
    picture: { rule: "grid", unit: 28, minPixels: 56 * 56, maxPixels: 16_384 * 28 * 28 },
    sources:
      "Qwen2-VL’s chat_template.json and preprocessor_config.json; the words of Qwen2 and Qwen2.5 are the same",
  },
  "qwen3-vl": {
    id: "qwen3-vl",
    label: "Qwen3-VL",
    tokenizer: "qwen2_5",
    ownMarks: ["<think>", "</think>", "<tool_response>", "</tool_response>"],
    frame: CHAT_ML,
    picture: { rule: "grid", unit: 32, minPixels: 256 * 256, maxPixels: 4_096 * 4_096 },
    sources:
      "Qwen3-VL’s preprocessor_config.json: patches of 16 pixels, merged two by two; its ordinary words are those of Qwen2.5, the tags of thoughts are tokens of their own",
  },
  "gemma-3": {
    id: "gemma-3",
    label: "Gemma 3",
    tokenizer: null,
    frame: {
      beforeSystem: "<bos><start_of_turn>user\n",
      beforeUser: "\n\n",
      image: { before: "", mark: "<start_of_image>", after: "" },
      beforeAssistant: "<end_of_turn>\n<start_of_turn>model\n",
      afterAssistant: "<end_of_turn>\n",
      isSystemInUser: true,
      isTrimmed: true,
    },
    // 256 of the picture, its two marks, and an empty line before and after it.
    picture: { rule: "fixed", tokens: 260 },
    sources:
      "Gemma 3’s chat template (the system text stands in the user’s turn) and its processor, which makes 256 tokens of each picture and four around it",
  },
};

/**
 * The size to which a picture is brought, and the tokens that it takes. `size` null: it is not known, and the most that a
 * picture of so many pixels can take is given.
 *
 * The rule of the grid is `smart_resize` of transformers (`models/qwen2_vl/image_processing_qwen2_vl.py`): each side to
 * the nearest multiple of the unit (halves to the even one, as Python rounds), then scaled into the bounds of the area.
 */
export function countPictureTokens(
  family: ModelFamily,
  size: Size | null,
  maxPixels: number,
): { tokens: number; shownAs: Size | null } {
  const { picture } = family;
  if (picture.rule === "fixed") return { tokens: picture.tokens, shownAs: null };
  const { unit } = picture;
  if (!size) return { tokens: Math.ceil((maxPixels / unit ** 2) * 1.2), shownAs: null };
  const { width, height } = fitWithin(size, { maxPixels });
  let shown = { width: toUnit(width, unit, roundHalfEven), height: toUnit(height, unit, roundHalfEven) };
  const area = shown.width * shown.height;
  if (area > picture.maxPixels || area < picture.minPixels) {
    const isLarge = area > picture.maxPixels;
    const scale = Math.sqrt((isLarge ? picture.maxPixels : picture.minPixels) / (width * height));
    const round = isLarge ? Math.floor : Math.ceil;
    shown = { width: toUnit(width * scale, unit, round), height: toUnit(height * scale, unit, round) };
  }
  return { tokens: (shown.width / unit) * (shown.height / unit), shownAs: shown };
}

function toUnit(pixels: number, unit: number, round: (value: number) => number): number {
  return Math.max(unit, round(pixels / unit) * unit);
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
