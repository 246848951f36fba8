import { z } from "zod";
import { PAIR_KINDS } from "#lib/datasets/pair-schema.ts";
import { approvalSchema, frozenRecordSchema, makerSchema } from "#lib/datasets/schema.ts";
import { regionSchema } from "#lib/images/region-schema.ts";
import { STEP_RATINGS } from "#lib/review/marks-schema.ts";
import { TRACE_KINDS } from "#lib/traces/kind.ts";
import { VERDICT_SOURCES } from "#lib/traces/schema.ts";

/**
 * What a version can hold: records for supervised training, preference pairs, steps with what reviewers said of them.
 * Each part is one JSONL file in storage with every text that an export needs.
 */
export const VERSION_PARTS = ["sft", "preference", "steps"] as const;
export type VersionPart = (typeof VERSION_PARTS)[number];

/** Decided by the image alone, so that no image is on both sides. */
export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

const id = z.uuid();

/** What every line of every part says of its question and image. */
const askedShape = {
  ordinal: z.int().min(0),
  split: z.enum(SPLITS).default("train"),
  questionId: id,
  questionRevisionId: id,
  imageId: id,
  imageName: z.string(),
  imageSha256: z.string(),
  imageMime: z.string(),
  question: frozenRecordSchema.shape.question,
};

const thoughtShape = {
  traceId: id,
  traceRevisionId: id,
  kind: z.enum(TRACE_KINDS),
  simpleThought: z.string(),
  second: frozenRecordSchema.shape.second,
};

const sideShape = {
  ...thoughtShape,
  /** The choice that it answers; written in the question's style. */
  answerIndex: z.int().min(0),
  /** Words of the whole thought. */
  words: z.int().min(0),
  makers: z.array(makerSchema),
};

/** Why a rejected side is one, and who said so; a wrong answer needs nobody. */
export const rejectionSchema = z.object({
  ground: z.enum(["wrong-answer", "rejected", "edited", "cut-off", "preferred-less"]),
  reviewerId: id.nullable(),
  /** ISO 8601. */
  at: z.string().nullable(),
});

/** Which line of which imported file prefers the chosen side. */
export const pairOriginSchema = z.object({ runId: id, file: z.string(), line: z.int() });

/** One line of `pairs.jsonl`. */
export const frozenPairSchema = z.object({
  ...askedShape,
  kind: z.enum(PAIR_KINDS),
  chosen: z.object({ ...sideShape, approvals: z.array(approvalSchema).min(1) }),
  rejected: z.object({ ...sideShape, rejection: rejectionSchema }),
  /** Of pairs of the kind "elsewhere" alone. */
  origin: pairOriginSchema.optional(),
  simulated: z.boolean(),
});
export type FrozenPair = z.infer<typeof frozenPairSchema>;

export const frozenStepSchema = z.object({
  part: z.enum(["simple", "long"]),
  /** `Step.id` of lib/traces/steps.ts. */
  key: z.string(),
  text: z.string(),
  /** What the reviewers who marked it agree on; null where nobody did, or they disagree. */
  label: z.enum(STEP_RATINGS).nullable(),
  /** It, or a step before it, was marked as the first error. */
  isAfterFirstError: z.boolean(),
  marks: z.array(
    z.object({
      reviewerId: id,
      rating: z.enum(STEP_RATINGS),
      isNotVisible: z.boolean(),
      note: z.string(),
      /** Of `regions`: where in the image the evidence is. */
      regionIds: z.array(id),
    }),
  ),
});

/** One line of `steps.jsonl`: a thought that was judged step by step. */
export const frozenStepsSchema = z.object({
  ...askedShape,
  ...thoughtShape,
  /** As it stood in the text. */
  answerGiven: z.string(),
  verdicts: z.array(
    z.object({
      verdictId: id,
      reviewerId: id,
      decision: z.enum(["approved", "rejected"]),
      source: z.enum(VERDICT_SOURCES),
      at: z.string(),
    }),
  ),
  steps: z.array(frozenStepSchema),
  regions: z.array(regionSchema.extend({ reviewerId: id })),
  simulated: z.boolean(),
});
export type FrozenSteps = z.infer<typeof frozenStepsSchema>;

/** What stands in the place of a line whose image was taken down. The line's hash stays, so the version's does too. */
export const frozenGapSchema = z.object({
  gap: z.literal(true),
  ordinal: z.int().min(0),
  /** SHA-256 of the line that stood here, without its line end; hex. */
  lineSha256: z.string(),
  imageSha256: z.string(),
  reason: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type FrozenGap = z.infer<typeof frozenGapSchema>;

export function isGap(line: FrozenGap | { ordinal: number }): line is FrozenGap {
  return "gap" in line;
}
