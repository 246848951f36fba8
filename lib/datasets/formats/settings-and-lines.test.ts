import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  exportVersionOf,
  linesOf,
  makeCorrected,
  makeLine,
  makePairLine,
  makeStepsLine,
  storeImage,
  type TestImage,
} from "#lib/datasets/formats/test-lines.ts";
import { openTestStorage } from "#lib/datasets/formats/test-storage.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";

// The settings that are shipped for LLaMA-Factory, read by a YAML reader, and the forms that are this program's own
// (plain lines, step verdicts), against schemas stated here in JSON Schema, apart from the ones they are written by.

openTestStorage();

let image: TestImage;
beforeAll(async () => {
  image = await storeImage(1);
});

/**
 * Keys that LLaMA-Factory takes, with their types: `src/llamafactory/hparams/{data,model,finetuning}_args.py`, and those
 * of transformers' `TrainingArguments` that it passes on. A key that it does not know ends the start with an error.
 */
const KEYS: Record<string, "text" | "flag" | "whole" | "number"> = {
  // hparams/model_args.py
  ...{ model_name_or_path: "text", trust_remote_code: "flag", image_max_pixels: "whole" },
  // hparams/finetuning_args.py
  ...{ stage: "text", finetuning_type: "text", freeze_vision_tower: "flag" },
  ...{ freeze_multi_modal_projector: "flag", pref_loss: "text", pref_beta: "number", pref_ftx: "number" },
  // hparams/data_args.py
  ...{ template: "text", dataset: "text", eval_dataset: "text", dataset_dir: "text", media_dir: "text" },
  ...{ cutoff_len: "whole", overwrite_cache: "flag", train_on_prompt: "flag", mask_history: "flag" },
  // transformers, training_args.py
  ...{ do_train: "flag", output_dir: "text", per_device_train_batch_size: "whole", bf16: "flag" },
  ...{ per_device_eval_batch_size: "whole", gradient_accumulation_steps: "whole", eval_strategy: "text" },
  ...{ learning_rate: "number", num_train_epochs: "number", lr_scheduler_type: "text" },
  ...{ warmup_ratio: "number", logging_steps: "whole", save_strategy: "text", report_to: "text" },
};
const OF_TYPE = {
  text: (value: unknown) => typeof value === "string" && value !== "",
  flag: (value: unknown) => typeof value === "boolean",
  whole: (value: unknown) => Number.isInteger(value),
  number: (value: unknown) => typeof value === "number",
};

describe("LLaMA-Factory's settings", () => {
  it.each([{}, { wrongThought: "whole" as const }])(
    "hold its own keys alone, of their types (%o)",
    async (options) => {
      const { files } = await exportVersionOf(
        {
          records: [makeCorrected(0, image), makeLine(1, image, { split: "validation" })],
          pairs: [makePairLine(0, image), makePairLine(1, image, "validation")],
        },
        "llamafactory",
        options,
      );
      const info = JSON.parse(files.get("dataset_info.json")?.toString() ?? "") as Record<string, unknown>;
      for (const [name, stage] of [
        ["train.yaml", "sft"],
        ["train_dpo.yaml", "dpo"],
      ] as const) {
        // PyYAML reads YAML 1.1, in which 1e-5 is a text.
        const settings = parse(files.get(name)?.toString() ?? "", {
          version: "1.1",
          uniqueKeys: true,
        }) as Record<string, unknown>;
        for (const [key, value] of Object.entries(settings)) {
          const type = KEYS[key];
          expect(type, `${name}: ${key} is no key that is documented`).toBeDefined();
          expect(type && OF_TYPE[type](value), `${name}: ${key}: ${value}`).toBe(true);
        }
        expect(settings).toMatchObject({ stage, do_train: true, finetuning_type: "full", dataset_dir: "." });
        expect(["sft", "dpo"]).toContain(settings.stage);
        for (const key of ["dataset", "eval_dataset"]) expect(Object.keys(info)).toContain(settings[key]);
        expect(settings.template).toBe(options.wrongThought ? "qwen2_vl" : "second_look_qwen2_vl");
      }
    },
  );
});

const ajv = new Ajv({ allErrors: true });
const text = { type: "string" };
const id = { type: "string", pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" };
const whole = { type: "integer", minimum: 0 };
const flag = { type: "boolean" };
const kind = { enum: ["O", "X", "OO", "XO", "OX", "XX", "ungradable"] };
const orNull = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: object, minItems = 0) => ({ type: "array", items, minItems });
/** All of these and nothing else; `optional` may be missing. */
const record = (properties: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: "object",
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
});

