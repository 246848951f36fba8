import type { TraceStateName } from "#lib/traces/schema.ts";

/** A verdict that stands: neither undone nor waiting to be confirmed. */
export interface StandingVerdict {
  reviewerId: string;
  decision: "approved" | "rejected";
}

/**
 * How a trace stands after its verdicts. With fewer than the project asks for it goes on waiting; when all agree that
 * is its state; when they don't it is to be confirmed by somebody who looks again.
 * A reviewer's last verdict is the one that counts.
 */
export function decideState(verdicts: readonly StandingVerdict[], verdictsAsked: number): TraceStateName {
  const byReviewer = new Map(verdicts.map(({ reviewerId, decision }) => [reviewerId, decision]));
  const decisions = [...byReviewer.values()];
  if (decisions.length < Math.max(1, verdictsAsked)) return "waiting";
  const [first] = decisions;
  return first !== undefined && decisions.every((decision) => decision === first) ? first : "unconfirmed";
}
