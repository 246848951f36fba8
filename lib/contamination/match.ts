import { hashDistance } from "#lib/contamination/perceptual-hash.ts";
import { shinglesOf } from "#lib/contamination/shingles.ts";

/** What is compared of one item of a benchmark. */
export interface IndexedItem {
  id: string;
  benchmarkId: string;
  question: string;
  imageSha256: string | null;
  imageHash: Uint8Array | null;
  mirrorHash: Uint8Array | null;
  /** Of a transparent picture: hashes on other grounds, eight bytes each. */
  otherHashes?: Uint8Array | null;
  otherMirrors?: Uint8Array | null;
}

export interface MatchOptions {
  /** Bits of 64 in which the hashes of two pictures of the same thing may differ. */
  mostDistance: number;
  /** The share of a question's word sequences that the other has to have. */
  leastOverlap: number;
}

export interface ImageMatch {
  itemId: string;
  distance: number;
  isMirrored: boolean;
}

export interface QuestionMatch {
  itemId: string;
  overlap: number;
}

/** No image and no question is listed with more items of one benchmark than these: the nearest come first. */
const MOST_MATCHES = 5;

/**
 * All items of the benchmarks, ready to be looked up. Pictures are compared with every other by their hashes, at about
 * ten nanoseconds a pair: 8,000 against 20,000 takes some seconds. Sequences of words are found through a table.
 */
export class BenchmarkIndex {
  private readonly items: IndexedItem[] = [];
  private readonly byShingle = new Map<string, number[]>();

  add(item: IndexedItem): void {
    const place = this.items.push(item) - 1;
    for (const shingle of new Set(shinglesOf(item.question))) {
      const places = this.byShingle.get(shingle);
      if (places) places.push(place);
      else this.byShingle.set(shingle, [place]);
    }
  }

  /** The items whose picture is the same bytes, or looks like it, also from the other side. */
  findImage(
    image: { sha256: string | null; hash: Uint8Array | null; otherHashes?: Uint8Array | null },
    { mostDistance }: Pick<MatchOptions, "mostDistance">,
  ): ImageMatch[] {
    const found: (ImageMatch & OfBenchmark)[] = [];
    const own = eachOf(image.hash, image.otherHashes);
    for (const item of this.items) {
      if (image.sha256 !== null && image.sha256 === item.imageSha256) {
        found.push({ benchmarkId: item.benchmarkId, itemId: item.id, distance: 0, isMirrored: false });
        continue;
      }
      const straight = nearest(own, item.imageHash, item.otherHashes);
      const turned = nearest(own, item.mirrorHash, item.otherMirrors);
      const distance = Math.min(straight, turned);
      if (distance <= mostDistance)
        found.push({
          benchmarkId: item.benchmarkId,
          itemId: item.id,
          distance,
          isMirrored: turned < straight,
        });
    }
    return keepNearest(found.sort((left, right) => left.distance - right.distance));
  }

  /** The items whose question shares enough of this one's sequences of words. */
  findQuestion(text: string, { leastOverlap }: Pick<MatchOptions, "leastOverlap">): QuestionMatch[] {
    const shingles = new Set(shinglesOf(text));
    const shared = new Map<number, number>();
    for (const shingle of shingles)
      for (const place of this.byShingle.get(shingle) ?? []) shared.set(place, (shared.get(place) ?? 0) + 1);
    const found = [...shared].flatMap(([place, count]) => {
      const item = this.items[place];
      const overlap = count / shingles.size;
      return item && overlap >= leastOverlap
        ? [{ benchmarkId: item.benchmarkId, itemId: item.id, overlap }]
        : [];
    });
    return keepNearest(
      found.sort((left, right) => right.overlap - left.overlap || (left.itemId < right.itemId ? -1 : 1)),
    );
  }
}

type OfBenchmark = Pick<IndexedItem, "benchmarkId">;

/** Of each benchmark by itself: one that has a picture many times must not hide another that has it, too. */
function keepNearest<Match>(
  sorted: readonly (Match & OfBenchmark)[],
): Omit<Match & OfBenchmark, "benchmarkId">[] {
  const kept = new Map<string, number>();
  return sorted.flatMap(({ benchmarkId, ...match }) => {
    const count = kept.get(benchmarkId) ?? 0;
    kept.set(benchmarkId, count + 1);
    return count < MOST_MATCHES ? [match] : [];
  });
}

/** All hashes of one picture: of most there is one, of a transparent one up to three. */
function eachOf(hash: Uint8Array | null, others: Uint8Array | null | undefined): Uint8Array[] {
  const all = hash ? [hash] : [];
  for (let at = 0; others && at < others.length; at += 8) all.push(others.subarray(at, at + 8));
  return all;
}

/** The least distance between any two of them; 65 where one side has none, which is no match at any setting. */
function nearest(
  own: readonly Uint8Array[],
  hash: Uint8Array | null,
  others: Uint8Array | null | undefined,
): number {
  let least = 65;
  for (const one of own) {
    if (hash) least = Math.min(least, hashDistance(one, hash));
    if (others) for (const other of eachOf(null, others)) least = Math.min(least, hashDistance(one, other));
  }
  return least;
}
