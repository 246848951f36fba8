import type { Column, ImageValue } from "#lib/datasets/formats/parquet-columns.ts";
import { pairId, renderFrozenPair } from "#lib/datasets/render-pair.ts";
import { renderPrompt, renderRecord, thoughtOf } from "#lib/datasets/render-record.ts";
import type { FrozenRecord, Recipe } from "#lib/datasets/schema.ts";
import type { FrozenPair, FrozenSteps } from "#lib/datasets/version-schema.ts";

/** A line with what it needs beside itself: its texts written out, and its picture. */
export interface RecordRow {
  line: FrozenRecord;
  rendered: ReturnType<typeof renderRecord>;
  image: ImageValue | null;
  path: string;
}
export interface PairRow {
  line: FrozenPair;
  rendered: ReturnType<typeof renderFrozenPair>;
  image: ImageValue | null;
  path: string;
}
export interface JudgedRow {
  line: FrozenSteps;
  prompt: string;
  image: ImageValue | null;
  path: string;
}

type Picture = { image: ImageValue | null; path: string };

export function toRecordRow(line: FrozenRecord, recipe: Recipe, picture: Picture): RecordRow {
  return { line, rendered: renderRecord(line, recipe), ...picture };
}

export function toPairRow(line: FrozenPair, recipe: Recipe, picture: Picture): PairRow {
  return { line, rendered: renderFrozenPair(line, recipe), ...picture };
}

export function toJudgedRow(line: FrozenSteps, recipe: Recipe, picture: Picture): JudgedRow {
  return { line, prompt: renderPrompt(line.question, recipe).user, ...picture };
}

/** `context` and `completion` are the assistant's turn: the first carries no loss (the wrong thought of X→O). */
export function recordColumns(hasImages: boolean): Column<RecordRow>[] {
  return [
    { name: "id", kind: "string", of: ({ line }) => line.traceRevisionId },
    ...imageColumns<RecordRow>(hasImages),
    ...questionColumns<RecordRow>(),
    { name: "kind", kind: "string", of: ({ line }) => line.kind },
    { name: "system", kind: "string", of: ({ rendered }) => rendered.system },
    { name: "user", kind: "string", of: ({ rendered }) => rendered.user },
    { name: "context", kind: "string", of: ({ rendered }) => rendered.context },
    { name: "completion", kind: "string", of: ({ rendered }) => rendered.trained },
    { name: "simple_thought", kind: "string", of: ({ line }) => line.simpleThought },
    { name: "joiner", kind: "string", of: ({ line }) => line.second?.joiner ?? null },
    { name: "cue", kind: "string", of: ({ line }) => line.second?.cue ?? null },
    { name: "second_look", kind: "string", of: ({ line }) => line.second?.continuation ?? null },
    { name: "answer_given", kind: "string", of: ({ line }) => line.answerGiven },
    { name: "is_edited", kind: "bool", of: ({ line }) => line.isEdited },
    { name: "simulated", kind: "bool", of: ({ line }) => line.simulated },
    { name: "approved_by", kind: "strings", of: ({ line }) => line.approvals.map((by) => by.reviewerId) },
    { name: "approved_at", kind: "strings", of: ({ line }) => line.approvals.map(({ at }) => at) },
    { name: "approved_how", kind: "strings", of: ({ line }) => line.approvals.map(({ source }) => source) },
    {
      name: "models",
      kind: "strings",
      of: ({ line }) => line.makers.map(({ stage, model }) => `${stage}: ${model}`),
    },
  ];
}

