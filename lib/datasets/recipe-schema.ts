import { z } from "zod";
import { COMPACT_RATIO, PAIR_KINDS } from "#lib/datasets/pair-schema.ts";
import { SFT_KINDS } from "#lib/traces/kind.ts";

/** "published": as the method's authors composed theirs. "everything": all that is approved. */
export const SFT_PRESETS = ["everything", "published", "custom"] as const;
export type SftPreset = (typeof SFT_PRESETS)[number];

const seedSchema = z.string().trim().min(1, "A seed has at least one character.").max(60);
const mostSchema = z.int().min(1).max(1_000_000);

/** Which approved traces become records of a set for supervised training. */
export const sftOptionsSchema = z.object({
  preset: z.enum(SFT_PRESETS),
  kinds: z.array(z.enum(SFT_KINDS)).min(1, "Choose at least one kind."),
  /** The share of O and OO together that is taken; 1: all. */
  rightShare: z.number().gt(0).max(1),
  /** XO for each O or OO that is taken; null, or where neither O nor OO is wanted: all. */
  correctedPerRight: z.number().gt(0).max(100).nullable(),
  /** Of O and OO together, and again of XO; null: no limit. */
  mostPerQuestion: mostSchema.nullable(),
  /** Within its question, the thought of rank r (0 is the longest) is drawn with weight rankWeight^r; 1: evenly. */
  rankWeight: z.number().gt(0).max(1),
  seed: seedSchema,
});
export type SftOptions = z.infer<typeof sftOptionsSchema>;

const ALL: Omit<SftOptions, "preset"> = {
  kinds: [...SFT_KINDS],
  rightShare: 1,
  correctedPerRight: null,
  mostPerQuestion: null,
  rankWeight: 0.5,
  seed: "1",
};

/** What each preset stands for. */
export const SFT_PRESET_OPTIONS: Record<Exclude<SftPreset, "custom">, SftOptions> = {
  everything: { preset: "everything", ...ALL },
  published: { preset: "published", ...ALL, rightShare: 0.1, correctedPerRight: 1 },
};

/** Which preference pairs are drawn. */
export const preferenceOptionsSchema = z.object({
  /** The kinds that are wanted, and with how many rejected sides one chosen side is paired at most in each. */
  perChosen: z.partialRecord(z.enum(PAIR_KINDS), z.int().min(1).max(100)),
  /** A long thought is set against a compact one where it has at least this many times its words. */
  compactRatio: z.number().min(1).max(20),
  /** Of all kinds together; null: no limit. */
  total: mostSchema.nullable(),
  /**
   * Keeps as many pairs with a long chosen and a short rejected side as the other way round, so that length alone tells
   * the sides apart in no way. Lengths are alike where they fall into one bin; each bin ends at `binRatio` times the
   * words at which it begins. Null: off.
   */
  lengthMatching: z.object({ binRatio: z.number().min(1.05).max(4) }).nullable(),
  seed: seedSchema,
});
export type PreferenceOptions = z.infer<typeof preferenceOptionsSchema>;

/** What imported files prefer enters a set only where somebody asks for it. */
export const DEFAULT_PREFERENCE: PreferenceOptions = {
  perChosen: Object.fromEntries(
    PAIR_KINDS.filter((kind) => kind !== "elsewhere").map((kind) => [kind, kind === "preferred" ? 4 : 1]),
  ),
  compactRatio: COMPACT_RATIO,
  total: null,
  lengthMatching: null,
  seed: "1",
};

/** How a person decided about the thought whose steps were judged. */
export const STEP_DECISIONS = ["approved", "rejected", "open"] as const;
export type StepDecision = (typeof STEP_DECISIONS)[number];

/** Which thoughts with judged steps are taken. */
export const stepOptionsSchema = z.object({
  decisions: z.array(z.enum(STEP_DECISIONS)).min(1, "Choose at least one."),
  /** How many reviewers marked at least one of its steps. */
  fewestReviewers: z.int().min(1).max(20),
  /** Only thoughts of which at least one step has its place in the image. */
  needsRegion: z.boolean(),
});
export type StepOptions = z.infer<typeof stepOptionsSchema>;

export const DEFAULT_STEPS: StepOptions = {
  decisions: [...STEP_DECISIONS],
  fewestReviewers: 1,
  needsRegion: false,
};

/** Shares of the images. Which side an image is on follows from its content and the seed alone. */
export const splitOptionsSchema = z
  .object({
    validation: z.number().min(0).max(0.5),
    test: z.number().min(0).max(0.5),
    seed: seedSchema,
  })
  .refine(({ validation, test }) => validation + test < 1, "Leave some images for training.");
export type SplitOptions = z.infer<typeof splitOptionsSchema>;

/** The same seed for every set unless somebody chooses another: a picture is on one side in all of them. */
export const NO_SPLITS: SplitOptions = { validation: 0, test: 0, seed: "1" };
