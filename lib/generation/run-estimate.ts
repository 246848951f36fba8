import { MODEL_CHECK_DEFINITIONS, type ModelCheck } from "#lib/checks/model-checks.ts";
import type { Purpose } from "#lib/endpoints/schema.ts";
import {
  USUAL_EXPANDABLE_SHARE,
  USUAL_QUESTIONS_PER_IMAGE,
  USUAL_RIGHT_SHARE,
} from "#lib/generation/run-planner.ts";
import type { EstimateLine } from "#lib/generation/run-schema.ts";
import { STAGE_PURPOSES, type Stage } from "#lib/generation/schema.ts";

/**
 * Tokens of a call, in and out, where a project has made none for the purpose: a dense description in and its
 * questions out; a picture of 512 × 512 pixels with a question, and a short thought; description, question and thought
 * in, the published cap out; a text to judge, and a sentence.
 */
const USUAL_TOKENS: Record<Purpose, { prompt: number; completion: number }> = {
  question_writer: { prompt: 900, completion: 900 },
  vlm: { prompt: 650, completion: 200 },
  reasoner: { prompt: 1_000, completion: 256 },
  judge: { prompt: 600, completion: 80 },
};

export type Price = {
  inputPrice: string | null;
  outputPrice: string | null;
  /** What a call costs by batch, as a share of its usual price. */
  batchFactor?: number;
};

/** What a project's own runs say; null where they say nothing. */
export type History = {
  questionsPerImage: number | null;
  expandableShare: number | null;
  /** Of all simple thoughts. */
  rightShare: number | null;
  /** Average tokens of an answered call, by purpose. */
  tokens: Partial<Record<Purpose, { prompt: number; completion: number }>>;
};

export type EstimateInput = {
  stages: readonly Stage[];
  /** What the first stage works on: images, questions, or simple thoughts that can be expanded. */
  inputs: number;
  simpleSamples: number;
  /** Samples that one call of stage 2 brings: all of a question's where the endpoint honours `n`. */
  samplesPerCall: number;
  longSamples: number;
  checks: readonly ModelCheck[];
  /** Stages whose calls go by batch. */
  viaBatch: readonly Stage[];
  prices: Partial<Record<Purpose, Price>>;
  history: History;
};

/** How many calls a run will make at each stage and for each check, and what they cost, before it starts. */
export function estimateRunCost(input: EstimateInput): {
  lines: EstimateLine[];
  total: number;
  micros: number | null;
} {
  const { stages, history } = input;
  const questionsPerImage = history.questionsPerImage ?? USUAL_QUESTIONS_PER_IMAGE;
  const expandableShare = history.expandableShare ?? USUAL_EXPANDABLE_SHARE;
  const rightShare = Math.min(expandableShare, history.rightShare ?? USUAL_RIGHT_SHARE);
  const lines: EstimateLine[] = [];
  let expected = input.inputs;
  let questions = 0;
  let traces = 0;
  for (const stage of [...stages].sort()) {
    if (stage === 2) expected *= input.simpleSamples;
    if (stage === 3) expected *= input.longSamples;
    const perCall = stage === 2 ? input.samplesPerCall : 1;
    lines.push(makeLine(input, stage, null, STAGE_PURPOSES[stage], expected / perCall, lines.length === 0));
    if (stage === 1) questions = expected * questionsPerImage;
    // With stage 3 the right ones go to review beside their long thoughts; the wrong ones are only gone on from.
    if (stage === 2) traces = stages.includes(3) ? expected * (1 - expandableShare + rightShare) : expected;
    if (stage === 3) traces += expected;
    expected *= stage === 1 ? questionsPerImage : expandableShare;
  }
  for (const check of input.checks) {
    const { on, calls, purpose } = MODEL_CHECK_DEFINITIONS[check];
    lines.push(makeLine(input, 4, check, purpose, calls * (on === "question" ? questions : traces), false));
  }
  const isKnown = lines.every((line) => line.micros !== null || line.count === 0);
  return {
    lines,
    total: lines.reduce((sum, line) => sum + line.count, 0),
    micros: isKnown ? lines.reduce((sum, line) => sum + (line.micros ?? 0), 0) : null,
  };
}

function makeLine(
  { prices, history, samplesPerCall, viaBatch }: EstimateInput,
  stage: Stage | 4,
  check: ModelCheck | null,
  purpose: Purpose,
  calls: number,
  isExact: boolean,
): EstimateLine {
  const count = Math.round(calls);
  const usual = USUAL_TOKENS[purpose];
  const perCall = stage === 2 ? samplesPerCall : 1;
  // A call that brings several samples is sent its prompt once.
  const tokens = history.tokens[purpose] ?? { ...usual, completion: usual.completion * perCall };
  const price = prices[purpose];
  const isPriced = price && price.inputPrice !== null && price.outputPrice !== null;
  // Dollars per million tokens are millionths of a dollar per token.
  const isByBatch = viaBatch.some((one) => one === stage);
  const factor = isByBatch ? (price?.batchFactor ?? 1) : 1;
  const micros = isPriced
    ? Math.round(
        count *
          factor *
          (tokens.prompt * Number(price.inputPrice) + tokens.completion * Number(price.outputPrice)),
      )
    : null;
  return { stage, check, count, isExact, micros, isFromHistory: history.tokens[purpose] !== undefined };
}
