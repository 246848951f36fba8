import { MODEL_CHECKS, type ModelCheck } from "#lib/checks/model-checks.ts";
import type { Parameters } from "#lib/endpoints/schema.ts";
import {
  budgetSchema,
  type CheckModel,
  canCheck,
  type EstimateRequest,
  estimateRequestSchema,
  type ImageChoice,
  type NewRun,
  type RunEstimate,
  type StageModel,
} from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

/** What stands in the form for a new run: texts where a person types. */
export type NewRunForm = {
  name: string;
  stages: Stage[];
  /** Stages to send by batch. */
  viaBatch?: Stage[];
  images: ImageChoice["kind"];
  imageCount: string;
  pickedIds: string[];
  simpleSamples: string;
  longSamples: string;
  /** The side of the square whose area an image has at most, in pixels. */
  imageSide: string;
  cues: string[];
  ownCue: string;
  parameters: Record<Stage, ParameterTexts>;
  seed: string;
  checks: ModelCheck[];
  /** US dollars; empty: no budget. */
  budget: string;
  /** Calls in flight; empty: as the endpoints allow. */
  concurrency: string;
  /** Empty: until all is done. */
  untilAccepted: string;
  dryRunImages: string;
};

export const PARAMETER_FIELDS = [
  { name: "temperature", label: "Temperature", step: "0.05", min: 0, max: 2 },
  { name: "top_p", label: "Top p", step: "0.01", min: 0, max: 1 },
  { name: "max_tokens", label: "Tokens at most", step: "1", min: 1, max: 200000 },
  { name: "repetition_penalty", label: "Repetition penalty", step: "0.01", min: 0, max: 2 },
] as const;
export type ParameterName = (typeof PARAMETER_FIELDS)[number]["name"];
export type ParameterTexts = Record<ParameterName, string>;

/** The texts of the number fields for a stage's parameters, as the settings have them. */
export function parameterTexts(parameters: Parameters | undefined): ParameterTexts {
  const text = (name: ParameterName) => (parameters?.[name] === undefined ? "" : String(parameters[name]));
  return {
    temperature: text("temperature"),
    top_p: text("top_p"),
    max_tokens: text("max_tokens"),
    repetition_penalty: text("repetition_penalty"),
  };
}

/** What the estimate is asked for; null while the choices make no sense yet. */
export function toEstimateRequest(form: NewRunForm, models: readonly StageModel[]): EstimateRequest | null {
  const parsed = estimateRequestSchema.safeParse({
    stages: form.stages,
    images: toSelection(form),
    simpleSamples: toWhole(form.simpleSamples),
    longSamples: toWhole(form.longSamples),
    // All that could be switched on, so that each can show what it would cost.
    checks: MODEL_CHECKS.filter((check) => canCheck(check, form.stages)),
    viaBatch: batchesThatApply(form, models),
  });
  return parsed.success ? parsed.data : null;
}

/** What of an estimate is part of the run as it stands: checks that are not switched on are left out. */
export function chosenPart(estimate: RunEstimate, checks: readonly ModelCheck[]): RunEstimate {
  const lines = estimate.lines.filter((line) => line.check === null || checks.includes(line.check));
  const isKnown = lines.every((line) => line.micros !== null || line.count === 0);
  return {
    ...estimate,
    lines,
    total: lines.reduce((sum, line) => sum + line.count, 0),
    micros: isKnown ? lines.reduce((sum, line) => sum + (line.micros ?? 0), 0) : null,
  };
}

/** The run as it is sent. Only parameters that differ from the settings go with it. */
export function toNewRun(
  form: NewRunForm,
  models: readonly StageModel[],
  kind: "generation" | "dry_run" = "generation",
): NewRun {
  const cues = [...form.cues, form.ownCue.trim()].filter((cue) => cue !== "");
  return {
    stages: form.stages,
    images: toSelection(form),
    ...(form.stages.includes(2) ? { simpleSamples: toWhole(form.simpleSamples) } : {}),
    ...(form.stages.includes(3) ? { longSamples: toWhole(form.longSamples), cues } : {}),
    ...(looksAtImages(form) ? { maxPixels: toWhole(form.imageSide) ** 2 } : {}),
    ...(form.name.trim() ? { name: form.name.trim() } : {}),
    ...(form.seed.trim() ? { seed: form.seed.trim() } : {}),
    viaBatch: batchesThatApply(form, models),
    checks: checksThatApply(form),
    budget: form.budget.trim() === "" ? null : form.budget.trim(),
    concurrency: form.concurrency.trim() === "" ? null : toWhole(form.concurrency),
    untilAccepted: form.untilAccepted.trim() === "" ? null : toWhole(form.untilAccepted),
    kind,
    ...(kind === "dry_run" ? { dryRunImages: toWhole(form.dryRunImages) } : {}),
    parameters: {
      stage1: changedParameters(form, models, 1),
      stage2: changedParameters(form, models, 2),
      stage3: changedParameters(form, models, 3),
    },
  };
}

