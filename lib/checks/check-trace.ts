import { CONSISTENCY_VERSION, checkConsistency } from "#lib/checks/consistency.ts";
import { DUPLICATE_VERSION } from "#lib/checks/duplicate.ts";
import { resolveAnswer } from "#lib/checks/grade.ts";
import { findLeaks, LEAK_TERMS, LEAK_VERSION, type Leak } from "#lib/checks/leak.ts";
import { MODEL_CHECK_DEFINITIONS, MODEL_CHECKS, type ModelCheck } from "#lib/checks/model-checks.ts";
import { readTruncation, TRUNCATION_VERSION, type TruncationCheck } from "#lib/checks/truncation.ts";
import type { Truncation } from "#lib/generation/thought.ts";

/** What a check says of a text. Never mixed with a grade (the machine on an answer) or a verdict (a person). */
export type CheckOutcome = "pass" | "fail" | "unknown";

/**
 * leak: leak words in the part that the second look added. leak-between: the same in what stands between the
 * thought and the answer. between: whether anything stands there at all. token-limit, thought-closed, answer-whole:
 * the three kinds of truncation. began-anew: a thought of its own in place of going on. duplicate: the same words for the same question. consistency: the conclusion that
 * the thought states against the answer that is given.
 */
export type CheckName =
  | "leak"
  | "leak-between"
  | "between"
  | "began-anew"
  | "duplicate"
  | "consistency"
  | TruncationCheck;

export type CheckResult = {
  check: CheckName;
  version: string;
  result: CheckOutcome;
  /** What the result rests on, as plain JSON. */
  evidence: Record<string, unknown>;
};

/**
 * The checks whose failure keeps a trace out of the queue by default, those by a model where they were switched on.
 * What stands between thought and answer is never exported, so it is reported and holds nothing back.
 */
export const QUEUE_CHECKS: readonly (CheckName | ModelCheck)[] = [
  "leak",
  "duplicate",
  "consistency",
  "began-anew",
  "token-limit",
  "thought-closed",
  "answer-whole",
  ...MODEL_CHECKS.filter((check) => {
    const { on, isGuard } = MODEL_CHECK_DEFINITIONS[check];
    return on === "trace" && isGuard;
  }),
];

/** The text under judgement: a simple thought on its own, or the long thought's continuation. */
export type CheckInput = {
  choices: readonly string[];
  subject: "simple" | "long";
  /** The simple thought, or what was written after the cue. */
  thought: string;
  between: string;
  answer: string | null;
  truncation: Truncation;
  /** What the reader of the reply found that no longer stands in the thought: an opening tag that it began with. */
  hasBegunAnew?: boolean;
  /** The first trace with the same words, null where there is none, undefined where nobody has looked. */
  duplicateOf?: string | null;
  leakTerms?: readonly string[];
};

/** All checks of one trace. None raises, deletes or changes anything; what can't be told is unknown, not a pass. */
export function checkTrace(input: CheckInput): CheckResult[] {
  return [
    ...leakResults(input),
    betweenResult(input),
    ...anewResults(input),
    ...truncationResults(input),
    duplicateResult(input),
    consistencyResult(input),
  ];
}

/** Whether every check that guards the queue passed or could not be told. */
export function passesForQueue(results: readonly Pick<CheckResult, "check" | "result">[]): boolean {
  const guards: readonly string[] = QUEUE_CHECKS;
  return results.every(({ check, result }) => result !== "fail" || !guards.includes(check));
}

function leakResults(input: CheckInput): CheckResult[] {
  const terms = input.leakTerms ?? LEAK_TERMS;
  const between = leakResult("leak-between", findLeaks(input.between, terms));
  // The first look is made from the picture: there is no description that it could give away.
  return input.subject === "long"
    ? [leakResult("leak", findLeaks(input.thought, terms)), between]
    : [between];
}

function leakResult(check: "leak" | "leak-between", leaks: Leak[]): CheckResult {
  const version = LEAK_VERSION;
  return leaks.length > 0
    ? { check, version, result: "fail", evidence: { leaks } }
    : { check, version, result: "pass", evidence: {} };
}

function betweenResult({ between }: CheckInput): CheckResult {
  const check = "between";
  const version = "between-1";
  return between === ""
    ? { check, version, result: "pass", evidence: {} }
    : { check, version, result: "fail", evidence: { text: between } };
}

/** Nothing that only goes on opens a thought: what follows does not grow from the cue. */
function anewResults({ subject, thought, hasBegunAnew = false }: CheckInput): CheckResult[] {
  if (subject === "simple") return [];
  const result = hasBegunAnew || /<think\s*>/iu.test(thought) ? "fail" : "pass";
  return [{ check: "began-anew", version: "began-anew-1", result, evidence: {} }];
}

function truncationResults({ truncation }: CheckInput): CheckResult[] {
  return Object.entries(readTruncation(truncation)).map(([check, result]) => ({
    check: check as TruncationCheck,
    version: TRUNCATION_VERSION,
    result,
    evidence: {},
  }));
}

function duplicateResult({ duplicateOf }: CheckInput): CheckResult {
  const result = duplicateOf === undefined ? "unknown" : duplicateOf === null ? "pass" : "fail";
  return {
    check: "duplicate",
    version: DUPLICATE_VERSION,
    result,
    evidence: duplicateOf ? { duplicateOf } : {},
  };
}

function consistencyResult({ thought, answer, choices }: CheckInput): CheckResult {
  const reading = checkConsistency(thought, resolveAnswer(answer, choices).choiceIndex, choices);
  const { result, stated } = reading;
  const evidence =
    result === "unknown" ? { why: reading.why, stated } : { stated, givenIndex: reading.givenIndex };
  return { check: "consistency", version: CONSISTENCY_VERSION, result, evidence };
}
