"use client";

import { useCallback, useState } from "react";
import { offlineSentence, ReviewError } from "#components/review/review-client.ts";
import type { ReviewProblem } from "#components/review/review-types.ts";

/** What the reviewer has to see and choose about, one for each trace, the oldest first. */
export function useProblems() {
  const [problems, setProblems] = useState<ReviewProblem[]>([]);

  const report = useCallback((error: unknown, traceId: string | null, verb?: ReviewProblem["verb"]) => {
    if (!(error instanceof ReviewError)) throw error;
    const { code, details } = error;
    // What had to be sent before it may be what failed: it is said of what was asked for.
    const message = code === "offline" && verb ? offlineSentence(verb) : error.message;
    const isHeld = details.holderName !== undefined;
    const problem: ReviewProblem = { code, message, traceId, isHeld, ...(verb ? { verb } : {}) };
    setProblems((before) => [...before.filter((one) => one.traceId !== traceId), problem]);
  }, []);

  const settleProblems = useCallback((traceId: string | null) => {
    setProblems((before) => before.filter((one) => one.traceId !== null && one.traceId !== traceId));
  }, []);

  /** Somebody else has it now. */
  const reportLoss = useCallback((traceId: string, holderName: string | null) => {
    const problem: ReviewProblem = {
      code: "lost",
      message: `${holderName ?? "Somebody else"} has this trace now, because your hold on it ran out. What you typed is kept here.`,
      traceId,
      isHeld: true,
    };
    setProblems((before) => [...before.filter((one) => one.traceId !== traceId), problem]);
  }, []);

  return {
    problem: problems[0] ?? null,
    report,
    reportLoss,
    settleProblems,
    clearProblems: useCallback(() => setProblems([]), []),
    dismiss: useCallback(() => setProblems((before) => before.slice(1)), []),
  };
}
