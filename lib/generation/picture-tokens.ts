import type { Size } from "#lib/images/fit.ts";

/**
 * The most tokens that a picture of this size can be billed as by this model. Providers count a picture in ways of
 * their own, and a name can hide any of them: a model that is known by its name is reckoned by its own way, any other
 * by the dearest of all.
 *
 * The ways, as the providers describe them: tiles of 512 pixels after the picture was fitted into 2,048 × 2,048 and its
 * short side made 768 (OpenAI; whether a small picture is enlarged for that is not said, so it is taken to be); patches
 * of 32 pixels up to a number, times a factor (OpenAI's small models); one token for so many pixels (Qwen-VL: 28 × 28,
 * models that merge no patches: 14 × 14, with one more for each row); a fixed number for each of at most 40 parts that
 * a picture is cut into whatever its size (InternVL).
 */
export function mostPictureTokens(model: string, size: Size): number {
  const name = model.toLowerCase().split("/").at(-1) ?? "";
  const known = KNOWN.find(({ names }) => names.test(name));
  return known ? known.count(size) : Math.max(...DEAREST.map((count) => count(size)));
}

type Count = (size: Size) => number;

const byTiles =
  (base: number, tile: number): Count =>
  (size) =>
    base + tile * countTiles(size);

const byPatches =
  (unit: number, most: number, factor: number): Count =>
  ({ width, height }) =>
    Math.ceil(Math.min(most, Math.ceil(width / unit) * Math.ceil(height / unit)) * factor);

/** A server may be set to enlarge small pictures; 1,280 is the most that is usual for what it enlarges to. */
const byMergedPatches: Count = ({ width, height }) =>
  Math.max(1_280, Math.ceil(width / 28) * Math.ceil(height / 28) + 2);

const bySinglePatches: Count = ({ width, height }) => {
  const rows = Math.ceil(Math.max(width, height) / 14);
  return Math.ceil(Math.min(width, height) / 14) * rows + rows + 2;
};

const byParts: Count = () => 41 * 256;

/** Whole names only: what is added to a name can stand for a model with another way. */
const KNOWN: { names: RegExp; count: Count }[] = [
  { names: /^gpt-4o-mini(-\d{4}-\d{2}-\d{2})?$/u, count: byTiles(2_833, 5_667) },
  // The dearest of these; the others ask for a little less.
  { names: /^(gpt-4o|gpt-4\.1|gpt-4-turbo|gpt-5|o1|o3)(-\d{4}-\d{2}-\d{2})?$/u, count: byTiles(85, 170) },
  {
    names: /^(gpt-4\.1-mini|gpt-4\.1-nano|gpt-5-mini|gpt-5-nano|o4-mini)(-\d{4}-\d{2}-\d{2})?$/u,
    count: byPatches(32, 1_536, 2.46),
  },
  { names: /^qwen-?2(\.5)?-vl-\d+b(-instruct)?(-awq)?$/u, count: byMergedPatches },
];

const DEAREST: Count[] = [byTiles(2_833, 5_667), byPatches(32, 10_000, 2.46), bySinglePatches, byParts];

/** The proportions stay, so that with a short side of 768 it says nothing any more what the picture was fitted into. */
function countTiles({ width, height }: Size): number {
  const scale = 768 / Math.min(width, height);
  return Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
}
