import type { RefObject } from "react";
import type { Act, Unsent } from "#components/review/unsent.ts";
import type { ReviewTraceView, UnansweredTraceView } from "#lib/review/notes-schema.ts";
import type { AnswerInput, EditInput, QueueStatus, VerdictInput } from "#lib/review/schema.ts";

/** In hand: to be judged, or to be answered from the image alone first. */
export type HeldTrace = ReviewTraceView | UnansweredTraceView;

export function isOpen(trace: HeldTrace): trace is ReviewTraceView {
  return "notes" in trace;
}

/** What of a trace is before the reviewer's eyes: another once key and thoughts are shown beside the question. */
export function sightOf(trace: HeldTrace): string {
  return `${trace.id} ${isOpen(trace) ? "open" : "unanswered"}`;
}

/** Something that the reviewer must see and choose about, with the trace that it is about. */
export interface ReviewProblem {
  code: string;
  message: string;
  traceId: string | null;
  /** Somebody else has it now. */
  isHeld: boolean;
  /** What was asked for, where it is not sent again by itself. */
  verb?: "edit" | "answer" | "undo";
}

/** Whether it was not refused: the same may be asked again. */
export function canAskAgain({ code, verb }: ReviewProblem): boolean {
  return verb !== undefined && !FINAL_CODES.has(code);
}

const FINAL_CODES = new Set(["bad_input", "not_found", "forbidden", "conflict"]);

export interface Review {
  /** Whose page this is: what is typed is kept under their name, and what is sent says so. */
  userId: string;
  current: HeldTrace | null;
  next: HeldTrace | null;
  status: QueueStatus | null;
  problem: ReviewProblem | null;
  isLoading: boolean;
  isSending: boolean;
  /** What was done and is not confirmed by the server yet. */
  unsent: readonly Unsent[];
  /** Why the server cannot be asked now, in a sentence; null while it can. What waits is sent when it can again. */
  trouble: string | null;
  sendNow: () => void;
  /** Does something about a trace and shows the next at once; a refusal brings this one back. */
  act: (act: Act) => void;
  judge: (verdict: VerdictInput) => void;
  skip: () => void;
  undo: () => Promise<string | null>;
  /** Stores an edit; null when it was refused (see `problem`). */
  saveEdit: (edit: EditInput) => Promise<ReviewTraceView | null>;
  /** Gives the reviewer's own answer; the trace then comes with key and thoughts. False when it was refused. */
  answer: (input: AnswerInput) => Promise<boolean>;
  /** Puts in what the server said of a trace in hand. */
  change: (traceId: string, change: (trace: ReviewTraceView) => ReviewTraceView) => void;
  /** Requests that change something go out one after another, in the order in which the keys were pressed. */
  inLine: <T>(work: () => Promise<T>) => Promise<T>;
  /** Says what undo would take back now, where the server was not asked for it. */
  noteUndoable: (what: string) => void;
  /** Work that has to be done before a verdict, an edit or an undo goes out: what was marked before them. */
  sendFirst: RefObject<(() => Promise<void>) | null>;
  /** What was marked and waits to be sent, for undo. */
  marks: RefObject<WaitingMarks | null>;
  returnSkipped: () => void;
  /** Takes a trace in hand by its id, whatever its state, before the one on the screen. */
  open: (traceId: string) => void;
  /** Lays the trace on the screen aside for good, and goes on with the next. */
  letGo: () => void;
  /** Reads the current trace anew, after it changed elsewhere. */
  reload: () => void;
  dismiss: () => void;
}

/** The marks that wait, as undo sees them. */
export interface WaitingMarks {
  /** When the last was made; null where none waits. */
  madeAt: () => number | null;
  /** Takes the last back; the word for it. */
  takeBack: () => string | null;
}

export interface ReviewOptions {
  /** What could not be sent is kept in this browser under their name. */
  userId: string;
  /** Disputes and flags in place of what waits, for whoever may settle them. */
  isSettling?: boolean;
}
