import "server-only";
import { Readable } from "node:stream";
import { type PartsOf, readPartLines } from "#lib/datasets/part-queries.ts";
import type { VersionPart } from "#lib/datasets/version-schema.ts";
import { type Withdrawal, withdrawnHeaders } from "#lib/datasets/withdrawal.ts";

/**
 * The frozen lines of one part as NDJSON, from behind the line `after` on, in constant memory. The ordinal of a line is
 * its place in the file. The file is checked while it is read: one that was changed breaks the answer off.
 */
export async function serveLines(
  projectId: string,
  version: PartsOf & { withdrawn: Withdrawal | null },
  part: VersionPart,
  { after, limit }: { after?: number | undefined; limit?: number | undefined },
): Promise<Response> {
  const first = after === undefined ? 0 : after + 1;
  const end = limit === undefined ? Number.POSITIVE_INFINITY : first + limit;
  const chunks = linesBetween(readPartLines(projectId, version, part), first, end);
  // The first chunk is read before the answer begins: a file that is gone is an error, and no empty answer.
  const start = await chunks.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    if (!start.done) yield start.value;
    yield* chunks;
  }
  return new Response(
    Readable.toWeb(Readable.from(all(), { objectMode: false })) as ReadableStream<Uint8Array>,
    {
      headers: {
        "content-type": "application/x-ndjson; charset=utf-8",
        "x-second-look-content-hash": version.contentHash,
        "x-accel-buffering": "no",
        ...withdrawnHeaders(version.withdrawn),
      },
    },
  );
}

const LINE_END = new TextEncoder().encode("\n");

async function* linesBetween(
  groups: AsyncGenerator<Uint8Array[]>,
  first: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let ordinal = 0;
  for await (const lines of groups) {
    const wanted = lines.slice(Math.max(0, first - ordinal), Math.max(0, end - ordinal));
    ordinal += lines.length;
    if (wanted.length > 0) yield Buffer.concat(wanted.flatMap((line) => [line, LINE_END]));
    if (ordinal >= end) return;
  }
}
