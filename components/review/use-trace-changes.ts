"use client";

import { type RefObject, useCallback } from "react";
import { askReview } from "#components/review/review-client.ts";
import { type HeldTrace, isOpen, type Review } from "#components/review/review-types.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";
import type { AnswerInput, EditInput, QueueStatus } from "#lib/review/schema.ts";

export interface TraceChangesOptions extends Pick<Review, "inLine" | "sendFirst" | "sendNow"> {
  projectId: string;
  userId: string;
  tracesRef: RefObject<HeldTrace[]>;
  show: (change: (held: HeldTrace[]) => HeldTrace[]) => void;
  setStatus: (status: QueueStatus) => void;
  report: (error: unknown, traceId: string | null, verb?: "edit" | "answer" | "undo") => void;
  settleProblems: (traceId: string | null) => void;
}

/** What changes a trace that stays in hand: an edit, the reviewer's own answer, and what was marked on it. */
export function useTraceChanges({
  projectId,
  userId,
  tracesRef,
  sendFirst,
  show,
  inLine,
  sendNow,
  setStatus,
  report,
  settleProblems,
}: TraceChangesOptions): Pick<Review, "saveEdit" | "answer" | "change"> {
  const refreshNext = useCallback(async () => {
    const ids = tracesRef.current.slice(1).map(({ id }) => id);
    show((held) => held.slice(0, 1));
    if (ids.length > 0)
      await askReview(projectId, "claims", { traceIds: ids, action: "release" }, userId).catch(
        () => undefined,
      );
    sendNow();
  }, [projectId, sendNow, show, tracesRef, userId]);

  const saveEdit = useCallback(
    (edit: EditInput) =>
      inLine(async () => {
        try {
          await sendFirst.current?.();
          const { trace, status: newStatus } = await askReview(projectId, "edit", edit, userId);
          settleProblems(edit.traceId);
          setStatus(newStatus);
          show((held) => held.map((other) => (other.id === trace.id ? trace : other)));
          // A sibling that is loaded already may show the question as it was.
          if (edit.question) void refreshNext();
          return trace;
        } catch (error) {
          report(error, edit.traceId, "edit");
          return null;
        }
      }),
    [inLine, projectId, refreshNext, report, sendFirst, setStatus, settleProblems, show, userId],
  );

  const answer = useCallback(
    (input: AnswerInput) =>
      inLine(async () => {
        try {
          const { trace } = await askReview(projectId, "answer", input, userId);
          settleProblems(input.traceId);
          show((held) => held.map((other) => (other.id === trace.id ? trace : other)));
          // One answer opens all traces of the question: a sibling that is loaded already came without its key.
          if (tracesRef.current.some((held) => !isOpen(held) && held.question.id === trace.question.id))
            void refreshNext();
          return true;
        } catch (error) {
          report(error, input.traceId, "answer");
          return false;
        }
      }),
    [inLine, projectId, refreshNext, report, settleProblems, show, tracesRef, userId],
  );

  const change = useCallback(
    (traceId: string, changeOne: (trace: ReviewTraceView) => ReviewTraceView) =>
      show((held) => held.map((trace) => (trace.id === traceId && isOpen(trace) ? changeOne(trace) : trace))),
    [show],
  );

  return { saveEdit, answer, change };
}
