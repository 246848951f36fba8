import { z } from "zod";
import { makerSchema } from "#lib/datasets/schema.ts";

/**
 * What the card says of a version and of the project that it was frozen from, as both were then. Kept with the
 * version, so that its card is the same whenever it is written.
 */

const count = z.int().min(0);

/** Where a figure comes from: the function and what it was narrowed to, and the screen that shows the same today. */
export const sourceSchema = z.object({
  query: z.string(),
  /** Below the project's address, with its query; null where no screen shows it. */
  screen: z.string().nullable(),
});
export type FigureSource = z.infer<typeof sourceSchema>;

const sourced = { source: sourceSchema };

export const FUNNEL_STEPS = [
  "images",
  "questions",
  "simple-thoughts",
  "long-thoughts",
  "traces",
  "passed",
  "selected",
  "judged",
  "approved",
  "in-version",
] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

export const funnelSchema = z.object({
  steps: z.array(z.object({ step: z.enum(FUNNEL_STEPS), count })),
  missingImages: count,
  /** Questions that replies held but that could not be used, by why. */
  questionProblems: z.array(z.object({ reason: z.string(), count })),
  simpleGrades: z.object({ right: count, wrong: count, ungradable: count }),
  longGrades: z.object({ right: count, wrong: count, ungradable: count }),
  ...sourced,
});

const checkFiguresSchema = z.object({ check: z.string(), pass: count, fail: count, unknown: count });

/** A share with its interval at 95 %, by clusters: `effective` is how many independent cases say as much. */
export const shareSchema = z.object({
  cases: count,
  hits: count,
  images: count,
  /** Null where there are too few cases or images to say anything of a whole. */
  share: z.object({ value: z.number(), low: z.number(), high: z.number(), effective: z.number() }).nullable(),
});
export type ShareFacts = z.infer<typeof shareSchema>;

/**
 * What a share speaks for. `random`: it was drawn at random, so it speaks for all that it was drawn from. `census`: nearly
 * all were judged, so no choice stands between. `judged`: for what was judged, in the order in which it came, alone.
 */
export const BASES = ["random", "census", "judged", "none"] as const;
export type Basis = (typeof BASES)[number];

export const errorRateSchema = z.object({
  /** Of traces that a first reviewer approved and a second judged by themselves: those that the second rejected. */
  approved: shareSchema.extend({ basis: z.enum(BASES) }),
  /** Of traces that reached review and were decided one at a time: those that are rejected. */
  generated: shareSchema.extend({ basis: z.enum(BASES), inReview: count }),
  /** By how many people each record was approved one at a time. */
  coverage: z.object({ nobody: count, one: count, several: count }),
  /** In which orders the traces came to whoever judged them first; "none": by no queue, or it is not known. */
  orders: z.array(z.object({ order: z.string(), traces: count })),
  ...sourced,
});
export type ErrorRateFacts = z.infer<typeof errorRateSchema>;

const measuredSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

const spreadSchema = z.object({
  count,
  mean: z.number(),
  p10: z.number(),
  median: z.number(),
  p90: z.number(),
  max: z.number(),
});
export type Spread = z.infer<typeof spreadSchema>;

/** Words in bins of `binWords`; the last bin holds all that is longer. */
export const BIN_WORDS = 25;
export const BINS = 24;
const histogramSchema = z.array(count).max(BINS);

export const licenceCountSchema = z.object({
  /** As the import gave it; null: it said nothing. */
  licence: z.string().nullable(),
  sources: z.array(z.string()),
  images: count,
});
export type LicenceCount = z.infer<typeof licenceCountSchema>;

export const BEHAVIOUR_SAMPLE = 1_000;

export const cardFactsSchema = z.object({
  format: z.literal(1),
  /** Lines of each part, by kind (of pairs: by the kind of pair) and split. */
  composition: z.object({
    rows: z.array(
      z.object({ part: z.enum(["sft", "preference", "steps"]), kind: z.string(), split: z.string(), count }),
    ),
    images: count,
    questions: count,
    reasoningTypes: z.array(z.object({ type: z.string(), count })),
    ...sourced,
  }),
  funnel: funnelSchema,
  checks: z.object({
    traces: z.array(checkFiguresSchema),
    questions: z.array(checkFiguresSchema),
    tracesWithFailure: count,
    ...sourced,
  }),
  made: z.object({
    makers: z.array(makerSchema.extend({ records: count })),
    prompts: z.array(z.object({ name: z.string(), version: z.int(), hash: z.string(), note: z.string() })),
    /** Runs whose texts were made elsewhere and brought in. */
    importedRuns: count,
    ...sourced,
  }),
  reviewers: z.object({
    people: count,
    /** Standing verdicts that were given one at a time, of each person, most first. Nobody is named. */
    verdictsEach: z.array(count),
    single: z.object({ approved: count, rejected: count }),
    bulk: z.object({ approved: count, rejected: count }),
    ...sourced,
  }),
  agreement: z.object({
    compared: count,
    unanimous: count,
    percent: measuredSchema,
    alpha: measuredSchema,
    /** By Krippendorff's customary bounds (`rateReliability`). */
    reliability: z.enum(["reliable", "tentative", "poor", "unclear", "none"]),
    ...sourced,
  }),
  errorRate: errorRateSchema,
  price: z.object({
    calls: count,
    unpricedCalls: count,
    /** Millionths of a US dollar, as far as prices are known. */
    costMicros: z.number().min(0),
    approved: count,
    /** Null where nothing is known of the price, or nothing was approved. */
    perApprovedMicros: z.number().min(0).nullable(),
    ...sourced,
  }),
  behaviours: z.object({
    /** The word patterns that read them: see lib/checks/behaviours.ts. */
    method: z.string(),
    sampled: count,
    of: count,
    /** Means per thought. */
    means: z.record(z.string(), z.number()),
    ...sourced,
  }),
  /** Recognised in the same sample; null: not English, or too little text to say. */
  language: z.object({ code: z.literal("en").nullable(), ...sourced }),
  lengths: z.object({
    /** Words of the thoughts of records, by kind. */
    records: z.array(spreadSchema.extend({ kind: z.string(), bins: histogramSchema })),
    pairs: z.array(
      z.object({
        kind: z.string(),
        count,
        chosen: spreadSchema,
        rejected: spreadSchema,
        /** Pairs whose chosen side is the longer one. */
        chosenLonger: count,
      }),
    ),
    chosenBins: histogramSchema,
    rejectedBins: histogramSchema,
    ...sourced,
  }),
  licences: z.object({ rows: z.array(licenceCountSchema), ...sourced }),
  /** Versions of the same dataset that were withdrawn before this one was frozen; absent before that was read. */
  withdrawnVersions: z.array(z.object({ number: z.int(), at: z.string(), reason: z.string() })).default([]),
  contamination: z.discriminatedUnion("state", [
    z.object({ state: z.literal("not-checked"), ...sourced }),
    z.object({
      state: z.literal("checked"),
      /** Benchmarks that were looked at, with how many images and questions of the version are like one of theirs. */
      benchmarks: z.array(z.object({ name: z.string(), images: count, questions: count })),
      /** When the comparison began; absent before that was kept. */
      comparedAt: z.string().optional(),
      /** Of the version: what that comparison did not see, or could not open; absent before that was read. */
      notCompared: z.object({ images: count, questions: count }).optional(),
      ...sourced,
    }),
  ]),
});
export type CardFacts = z.infer<typeof cardFactsSchema>;
