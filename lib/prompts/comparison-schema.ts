import { z } from "zod";
import { DIALECTS } from "#lib/endpoints/schema.ts";
import { frozenModelSchema } from "#lib/generation/schema.ts";
import type { PromptName } from "#lib/prompts/schema.ts";

/** Inputs that are compared on at most: enough to see, few enough to read. */
export const MOST_INPUTS = 10;

export const comparisonStageSchema = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type ComparisonStage = z.infer<typeof comparisonStageSchema>;

/** One side as it is asked for; what is not said comes from the stage's own model. */
export const sideChoiceSchema = z.object({
  /** Null: the newest version of the prompt that the model uses. */
  promptVersionId: z.uuid().nullable().default(null),
  endpointId: z.uuid().nullable().default(null),
  model: z.string().trim().max(200).nullable().default(null),
  dialect: z.enum(DIALECTS).nullable().default(null),
});
export type SideChoice = z.infer<typeof sideChoiceSchema>;

export const comparisonRequestSchema = z.object({
  stage: comparisonStageSchema,
  inputIds: z
    .array(z.uuid())
    .min(1, "Choose at least one input.")
    .max(MOST_INPUTS, `Choose at most ${MOST_INPUTS} inputs.`),
  sides: z.tuple([sideChoiceSchema, sideChoiceSchema]),
  /** The same seed asks the same; drawn where none is given. */
  seed: z.string().trim().min(1).max(120).optional(),
});
export type ComparisonRequest = z.input<typeof comparisonRequestSchema>;

/** One side as it was frozen. */
export const frozenSideSchema = z.object({
  promptVersionId: z.uuid(),
  promptName: z.string(),
  promptVersion: z.int(),
  model: frozenModelSchema,
});
export type FrozenSide = z.infer<typeof frozenSideSchema>;

export type ComparisonEstimate = {
  seed: string;
  /** Millionths of a US dollar; null: a price is not known. */
  ceilingMicros: number | null;
  /** Calls to make, and calls that were answered before. */
  calls: number;
  reused: number;
  /** Inputs that can't be asked about, in a sentence each. */
  problems: string[];
};

const checkSchema = z.object({ check: z.string(), result: z.enum(["pass", "fail", "unknown"]) });

/** What our parser, grader and checks made of one reply. */
export const itemResultSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("thought"),
    /** Stage 3: what it went on from, behind the simple thought. */
    joiner: z.string(),
    cue: z.string(),
    thought: z.string(),
    between: z.string(),
    answer: z.string().nullable(),
    choiceIndex: z.int().nullable(),
    grade: z.enum(["right", "wrong", "ungradable"]),
    isWhole: z.boolean(),
    words: z.int(),
    checks: z.array(checkSchema),
  }),
  z.object({
    kind: z.literal("questions"),
    questions: z.array(
      z.object({
        text: z.string(),
        choices: z.array(z.string()),
        keyIndex: z.int(),
        reasoningType: z.string(),
      }),
    ),
    problems: z.array(z.string()),
    words: z.int(),
  }),
]);
export type ItemResult = z.infer<typeof itemResultSchema>;

export const COMPARISON_STATES = ["working", "done", "cancelled", "failed"] as const;
export type ComparisonState = (typeof COMPARISON_STATES)[number];

/** What an input looks like in a list. */
export type InputLine = {
  id: string;
  imageId: string;
  image: string;
  /** Known by name only. */
  isMissing: boolean;
  text: string;
  note: string;
};

export type ComparedReply = {
  state: "waiting" | "working" | "done" | "failed";
  callId: string | null;
  reused: boolean;
  error: string | null;
  /** While it is being asked: one sentence that says what it waits for. */
  waitsFor: string | null;
  result: ItemResult | null;
  promptTokens: number | null;
  completionTokens: number | null;
  /** Null: not known. */
  costMicros: number | null;
  durationMs: number | null;
};

/** What one side came to, over its answered inputs. */
export type SideTally = {
  asked: number;
  answered: number;
  failed: number;
  right: number;
  wrong: number;
  ungradable: number;
  /** No check failed. */
  clean: number;
  questions: number;
  unusable: number;
  meanWords: number | null;
  promptTokens: number;
  completionTokens: number;
  /** Of the calls that were made for it and whose price is known. */
  costMicros: number;
  unpriced: number;
  meanMs: number | null;
};

/** The prompts of each stage: which of the two is used follows from the model. */
export const STAGE_PROMPTS: Record<ComparisonStage, readonly PromptName[]> = {
  1: ["stage1", "stage1_tags"],
  2: ["stage2"],
  3: ["stage3", "stage3_emulated"],
};

/** The stage that a prompt belongs to; null for those of checks and training. */
export function stageOfPrompt(name: PromptName): ComparisonStage | null {
  return ([1, 2, 3] as const).find((stage) => STAGE_PROMPTS[stage].includes(name)) ?? null;
}
