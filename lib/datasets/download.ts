import "server-only";
import { Readable } from "node:stream";
import { type Withdrawal, withdrawnHeaders } from "#lib/datasets/withdrawal.ts";
import { isNamed, parseByteRange } from "#lib/storage/byte-range.ts";
import { openRange, openStream } from "#lib/storage/storage.ts";

export interface ExportDownload {
  storageKey: string;
  fileName: string;
  bytes: number;
  sha256: string;
  /** Of its version. */
  withdrawn?: Withdrawal | null;
}

/**
 * Answers a request for a finished export: the whole, or the part that `Range` asks for, so that a download that broke
 * off goes on where it ended. The tag is the archive's hash, so `If-Range` never joins two different ones.
 *
 * @throws AppError `not_found` where the archive is gone from storage.
 */
export async function answerDownload(request: Request, file: ExportDownload): Promise<Response> {
  const etag = `"${file.sha256}"`;
  const headers = {
    "content-type": "application/zip",
    "content-disposition": `attachment; filename="${file.fileName}"`,
    "accept-ranges": "bytes",
    etag,
    "cache-control": "private, no-cache",
    ...withdrawnHeaders(file.withdrawn ?? null),
  };
  if (isNamed(request.headers.get("if-none-match"), etag))
    return new Response(null, { status: 304, headers });

  const isHead = request.method === "HEAD";
  const ifRange = request.headers.get("if-range");
  // A weak tag, or a date, can't show that the bytes are the same.
  const asked = ifRange === null || ifRange.trim() === etag ? request.headers.get("range") : null;
  const range = isHead ? null : parseByteRange(asked, file.bytes);
  if (range === "unsatisfiable") {
    return new Response(null, {
      status: 416,
      headers: { "content-range": `bytes */${file.bytes}`, "accept-ranges": "bytes", etag },
    });
  }
  if (isHead) return new Response(null, { headers: { ...headers, "content-length": String(file.bytes) } });
  if (range === null) {
    return new Response(toWeb(await openStream(file.storageKey)), {
      headers: { ...headers, "content-length": String(file.bytes) },
    });
  }
  const { start, end } = range;
  return new Response(toWeb(await openRange(file.storageKey, start, end)), {
    status: 206,
    headers: {
      ...headers,
      "content-length": String(end - start + 1),
      "content-range": `bytes ${start}-${end}/${file.bytes}`,
    },
  });
}

function toWeb(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}
