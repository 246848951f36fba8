import { titleOfFailure } from "#lib/generation/run-schema.ts";

/**
 * A circuit breaker for one run: when nearly all of its last calls failed, more of them would only cost time and
 * money, so the run stops and says why. Pure: state in, state out; the clock is a parameter.
 */
export type Breaker = {
  /** The last outcomes, the oldest first. `code` is null for a call that was answered. */
  recent: readonly { code: string | null; message: string; at: number }[];
  /** Since when every answer has been "too many requests"; null when the last one was not. */
  refusedSince: number | null;
  /** The longest pause that it asked for since then. */
  longestPauseMs: number;
};

export const newBreaker: Breaker = { recent: [], refusedSince: null, longestPauseMs: 0 };

/** How many of the last calls decide. */
export const WINDOW = 20;
const FAILED_SHARE = 0.9;
/** Failures of an hour ago say nothing of now. */
export const FRESH_MS = 10 * 60_000;
/** An endpoint that for this long answers nothing but "too many requests" will not be waited for any longer. */
export const REFUSED_MS = 15 * 60_000;
/** An endpoint that says how long it wants to be left alone gets that, hours even; but not again and again for ever. */
const MOST_PAUSES = 4;

export type CallSign =
  | { kind: "answered" }
  | { kind: "failed"; code: string; message: string }
  | { kind: "rate_limited"; waitMs: number };

/** The breaker after one more call. */
export function record(breaker: Breaker, sign: CallSign, now: number): Breaker {
  if (sign.kind === "rate_limited") {
    return {
      ...breaker,
      refusedSince: breaker.refusedSince ?? now,
      longestPauseMs: Math.max(breaker.longestPauseMs, sign.waitMs),
    };
  }
  const entry =
    sign.kind === "answered"
      ? { code: null, message: "", at: now }
      : { code: sign.code, message: sign.message, at: now };
  return { recent: [...breaker.recent, entry].slice(-WINDOW), refusedSince: null, longestPauseMs: 0 };
}

/** Why the run is to stop, in one sentence or two; null while it may go on. */
export function findReasonToStop(breaker: Breaker, now: number): string | null {
  const patienceMs = Math.max(REFUSED_MS, MOST_PAUSES * breaker.longestPauseMs);
  if (breaker.refusedSince !== null && now - breaker.refusedSince >= patienceMs) {
    const minutes = Math.round((now - breaker.refusedSince) / 60_000);
    return `For ${minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`} the endpoint has answered every call with “too many requests”. Check its limits, then resume the run.`;
  }
  const recent = breaker.recent.filter((entry) => now - entry.at < FRESH_MS);
  if (recent.length < WINDOW) return null;
  const failed = recent.filter((entry) => entry.code !== null);
  if (failed.length < recent.length * FAILED_SHARE) return null;
  const last = failed.at(-1);
  const main = mostFrequent(failed.map((entry) => entry.code ?? ""));
  return `${failed.length} of the last ${recent.length} calls failed. The main cause: ${titleOfFailure(main).toLowerCase()}. The last one: ${last?.message ?? ""} Mend the cause, then resume the run.`;
}

function mostFrequent(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}
