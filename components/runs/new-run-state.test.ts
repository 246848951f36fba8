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
  cues: ["Wait,"],
  ownCue: "",
  parameters: { 1: texts, 2: texts, 3: texts },
  seed: "",
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

  it("asks for an estimate only when the choices are complete", () => {
    expect(toEstimateRequest({ ...form, images: "first" })?.images).toEqual({ kind: "first", count: 10 });
    expect(toEstimateRequest({ ...form, longSamples: "many" })).toBeNull();
    expect(toEstimateRequest({ ...form, stages: [1, 3] })).toBeNull();
  });
});
