/**
 * How fast passwords can be guessed. A pure function of what happened and the clock; the rows are kept by
 * `sign-in-commands.ts`.
 */
export interface ThrottleState {
  failures: number;
  windowStart: Date;
  blockedUntil: Date | null;
}

export interface ThrottlePolicy {
  /** Failures within the window that cost nothing. */
  freeFailures: number;
  /** Failures older than this are forgotten, in milliseconds. */
  windowMs: number;
  /** The first wait; each further failure doubles it, in milliseconds. */
  firstWaitMs: number;
  longestWaitMs: number;
}

const MINUTE = 60_000;

/** One account: five tries, then 30 seconds, 1 minute, 2 minutes … up to 15. */
export const ACCOUNT_POLICY: ThrottlePolicy = {
  freeFailures: 5,
  windowMs: 15 * MINUTE,
  firstWaitMs: MINUTE / 2,
  longestWaitMs: 15 * MINUTE,
};

/** One address: looser, since a whole laboratory can stand behind it. */
export const ADDRESS_POLICY: ThrottlePolicy = {
  freeFailures: 30,
  windowMs: 15 * MINUTE,
  firstWaitMs: MINUTE,
  longestWaitMs: 15 * MINUTE,
};

/** The state after one more failure at `now`. */
export function afterFailure(state: ThrottleState | null, policy: ThrottlePolicy, now: Date): ThrottleState {
  const isFresh = !state || isForgotten(state, policy, now);
  const failures = isFresh ? 1 : state.failures + 1;
  const windowStart = isFresh ? now : state.windowStart;
  const over = failures - policy.freeFailures;
  if (over < 0) return { failures, windowStart, blockedUntil: null };
  const wait = Math.min(policy.firstWaitMs * 2 ** over, policy.longestWaitMs);
  return { failures, windowStart, blockedUntil: new Date(now.getTime() + wait) };
}

/** The state after a success that had been counted as a failure before it was known to be one. */
export function withoutLastFailure(state: ThrottleState): ThrottleState {
  return { ...state, failures: Math.max(0, state.failures - 1), blockedUntil: null };
}

/** Whole seconds until the next try is allowed; 0 when it is allowed now. */
export function secondsToWait(state: ThrottleState | null, now: Date): number {
  if (!state?.blockedUntil) return 0;
  return Math.max(0, Math.ceil((state.blockedUntil.getTime() - now.getTime()) / 1000));
}

/** “30 seconds”, “2 minutes”: rounded up, so that trying again then works. */
export function describeWait(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** The window runs from the first failure, or from the end of the last wait where that is later. */
function isForgotten(state: ThrottleState, policy: ThrottlePolicy, now: Date): boolean {
  const from = Math.max(state.windowStart.getTime(), state.blockedUntil?.getTime() ?? 0);
  return now.getTime() - from > policy.windowMs;
}
