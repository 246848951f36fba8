import { DATASET_NAME, safeCutoff, TEMPLATE_NAME } from "#lib/datasets/llamafactory.ts";
import {
  type ExportOptions,
  LEFT_OUT_LABELS,
  type Recipe,
  TRAINING_PIXELS,
  type VersionSummary,
} from "#lib/datasets/schema.ts";

export const MANIFEST_FORMAT = "second-look-dataset@1";

/** What an export says about its version; the same for every export of it. */
export type VersionFacts = {
  projectId: string;
  projectName: string;
  datasetName: string;
  versionId: string;
  versionNumber: number;
  /** ISO 8601, in UTC. */
  createdAt: string;
  recordCount: number;
  recipe: Recipe;
  summary: VersionSummary;
};

export type FileHash = { sha256: string; bytes: number };
export type Manifest = ReturnType<typeof buildManifest>;

/** The manifest: counts, what was left out and why, how it was made, approvals, and the hash of every other file. */
export function buildManifest(
  facts: VersionFacts,
  options: ExportOptions,
  contentHash: string,
  files: ReadonlyMap<string, FileHash>,
) {
  const { summary, recipe } = facts;
  return {
    format: MANIFEST_FORMAT,
    dataset: {
      name: facts.datasetName,
      version: facts.versionNumber,
      versionId: facts.versionId,
      project: { id: facts.projectId, name: facts.projectName },
      createdAt: facts.createdAt,
      recordsSha256: contentHash,
    },
    simulated: { isSimulated: summary.simulated > 0, records: summary.simulated, of: facts.recordCount },
    counts: {
      records: facts.recordCount,
      images: summary.images,
      questions: summary.questions,
      editedByPeople: summary.edited,
      byKind: summary.byKind,
      byReasoningType: summary.byReasoningType,
      byAnswerStyle: summary.byAnswerStyle,
    },
    leftOut: {
      total: summary.leftOut.reduce((sum, { count }) => sum + count, 0),
      /** Reasoning judged good by a person, answer wrong: counted here, never trained on. */
      approvedButWrong: Object.fromEntries(
        summary.leftOut
          .filter(({ reason }) => reason === "ends-wrong")
          .map(({ kind, count }) => [kind, count]),
      ),
      reasons: summary.leftOut.map((entry) => ({ ...entry, meaning: LEFT_OUT_LABELS[entry.reason] })),
    },
    approvals: {
      everyRecordApproved: true,
      bySource: summary.approvals.bySource,
      byReviewer: summary.approvals.byReviewer,
      recordsApprovedDespiteFailedChecks: summary.approvals.despiteFailedChecks,
      perRecord: "records.jsonl",
    },
    made: { recipe, models: summary.makers },
    training: {
      format: "llamafactory",
      dataset: DATASET_NAME,
      template: TEMPLATE_NAME,
      models: "Qwen2-VL, Qwen2.5-VL",
      lossBegins: { O: "<think>", OO: "<think>", XO: "the cue" },
      wrongFirstThought: "masked: context in the user's turn",
      cutoffLen: safeCutoff(summary.longestBytes),
      longestRecordBytes: summary.longestBytes,
    },
    images:
      options.images === "training" ? { form: "training", maxPixels: TRAINING_PIXELS } : { form: "original" },
    files: Object.fromEntries([...files.entries()].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}
