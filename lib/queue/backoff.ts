export type Backoff = {
  /** The delay after the first failure, in milliseconds, before jitter. */
  firstMs: number;
  maxMs: number;
};

/**
 * How long to wait after the given number of failures in a row, in milliseconds: doubled each time up to the limit,
 * and drawn from the upper half of it, so that those who failed together do not come back together.
 * @param random a number in [0, 1)
 */
export function jitteredDelay(failures: number, backoff: Backoff, random: number): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * How long an endpoint that answered "too many requests" is left alone, in milliseconds: as long as it asked for,
 * or, where it did not say, longer with each such answer in a row.
 */
export function waitAfterRateLimit(retryAfterMs: number | null, inARow: number, random: number): number {
  // A little later than asked: clocks differ, and an answer that comes early is refused again.
  if (retryAfterMs !== null) return Math.min(retryAfterMs, 60 * 60 * 1_000) + Math.round(50 + 200 * random);
  return jitteredDelay(inARow, { firstMs: 1_000, maxMs: 60_000 }, random);
}