/** Why the run cannot be started as the form stands; null where it can. */
export function findProblem(
  form: NewRunForm,
  models: readonly StageModel[],
  checkModels: readonly CheckModel[] = [],
): string | null {
  const { stages } = form;
  if (stages.length === 0) return "Choose at least one stage.";
  if (stages.includes(1) && stages.includes(3) && !stages.includes(2)) {
    return "Stage 3 goes on from what stage 2 makes: add stage 2, or leave out stage 1.";
  }
  const missing = models.find((one) => stages.includes(one.stage) && !one.model);
  if (missing) return `No model is assigned to stage ${missing.stage}: assign one under Settings, Endpoints.`;
  if (form.images === "first" && !(toWhole(form.imageCount) >= 1)) return "Say how many images to take.";
  if (stages.includes(2) && !isSampleCount(form.simpleSamples))
    return "Simple thoughts: a number from 1 to 64.";
  if (stages.includes(3) && !isSampleCount(form.longSamples)) return "Long thoughts: a number from 1 to 64.";
  if (stages.includes(3) && form.cues.length === 0 && form.ownCue.trim() === "")
    return "Choose at least one cue.";
  if (looksAtImages(form) && !(toWhole(form.imageSide) >= 32 && toWhole(form.imageSide) <= 4096))
    return "Largest image: a side from 32 to 4,096 pixels.";
  return findProblemOfLimits(form, models, checkModels);
}

/** Whether any model of the run is shown an image. */
export function looksAtImages(form: Pick<NewRunForm, "checks" | "stages">): boolean {
  return form.stages.includes(2) || checksThatApply(form).includes("reshuffled");
}

/** Chosen stages that are to go by batch, and whose endpoint takes batches. */
export function batchesThatApply(form: NewRunForm, models: readonly StageModel[]): Stage[] {
  const canGo = (stage: Stage) =>
    models.some((one) => one.stage === stage && typeof one.model?.batchPriceFactor === "number");
  return (form.viaBatch ?? []).filter((stage) => form.stages.includes(stage) && canGo(stage));
}

/** Checks by a model that the chosen stages give something to look at. */
export function checksThatApply(form: Pick<NewRunForm, "checks" | "stages">): ModelCheck[] {
  return form.checks.filter((check) => canCheck(check, form.stages));
}

function findProblemOfLimits(
  form: NewRunForm,
  models: readonly StageModel[],
  checkModels: readonly CheckModel[],
): string | null {
  const used = [
    ...models.filter(({ stage }) => form.stages.includes(stage)),
    ...checkModels.filter(({ check }) => checksThatApply(form).includes(check)),
  ];
  if (used.some(({ model }) => !model))
    return "A check has no model: assign one under Settings, Endpoints, or switch the check off.";
  if (form.budget.trim() !== "") {
    const parsed = budgetSchema.safeParse(form.budget);
    if (!parsed.success) return parsed.error.issues[0]?.message ?? "The budget can't be read.";
    const unknown = used.find(({ model }) => model && !model.hasPrice)?.model;
    if (unknown)
      return `A budget needs the price of every model, and that of ${unknown.name} on ${unknown.endpointName} is not known: enter it under Settings, Endpoints, or leave the budget empty.`;
  }
  if (!isEmptyOrWhole(form.concurrency, 1000)) return "Calls at once: a number from 1 to 1,000, or nothing.";
  if (!isEmptyOrWhole(form.untilAccepted, 10_000_000))
    return "Until so many are accepted: a whole number, or nothing.";
  return null;
}

/** Why a dry run cannot be started although the whole run could. */
export function findProblemOfDryRun(form: NewRunForm): string | null {
  const count = toWhole(form.dryRunImages);
  return count >= 1 && count <= 200 ? null : "A dry run takes from 1 to 200 images.";
}

function isEmptyOrWhole(text: string, most: number): boolean {
  return text.trim() === "" || (toWhole(text) >= 1 && toWhole(text) <= most);
}

function toSelection(form: NewRunForm): ImageChoice {
  if (form.images === "first") return { kind: "first", count: toWhole(form.imageCount) };
  if (form.images === "selected") return { kind: "selected", imageIds: form.pickedIds };
  return { kind: form.images };
}

function changedParameters(form: NewRunForm, models: readonly StageModel[], stage: Stage): Parameters {
  if (!form.stages.includes(stage)) return {};
  const before = parameterTexts(models.find((one) => one.stage === stage)?.model?.parameters);
  const changed: Parameters = {};
  for (const { name } of PARAMETER_FIELDS) {
    const text = form.parameters[stage][name].trim();
    // An empty field is what the settings say: a run can change a parameter, not unset it.
    if (text !== "" && text !== before[name]) changed[name] = Number(text);
  }
  return changed;
}

function isSampleCount(text: string): boolean {
  const value = toWhole(text);
  return value >= 1 && value <= 64;
}

function toWhole(text: string): number {
  return /^\d{1,8}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
}
