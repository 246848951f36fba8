import { describe, expect, it } from "vitest";
import {
  findProblem,
  type NewRunForm,
  parameterTexts,
  toEstimateRequest,
  toNewRun,
} from "#components/runs/new-run-state.ts";
import { newRunSchema, type StageModel } from "#lib/generation/run-schema.ts";

const models: StageModel[] = ([1, 2, 3] as const).map((stage) => ({
  stage,
  model: {
    name: "m",
    endpointName: "Simulator",
    simulated: true,
    hasPrice: true,
    parameters: { temperature: 0.7, max_tokens: 1024 },
  },
}));
const texts = parameterTexts({ temperature: 0.7, max_tokens: 1024 });
const form: NewRunForm = {
  name: "",
  stages: [1, 2, 3],
  images: "not_run",
  imageCount: "10",
  pickedIds: [],
  simpleSamples: "3",
  longSamples: "2",
  imageSide: "512",
  cues: ["Wait,"],
  ownCue: "",
  parameters: { 1: texts, 2: texts, 3: texts },
  seed: "",
  checks: [],
  budget: "",
  concurrency: "",
  untilAccepted: "",
  dryRunImages: "5",
};

describe("the form for a new run", () => {
  it("sends what the schema takes, and only parameters that were changed", () => {
    const sent = toNewRun(
      { ...form, parameters: { ...form.parameters, 2: { ...texts, temperature: "0.2", top_p: "0.9" } } },
      models,
    );
    expect(newRunSchema.safeParse(sent).success).toBe(true);
    expect(sent.parameters).toEqual({ stage1: {}, stage2: { temperature: 0.2, top_p: 0.9 }, stage3: {} });
    expect(sent).toMatchObject({
      simpleSamples: 3,
      longSamples: 2,
      cues: ["Wait,"],
      images: { kind: "not_run" },
    });
    expect(sent.seed).toBeUndefined();
  });

  it("sends the largest area of an image where a model is shown one", () => {
    const pixels = (part: Partial<typeof form>) => toNewRun({ ...form, ...part }, models).maxPixels;
    expect(pixels({})).toBe(262_144);
    expect(pixels({ imageSide: "1024" })).toBe(1_048_576);
    expect(pixels({ stages: [1] })).toBeUndefined();
    expect(pixels({ stages: [1], checks: ["reshuffled"] })).toBe(262_144);
    expect(findProblem({ ...form, imageSide: "16" }, models)).toContain("from 32 to 4,096");
    expect(findProblem({ ...form, imageSide: "" }, models)).toContain("from 32 to 4,096");
    expect(findProblem({ ...form, stages: [3], imageSide: "" }, models)).toBeNull();
  });

  it("leaves out what belongs to stages that are not run", () => {
    const sent = toNewRun({ ...form, stages: [1] }, models);
    expect(sent.simpleSamples).toBeUndefined();
    expect(sent.cues).toBeUndefined();
  });

  it("says what is missing, in one sentence", () => {
    expect(findProblem(form, models)).toBeNull();
    expect(findProblem({ ...form, stages: [] }, models)).toContain("at least one stage");
    expect(findProblem({ ...form, stages: [1, 3] }, models)).toContain("add stage 2");
    expect(findProblem({ ...form, simpleSamples: "" }, models)).toContain("1 to 64");
    expect(findProblem({ ...form, images: "first", imageCount: "x" }, models)).toContain("how many images");
    expect(findProblem({ ...form, cues: [], ownCue: " " }, models)).toContain("cue");
    expect(findProblem(form, [{ stage: 2, model: null }])).toContain("No model is assigned to stage 2");
  });

  it("takes a budget only where every price is known, and says where to enter the one that is not", () => {
    const unpriced = models.map((one) =>
      one.stage === 2 && one.model ? { ...one, model: { ...one.model, hasPrice: false } } : one,
    );
    expect(findProblem({ ...form, budget: "5.00" }, models)).toBeNull();
    expect(findProblem({ ...form, budget: "5 dollars" }, models)).toContain("an amount in US dollars");
    expect(findProblem({ ...form, budget: "0" }, models)).toContain("more than 0");
    expect(findProblem({ ...form, budget: "5.00" }, unpriced)).toContain("Settings, Endpoints");
    expect(findProblem({ ...form, stages: [1], budget: "5.00" }, unpriced)).toBeNull();
    expect(findProblem(form, unpriced)).toBeNull();
  });

  it("sends checks that the stages give something to look at, and the limits as numbers", () => {
    const chosen = { ...form, stages: [3 as const], checks: ["two-choices" as const, "rederived" as const] };
    const sent = toNewRun(
      { ...chosen, concurrency: "12", untilAccepted: "500", budget: " 5.00 " },
      models,
      "dry_run",
    );
    expect(sent).toMatchObject({
      checks: ["rederived"],
      concurrency: 12,
      untilAccepted: 500,
      budget: "5.00",
      kind: "dry_run",
      dryRunImages: 5,
    });
    expect(newRunSchema.safeParse(sent).success).toBe(true);
    expect(findProblem({ ...form, concurrency: "0" }, models)).toContain("Calls at once");
  });

  it("asks for an estimate only when the choices are complete", () => {
    expect(toEstimateRequest({ ...form, images: "first" }, models)?.images).toEqual({
      kind: "first",
      count: 10,
    });
    expect(toEstimateRequest({ ...form, longSamples: "many" }, models)).toBeNull();
    expect(toEstimateRequest({ ...form, stages: [1, 3] }, models)).toBeNull();
  });

  it("has batches estimated where they apply", () => {
    const byBatch = models.map((one) => ({
      ...one,
      model: one.model && { ...one.model, batchPriceFactor: one.stage === 2 ? 0.5 : null },
    }));
    expect(toEstimateRequest({ ...form, viaBatch: [1, 2] }, byBatch)?.viaBatch).toEqual([2]);
  });
});
