import "server-only";
import { setImmediate } from "node:timers/promises";
import pLimit from "p-limit";
import { partKey } from "#lib/datasets/keys.ts";
import { openPart, type PartLines, type PartsOf } from "#lib/datasets/part-queries.ts";
import { renderPairChat, renderRecordChat, renderStepsChat, textOf } from "#lib/datasets/preview/chat.ts";
import type { LineTokens } from "#lib/datasets/preview/cutoff.ts";
import { countPictureTokens, type ModelFamily } from "#lib/datasets/preview/families.ts";
import { loadTokenCounter, type TokenCounter } from "#lib/datasets/preview/tokenizer.ts";
import { type Recipe, TRAINING_PIXELS } from "#lib/datasets/schema.ts";
import { type FrozenGap, isGap, type VersionPart } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";
import { isAppError } from "#lib/errors.ts";
import type { Size } from "#lib/images/fit.ts";
import { log } from "#lib/log.ts";
import { fileSize, putBytes, readBytes } from "#lib/storage/storage.ts";

export type CountedVersion = PartsOf & { recipe: Recipe };

export type TokenLengths =
  | { state: "done"; lines: (LineTokens | null)[] }
  /** It is being counted in this process; asking again shows how far it is. */
  | { state: "counting"; done: number; total: number }
  | { state: "failed"; error: string };

/** How long a page waits for the count before it shows how far it is. */
const PATIENCE_MS = 1_200;
const BATCH = 200;
const FORMAT = 2;
/** Of a line: source, picture, target, and whether it is there at all. */
const NUMBERS = 4;

/** A failure is told again for so long before the next look tries anew. */
const FAILURE_MS = 30_000;

interface Job {
  done: number;
  total: number;
  failedAt: number | null;
  result: Promise<TokenLengths>;
}
const jobs = new Map<string, Job>();
/** Parts are counted one after the other: whoever looks at many must not take the processor from everybody else. */
const COUNTING = pLimit(1);

/**
 * The tokens of all lines of a part for one family of models. Counted once and kept beside the part; while that is under
 * way the caller is told how far it is. It counts in this process, giving way to other requests after each batch; where
 * the process ends before it is done, the next look begins anew.
 */
