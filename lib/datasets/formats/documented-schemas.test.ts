import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import {
  exportVersionOf,
  linesOf,
  makeCorrected,
  makeLine,
  makePairLine,
  makeStepsLine,
  storeImage,
  type TestImage,
  type TestVersion,
} from "#lib/datasets/formats/test-lines.ts";
import { openTestStorage } from "#lib/datasets/formats/test-storage.ts";
import type { ExportOptions } from "#lib/datasets/schema.ts";

// JSON schemas of the forms that trainers document, written from their documentation and sources as of November 2026,
// and the rules that no schema can say, restated. A form that changes there fails nothing here: look again now and then.

openTestStorage();

let image: TestImage;
let other: TestImage;
beforeAll(async () => {
  [image, other] = await Promise.all([storeImage(1), storeImage(2)]);
});

/** Versions of every mixture: with and without X→O, pairs, steps, splits. */
const versions = (): [string, TestVersion][] => [
  ["records that are right at first sight", { records: [makeLine(0, image), makeLine(1, other)] }],
  [
    "records of all kinds",
    { records: [makeLine(0, image), makeCorrected(1, image), makeCorrected(2, other, { kind: "OO" })] },
  ],
  [
    "records on two sides",
    { records: [makeLine(0, image), makeCorrected(1, other, { split: "validation" })] },
  ],
  ["pairs alone", { pairs: [makePairLine(0, image), makePairLine(1, other)] }],
  [
    "steps alone",
    { steps: [makeStepsLine(0, image, ["good", "wrong", null]), makeStepsLine(1, other, [null, "good"])] },
  ],
  [
    "everything",
    {
      records: [makeLine(0, image), makeCorrected(1, image)],
      pairs: [makePairLine(0, image)],
      steps: [
        makeStepsLine(0, image, ["good", "doubtful", "good"]),
        makeStepsLine(1, image, ["wrong", "good"]),
      ],
    },
  ],
  [
    "texts of other scripts and signs",
    {
      records: [makeLine(0, image, { simpleThought: '屋根は緑です。\u2028"quoted" \\ and 😀' })],
    },
  ],
];
const OPTIONS: Partial<ExportOptions>[] = [{}, { wrongThought: "whole" }];

const ajv = new Ajv({ allErrors: true });
const text = { type: "string", minLength: 1 };
const message = (roles: readonly string[], content: object = text) => ({
  type: "object",
  properties: { role: { enum: roles }, content },
  required: ["role", "content"],
  additionalProperties: false,
});
const paths = {
  type: "array",
  items: { type: "string", pattern: "^images/[0-9a-f]{24}\\.[a-z]+$" },
  minItems: 1,
  maxItems: 1,
};

/** https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md, "Sharegpt Format", with tags as dataset_info says. */
const shareGpt = ajv.compile({
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    properties: {
      id: text,
      messages: { type: "array", items: message(["system", "user", "assistant"]), minItems: 2, maxItems: 3 },
      images: paths,
    },
    required: ["messages", "images"],
    additionalProperties: false,
  },
});
/** The same page, "Preference Dataset" of the ShareGPT format. */
const shareGptRanking = ajv.compile({
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    properties: {
      id: text,
      messages: { type: "array", items: message(["system", "user"]), minItems: 1, maxItems: 2 },
      chosen: message(["assistant"]),
      rejected: message(["assistant"]),
      images: paths,
    },
    required: ["messages", "chosen", "rejected", "images"],
    additionalProperties: false,
  },
});
/** `data/parser.py`: the attributes that a data set may have, and the names under "columns" and "tags" for ShareGPT. */
const datasetInfo = ajv.compile({
  type: "object",
  minProperties: 1,
  additionalProperties: {
    type: "object",
    properties: {
      file_name: { type: "string", pattern: "\\.json$" },
      formatting: { const: "sharegpt" },
      ranking: { const: true },
      columns: {
        type: "object",
        propertyNames: {
          enum: [
            "system",
            "tools",
            "images",
            "videos",
            "audios",
            "chosen",
            "rejected",
            "kto_tag",
            "messages",
          ],
        },
        required: ["messages", "images"],
      },
      tags: {
        type: "object",
        propertyNames: {
          enum: [
            "role_tag",
            "content_tag",
            "user_tag",
            "assistant_tag",
            "observation_tag",
            "function_tag",
            "system_tag",
          ],
        },
      },
    },
    required: ["file_name", "formatting", "columns", "tags"],
    additionalProperties: false,
  },
});

