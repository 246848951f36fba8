import type { Truncation } from "#lib/generation/thought.ts";

export const TRUNCATION_VERSION = "truncation-1";

/** The three facts as checks; each stands alone, since they overlap and mean different things. */
export const TRUNCATION_CHECKS = ["token-limit", "thought-closed", "answer-whole"] as const;
export type TruncationCheck = (typeof TRUNCATION_CHECKS)[number];

/** Pass, fail or unknown for each kind of truncation; unknown where the endpoint gave no finish reason. */
export function readTruncation(facts: Truncation): Record<TruncationCheck, "pass" | "fail" | "unknown"> {
  return {
    "token-limit": facts.isCutByLimit === null ? "unknown" : facts.isCutByLimit ? "fail" : "pass",
    "thought-closed": facts.isThinkEndMissing ? "fail" : "pass",
    "answer-whole": facts.isWholeAnswerMissing ? "fail" : "pass",
  };
}