export async function readTokenLengths(
  projectId: string,
  version: CountedVersion,
  part: VersionPart,
  family: ModelFamily,
  total: number,
): Promise<TokenLengths> {
  const file = partKey(projectId, version.id, part);
  const bytes = await fileSize(file);
  const key = file.replace(/\.jsonl$/u, `.tokens-${family.id}.bin`);
  const stored = await readStored(key, bytes);
  if (stored) return { state: "done", lines: stored };
  const known = jobs.get(key);
  const isOver = known !== undefined && known.failedAt !== null && Date.now() - known.failedAt > FAILURE_MS;
  const job =
    known && !isOver
      ? known
      : start(key, () => countAll(projectId, version, part, family, key, bytes), total);
  const waited = new AbortController();
  const late = new Promise<null>((resolve) => {
    const timer = setTimeout(() => resolve(null), PATIENCE_MS);
    waited.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  const result = await Promise.race([job.result, late]);
  waited.abort();
  return result ?? { state: "counting", done: job.done, total: job.total };
}

type Count = (onDone: (lines: number) => void) => Promise<(LineTokens | null)[]>;

function start(key: string, prepare: () => Count, total: number): Job {
  const job: Job = { done: 0, total, failedAt: null, result: Promise.resolve({ state: "done", lines: [] }) };
  job.result = COUNTING(() =>
    prepare()((done) => {
      job.done = done;
    }),
  )
    .then((lines): TokenLengths => {
      jobs.delete(key);
      return { state: "done", lines };
    })
    .catch((error: unknown): TokenLengths => {
      log.error({ err: error, key }, "tokens could not be counted");
      job.failedAt = Date.now();
      return {
        state: "failed",
        error: isAppError(error) ? error.message : "The tokens of this part could not be counted.",
      };
    });
  jobs.set(key, job);
  return job;
}

function countAll(
  projectId: string,
  version: CountedVersion,
  part: VersionPart,
  family: ModelFamily,
  key: string,
  bytes: number,
): Count {
  return async (onDone) => {
    const counter = await loadTokenCounter(family);
    const lines: (LineTokens | null)[] = [];
    let batch: (PartLines[VersionPart] | FrozenGap)[] = [];
    const flush = async () => {
      const sizes = await readSizes(
        projectId,
        batch.flatMap((line) => (isGap(line) ? [] : [line.imageId])),
      );
      for (const line of batch) {
        lines.push(
          isGap(line)
            ? null
            : countLine(part, line, version.recipe, family, counter, sizes.get(line.imageId) ?? null),
        );
      }
      batch = [];
      onDone(lines.length);
      await setImmediate();
    };
    for await (const line of openPart(projectId, version, part)) {
      batch.push(line);
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    await putBytes(key, pack(lines, bytes), { contentType: "application/octet-stream" });
    return lines;
  };
}

/** The tokens of one line. Of a pair the longer side counts, as trainers cut both by it. */
export function countLine(
  part: VersionPart,
  line: PartLines[VersionPart],
  recipe: Recipe,
  family: ModelFamily,
  counter: TokenCounter,
  size: Size | null,
): LineTokens {
  const picture = countPictureTokens(family, size, TRAINING_PIXELS).tokens;
  // The picture's mark stands for its tokens and is none of its own.
  const sourceOf = (spans: Parameters<typeof textOf>[0]) =>
    counter.count(textOf(spans.filter(({ role }) => role !== "image")));
  if (part === "sft" && "approvals" in line) {
    const { source, target } = renderRecordChat(line, recipe, family);
    return { source: sourceOf(source), picture, target: counter.count(textOf(target)) };
  }
  if ("chosen" in line) {
    const { chosen, rejected } = renderPairChat(line, recipe, family);
    const target = Math.max(counter.count(textOf(chosen.target)), counter.count(textOf(rejected.target)));
    return { source: sourceOf(chosen.source), picture, target };
  }
  if ("steps" in line) {
    const { source, target } = renderStepsChat(line, recipe, family);
    return { source: sourceOf(source), picture, target: counter.count(textOf(target)) };
  }
  throw new TypeError(`no line of ${part}`);
}

/** Sizes of pictures by id; those that are gone or were never measured are not in it. */
export async function readSizes(projectId: string, imageIds: readonly string[]): Promise<Map<string, Size>> {
  const rows = await db().image.findMany({
    where: { projectId, id: { in: [...new Set(imageIds)] } },
    select: { id: true, width: true, height: true },
  });
  return new Map(
    rows.flatMap(({ id, width, height }) => (width && height ? [[id, { width, height }] as const] : [])),
  );
}

function pack(lines: readonly (LineTokens | null)[], bytes: number): Uint8Array {
  const numbers = new Uint32Array(3 + lines.length * NUMBERS);
  numbers.set([FORMAT, bytes % 2 ** 32, lines.length]);
  for (const [at, line] of lines.entries()) {
    if (line) numbers.set([line.source, line.picture, line.target, 1], 3 + at * NUMBERS);
  }
  return new Uint8Array(numbers.buffer);
}

async function readStored(key: string, bytes: number): Promise<(LineTokens | null)[] | null> {
  let stored: Uint8Array;
  try {
    stored = await readBytes(key);
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") return null;
    throw error;
  }
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const at = (place: number) => view.getUint32(place * 4, true);
  if (stored.byteLength < 12 || at(0) !== FORMAT || at(1) !== bytes % 2 ** 32) return null;
  const count = at(2);
  if (stored.byteLength !== (3 + count * NUMBERS) * 4) return null;
  return Array.from({ length: count }, (_, line) => {
    const from = 3 + line * NUMBERS;
    return at(from + 3) === 1 ? { source: at(from), picture: at(from + 1), target: at(from + 2) } : null;
  });
}
