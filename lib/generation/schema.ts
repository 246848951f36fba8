import { z } from "zod";
import { MODEL_CHECKS } from "#lib/checks/model-checks.ts";
import { capabilitiesSchema, DIALECTS, type Purpose, parametersSchema } from "#lib/endpoints/schema.ts";
import { ANSWER_STYLES } from "#lib/generation/choices.ts";
import { CHAT_TEMPLATE_NAMES } from "#lib/generation/continuation/chat-templates.ts";
import { CUES } from "#lib/generation/preset.ts";

/** A model as a run froze it: later changes of the settings don't reach a run that has begun. */
export const frozenModelSchema = z.object({
  endpointId: z.uuid(),
  endpointName: z.string(),
  model: z.string(),
  parameters: parametersSchema,
  capabilities: capabilitiesSchema,
  dialect: z.enum(DIALECTS),
  template: z.enum(CHAT_TEMPLATE_NAMES).nullable(),
  /** US dollars per million tokens; null: not known. */
  inputPrice: z.string().nullable(),
  outputPrice: z.string().nullable(),
  simulated: z.boolean(),
});
export type FrozenModel = z.infer<typeof frozenModelSchema>;

/** A model sees the image at no more than this area where a run says nothing else, as published (512 × 512). */
export const STAGE2_MAX_PIXELS = 512 * 512;
/** What a run may say instead: from a thumbnail to more than any model of today takes in. */
export const LEAST_PIXELS = 32 * 32;
export const MOST_PIXELS = 4096 * 4096;

const cuesSchema = z
  .array(z.string().trim().min(1).max(120))
  .min(1, "Choose at least one cue.")
  .max(12, "At most twelve cues.");

export const generationConfigSchema = z.object({
  format: z.literal(1),
  stage1: z
    .object({
      model: frozenModelSchema,
      promptVersionId: z.uuid(),
      tagsPromptVersionId: z.uuid(),
      answerStyles: z.array(z.enum(ANSWER_STYLES)).min(1),
    })
    .nullable(),
  stage2: z
    .object({
      model: frozenModelSchema,
      promptVersionId: z.uuid(),
      samples: z.int().min(1).max(64),
      maxPixels: z.int().min(1024),
    })
    .nullable(),
  stage3: z
    .object({
      model: frozenModelSchema,
      promptVersionId: z.uuid(),
      emulatedPromptVersionId: z.uuid(),
      samples: z.int().min(1).max(64),
      cues: cuesSchema,
    })
    .nullable(),
  /** The largest area, in pixels, at which any model of the run sees an image. Older runs say it at stage 2 alone. */
  maxPixels: z.int().min(LEAST_PIXELS).optional(),
  /** Stages whose calls are sent by the endpoint's Batch API. */
  viaBatch: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])).optional(),
  /** The checks by a model that go along, each with its own. */
  checks: z
    .array(
      z.object({
        check: z.enum(MODEL_CHECKS),
        model: frozenModelSchema,
        promptVersionId: z.uuid().nullable(),
      }),
    )
    .default([]),
});
export type GenerationConfig = z.infer<typeof generationConfigSchema>;

/** The largest area at which the models of a run see an image, in pixels. */
export function maxPixelsOf(config: Pick<GenerationConfig, "stage2" | "maxPixels">): number {
  return config.stage2?.maxPixels ?? config.maxPixels ?? STAGE2_MAX_PIXELS;
}

export const STAGES = [1, 2, 3] as const;
export type Stage = (typeof STAGES)[number];

/** Stage 4: the checks by a model. */
export type WorkStage = Stage | 4;

export const STAGE_PURPOSES: Record<Stage, Purpose> = { 1: "question_writer", 2: "vlm", 3: "reasoner" };

/** What whoever starts a generation may choose; everything else comes from the project's settings. */
export const freezeOptionsSchema = z.object({
  stages: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])).min(1, "Choose at least one stage."),
  simpleSamples: z.int().min(1).max(64).default(3),
  longSamples: z.int().min(1).max(64).default(3),
  cues: cuesSchema.default([...CUES]),
  /** The largest area of an image as a model is shown it, in pixels. */
  maxPixels: z
    .int()
    .min(LEAST_PIXELS, "An image needs at least 32 × 32 pixels.")
    .max(MOST_PIXELS, "At most 4,096 × 4,096 pixels.")
    .default(STAGE2_MAX_PIXELS),
  /** Stages to send by the endpoint's Batch API: cheaper, and within a day. */
  viaBatch: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])).default([]),
  checks: z.array(z.enum(MODEL_CHECKS)).default([]),
  /** Merged over the assignment's parameters. */
  parameters: z
    .object({
      stage1: parametersSchema.optional(),
      stage2: parametersSchema.optional(),
      stage3: parametersSchema.optional(),
    })
    .default({}),
});
export type FreezeOptions = z.input<typeof freezeOptionsSchema>;

export type ConfigLine = {
  stage: Stage;
  model: string;
  endpointName: string;
  simulated: boolean;
  samples: number;
  hasPrice: boolean;
};

/** A config in a line for each stage, for screens. */
export function describeConfig(config: GenerationConfig): ConfigLine[] {
  const parts = [
    { stage: 1 as const, part: config.stage1, samples: 1 },
    { stage: 2 as const, part: config.stage2, samples: config.stage2?.samples ?? 0 },
    { stage: 3 as const, part: config.stage3, samples: config.stage3?.samples ?? 0 },
  ];
  return parts.flatMap(({ stage, part, samples }) =>
    part
      ? [
          {
            stage,
            model: part.model.model,
            endpointName: part.model.endpointName,
            simulated: part.model.simulated,
            samples,
            hasPrice: part.model.inputPrice !== null && part.model.outputPrice !== null,
          },
        ]
      : [],
  );
}
