import { z } from "zod";
import { setFilterSchema, WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import { PAIR_KINDS } from "#lib/datasets/pair-schema.ts";
import {
  NO_SPLITS,
  preferenceOptionsSchema,
  SFT_PRESET_OPTIONS,
  sftOptionsSchema,
  splitOptionsSchema,
  stepOptionsSchema,
} from "#lib/datasets/recipe-schema.ts";
import { ANSWER_STYLES } from "#lib/generation/choices.ts";
import { SFT_KINDS } from "#lib/traces/kind.ts";
import { VERDICT_SOURCES } from "#lib/traces/schema.ts";

/** Why a trace of the project is not in a version. Each is counted; none is dropped in silence. */
export const LEFT_OUT_REASONS = [
  "unselected",
  "waiting",
  "rejected",
  "unconfirmed",
  "disputed",
  "flagged",
  "repair",
  "ends-wrong",
  "ungradable",
  "approval-outdated",
  "image-missing",
  "question-withdrawn",
  "empty-thought",
  "control-text",
  "filtered",
  "image-left-out",
  "kind-not-wanted",
  "not-drawn",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** The reasons as the screens and the manifest say them. */
export const LEFT_OUT_LABELS: Record<LeftOutReason, string> = {
  unselected: "not selected for review",
  waiting: "not judged yet",
  rejected: "rejected",
  unconfirmed: "approval to be confirmed, because the question or the text changed",
  disputed: "reviewers disagree, and nobody has settled it",
  flagged: "flagged for an owner",
  repair: "sent back for repair",
  "ends-wrong": "approved for its reasoning, but the answer is wrong: never trained on",
  ungradable: "approved, but an answer has no grade",
  "approval-outdated": "no standing approval of exactly this text",
  "image-missing": "the image file is missing",
  "question-withdrawn": "the question was withdrawn",
  "empty-thought": "the thought is empty",
  "control-text": "the text holds a tag or control token that would break the training form",
  filtered: "approved, but outside the set’s filter",
  "image-left-out": "approved, but its image was left out, for its licence or because a benchmark holds it",
  "kind-not-wanted": "approved, but the set takes no records of this kind",
  "not-drawn": "approved, but not drawn into the composition",
};

const id = z.uuid();

export const approvalSchema = z.object({
  verdictId: id,
  reviewerId: id,
  source: z.enum(VERDICT_SOURCES),
  at: z.string(),
  overrodeChecks: z.array(z.string()),
});
export type Approval = z.infer<typeof approvalSchema>;

/** Which model wrote a part, and with which prompt. */
export const makerSchema = z.object({
  stage: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  model: z.string(),
  /** `name@version` of the prompt; null where the call or its prompt is gone. */
  prompt: z.string().nullable(),
  parameters: z.record(z.string(), z.json()),
});
export type Maker = z.infer<typeof makerSchema>;

/**
 * One record of a version as it was frozen: every text that an export needs, so that nothing that changes later
 * can change the version. One line of the version's `records.jsonl`.
 */
export const frozenRecordSchema = z.object({
  ordinal: z.int().min(0),
  /** Absent in versions from before there were splits. */
  split: z.enum(["train", "validation", "test"]).default("train"),
  traceId: id,
  traceRevisionId: id,
  revisionNumber: z.int().min(1),
  questionId: id,
  questionRevisionId: id,
  imageId: id,
  imageName: z.string(),
  imageSha256: z.string(),
  imageMime: z.string(),
  kind: z.enum(SFT_KINDS),
  question: z.object({
    text: z.string(),
    choices: z.array(z.string()),
    keyIndex: z.int().min(0),
    reasoningType: z.string(),
    answerStyle: z.enum(ANSWER_STYLES),
  }),
  /** The first thought; for a standalone O as approved, otherwise as the model wrote it. */
  simpleThought: z.string(),
  /** The second look as approved; null for a standalone O. */
  second: z.object({ joiner: z.string(), cue: z.string(), continuation: z.string() }).nullable(),
  /** The answer as it stood in the approved text; the export writes it in the question's style. */
  answerGiven: z.string(),
  isEdited: z.boolean(),
  simulated: z.boolean(),
  approvals: z.array(approvalSchema).min(1),
  makers: z.array(makerSchema),
});
export type FrozenRecord = z.infer<typeof frozenRecordSchema>;

/** How a version was asked for. Frozen with it. */
export const recipeSchema = z.object({
  selection: z.literal("all-approved"),
  order: z.literal("image, question, trace"),
  systemTemplate: z.string(),
  /** `training_system@version`, or "built in". */
  systemPrompt: z.string(),
  userTemplate: z.string(),
  /** What the templates' answer variables stand for in each style, as it was worded then. */
  answerFormats: z.record(
    z.enum(ANSWER_STYLES),
    z.object({ answer_format: z.string(), answer_example: z.string() }),
  ),
  /** The project's name then: renaming it later changes no export. */
  projectName: z.string(),
  answerStyle: z.literal("as asked for in each question"),
  /** The parts that are wanted, and how each is composed; null: not wanted. Older versions hold every approved record. */
  sft: sftOptionsSchema.nullable().default(SFT_PRESET_OPTIONS.everything),
  preference: preferenceOptionsSchema.nullable().default(null),
  steps: stepOptionsSchema.nullable().default(null),
  splits: splitOptionsSchema.default(NO_SPLITS),
  filter: setFilterSchema.default(WHOLE_PROJECT),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** Why a standing pair is not in a version. */
export const PAIR_LEFT_OUT = ["not-wanted", "per-chosen", "same-texts", "length-matching", "total"] as const;
export type PairLeftOut = (typeof PAIR_LEFT_OUT)[number];

export const PAIR_LEFT_OUT_LABELS: Record<PairLeftOut, string> = {
  "not-wanted": "the set takes no pairs of this kind",
  "per-chosen": "the chosen side stands in as many pairs as it may",
  "same-texts": "the same two texts stand as a pair of another kind already",
  "length-matching": "no pair makes up for its difference in length",
  total: "beyond the number of pairs that was asked for",
};

const poolSchema = z.object({ exist: z.int(), wanted: z.int(), taken: z.int() });
const histogramSchema = z.object({ counts: z.array(z.int()), mean: z.number() });

export const summarySchema = z.object({
  byKind: z.record(z.string(), z.int()),
  byReasoningType: z.record(z.string(), z.int()),
  byAnswerStyle: z.record(z.string(), z.int()),
  /** In any part. */
  images: z.int(),
  questions: z.int(),
  /** Records whose text is a person's. */
  edited: z.int(),
  /** Lines of any part that a simulator wrote, or a side of which it did. */
  simulated: z.int(),
  approvals: z.object({
    bySource: z.record(z.string(), z.int()),
    byReviewer: z.record(z.string(), z.int()),
    despiteFailedChecks: z.int(),
  }),
  /** Traces of the project that are not among the version's records, by reason and kind. */
  leftOut: z.array(z.object({ reason: z.enum(LEFT_OUT_REASONS), kind: z.string(), count: z.int() })),
  makers: z.array(makerSchema.extend({ records: z.int() })),
  /** UTF-8 bytes of the longest record's text: what the training file's cut-off rests on. */
  longestBytes: z.int(),
  /** Of each part that was asked for: its lines, and the hash of their hashes. None in versions of the first form. */
  parts: z
    .partialRecord(z.enum(["sft", "preference", "steps"]), z.object({ lines: z.int(), sha256: z.string() }))
    .default({}),
  /** What the composition of records came to; null where everything approved was taken. */
  pools: z.object({ right: poolSchema, corrected: poolSchema }).nullable().default(null),
  /** Lines of each part on each side, and images on each side. */
  splits: z
    .partialRecord(
      z.enum(["train", "validation", "test"]),
      z.object({ images: z.int(), sft: z.int(), preference: z.int(), steps: z.int() }),
    )
    .default({}),
  /** Of each kind of pair: how many stand in the project, how many are kept, and what became of the others. */
  pairs: z
    .array(
      z.object({
        kind: z.enum(PAIR_KINDS),
        exist: z.int(),
        kept: z.int(),
        leftOut: z.partialRecord(z.enum(PAIR_LEFT_OUT), z.int()),
      }),
    )
    .default([]),
  /** Words of records by kind; of the sides of pairs as drawn, and as kept. */
  lengths: z
    .object({
      records: z.partialRecord(z.enum(SFT_KINDS), histogramSchema),
      drawn: z.object({ chosen: histogramSchema, rejected: histogramSchema }).nullable(),
      kept: z.object({ chosen: histogramSchema, rejected: histogramSchema }).nullable(),
    })
    .nullable()
    .default(null),
  /** Thoughts with judged steps: how many exist, how many are kept, and what they hold. */
  steps: z
    .object({
      exist: z.int(),
      kept: z.int(),
      steps: z.int(),
      marks: z.int(),
      regions: z.int(),
      byLabel: z.record(z.string(), z.int()),
    })
    .nullable()
    .default(null),
});
export type VersionSummary = z.infer<typeof summarySchema>;

/** What a version can be written as; `lib/datasets/formats/catalog.ts` says what each is. */
export const EXPORT_FORMATS = ["llamafactory", "trl", "openai", "parquet", "jsonl", "steps"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * "training": scaled down to an area of 512 × 512 pixels, as they are trained on. "original": the imported files.
 * "reference": no pictures, only which they are.
 */
export const IMAGE_FORMS = ["training", "original", "reference"] as const;
export type ImageForm = (typeof IMAGE_FORMS)[number];

export const exportOptionsSchema = z.object({
  images: z.enum(IMAGE_FORMS).default("training"),
  /** "whole": ordinary chats for any model, in which the wrong first thought of X→O is trained on. Absent: masked. */
  wrongThought: z.literal("whole").optional(),
});
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

/** The area, in pixels, that a picture has at most in training. */
export const TRAINING_PIXELS = 512 * 512;

export const datasetNameSchema = z
  .string()
  .trim()
  .min(1, "Give the dataset a name.")
  .max(60, "A name has at most 60 characters.")
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u,
    "Use letters, digits, blanks, dots, hyphens and underscores; begin with a letter or digit.",
  );

export const createVersionSchema = z
  .object({ projectId: id, name: datasetNameSchema })
  .extend(recipeSchema.pick({ sft: true, preference: true, steps: true, splits: true, filter: true }).shape);
export const versionIdSchema = z.object({ projectId: id, versionId: id });
export const withdrawVersionSchema = versionIdSchema.extend({
  reason: z
    .string()
    .trim()
    .min(3, "Say why, for those who find the version later.")
    .max(500, "At most 500 characters."),
});
export const giveUpExportSchema = z.object({ projectId: id, exportId: id });
export const requestExportSchema = z.object({
  projectId: id,
  versionId: id,
  format: z.enum(EXPORT_FORMATS).default("llamafactory"),
  options: exportOptionsSchema,
  allowSimulated: z.boolean().default(false),
  allowUnmasked: z.boolean().default(false),
});
