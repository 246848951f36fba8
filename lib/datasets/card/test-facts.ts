import type { CardFacts, FigureSource } from "#lib/datasets/card/facts-schema.ts";
import type { ExportInfo } from "#lib/datasets/card/metadata.ts";
import type { CardVersion } from "#lib/datasets/card/render.ts";
import { summarySchema } from "#lib/datasets/schema.ts";
import { RECIPE, testId } from "#lib/datasets/test-records.ts";

/** Facts of a made-up version for tests, whole and consistent. */
const sourceOf = (figure: string): FigureSource => ({ query: `the query of ${figure}`, screen: "insights" });

export function makeCardFacts(changes: Partial<CardFacts> = {}): CardFacts {
  return {
    format: 1,
    composition: {
      rows: [
        { part: "preference", kind: "XO>XX", split: "train", count: 60 },
        { part: "sft", kind: "O", split: "train", count: 40 },
        { part: "sft", kind: "XO", split: "test", count: 10 },
        { part: "sft", kind: "XO", split: "train", count: 50 },
      ],
      images: 41,
      questions: 90,
      reasoningTypes: [
        { type: "Recognition", count: 80 },
        { type: "Counting and Quantification", count: 20 },
      ],
      source: sourceOf("composition"),
    },
    funnel: {
      steps: [
        { step: "images", count: 60 },
        { step: "questions", count: 420 },
        { step: "simple-thoughts", count: 4_200 },
        { step: "long-thoughts", count: 9_000 },
        { step: "traces", count: 9_900 },
        { step: "passed", count: 8_000 },
        { step: "selected", count: 1_200 },
        { step: "judged", count: 600 },
        { step: "approved", count: 480 },
        { step: "in-version", count: 160 },
      ],
      missingImages: 0,
      questionProblems: [{ reason: "key is none of the choices", count: 6 }],
      simpleGrades: { right: 2_400, wrong: 1_700, ungradable: 100 },
      longGrades: { right: 6_000, wrong: 2_800, ungradable: 200 },
      source: sourceOf("funnel"),
    },
    checks: {
      traces: [
        { check: "leak", pass: 8_500, fail: 1_400, unknown: 0 },
        { check: "consistency", pass: 9_000, fail: 300, unknown: 600 },
      ],
      questions: [{ check: "length-cue", pass: 400, fail: 20, unknown: 0 }],
      tracesWithFailure: 1_900,
      source: sourceOf("checks"),
    },
    made: {
      makers: [
        {
          stage: 2,
          model: "Qwen2.5-VL-7B-Instruct",
          prompt: "stage2@3",
          parameters: { temperature: 0.7 },
          records: 100,
        },
      ],
      prompts: [{ name: "stage2", version: 3, hash: "ab".repeat(32), note: "" }],
      importedRuns: 0,
      source: sourceOf("made"),
    },
    reviewers: {
      people: 3,
      verdictsEach: [400, 200, 50],
      single: { approved: 500, rejected: 150 },
      bulk: { approved: 30, rejected: 0 },
      source: sourceOf("reviewers"),
    },
    agreement: {
      compared: 120,
      unanimous: 104,
      percent: { value: 0.87, low: 0.8, high: 0.92 },
      alpha: { value: 0.71, low: 0.55, high: 0.83 },
      reliability: "unclear",
      source: sourceOf("agreement"),
    },
    errorRate: {
      approved: {
        cases: 110,
        hits: 9,
        images: 33,
        share: { value: 9 / 110, low: 0.041, high: 0.157, effective: 82 },
        basis: "random",
      },
      generated: {
        cases: 600,
        hits: 120,
        images: 50,
        share: { value: 0.2, low: 0.16, high: 0.25, effective: 300 },
        basis: "judged",
        inReview: 1_200,
      },
      coverage: { nobody: 5, one: 100, several: 45 },
      orders: [
        { order: "image", traces: 400 },
        { order: "uncertain", traces: 200 },
      ],
      source: sourceOf("errorRate"),
    },
    price: {
      calls: 14_000,
      unpricedCalls: 0,
      costMicros: 96_000_000,
      approved: 480,
      perApprovedMicros: 200_000,
      source: sourceOf("price"),
    },
    behaviours: {
      method: "lexical-1",
      sampled: 100,
      of: 160,
      means: { verification: 0.6, backtracking: 0.3, subgoal: 0.1, backward: 0 },
      source: sourceOf("behaviours"),
    },
    language: { code: "en", source: sourceOf("language") },
    lengths: {
      records: [
        { kind: "O", count: 40, mean: 60, p10: 40, median: 58, p90: 80, max: 99, bins: [0, 10, 25, 5] },
        {
          kind: "XO",
          count: 60,
          mean: 160,
          p10: 110,
          median: 158,
          p90: 200,
          max: 260,
          bins: [0, 0, 0, 0, 10, 20, 20, 6, 2, 1, 1],
        },
      ],
      pairs: [
        {
          kind: "XO>XX",
          count: 60,
          chosen: { count: 60, mean: 171, p10: 120, median: 170, p90: 220, max: 260 },
          rejected: { count: 60, mean: 109, p10: 80, median: 108, p90: 150, max: 200 },
          chosenLonger: 56,
        },
      ],
      chosenBins: [0, 0, 0, 0, 5, 15, 25, 10, 5],
      rejectedBins: [0, 0, 5, 20, 25, 8, 2],
      source: sourceOf("lengths"),
    },
    licences: {
      rows: [
        { licence: "CC BY 4.0", sources: ["DOCCI"], images: 40 },
        { licence: null, sources: [], images: 1 },
      ],
      source: sourceOf("licences"),
    },
    withdrawnVersions: [],
    contamination: { state: "not-checked", source: sourceOf("contamination") },
    ...changes,
  };
}

export function makeCardVersion(changes: Partial<CardVersion> = {}): CardVersion {
  return {
    projectName: "Houses",
    datasetName: "houses",
    versionId: testId(9),
    versionNumber: 2,
    createdAt: "2026-11-23T10:00:00.000Z",
    recordCount: 100,
    recipe: RECIPE,
    summary: summarySchema.parse({
      byKind: { O: 40, XO: 60 },
      byReasoningType: { Recognition: 80, "Counting and Quantification": 20 },
      byAnswerStyle: { parenthesis: 100 },
      images: 41,
      questions: 90,
      edited: 3,
      simulated: 0,
      approvals: { bySource: { single: 95, bulk: 5 }, byReviewer: {}, despiteFailedChecks: 2 },
      leftOut: [{ reason: "rejected", kind: "OO", count: 12 }],
      makers: [],
      longestBytes: 3_000,
    }),
    ...changes,
  };
}

export function makeExportInfo(changes: Partial<ExportInfo> = {}): ExportInfo {
  return {
    format: "parquet",
    label: "Parquet",
    images: "training",
    configs: [
      {
        name: "sft",
        splits: [
          { name: "train", path: "sft/train-*.parquet", rows: 90, bytes: 12_345 },
          { name: "test", path: "sft/test-*.parquet", rows: 10 },
        ],
        features: [
          { name: "image", dtype: "image" },
          { name: "choices", list: "string" },
        ],
      },
      { name: "preference", splits: [{ name: "train", path: ["a.parquet", "b.parquet"], rows: 60 }] },
    ],
    sections: [{ title: "Files", body: "- `sft/`: the records" }],
    ...changes,
  };
}
