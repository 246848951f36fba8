/** Words to one bar of a length histogram, and the bar that holds everything longer. */
export const LENGTH_STEP = 10;
const LAST_BAR = 150;

/** Lengths in words: how many from 0, 10, 20, … words on; without the empty bars at the end. */
export interface LengthHistogram {
  counts: number[];
  mean: number;
}

/** Adds up lengths without keeping them. */
export class LengthCounter {
  private readonly bars = new Uint32Array(LAST_BAR + 1);
  private sum = 0;
  private total = 0;

  add(words: number): void {
    const bar = Math.min(LAST_BAR, Math.floor(words / LENGTH_STEP));
    this.bars[bar] = (this.bars[bar] ?? 0) + 1;
    this.sum += words;
    this.total += 1;
  }

  result(): LengthHistogram {
    const last = this.bars.findLastIndex((count) => count > 0);
    return {
      counts: [...this.bars.subarray(0, last + 1)],
      mean: this.total === 0 ? 0 : Math.round((this.sum / this.total) * 10) / 10,
    };
  }
}