/** Where a set takes what imported files prefer, `preferred_by` names the file and line of each such pair. */
export function pairColumns(
  hasImages: boolean,
  { preference }: Pick<Recipe, "preference">,
): Column<PairRow>[] {
  const hasOrigins = preference?.perChosen.elsewhere !== undefined;
  return [
    { name: "id", kind: "string", of: ({ line }) => pairId(line) },
    ...imageColumns<PairRow>(hasImages),
    ...questionColumns<PairRow>(),
    { name: "kind", kind: "string", of: ({ line }) => line.kind },
    { name: "system", kind: "string", of: ({ rendered }) => rendered.system },
    { name: "user", kind: "string", of: ({ rendered }) => rendered.user },
    { name: "chosen", kind: "string", of: ({ rendered }) => rendered.chosen },
    { name: "rejected", kind: "string", of: ({ rendered }) => rendered.rejected },
    { name: "chosen_kind", kind: "string", of: ({ line }) => line.chosen.kind },
    { name: "rejected_kind", kind: "string", of: ({ line }) => line.rejected.kind },
    { name: "chosen_words", kind: "int32", of: ({ line }) => line.chosen.words },
    { name: "rejected_words", kind: "int32", of: ({ line }) => line.rejected.words },
    { name: "rejected_because", kind: "string", of: ({ line }) => line.rejected.rejection.ground },
    ...(hasOrigins
      ? [
          {
            name: "preferred_by",
            kind: "string",
            of: ({ line: { origin } }) => (origin ? `${origin.file}, line ${origin.line}` : null),
          } satisfies Column<PairRow>,
        ]
      : []),
    {
      name: "approved_by",
      kind: "strings",
      of: ({ line }) => line.chosen.approvals.map((by) => by.reviewerId),
    },
    { name: "simulated", kind: "bool", of: ({ line }) => line.simulated },
  ];
}

export function judgedColumns(hasImages: boolean): Column<JudgedRow>[] {
  return [
    { name: "id", kind: "string", of: ({ line }) => line.traceRevisionId },
    ...imageColumns<JudgedRow>(hasImages),
    ...questionColumns<JudgedRow>(),
    { name: "kind", kind: "string", of: ({ line }) => line.kind },
    { name: "prompt", kind: "string", of: ({ prompt }) => prompt },
    { name: "thought", kind: "string", of: ({ line }) => thoughtOf(line) },
    { name: "answer_given", kind: "string", of: ({ line }) => line.answerGiven },
    { name: "steps", kind: "strings", of: ({ line }) => line.steps.map(({ text }) => text) },
    { name: "labels", kind: "strings", of: ({ line }) => line.steps.map(({ label }) => label) },
    {
      name: "after_first_error",
      kind: "strings",
      of: ({ line }) => line.steps.map((step) => (step.isAfterFirstError ? "yes" : "no")),
    },
    // Of every shape, so as JSON: the marks of each step, the regions, and the verdicts.
    { name: "marks", kind: "string", of: ({ line }) => JSON.stringify(line.steps.map(({ marks }) => marks)) },
    { name: "regions", kind: "string", of: ({ line }) => JSON.stringify(line.regions) },
    { name: "verdicts", kind: "string", of: ({ line }) => JSON.stringify(line.verdicts) },
    { name: "simulated", kind: "bool", of: ({ line }) => line.simulated },
  ];
}

type WithImage = {
  image: ImageValue | null;
  path: string;
  line: { imageId: string; imageName: string; imageSha256: string };
};

function imageColumns<T extends WithImage>(hasImages: boolean): Column<T>[] {
  const first: Column<T> = hasImages
    ? { name: "image", kind: "image", of: ({ image }) => image }
    : { name: "image_path", kind: "string", of: ({ path }) => path };
  return [
    first,
    { name: "image_id", kind: "string", of: ({ line }) => line.imageId },
    { name: "image_name", kind: "string", of: ({ line }) => line.imageName },
    { name: "image_sha256", kind: "string", of: ({ line }) => line.imageSha256 },
  ];
}

type WithQuestion = { line: { questionId: string; question: FrozenRecord["question"] } };

function questionColumns<T extends WithQuestion>(): Column<T>[] {
  return [
    { name: "question_id", kind: "string", of: ({ line }) => line.questionId },
    { name: "question", kind: "string", of: ({ line }) => line.question.text },
    { name: "choices", kind: "strings", of: ({ line }) => line.question.choices },
    { name: "key", kind: "int32", of: ({ line }) => line.question.keyIndex },
    { name: "reasoning_type", kind: "string", of: ({ line }) => line.question.reasoningType },
    { name: "answer_style", kind: "string", of: ({ line }) => line.question.answerStyle },
  ];
}
