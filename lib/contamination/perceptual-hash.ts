/**
 * How a picture is hashed, and that its file is none that can be opened. In 2 a transparent picture is laid on white,
 * grey and black; in 1 it was laid on grey alone. What is not transparent has the same hash in both.
 */
export const HASH_VERSION = 2;
export const UNREADABLE_VERSION = 0;

/** The side of the grey picture that a hash is made from. */
export const HASH_SIDE = 32;
const KEPT = 8;

/** A picture whose grey hardly varies has no structure that a hash could name: all such would look alike. */
const FLAT_BELOW = 2;

const COSINES = Array.from({ length: KEPT }, (_, frequency) =>
  Array.from({ length: HASH_SIDE }, (_, place) =>
    Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * HASH_SIDE)),
  ),
);

/**
 * The 64-bit perceptual hash of a picture: of the 8 × 8 lowest frequencies of its discrete cosine transform, which are
 * above their median (the constant one left out of it). Scaling, compression and small changes of colour leave most
 * bits as they are; cropping and turning do not. After C. Zauner, "Implementation and Benchmarking of Perceptual Image
 * Hash Functions" (2010), section 3.2.
 *
 * @param grey 32 × 32 grey values, 0 to 255, row by row.
 * @returns 8 bytes, the lowest frequency first; null where the picture is too flat.
 */
export function perceptualHash(grey: ArrayLike<number>): Uint8Array<ArrayBuffer> | null {
  if (grey.length !== HASH_SIDE * HASH_SIDE)
    throw new RangeError(`A hash is made from ${HASH_SIDE} × ${HASH_SIDE} values.`);
  if (spread(grey) < FLAT_BELOW) return null;
  const low = lowFrequencies(grey);
  const sorted = low.slice(1).sort((left, right) => left - right);
  const median = sorted[(sorted.length - 1) / 2] ?? 0;
  const hash = new Uint8Array(8);
  low.forEach((value, bit) => {
    if (bit > 0 && value > median) hash[bit >> 3] = (hash[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  });
  return hash;
}

/** The hash of the picture's mirror image, left for right: every odd horizontal frequency changes its sign. */
export function mirrored(grey: ArrayLike<number>): Uint8Array {
  const turned = new Uint8Array(HASH_SIDE * HASH_SIDE);
  for (let row = 0; row < HASH_SIDE; row += 1)
    for (let column = 0; column < HASH_SIDE; column += 1)
      turned[row * HASH_SIDE + column] = grey[row * HASH_SIDE + (HASH_SIDE - 1 - column)] ?? 0;
  return turned;
}

/** In how many of their 64 bits two hashes differ. */
export function hashDistance(one: Uint8Array, other: Uint8Array): number {
  let bits = 0;
  for (let index = 0; index < 8; index += 1) bits += BITS[(one[index] ?? 0) ^ (other[index] ?? 0)] ?? 0;
  return bits;
}

const BITS = Uint8Array.from({ length: 256 }, (_, value) => value.toString(2).replaceAll("0", "").length);

/** Rows first, then columns; only the frequencies that are kept. */
function lowFrequencies(grey: ArrayLike<number>): number[] {
  const rows = Array.from({ length: HASH_SIDE }, (_, row) =>
    COSINES.map((cosine) =>
      cosine.reduce((sum, factor, at) => sum + factor * (grey[row * HASH_SIDE + at] ?? 0), 0),
    ),
  );
  return COSINES.flatMap((cosine) =>
    Array.from({ length: KEPT }, (_, frequency) =>
      cosine.reduce((sum, factor, at) => sum + factor * (rows[at]?.[frequency] ?? 0), 0),
    ),
  );
}

/** The standard deviation of the grey values. */
function spread(values: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}
