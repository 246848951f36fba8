import { normaliseChoice, resolveAnswer } from "#lib/checks/grade.ts";
import { splitChoices, stripLabels } from "#lib/generation/choice-list.ts";
import { normaliseReasoningType, OTHER_REASONING_TYPE } from "#lib/generation/reasoning-type.ts";

/** A question as its writer gave it: choices in the writer's order, before any shuffling. */
export type ParsedQuestion = {
  text: string;
  choices: string[];
  /** The place of the right choice in `choices`. */
  keyIndex: number;
  /** The answer in the writer's words, without a letter. */
  shortAnswer: string;
  reasoningType: string;
};

export type QuestionProblemCode =
  | "no-questions"
  | "already-asked"
  | "unreadable"
  | "missing-question"
  | "missing-choices"
  | "missing-answer"
  | "missing-type"
  | "repeated-field"
  | "unclosed"
  | "no-labels"
  | "too-few-choices"
  | "ambiguous-choices"
  | "key-not-a-choice"
  | "key-ambiguous";

/** What was wrong with one question of a reply. `isKept` tells whether the question was usable all the same. */
export type QuestionProblem = {
  /** The question's place in the reply, from 1; 0 where the whole reply is meant. */
  ordinal: number;
  code: QuestionProblemCode;
  message: string;
  /** The start of the text in question, as it stands in the reply (at most 400 characters). */
  excerpt: string;
  isKept: boolean;
};

export type ParsedQuestions = { questions: ParsedQuestion[]; problems: QuestionProblem[] };

/** The parts of a question as texts, before anything is decided about them. */
export type QuestionDraft = {
  text: string;
  /** A list that is still one text, or texts that are apart already. */
  choices: string | readonly string[];
  answer: string;
  shortAnswer?: string;
  reasoningType: string | null;
};

/**
 * Settles one question: splits and strips its choices, and finds the key, which must be exactly one choice after
 * normalising. An answer with a letter ("(A) Red", "B") is resolved in the writer's own order, so that a later
 * shuffle carries the choice along and not the letter.
 */
export function settleQuestion(
  draft: QuestionDraft,
  ordinal: number,
  excerpt: string,
): { question: ParsedQuestion | null; problems: QuestionProblem[] } {
  const refuse = (code: QuestionProblemCode) => ({
    question: null,
    problems: [problem(ordinal, code, excerpt, false)],
  });
  if (draft.text.trim() === "") return refuse("missing-question");
  if (draft.answer.trim() === "") return refuse("missing-answer");

  const listed = readChoices(draft);
  if ("problem" in listed) return refuse(LIST_PROBLEMS[listed.problem]);
  const reading = resolveAnswer(draft.answer, listed.choices);
  if (reading.choiceIndex === null)
    return refuse(reading.why === "ambiguous" ? "key-ambiguous" : "key-not-a-choice");
  const keyText = listed.choices[reading.choiceIndex] as string;
  const isKeyUnique =
    listed.choices.filter((choice) => normaliseChoice(choice) === normaliseChoice(keyText)).length === 1;
  if (!isKeyUnique) return refuse("key-ambiguous");

  const reasoningType = normaliseReasoningType(draft.reasoningType);
  const isTypeMissing = reasoningType === OTHER_REASONING_TYPE && (draft.reasoningType ?? "").trim() === "";
  return {
    question: {
      text: draft.text.trim(),
      choices: listed.choices,
      keyIndex: reading.choiceIndex,
      shortAnswer: draft.shortAnswer?.trim() || (reading.how === "text" ? draft.answer.trim() : keyText),
      reasoningType,
    },
    problems: isTypeMissing ? [problem(ordinal, "missing-type", excerpt, true)] : [],
  };
}

/** A problem with its sentence; the excerpt is cut. */
export function problem(
  ordinal: number,
  code: QuestionProblemCode,
  excerpt: string,
  isKept = false,
  detail?: string,
): QuestionProblem {
  const message = detail ? `${PROBLEM_MESSAGES[code]} ${detail}` : PROBLEM_MESSAGES[code];
  return { ordinal, code, message, excerpt: excerpt.trim().slice(0, 400), isKept };
}

function readChoices(draft: QuestionDraft): ReturnType<typeof splitChoices> {
  if (typeof draft.choices === "string") {
    if (draft.choices.trim() === "") return { problem: "no-labels" };
    return splitChoices(
      draft.choices,
      (choices) => resolveAnswer(draft.answer, choices).choiceIndex !== null,
    );
  }
  const choices = stripLabels(draft.choices);
  if (choices.length < 2 || choices.length > 26 || choices.some((choice) => choice === ""))
    return { problem: "too-few" };
  return { choices };
}

const LIST_PROBLEMS = {
  "no-labels": "no-labels",
  "too-few": "too-few-choices",
  ambiguous: "ambiguous-choices",
} as const satisfies Record<string, QuestionProblemCode>;

const PROBLEM_MESSAGES: Record<QuestionProblemCode, string> = {
  "already-asked": "The image has this question already.",
  "no-questions": "The reply holds no question in the form that was asked for.",
  unreadable: "This part of the reply could not be read.",
  "missing-question": "The question's text is missing.",
  "missing-choices": "The question has no choices.",
  "missing-answer": "The question has no answer.",
  "missing-type": "No reasoning type was named; it is filed under Other.",
  "repeated-field": "A part of the question stands there twice.",
  unclosed: "A tag was opened and not closed.",
  "no-labels": "The choices carry no labels from (A) on.",
  "too-few-choices": "There are fewer than two choices with text.",
  "ambiguous-choices": "The choices can be cut in more than one way.",
  "key-not-a-choice": "The answer is none of the choices.",
  "key-ambiguous": "The answer fits more than one choice.",
};
