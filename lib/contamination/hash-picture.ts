import "server-only";
import sharp from "sharp";
import { HASH_SIDE, mirrored, perceptualHash } from "#lib/contamination/perceptual-hash.ts";

/** Larger pictures are refused before they are unpacked: a few kilobytes can hold a bomb. */
const MOST_PIXELS = 300_000_000;

/** What a transparent picture is laid on: the first makes the hash, the others stand beside it. */
const [GROUND, ...OTHER_GROUNDS] = ["#ffffff", "#808080", "#000000"] as const;

export interface HashedPicture {
  /** Null: too flat to have one. */
  hash: Uint8Array<ArrayBuffer> | null;
  mirror: Uint8Array<ArrayBuffer> | null;
  /** The same on other grounds, eight bytes each, where the picture is transparent; else null. */
  otherHashes: Uint8Array<ArrayBuffer> | null;
  otherMirrors: Uint8Array<ArrayBuffer> | null;
}

/** The perceptual hash of a picture, upright, and of its mirror image; null where the bytes are no picture. */
export async function hashPicture(bytes: Uint8Array): Promise<HashedPicture | null> {
  try {
    const { hasAlpha } = await sharp(bytes, OPTIONS).metadata();
    const grey = await greyOn(bytes, GROUND);
    const others: Buffer[] = [];
    if (hasAlpha) for (const ground of OTHER_GROUNDS) others.push(await greyOn(bytes, ground));
    // A channel of transparency that lets nothing through: all grounds give the same.
    const isTransparent = others.some((other) => !other.equals(grey));
    return {
      hash: perceptualHash(grey),
      mirror: perceptualHash(mirrored(grey)),
      otherHashes: isTransparent ? joined(others.map(perceptualHash)) : null,
      otherMirrors: isTransparent ? joined(others.map((other) => perceptualHash(mirrored(other)))) : null,
    };
  } catch {
    // Whatever the library says of it: no picture, a broken one, or too large a one.
    return null;
  }
}

const OPTIONS = { limitInputPixels: MOST_PIXELS, failOn: "error" } as const;

function greyOn(bytes: Uint8Array, background: string): Promise<Buffer> {
  return sharp(bytes, OPTIONS)
    .autoOrient()
    .flatten({ background })
    .resize(HASH_SIDE, HASH_SIDE, { fit: "fill", kernel: "cubic" })
    .grayscale()
    .raw()
    .toBuffer();
}

/** Those that there are, one after the other; null where there is none. */
function joined(hashes: readonly (Uint8Array<ArrayBuffer> | null)[]): Uint8Array<ArrayBuffer> | null {
  const found = hashes.filter((hash) => hash !== null);
  if (found.length === 0) return null;
  const all = new Uint8Array(found.length * 8);
  for (const [place, hash] of found.entries()) all.set(hash, place * 8);
  return all;
}

/** Whether a picture of this type can be transparent. */
export function canBeTransparent(mime: string | null): boolean {
  return mime === null || !["image/jpeg", "image/bmp"].includes(mime);
}
