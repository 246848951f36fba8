import { describeCheck } from "#lib/checks/labels.ts";

/** One thing that happened to a trace. */
export type TraceEvent = {
  /** Unique in the list. */
  key: string;
  at: string;
  /** Empty where no person did it. */
  actorName: string;
  /** Taken back by whoever did it. */
  undoneAt: string | null;
} & TraceEventKind;

export type TraceEventKind =
  | {
      kind: "verdict";
      decision: "approved" | "rejected";
      source: "single" | "edit" | "bulk" | "confirmation" | "question" | "adjudication";
      reasons: string[];
      comment: string;
      overrodeChecks: string[];
      overrodeOwnAnswer: boolean;
      /** The text or the question changed since, or another verdict took its place. */
      isSuperseded: boolean;
      /** How many steps were marked when it was given. */
      markedSteps: number;
    }
  | { kind: "edit"; number: number; note: string }
  /** A model went on from before a step, and this was chosen of what it wrote. */
  | {
      kind: "repaired";
      number: number;
      stepText: string;
      note: string;
      callId: string | null;
      isTakenBack: boolean;
    }
  /** The same was asked for, and none was taken. */
  | { kind: "repair-declined"; stepText: string }
  | { kind: "question-edit"; number: number }
  | { kind: "flag" | "repair"; note: string }
  | { kind: "settled"; referral: "flag" | "repair"; as: string; note: string }
  | { kind: "question-rejected"; fault: "question" | "key"; comment: string; isWithdrawn: boolean }
  | { kind: "comment"; body: string; isOnPlace: boolean }
  | { kind: "comment-resolved" | "comment-reopened"; body: string }
  | { kind: "preferred"; isBetter: boolean; otherTraceId: string; note: string }
  | { kind: "own-answer"; choiceText: string | null; agrees: boolean }
  /** What the checks found on one of its texts. */
  | { kind: "checked"; number: number; passed: number; failed: string[]; unknown: string[] }
  /** It was put into a dataset version. */
  | { kind: "frozen"; versionId: string; version: string; parts: DatasetPartName[]; isWithdrawn: boolean }
  | { kind: "first-error"; part: "description" | "question" | "simple" | "long"; note: string };

type DatasetPartName = "sft" | "preference" | "steps";

const DATASET_PARTS: Record<DatasetPartName, string> = {
  sft: "training records",
  preference: "preference pairs",
  steps: "step records",
};

const SOURCES = {
  single: "",
  edit: " after an edit",
  bulk: " in bulk",
  confirmation: " on a second look",
  question: " with its question",
  adjudication: " to settle it",
} as const;

const PARTS = {
  description: "in the description",
  question: "in the question",
  simple: "in the simple thought",
  long: "in the long thought",
} as const;

/** An event as the rest of a sentence that begins with who did it: “Ada flagged it: is this a kite?” */
export function describeTraceEvent(event: TraceEventKind): string {
  switch (event.kind) {
    case "verdict":
      return `${event.decision} it${SOURCES[event.source]}${inBrackets(verdictFacts(event))}${words(event.comment)}`;
    case "edit":
      return `edited the thought${words(event.note)}`;
    case "repaired":
      return `had a model go on from before “${shorten(event.stepText)}” and took what it wrote${event.isTakenBack ? ", and took that back" : ""}${words(event.note)}`;
    case "repair-declined":
      return `had a model go on from before “${shorten(event.stepText)}” and took none of it`;
    case "question-edit":
      return "edited the question";
    case "flag":
      return `flagged it${words(event.note)}`;
    case "repair":
      return `sent it back for repair${words(event.note)}`;
    case "settled":
      return `${settledWords(event)}${words(event.note)}`;
    case "question-rejected":
      return `rejected the ${event.fault}${event.isWithdrawn ? ", which withdrew it" : ""}${words(event.comment)}`;
    case "comment":
      return `commented${event.isOnPlace ? " on a place in it" : ""}${words(event.body)}`;
    case "comment-resolved":
      return `resolved a comment${words(event.body)}`;
    case "comment-reopened":
      return `opened a comment again${words(event.body)}`;
    case "preferred":
      return `preferred ${event.isBetter ? "it to a sibling" : "a sibling to it"}${words(event.note)}`;
    case "own-answer":
      return event.choiceText === null
        ? "could not tell the answer from the image"
        : `answered “${event.choiceText}” from the image, which is ${event.agrees ? "" : "not "}the key`;
    case "checked":
      return `Checks of ${event.number === 1 ? "the model’s text" : `revision ${event.number}`}: ${checkFacts(event)}`;
    case "frozen":
      return `froze it into ${event.version} (${event.parts.map((part) => DATASET_PARTS[part]).join(", ")})${event.isWithdrawn ? ", which was withdrawn since" : ""}`;
    case "first-error":
      return `saw the first error ${PARTS[event.part]}${words(event.note)}`;
  }
}

function checkFacts({ passed, failed, unknown }: Extract<TraceEventKind, { kind: "checked" }>): string {
  return [
    `${passed} passed`,
    ...(failed.length > 0 ? [`failed: ${failed.map(describeCheck).join(", ")}`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} could not say`] : []),
  ].join("; ");
}

function verdictFacts(event: Extract<TraceEventKind, { kind: "verdict" }>): string[] {
  return [
    ...event.reasons,
    ...(event.overrodeChecks.length > 0 ? [`over ${event.overrodeChecks.join(", ")}`] : []),
    ...(event.overrodeOwnAnswer ? ["against their own answer"] : []),
    ...(event.markedSteps > 0
      ? [`${event.markedSteps} ${event.markedSteps === 1 ? "step" : "steps"} marked`]
      : []),
  ];
}

function settledWords({ referral, as }: { referral: "flag" | "repair"; as: string }): string {
  const what = referral === "flag" ? "the flag" : "the repair";
  if (as === "returned")
    return referral === "flag" ? "gave it back from the flag" : "gave it back from repair";
  if (as === "edited") return `settled ${what} by an edit`;
  return `settled ${what}: ${as}`;
}

/** The beginning of a step, by which it is known again. */
function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59).trimEnd().toWellFormed()}…` : text;
}

function inBrackets(facts: string[]): string {
  return facts.length > 0 ? ` (${facts.join("; ")})` : "";
}

function words(text: string): string {
  return text === "" ? "" : `: “${text}”`;
}
