"use client";

import type { ReviewProblem } from "#components/review/use-review.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/page.tsx";
import type { VerdictInput } from "#lib/review/schema.ts";

export interface ProblemPanelProps {
  problem: ReviewProblem;
  onReload: () => void;
  onDismiss: () => void;
  /** Sends the verdict again as it was. */
  onResend?: (verdict: VerdictInput) => void;
}

/** What could not be done, and the choices that are left. */
export function ProblemPanel({ problem, onReload, onDismiss, onResend }: ProblemPanelProps) {
  const { verdict } = problem;
  return (
    <Notice tone="unsure" role="alert" title={problem.message}>
      <div className="mt-2 flex flex-wrap gap-2">
        {problem.code === "offline" && verdict && onResend ? (
          <Button size="sm" variant="primary" onClick={() => onResend(verdict)}>
            Send it again
          </Button>
        ) : null}
        <Button size="sm" onClick={onReload}>
          {problem.code === "conflict" || problem.code === "lost" ? "Show it as it is now" : "Try again"}
        </Button>
        <Button size="sm" variant="ghost" onClick={onDismiss}>
          Close
        </Button>
      </div>
    </Notice>
  );
}
