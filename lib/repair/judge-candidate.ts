import { checkTrace } from "#lib/checks/check-trace.ts";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { countWords } from "#lib/count-words.ts";
import {
  type ParsedThought,
  parseLongReply,
  parseSimpleReply,
  type RawReply,
} from "#lib/generation/thought.ts";
import { joinBehind } from "#lib/repair/cut.ts";
import type { RepairPreset } from "#lib/repair/preset.ts";
import { CANDIDATE_WARNINGS, type CandidateResult, type CandidateWarning } from "#lib/repair/schema.ts";
import { levelStep } from "#lib/traces/step-identity.ts";
import { splitSteps } from "#lib/traces/steps.ts";

export interface CandidateReply {
  reply: RawReply;
  preset: RepairPreset;
  isEmulated: boolean;
  part: "simple" | "long";
  /** As the repair keeps it. */
  kept: string;
  /** The first step that was cut away. */
  cutStep: string;
  nudge: string;
  question: { choices: readonly string[]; keyIndex: number };
}

/** A reply as far as it can be told from itself: its text, before anybody looked for others like it. */
export interface ReadCandidate {
  tail: string;
  body: string;
  parsed: ParsedThought;
}

/** Cuts what a model wrote behind the kept steps out of its reply; also of a reply that is still coming in. */
export function readCandidate({ reply, preset, isEmulated, kept }: CandidateReply): ReadCandidate {
  // Where nothing stood there but the opening tag, the reply is a thought like any other.
  const parsed =
    preset.thought === "" ? parseSimpleReply(reply) : parseLongReply(reply, preset.sent, isEmulated);
  const tail = joinBehind(kept, parsed.thought);
  return { tail, body: `${kept}${tail}`, parsed };
}

/**
 * Grades and checks a continuation as the whole thought that it would make.
 * @param duplicateOf the trace that has the same words already; null: none, undefined: nobody has looked
 */
export function judgeCandidate(
  input: CandidateReply,
  { tail, body, parsed }: ReadCandidate,
  duplicateOf: string | null | undefined,
): Omit<CandidateResult, "failedChecks"> {
  const { choices, keyIndex } = input.question;
  const graded = gradeAnswer(parsed.answer, choices, keyIndex);
  const hasBegunAnew = parsed.problems.includes("began-anew");
  const checks = checkTrace({
    choices,
    subject: input.part,
    thought: body,
    between: parsed.between,
    answer: parsed.answer,
    truncation: parsed.truncation,
    hasBegunAnew,
    duplicateOf,
  });
  return {
    tail,
    between: parsed.between,
    answer: parsed.answer,
    choiceIndex: graded.choiceIndex,
    grade: graded.grade,
    truncation: parsed.truncation,
    hasBegunAnew,
    checks,
    warnings: findWarnings(input, tail, parsed),
    words: countWords(tail),
    isEmulated: input.isEmulated,
  };
}

function findWarnings(
  { kept, cutStep, nudge }: CandidateReply,
  tail: string,
  parsed: ParsedThought,
): CandidateWarning[] {
  const first = splitSteps(tail)[0]?.text ?? "";
  const { isThinkEndMissing, isWholeAnswerMissing } = parsed.truncation;
  const found = {
    "began-anew": parsed.problems.includes("began-anew") || startsOver(kept, tail),
    "repeats-cut": first !== "" && levelStep(first) === levelStep(cutStep),
    "cites-hint": nudge !== "" && citesHint(tail, nudge),
    "not-whole": isThinkEndMissing || isWholeAnswerMissing,
  } satisfies Partial<Record<CandidateWarning, boolean>>;
  return CANDIDATE_WARNINGS.filter((warning) => warning !== "same-as" && found[warning]);
}

/** For each tail whether an earlier one has the same words; null stands for one that has not come. */
export function findRepeated(tails: readonly (string | null)[]): boolean[] {
  const levelled = tails.map((tail) => (tail === null ? null : levelStep(tail)));
  return levelled.map((tail, index) => tail !== null && levelled.indexOf(tail) < index);
}

/** Whether the first kept step comes once more: a model that begins at the beginning. */
function startsOver(kept: string, tail: string): boolean {
  const [first] = splitSteps(kept);
  const [again] = splitSteps(tail);
  return first !== undefined && again !== undefined && levelStep(first.text) === levelStep(again.text);
}

/** Words in a row of the hint that no thought has by chance. */
const CITED_WORDS = 6;

function citesHint(tail: string, nudge: string): boolean {
  if (/\b(?:the|this|that|your) (?:hint|note)\b/iu.test(tail)) return true;
  const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const said = ` ${words(tail).join(" ")} `;
  const given = words(nudge);
  for (let from = 0; from + CITED_WORDS <= given.length; from += 1) {
    if (said.includes(` ${given.slice(from, from + CITED_WORDS).join(" ")} `)) return true;
  }
  return false;
}
