import type { Misbehaviour } from "./behaviour.ts";
import { RequestError } from "./request.ts";

/** The server's own rate limits, for callers to run into. */
export type Limits = {
  /** Lets a call in, and gives what ends it; throws `RequestError` 429 where a limit is reached. */
  admit(behaviour: Misbehaviour): () => void;
  /** The most requests that were in flight at once since this was last asked. */
  takePeak(): number;
};

export function createLimits(now: () => number = Date.now): Limits {
  let inFlight = 0;
  let peak = 0;
  let windowStart = 0;
  let inWindow = 0;
  return {
    takePeak() {
      const reached = peak;
      peak = inFlight;
      return reached;
    },
    admit({ maxConcurrent, requestsPerMinute }) {
      if (maxConcurrent !== undefined && inFlight >= maxConcurrent)
        throw limited("Too many requests at once.", 1);
      if (requestsPerMinute !== undefined) {
        const time = now();
        if (time - windowStart >= 60_000) {
          windowStart = time;
          inWindow = 0;
        }
        if (inWindow >= requestsPerMinute) {
          throw limited("Rate limit reached for requests.", Math.ceil((windowStart + 60_000 - time) / 1000));
        }
        inWindow += 1;
      }
      inFlight += 1;
      peak = Math.max(peak, inFlight);
      let isOver = false;
      return () => {
        if (!isOver) inFlight -= 1;
        isOver = true;
      };
    },
  };
}

function limited(message: string, retryAfter: number): RequestError {
  return new RequestError(429, message, null, "rate_limit_exceeded", retryAfter);
}