const conversation = (last: string) => ({
  type: "array",
  items: message(["system", "user", "assistant"]),
  minItems: 1,
  contains: message([last]),
});
/** https://huggingface.co/docs/trl/dataset_formats: prompt-completion, standard and conversational, with `images`. */
const promptCompletion = ajv.compile({
  type: "object",
  oneOf: [
    { properties: { prompt: text, completion: text }, required: ["prompt", "completion"] },
    {
      properties: { prompt: conversation("user"), completion: conversation("assistant") },
      required: ["prompt", "completion"],
    },
  ],
  properties: { id: {}, prompt: {}, completion: {}, images: paths },
  required: ["images"],
  additionalProperties: false,
});
/** The same page: preference with an explicit prompt. */
const preference = ajv.compile({
  type: "object",
  properties: {
    id: {},
    prompt: conversation("user"),
    chosen: conversation("assistant"),
    rejected: conversation("assistant"),
    images: paths,
  },
  required: ["prompt", "chosen", "rejected", "images"],
  additionalProperties: false,
});
/** The same page: stepwise supervision. */
const stepwise = ajv.compile({
  type: "object",
  properties: {
    id: {},
    prompt: text,
    completions: { type: "array", items: text, minItems: 1 },
    labels: { type: "array", items: { type: "boolean" }, minItems: 1 },
    images: paths,
  },
  required: ["prompt", "completions", "labels"],
  additionalProperties: false,
});

const imagePart = {
  type: "object",
  properties: {
    type: { const: "image_url" },
    image_url: {
      type: "object",
      properties: {
        url: { type: "string", pattern: "^(https?://|data:image/(jpeg|png|webp);base64,[A-Za-z0-9+/]+=*$)" },
        detail: { enum: ["auto", "low", "high"] },
      },
      required: ["url"],
      additionalProperties: false,
    },
  },
  required: ["type", "image_url"],
  additionalProperties: false,
};
const textPart = {
  type: "object",
  properties: { type: { const: "text" }, text },
  required: ["type", "text"],
  additionalProperties: false,
};
const openAiMessages = (last: boolean) => ({
  type: "array",
  items: {
    oneOf: [
      message(["system"]),
      message(["user"], {
        oneOf: [text, { type: "array", items: { oneOf: [imagePart, textPart] }, minItems: 1 }],
      }),
      ...(last ? [message(["assistant"])] : []),
    ],
  },
  minItems: 1,
});
/** https://developers.openai.com/api/docs/guides/vision-fine-tuning, "Data format". */
const openAiVision = ajv.compile({
  type: "object",
  properties: { messages: openAiMessages(true) },
  required: ["messages"],
  additionalProperties: false,
});
/** https://developers.openai.com/api/docs/guides/direct-preference-optimization, "Data format". */
const openAiPreference = ajv.compile({
  type: "object",
  properties: {
    input: {
      type: "object",
      properties: {
        messages: openAiMessages(false),
        tools: { type: "array" },
        parallel_tool_calls: { type: "boolean" },
      },
      required: ["messages"],
      additionalProperties: false,
    },
    preferred_output: { type: "array", items: message(["assistant"]), minItems: 1, maxItems: 1 },
    non_preferred_output: { type: "array", items: message(["assistant"]), minItems: 1, maxItems: 1 },
  },
  required: ["input", "preferred_output", "non_preferred_output"],
  additionalProperties: false,
});

function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

