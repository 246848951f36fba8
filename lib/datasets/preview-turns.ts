import pLimit from "p-limit";
import { AppError } from "#lib/errors.ts";

/**
 * Bounds what previews cost: each reads a project's approved traces in one snapshot, and a form asks anew after every
 * change. Of one key (a person and a part) one runs at a time, and the newest counts: it stops the one before and waits
 * for its end. Over all keys so many run at once; some more wait their turn, and what comes on top is refused.
 */
export class PreviewTurns {
  private readonly running = new Map<string, { stop: AbortController; ended: Promise<void> }>();
  private readonly limit: ReturnType<typeof pLimit>;
  private readonly mostWaiting: number;
  private waiting = 0;

  constructor(bounds: { atOnce: number; waiting: number }) {
    this.limit = pLimit(bounds.atOnce);
    this.mostWaiting = bounds.waiting;
  }

  /**
   * @throws AppError `rate_limited` where too many wait already, or a newer one of the same key took its place; whatever
   *   `work` throws, and the signal's reason where that aborts.
   */
  async run<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    // Whoever can begin at once waits for a moment only, and counts as one that runs.
    const free = Math.max(0, this.limit.concurrency - this.limit.activeCount);
    const before = this.running.get(key);
    if (!before && this.waiting >= this.mostWaiting + free) throw tooMany();
    before?.stop.abort(overtaken());
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const own = { stop, ended };
    this.running.set(key, own);
    this.waiting += 1;
    let isWaiting = true;
    const begin = () => {
      if (isWaiting) this.waiting -= 1;
      isWaiting = false;
    };
    try {
      await before?.ended;
      return await this.limit(() => {
        begin();
        both.throwIfAborted();
        return work(both);
      });
    } finally {
      begin();
      if (this.running.get(key) === own) this.running.delete(key);
      end();
    }
  }
}

function overtaken(): AppError {
  return new AppError(
    "rate_limited",
    "You asked for a newer preview, perhaps in another window, so this one was stopped. Change something to count again.",
  );
}

function tooMany(): AppError {
  return new AppError(
    "rate_limited",
    "Many people are composing sets at this moment. Wait a little, then change something to count again.",
  );
}

/** Of this process: two leave the database room for everybody else. */
export const previewTurns = new PreviewTurns({ atOnce: 2, waiting: 24 });
