"use client";

import { canAskAgain, type Review, type ReviewProblem } from "#components/review/review-types.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/page.tsx";

export interface ProblemPanelProps {
  problem: ReviewProblem;
  /** Does again what could not be sent, where that is still to be had. */
  onAgain?: (() => void) | undefined;
  review: Pick<Review, "current" | "open" | "letGo" | "reload" | "dismiss">;
}

/** What could not be done, and the choices that are left. */
export function ProblemPanel({ problem, onAgain, review }: ProblemPanelProps) {
  const { traceId } = problem;
  const isElsewhere = traceId !== null && traceId !== review.current?.id;
  return (
    <Notice
      tone="unsure"
      role="alert"
      title={isElsewhere && review.current ? `About another trace: ${problem.message}` : problem.message}
    >
      <div className="mt-2 flex flex-wrap gap-2">
        {isElsewhere ? (
          <Button size="sm" onClick={() => review.open(traceId)}>
            {review.current ? "Show that trace" : "Try again"}
          </Button>
        ) : problem.isHeld ? (
          <Button size="sm" variant="primary" onClick={review.letGo}>
            Take the next one
          </Button>
        ) : null}
        {isElsewhere ? null : onAgain && canAskAgain(problem) ? (
          <Button size="sm" variant="primary" onClick={onAgain}>
            Send again
          </Button>
        ) : (
          <Button size="sm" onClick={review.reload}>
            {(problem.code === "conflict" && !problem.isHeld) || problem.verb === "undo"
              ? "Show it as it is now"
              : "Try again"}
          </Button>
        )}
        <Button size="sm" variant="ghost" onClick={review.dismiss}>
          Close
        </Button>
      </div>
    </Notice>
  );
}
