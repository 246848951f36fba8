import type { CommentInput, CommentView, ResolveCommentInput } from "#lib/comments/schema.ts";
import type { ExampleView } from "#lib/guidelines/schema.ts";
import type { TraceEvent } from "#lib/review/history.ts";
import type {
  FirstErrorInput,
  FirstErrorView,
  MarkInput,
  RegionInput,
  RegionView,
  RemoveRegionInput,
  StepMarkView,
} from "#lib/review/marks-schema.ts";
import type { ReviewTraceView, UnansweredTraceView } from "#lib/review/notes-schema.ts";
import { PAGE_OF_HEADER } from "#lib/review/page-of.ts";
import type {
  AnswerInput,
  AnswerResult,
  EditInput,
  FlagInput,
  LookInput,
  NextInput,
  NextResult,
  PreferenceInput,
  QueueStatus,
  ReferralResult,
  RejectQuestionInput,
  RejectQuestionResult,
  RepairInput,
  ReturnInput,
  UndoResult,
  VerdictInput,
  VerdictResult,
} from "#lib/review/schema.ts";
import type { Sitting } from "#lib/review/sitting.ts";

interface Verbs {
  comment: { input: CommentInput; output: { comment: CommentView } };
  "resolve-comment": { input: ResolveCommentInput; output: { comment: CommentView } };
  history: { input: LookInput; output: { events: TraceEvent[] } };
  guidelines: { input: Record<string, never>; output: { text: string; examples: ExampleView[] } };
  sitting: { input: Record<string, never>; output: { sitting: Sitting | null } };
  next: { input: NextInput; output: NextResult };
  verdict: { input: VerdictInput; output: VerdictResult };
  edit: { input: EditInput; output: { trace: ReviewTraceView; status: QueueStatus } };
  answer: { input: AnswerInput; output: AnswerResult };
  mark: { input: MarkInput; output: { mark: StepMarkView | null } };
  region: { input: RegionInput; output: { region: RegionView } };
  "remove-region": { input: RemoveRegionInput; output: Record<string, never> };
  "first-error": { input: FirstErrorInput; output: { firstError: FirstErrorView | null } };
  skip: { input: { traceId: string }; output: { status: QueueStatus } };
  "return-skipped": { input: Record<string, never>; output: { status: QueueStatus } };
  undo: { input: Record<string, never>; output: UndoResult };
  flag: { input: FlagInput; output: ReferralResult };
  "send-back": { input: RepairInput; output: ReferralResult };
  "give-back": { input: ReturnInput; output: ReferralResult };
  "reject-question": { input: RejectQuestionInput; output: RejectQuestionResult };
  prefer: { input: PreferenceInput; output: { trace: ReviewTraceView; status: QueueStatus } };
  look: {
    input: LookInput;
    output: { trace: ReviewTraceView | null; unanswered: UnansweredTraceView | null };
  };
  siblings: {
    input: LookInput;
    output: { traces: ReviewTraceView[]; unanswered: UnansweredTraceView[]; order: string[] };
  };
  claims: {
    input: { traceIds: string[]; action: "renew" | "release" };
    output: { lost: { traceId: string; holderName: string | null }[] };
  };
}

/** Why the server did not do it. `offline`: it could not be reached; everything typed is still here. */
export class ReviewError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = "ReviewError";
    this.code = code;
    this.details = details;
  }
}

/**
 * Asks the server for one thing of the review screen. With `pageOf` it is refused as `not_signed_in` where somebody else
 * than this person is signed in by then.
 * @throws ReviewError
 */
export async function askReview<V extends keyof Verbs>(
  projectId: string,
  verb: V,
  input: Verbs[V]["input"],
  pageOf = "",
): Promise<Verbs[V]["output"]> {
  let response: Response;
  try {
    response = await fetch(reviewAddress(projectId, verb), {
      method: "POST",
      headers: { "content-type": "application/json", ...(pageOf ? { [PAGE_OF_HEADER]: pageOf } : {}) },
      body: JSON.stringify(input),
    });
  } catch {
    throw new ReviewError("offline", offlineSentence(verb));
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Verbs[V]["output"];
  throw toError(response.status, body);
}

/**
 * What is said where the server cannot be reached. Verdicts and marks wait and are sent by themselves; of the rest it is
 * said that it was not done, and what is left to do.
 */
export function offlineSentence(verb: string): string {
  const what = NOT_DONE[verb];
  return what === undefined
    ? "The server cannot be reached. Nothing is lost: what you did is kept here, and is sent when it can be."
    : `The server cannot be reached, so ${what}`;
}

const READ_AGAIN = "this could not be read. Try again in a moment.";
const NOT_DONE: Partial<Record<string, string>> = {
  edit: "your edit is not saved. What you typed is kept here: send it again when you are connected.",
  answer: "your answer is not stored. Give it again when you are connected.",
  undo: "it is not known whether that was taken back. See how it stands before you undo again.",
  comment: "the comment is not sent. What you typed is kept here: send it again when you are connected.",
  "resolve-comment": "nothing changed about the comment. Try again when you are connected.",
  "return-skipped": "what you skipped was not fetched back. Try again when you are connected.",
  history: READ_AGAIN,
  guidelines: READ_AGAIN,
  sitting: READ_AGAIN,
  siblings: READ_AGAIN,
} satisfies Partial<Record<keyof Verbs, string>>;

/** Gives traces back while the page is going away, when no answer can be waited for. */
export function releaseOnLeaving(projectId: string, traceIds: string[]): void {
  if (traceIds.length === 0) return;
  const body = new Blob([JSON.stringify({ traceIds, action: "release" })], { type: "application/json" });
  navigator.sendBeacon(reviewAddress(projectId, "claims"), body);
}

function reviewAddress(projectId: string, verb: string): string {
  return `/api/projects/${projectId}/review/${verb}`;
}

function toError(status: number, body: unknown): ReviewError {
  if (typeof body === "object" && body !== null && "error" in body) {
    const { error } = body as {
      error: { code?: string; message?: string; details?: Record<string, unknown> };
    };
    return new ReviewError(
      error.code ?? "internal",
      error.message ?? "The server refused this.",
      error.details,
    );
  }
  return new ReviewError(
    "internal",
    `The server answered with status ${status}. Try again; if it goes on, reload the page.`,
  );
}
