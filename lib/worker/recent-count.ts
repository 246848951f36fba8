const BUCKET_MS = 100;
const BUCKETS = 10;

/** How many there were in the last second, in steps of a tenth of one. Times are in milliseconds, and never go back. */
export class RecentCount {
  readonly #counts = new Array<number>(BUCKETS).fill(0);
  #bucket = 0;

  add(now: number): void {
    this.#advance(now);
    const place = this.#bucket % BUCKETS;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  at(now: number): number {
    this.#advance(now);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #advance(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    for (let passed = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); passed <= bucket; passed += 1)
      this.#counts[passed % BUCKETS] = 0;
    this.#bucket = Math.max(this.#bucket, bucket);
  }
}