const asked = {
  ordinal: whole,
  split: { enum: ["train", "validation", "test"] },
  ...{ questionId: id, questionRevisionId: id, imageId: id, imageName: text },
  imageSha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
  imageMime: { type: "string", pattern: "^image/" },
  question: record({
    ...{ text, choices: listOf(text, 2), keyIndex: whole, reasoningType: text },
    answerStyle: { enum: ["parenthesis", "dot", "text"] },
  }),
};
const thought = {
  ...{ traceId: id, traceRevisionId: id, kind, simpleThought: text },
  second: orNull(record({ joiner: text, cue: text, continuation: text })),
};
const source = { enum: ["single", "edit", "bulk", "confirmation", "question", "adjudication"] };
const approvals = listOf(
  record({ verdictId: id, reviewerId: id, source, at: text, overrodeChecks: listOf(text) }),
  1,
);
const makers = listOf(
  record({ stage: { enum: [1, 2, 3] }, model: text, prompt: orNull(text), parameters: { type: "object" } }),
);
const side = { ...thought, answerIndex: whole, words: whole, makers };
const rating = { enum: ["good", "doubtful", "wrong"] };
const shape = {
  anyOf: [
    record({
      ...{ kind: { const: "box" }, x: { type: "number" }, y: { type: "number" } },
      ...{ w: { type: "number" }, h: { type: "number" } },
    }),
    record({ kind: { const: "polygon" }, points: listOf({ type: "array" }, 3) }),
  ],
};

const LINES = {
  sft: record({
    ...{ ...asked, ...thought, approvals, makers },
    ...{ kind: { enum: ["O", "OO", "XO"] }, revisionNumber: { type: "integer", minimum: 1 } },
    ...{ answerGiven: text, isEdited: flag, simulated: flag },
  }),
  preference: record(
    {
      ...asked,
      kind: text,
      chosen: record({ ...side, approvals }),
      rejected: record({
        ...side,
        rejection: record({
          ground: { enum: ["wrong-answer", "rejected", "edited", "cut-off", "preferred-less"] },
          ...{ reviewerId: orNull(id), at: orNull(text) },
        }),
      }),
      simulated: flag,
    },
    { origin: record({ runId: id, file: text, line: { type: "integer" } }) },
  ),
  steps: record({
    ...{ ...asked, ...thought, answerGiven: text, simulated: flag },
    verdicts: listOf(
      record({
        ...{ verdictId: id, reviewerId: id, source, at: text },
        decision: { enum: ["approved", "rejected"] },
      }),
    ),
    steps: listOf(
      record({
        ...{ part: { enum: ["simple", "long"] }, key: text, text, label: orNull(rating) },
        isAfterFirstError: flag,
        marks: listOf(
          record({ reviewerId: id, rating, isNotVisible: flag, note: text, regionIds: listOf(id) }),
        ),
      }),
      1,
    ),
    regions: listOf(record({ id, name: text, reviewerId: id, shape })),
  }),
};

/** One step with what came before it; shapes are fractions of the upright picture. */
const STEP_VERDICT = record({
  ...{ id: { type: "string", pattern: "^[0-9a-f-]{36}#[0-9]+$" }, trace_revision_id: id, kind },
  ...{ image: text, prompt: text, step: whole, steps: whole, part: { enum: ["simple", "long"] } },
  ...{ before: listOf(text), text, label: orNull(rating), is_after_first_error: flag },
  marks: listOf(
    record({ reviewer_id: id, rating, is_not_visible: flag, note: text, region_ids: listOf(id) }),
  ),
  regions: listOf(record({ id, name: text, reviewer_id: id, shape })),
  verdicts: listOf(record({ reviewer_id: id, decision: { enum: ["approved", "rejected"] } })),
});

function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

describe("the forms that are this program's own", () => {
  const version = () => ({
    records: [makeLine(0, image), makeCorrected(1, image)],
    pairs: [
      makePairLine(0, image),
      {
        ...makePairLine(1, image),
        kind: "elsewhere" as const,
        origin: { runId: image.imageId, file: "a", line: 3 },
      },
    ],
    steps: [makeStepsLine(0, image, ["good", "wrong", null, "good"]), makeStepsLine(1, image, ["doubtful"])],
  });

  it("are plain lines as the schema states them, each part in its own", async () => {
    const { files } = await exportVersionOf(version(), "jsonl");
    for (const part of VERSION_PARTS) {
      const lines = linesOf(files, `${part}/train.jsonl`);
      expect(lines).toHaveLength(2);
      const validate = ajv.compile(LINES[part]);
      for (const line of lines) expectValid(validate, line);
    }
  });

  it("are step verdicts as the schema states them", async () => {
    const { files } = await exportVersionOf(version(), "steps");
    const rows = linesOf<{ step: number; steps: number; before: string[] }>(files, "steps/train.jsonl");
    expect(rows).toHaveLength(5);
    const validate = ajv.compile(STEP_VERDICT);
    for (const row of rows) {
      expectValid(validate, row);
      expect(row.before).toHaveLength(row.step);
      expect(row.step).toBeLessThan(row.steps);
    }
  });
});
