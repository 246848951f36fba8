/**
 * Seeded randomness. Everything the application draws (choice orders, answer styles, joiners, cues, samples)
 * goes through here, so that a stored seed is enough to draw it again.
 *
 * Not for secrets: tokens and passwords need a cryptographic source.
 */
export type Random = {
  /** A number in [0, 1) with 32 bits of resolution. */
  next(): number;
  /** A whole number in [0, limit). `limit` must be a positive whole number of at most 2^32. */
  int(limit: number): number;
  /** One of the items, each equally likely. Throws where there are none. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates); the input is left as it was. */
  shuffle<T>(items: readonly T[]): T[];
};

/** A generator that gives the same numbers for the same seed, on every machine and in the browser. */
export function createRandom(seed: string): Random {
  const draw = createSmallFastCounter(hashToWords(seed));
  const next = () => draw() / 2 ** 32;
  const int = (limit: number) => {
    if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
      throw new RangeError(`A limit must be a whole number between 1 and 2^32, not ${limit}.`);
    }
    // Rejection keeps every value equally likely where the limit does not divide 2^32.
    const bound = 2 ** 32 - (2 ** 32 % limit);
    let value = draw();
    while (value >= bound) value = draw();
    return value % limit;
  };
  return {
    next,
    int,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("Nothing to pick from: the list is empty.");
      return items[int(items.length)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const result = [...items];
      for (let last = result.length - 1; last > 0; last -= 1) {
        const other = int(last + 1);
        const held = result[last] as T;
        result[last] = result[other] as T;
        result[other] = held;
      }
      return result;
    },
  };
}

/**
 * A seed for one purpose out of its circumstances, as 32 hexadecimal digits. The parts are kept apart, so that
 * ("ab", "c") and ("a", "bc") differ.
 */
export function deriveSeed(...parts: readonly (string | number)[]): string {
  return hashToWords(JSON.stringify(parts.map(String)))
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
}

/** The seed as a non-negative whole number below 2^31, the range that every endpoint's `seed` field takes. */
export function seedToInt(seed: string): number {
  return hashToWords(seed)[0] >>> 1;
}

/**
 * The seed of one sample for an endpoint: consecutive for the samples of one input, from a start drawn with `base`.
 * Servers draw alike from any two different seeds; consecutive ones never meet, as drawn ones may.
 */
export function sampleSeed(base: string, sampleIndex: number): number {
  return (seedToInt(base) + sampleIndex) % 0x7fffffff;
}

type Words = [number, number, number, number];

/** Four 32-bit words from a text: FNV-1a over its UTF-16 code units in four lanes, then Murmur3's final mix. */
function hashToWords(text: string): Words {
  const words: Words = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    for (let lane = 0; lane < 4; lane += 1) {
      const mixed = (words[lane] as number) ^ unit ^ Math.imul(lane, 0x27d4eb2f);
      words[lane] = Math.imul(mixed, 0x01000193) >>> 0;
    }
  }
  // The lanes are crossed so that each word depends on all of them, then mixed so that near seeds end far apart.
  const [a, b, c, d] = words;
  return [mix(a ^ text.length), mix(b ^ mix(a)), mix(c ^ mix(b ^ a)), mix(d ^ mix(c ^ b))];
}

function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Chris Doty-Humphrey's sfc32 (PractRand), warmed up so that the first draws do not show the seed's structure. */
function createSmallFastCounter(seed: Words): () => number {
  let [a, b, c] = seed;
  let counter = seed[3];
  const draw = () => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 15; round += 1) draw();
  return draw;
}
