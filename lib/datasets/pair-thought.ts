import { duplicateKey } from "#lib/checks/duplicate.ts";
import { type GradedAnswer, gradeAnswer } from "#lib/checks/grade.ts";
import { countWords } from "#lib/count-words.ts";
import { hasControlText } from "#lib/datasets/freeze.ts";
import type { PairSide, PairThought, QuestionFlaw } from "#lib/datasets/pair-schema.ts";
import { type ThoughtParts, thoughtOf } from "#lib/datasets/render-record.ts";
import type { FrozenRecord } from "#lib/datasets/schema.ts";
import { type TraceKind, traceKind } from "#lib/traces/kind.ts";

/** A trace as the database has it, with what was said of it. */
export interface PairTrace {
  traceId: string;
  simpleThoughtId: string;
  state: string;
  simple: { text: string; answer: string | null };
  long: { joiner: string; cue: string } | null;
  revision: { id: string; body: string; answer: string | null; isByPerson: boolean };
  /** The model's own text. */
  firstRevision: { id: string; body: string; answer: string | null };
  /** Verdicts that stand. */
  verdicts: readonly {
    decision: "approved" | "rejected";
    source: string;
    traceRevisionId: string;
    questionRevisionId: string;
  }[];
}

/** A question as pairs need it. */
export interface PairAsked {
  questionId: string;
  revisionId: string;
  isWithdrawn: boolean;
  isImagePresent: boolean;
  asked: FrozenRecord["question"];
}

/** What is written out for one side: the thought, and the choice that it answers. */
export interface PairText extends ThoughtParts {
  answerIndex: number | null;
}

/** What keeps every pair of a question out of training. */
export function findQuestionFlaw({ isWithdrawn, isImagePresent, asked }: PairAsked): QuestionFlaw | null {
  if (isWithdrawn) return "question-withdrawn";
  if (asked.choices[asked.keyIndex] === undefined) return "no-key";
  if ([asked.text, ...asked.choices, asked.reasoningType].some(hasControlText)) return "control-text";
  return isImagePresent ? null : "image-missing";
}

/**
 * A trace as pairs go by it. Kinds are graded anew from the texts, as when a version is frozen, so that no pair stands
 * on a grade that an edit has overtaken. A rejection of the question says nothing of the thought.
 */
export function toPairThought(question: PairAsked, trace: PairTrace): PairThought {
  return new Thought(question, trace);
}

/** One text of a trace as a side. Its words and its key are worked out when they are first asked for. */
export function toPairSide(
  question: PairAsked,
  trace: Pick<PairTrace, "traceId" | "simple" | "long">,
  revision: { id: string; body: string; answer: string | null },
): PairSide {
  return new Side(question, trace, revision);
}

/**
 * A class, since each object literal with an accessor has a shape of its own, which holds on to everything that the
 * accessor reaches until the whole heap is looked through: of hundreds of thousands of texts that is all of them.
 */
class Side implements PairSide {
  readonly traceId: string;
  readonly revisionId: string;
  readonly flaw: PairSide["flaw"];
  readonly #questionId: string;
  readonly #text: PairText;
  #words: number | undefined;
  #textKey: string | undefined;

  constructor(
    question: PairAsked,
    trace: Pick<PairTrace, "traceId" | "simple" | "long">,
    revision: { id: string; body: string; answer: string | null },
  ) {
    this.traceId = trace.traceId;
    this.revisionId = revision.id;
    this.#questionId = question.questionId;
    this.#text = readPairText(question, trace, revision);
    this.flaw = findSideFlaw(this.#text);
  }

  get words(): number {
    this.#words ??= countWords(thoughtOf(this.#text));
    return this.#words;
  }

  get textKey(): string {
    this.#textKey ??= `${duplicateKey(this.#questionId, thoughtOf(this.#text))} ${this.#text.answerIndex ?? "-"}`;
    return this.#textKey;
  }
}

class Thought extends Side implements PairThought {
  readonly simpleThoughtId: string;
  readonly kind: TraceKind;
  readonly isApproved: boolean;
  readonly isRejected: boolean;
  readonly original: PairSide | null;

  constructor(question: PairAsked, trace: PairTrace) {
    const { revision, firstRevision } = trace;
    super(question, trace, revision);
    const isOfThisText = (verdict: PairTrace["verdicts"][number]) =>
      verdict.traceRevisionId === revision.id && verdict.questionRevisionId === question.revisionId;
    this.simpleThoughtId = trace.simpleThoughtId;
    this.kind = kindOfText(question, trace, revision);
    this.isApproved =
      trace.state === "approved" &&
      trace.verdicts.some((verdict) => verdict.decision === "approved" && isOfThisText(verdict));
    this.isRejected =
      trace.state === "rejected" &&
      trace.verdicts.some(
        (verdict) =>
          verdict.decision === "rejected" && verdict.source !== "question" && isOfThisText(verdict),
      );
    this.original =
      revision.isByPerson && firstRevision.id !== revision.id
        ? new Side(question, trace, firstRevision)
        : null;
  }
}

function findSideFlaw({ simpleThought, second, answerIndex }: PairText): PairSide["flaw"] {
  if (simpleThought.trim() === "" || second?.continuation.trim() === "") return "empty-thought";
  if ([simpleThought, second?.cue ?? "", second?.continuation ?? ""].some(hasControlText))
    return "control-text";
  return answerIndex === null ? "no-answer" : null;
}

/** The kind of a trace with this text, graded anew. */
export function kindOfText(
  question: PairAsked,
  { simple, long }: Pick<PairTrace, "simple" | "long">,
  revision: { answer: string | null },
): TraceKind {
  const own = gradeIn(question, revision.answer).grade;
  return long ? traceKind(gradeIn(question, simple.answer).grade, own) : traceKind(own, null);
}

/** A text with its parts as an export writes them, and the choice that it answers now. */
export function readPairText(
  question: PairAsked,
  { simple, long }: Pick<PairTrace, "simple" | "long">,
  revision: { body: string; answer: string | null },
): PairText {
  const body = revision.body.trimEnd();
  return {
    simpleThought: long ? simple.text : body.trimStart(),
    second: long ? { ...long, continuation: body } : null,
    answerIndex: gradeIn(question, revision.answer).choiceIndex,
  };
}

/** Dozens of thoughts answer one question, and most in one of four ways. */
const graded = new WeakMap<PairAsked, Map<string | null, GradedAnswer>>();

function gradeIn(question: PairAsked, answer: string | null): GradedAnswer {
  const known = graded.get(question) ?? new Map<string | null, GradedAnswer>();
  graded.set(question, known);
  const before = known.get(answer);
  if (before) return before;
  const { choices, keyIndex } = question.asked;
  const grade = gradeAnswer(answer, choices, keyIndex);
  known.set(answer, grade);
  return grade;
}
