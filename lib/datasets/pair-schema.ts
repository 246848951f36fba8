import type { TraceKind } from "#lib/traces/kind.ts";

/**
 * The kinds of preference pairs, as the method names them: what is chosen > what is rejected. The three behind the graded
 * ones rest on what a person did here. Of the last an imported file says which of the two is better; that alone rejects
 * nothing, so its rejected side has a wrong answer or a person's rejection besides.
 */
export const PAIR_KINDS = [
  "XO>XX",
  "XO>X",
  "O>OX",
  "O>X",
  "O>XX",
  "O>OO",
  "edited",
  "repaired",
  "preferred",
  "elsewhere",
] as const;
export type PairKind = (typeof PAIR_KINDS)[number];

/** The long thought of a compact pair is at least this many times as long as the short one (published). */
export const COMPACT_RATIO = 1.5;

export type DirectPairKind = "edited" | "repaired" | "preferred" | "elsewhere";
export type GradedPairKind = Exclude<PairKind, DirectPairKind>;

export const PAIR_KIND_LABELS: Record<PairKind, { name: string; teaches: string }> = {
  "XO>XX": {
    name: "XO over XX",
    teaches: "from one wrong first look, the second look that mends it over one that does not",
  },
  "XO>X": { name: "XO over X", teaches: "going on to a second look over stopping at the wrong first one" },
  "O>OX": { name: "O over OX", teaches: "stopping when right over thinking on into a mistake" },
  "O>X": { name: "O over X", teaches: "a right first look over a wrong one" },
  "O>XX": { name: "O over XX", teaches: "a right first look over a long way to a mistake" },
  "O>OO": {
    name: "O over OO (compact)",
    teaches: "the same answer in few words over a rejected long thought",
  },
  edited: { name: "Edited over original", teaches: "what a reviewer made of it over what the model wrote" },
  repaired: {
    name: "Repaired over cut-off",
    teaches: "the continuation that was taken over the one that was cut off",
  },
  preferred: { name: "Preferred by a reviewer", teaches: "the one of two that a reviewer prefers" },
  elsewhere: {
    name: "Preferred elsewhere",
    teaches:
      "the one of two that an imported file prefers, where the other answers wrongly or was rejected here",
  },
};

/** A text of a trace, named exactly. */
export interface PairSide {
  traceId: string;
  revisionId: string;
  /** Words of the whole thought. */
  words: number;
  /** The same for the same words: a hash of the thought and of the choice that it answers. */
  textKey: string;
  /** What keeps this text out of training whatever anybody says of it. */
  flaw: SideFlaw | null;
}

export type SideFlaw = "empty-thought" | "control-text" | "no-answer";

/** A trace as it stands, as far as pairs go by it. */
export interface PairThought extends PairSide {
  simpleThoughtId: string;
  kind: TraceKind;
  /** A person approved exactly this text, on the question exactly as it stands. */
  isApproved: boolean;
  /** A person rejected this thought (not its question). */
  isRejected: boolean;
  /** The model's own text, where the one that stands is a person's. */
  original: PairSide | null;
}

/** Where an imported file prefers one text to another. */
export interface PairOrigin {
  runId: string;
  file: string;
  line: number;
}

/** A pair that a person or a file made. The chosen side is a trace as it stands; the rejected one may be an older text. */
export interface DirectPair {
  kind: "repaired" | "preferred" | "elsewhere";
  chosenTraceId: string;
  /** The text that was preferred; a later text of the trace is another. */
  chosenRevisionId: string;
  rejected: PairSide;
  /** Said of the question as it stands, and not of an earlier form of it. */
  isCurrent: boolean;
  /** Of pairs from elsewhere. */
  origin?: PairOrigin;
}

/** All that one question's pairs are made from. */
export interface PairQuestion {
  questionId: string;
  /** What keeps the whole question out. */
  flaw: QuestionFlaw | null;
  thoughts: readonly PairThought[];
  direct: readonly DirectPair[];
}

export type QuestionFlaw = "image-missing" | "question-withdrawn" | "no-key" | "control-text";

/** Why the rejected side may be one: it answers wrongly, or a person said so. */
export type RejectionGround = "wrong-answer" | "rejected" | "edited" | "cut-off" | "preferred-less";

export interface Pair {
  kind: PairKind;
  questionId: string;
  chosen: PairSide;
  rejected: PairSide;
  ground: RejectionGround;
  /** Of pairs from elsewhere: whose word it is that the chosen side is the better one. */
  origin?: PairOrigin;
}

/** What a pair lacks to stand. */
export const PAIR_LACKS = [
  "approval",
  "rejection",
  "ends-wrong",
  "disputed",
  "outdated",
  "contradicted",
  "altered",
  "chosen-empty-thought",
  "chosen-control-text",
  "chosen-no-answer",
  "rejected-empty-thought",
  "rejected-control-text",
  "rejected-no-answer",
  "image-missing",
  "question-withdrawn",
  "no-key",
  "control-text",
] as const;
export type PairLack = (typeof PAIR_LACKS)[number];

/** What would have to be, or why it cannot be, as half a sentence after "It would stand if …" or "It cannot stand: …". */
export const PAIR_LACK_LABELS: Record<PairLack, { text: string; canBeMended: boolean }> = {
  approval: { text: "the chosen thought were approved", canBeMended: true },
  rejection: { text: "a reviewer rejected the other thought, which is not graded wrong", canBeMended: true },
  "ends-wrong": { text: "the chosen thought ends in a wrong answer", canBeMended: false },
  disputed: { text: "reviewers prefer each a different one of the two", canBeMended: false },
  outdated: {
    text: "the text or the question has changed since it was said; say it again of what stands now",
    canBeMended: false,
  },
  contradicted: {
    text: "a reviewer of this project, or another file, prefers the other of the two",
    canBeMended: false,
  },
  altered: { text: "a text or the question was changed here after the import", canBeMended: false },
  "chosen-empty-thought": { text: "the chosen thought is empty", canBeMended: false },
  "chosen-control-text": {
    text: "the chosen thought holds a tag or control token that would break the training form",
    canBeMended: false,
  },
  "chosen-no-answer": { text: "the chosen thought answers none of the choices", canBeMended: false },
  "rejected-empty-thought": { text: "the rejected thought is empty", canBeMended: false },
  "rejected-control-text": {
    text: "the rejected thought holds a tag or control token that would break the training form",
    canBeMended: false,
  },
  "rejected-no-answer": {
    text: "the rejected thought answers none of the choices, so its answer cannot be written in the question’s style",
    canBeMended: false,
  },
  "image-missing": { text: "the image file were there", canBeMended: true },
  "question-withdrawn": { text: "the question was withdrawn", canBeMended: false },
  "no-key": { text: "the question has no key that is one of its choices", canBeMended: false },
  "control-text": {
    text: "the question holds a tag or control token that would break the training form",
    canBeMended: false,
  },
};

/** A pair that stands (`lacks` is empty), or would. */
export interface PairCandidate extends Pair {
  lacks: PairLack[];
}
