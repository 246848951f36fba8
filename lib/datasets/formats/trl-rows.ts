import { pairId, renderFrozenPair } from "#lib/datasets/render-pair.ts";
import { renderPrompt, renderRecord } from "#lib/datasets/render-record.ts";
import type { FrozenRecord, Recipe } from "#lib/datasets/schema.ts";
import type { FrozenPair, FrozenSteps } from "#lib/datasets/version-schema.ts";

/**
 * TRL's forms (`docs/source/dataset_formats.md`). A conversational prompt that ends in an assistant's turn is rendered
 * as two assistant's turns, which would train a stop after the wrong thought. So where any record is X→O, the rows of
 * that set are strings: the rendered chat of Qwen2-VL and Qwen2.5-VL up to where training begins, and what is trained
 * with the token that ends the turn, which TRL adds to no string of a set with pictures.
 */
export interface TrlStringRow {
  id: string;
  prompt: string;
  completion: string;
  images: [string];
}

type Message = { role: "system" | "user" | "assistant"; content: string };

export interface TrlChatRow {
  id: string;
  prompt: Message[];
  completion: Message[];
  images: [string];
}

export interface TrlPairRow {
  id: string;
  prompt: Message[];
  chosen: Message[];
  rejected: Message[];
  images: [string];
}

export interface TrlStepRow {
  id: string;
  prompt: string;
  completions: string[];
  labels: boolean[];
  images: [string];
}

/** The marks that Qwen's processor puts the picture's tokens into. */
export const QWEN_IMAGE = "<|vision_start|><|image_pad|><|vision_end|>";
export const END_OF_TURN = "<|im_end|>\n";

export function toTrlStringRow(record: FrozenRecord, recipe: Recipe, imagePath: string): TrlStringRow {
  const { system, user, context, trained } = renderRecord(record, recipe);
  return {
    id: record.traceRevisionId,
    prompt:
      `<|im_start|>system\n${system}${END_OF_TURN}` +
      `<|im_start|>user\n${QWEN_IMAGE}${user}${END_OF_TURN}` +
      `<|im_start|>assistant\n${context}`,
    completion: `${trained}${END_OF_TURN}`,
    images: [imagePath],
  };
}

export function toTrlChatRow(record: FrozenRecord, recipe: Recipe, imagePath: string): TrlChatRow {
  const { context, trained, ...prompt } = renderRecord(record, recipe);
  return {
    id: record.traceRevisionId,
    prompt: toMessages(prompt),
    completion: [{ role: "assistant", content: context + trained }],
    images: [imagePath],
  };
}

/** Both sides whole: a beginning that they share cancels under sigmoid DPO. */
export function toTrlPairRow(pair: FrozenPair, recipe: Recipe, imagePath: string): TrlPairRow {
  const { chosen, rejected, ...prompt } = renderFrozenPair(pair, recipe);
  return {
    id: pairId(pair),
    prompt: toMessages(prompt),
    chosen: [{ role: "assistant", content: chosen }],
    rejected: [{ role: "assistant", content: rejected }],
    images: [imagePath],
  };
}

/** TRL wants a yes or no for every step. */
export const NO_STEP_LABEL = "no step from the beginning on is judged good or wrong";

/**
 * The steps up to the first of which people did not say with one voice that it is good or wrong, as they said it. What
 * follows an error may be wrong because of it and may as well be what mends it, so it is labelled by its own marks
 * alone. A step can't be skipped: TRL puts all of them one after the other. Null where not even the first one is judged.
 */
export function toTrlStepRow(judged: FrozenSteps, recipe: Recipe, imagePath: string): TrlStepRow | null {
  const completions: string[] = [];
  const labels: boolean[] = [];
  const origin = judged.steps.findIndex(({ isAfterFirstError }) => isAfterFirstError);
  for (const [place, step] of judged.steps.entries()) {
    const isGood = readStepLabel(step, place === origin);
    if (isGood === null) break;
    completions.push(step.text);
    labels.push(isGood);
  }
  if (completions.length === 0) return null;
  return {
    id: judged.traceRevisionId,
    prompt: renderPrompt(judged.question, recipe).user,
    completions,
    labels,
    images: [imagePath],
  };
}

/** To name a step as the first error is to call it wrong; against a mark that says otherwise it is open. */
function readStepLabel(step: FrozenSteps["steps"][number], isFirstError: boolean): boolean | null {
  if (step.label === "wrong") return false;
  if (isFirstError) return step.marks.length === 0 ? false : null;
  return step.label === "good" ? true : null;
}

function toMessages({ system, user }: { system: string; user: string }): Message[] {
  return [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
}