describe.each(OPTIONS)("with %o", (options) => {
  it("LLaMA-Factory's files are in its documented form, and follow its column rules", async () => {
    for (const [, version] of versions()) {
      if (!version.records && !version.pairs) continue;
      const { files } = await exportVersionOf(version, "llamafactory", options);
      const info = JSON.parse(files.get("dataset_info.json")?.toString() ?? "") as Record<
        string,
        { file_name: string; ranking?: true; columns: Record<string, string>; tags: Record<string, string> }
      >;
      expectValid(datasetInfo, info);
      for (const [name, { file_name, ranking, columns, tags }] of Object.entries(info)) {
        const rows = JSON.parse(files.get(file_name)?.toString() ?? "") as Record<string, unknown>[];
        expectValid(ranking ? shareGptRanking : shareGpt, rows);
        for (const row of rows) expectShareGptRules(row, columns, tags, ranking === true, files, name);
      }
    }
  });

  it("TRL's files are in its documented forms, and every set is in one of them", async () => {
    for (const [, version] of versions()) {
      const { files } = await exportVersionOf(version, "trl", options);
      const sft = [
        ...linesOf<{ prompt: unknown }>(files, "sft/train.jsonl"),
        ...linesOf<{ prompt: unknown }>(files, "sft/validation.jsonl"),
      ];
      for (const row of sft) expectValid(promptCompletion, row);
      // A set of Arrow has one type for each column.
      expect(new Set(sft.map(({ prompt }) => typeof prompt)).size).toBeLessThanOrEqual(1);
      for (const row of linesOf(files, "preference/train.jsonl")) expectValid(preference, row);
      for (const row of linesOf<{ completions: string[]; labels: boolean[] }>(
        files,
        "stepwise/train.jsonl",
      )) {
        expectValid(stepwise, row);
        expect(row.labels).toHaveLength(row.completions.length);
      }
      for (const name of ["sft/train.jsonl", "preference/train.jsonl", "stepwise/train.jsonl"])
        for (const row of linesOf<{ images: string[] }>(files, name))
          for (const path of row.images) expect(files.has(path)).toBe(true);
    }
  });

  it("OpenAI's files are in its documented forms, and within its limits", async () => {
    for (const [, version] of versions()) {
      if (!version.records && !version.pairs) continue;
      const { files } = await exportVersionOf(version, "openai", options);
      for (const name of ["sft_train.jsonl", "sft_validation.jsonl"])
        for (const row of linesOf<{ messages: { role: string; content: unknown }[] }>(files, name)) {
          expectValid(openAiVision, row);
          // The last message is the assistant's, there is one picture of the ten that it takes, and only in the user's.
          expect(row.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant"]);
        }
      for (const row of linesOf(files, "preference_train.jsonl")) expectValid(openAiPreference, row);
    }
  });
});

/**
 * `data/converter.py` (ShareGPT): roles alternate from the user on after a system message; an even number of turns,
 * or an odd one before `chosen` and `rejected`. `data/mm_plugin.py`: as many `<image>` as pictures. A file that is not
 * below `media_dir` is warned of and not found.
 */
function expectShareGptRules(
  row: Record<string, unknown>,
  columns: Record<string, string>,
  tags: Record<string, string>,
  isRanking: boolean,
  files: ReadonlyMap<string, Buffer>,
  name: string,
): void {
  const role = (turn: Record<string, string>) => turn[tags.role_tag ?? ""];
  const all = row[columns.messages ?? ""] as Record<string, string>[];
  const turns = role(all[0] ?? {}) === tags.system_tag ? all.slice(1) : all;
  turns.forEach((turn, place) => {
    expect(role(turn), name).toBe(place % 2 === 0 ? tags.user_tag : tags.assistant_tag);
  });
  expect(turns.length % 2).toBe(isRanking ? 1 : 0);
  const pictures = row[columns.images ?? ""] as string[];
  const marks = turns.reduce(
    (sum, turn) => sum + (turn[tags.content_tag ?? ""] ?? "").split("<image>").length - 1,
    0,
  );
  expect(marks).toBe(pictures.length);
  for (const path of pictures) expect(files.has(path)).toBe(true);
}

describe("stepwise supervision", () => {
  const labelsOf = async (steps: TestVersion["steps"]) => {
    const { files, manifest } = await exportVersionOf({ steps }, "trl");
    const rows = linesOf<{ completions: string[]; labels: boolean[] }>(files, "stepwise/train.jsonl");
    return { rows, labels: rows.map(({ labels }) => labels), leftOut: manifest.written.leftOut };
  };

  it("follows the marks, and goes up to the first step that is not known to be good or wrong", async () => {
    const { labels, leftOut } = await labelsOf([
      makeStepsLine(0, image, ["good", "doubtful", "good"]),
      makeStepsLine(1, image, ["good", "wrong", null, "good"]),
      makeStepsLine(2, image, [null, "good"]),
    ]);
    expect(labels).toEqual([[true], [true, false]]);
    expect(leftOut).toMatchObject([{ part: "steps", count: 1 }]);
  });

  it("calls a mended thought good where people do: what follows an error is not wrong for that", async () => {
    const mended = makeStepsLine(0, image, ["good", "wrong", "good", "good"]);
    expect(mended.steps.map(({ isAfterFirstError }) => isAfterFirstError)).toEqual([false, true, true, true]);
    const { rows } = await labelsOf([mended]);
    expect(rows).toMatchObject([
      { completions: mended.steps.map(({ text }) => text), labels: [true, false, true, true] },
    ]);
  });

  it("takes the step that is named as the first error as wrong unless its marks say otherwise", async () => {
    const named = (labels: Parameters<typeof makeStepsLine>[2], ordinal: number) => {
      const line = makeStepsLine(ordinal, image, labels);
      const steps = line.steps.map((step, place) => ({ ...step, isAfterFirstError: place >= 1 }));
      return { ...line, steps };
    };
    const split = named(["good", null, "good"], 3);
    const disputed = split.steps.map((step, place) =>
      place === 1 ? { ...step, marks: [...(split.steps[0]?.marks ?? [])] } : step,
    );
    const { labels } = await labelsOf([
      named(["good", null, null, "good"], 0),
      named(["good", null, "good"], 1),
      named(["good", "good", "good"], 2),
      { ...split, steps: disputed },
    ]);
    expect(labels).toEqual([[true, false], [true, false, true], [true], [true]]);
  });

  it("has a line for each judged step in the form of step verdicts, with its regions", async () => {
    const { files } = await exportVersionOf(
      { steps: [makeStepsLine(0, image, ["good", null, "wrong"])] },
      "steps",
    );
    const rows = linesOf<{ step: number; label: string; before: string[]; regions: unknown[] }>(
      files,
      "steps/train.jsonl",
    );
    expect(rows.map(({ step, label, before }) => [step, label, before.length])).toEqual([
      [0, "good", 0],
      [2, "wrong", 2],
    ]);
    expect(rows[0]?.regions).toEqual([
      {
        id: expect.any(String),
        name: "roof",
        reviewer_id: expect.any(String),
        shape: { kind: "box", x: 0.1, y: 0.2, w: 0.3, h: 0.4 },
      },
    ]);
  });
});
