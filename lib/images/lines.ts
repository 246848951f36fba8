/** Longest line that is read, in bytes. A description of 20,000 characters fits several times over. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** One line of a text file, without its end. */
export type Line =
  | { number: number; kind: "text"; text: string }
  /** Its bytes are not valid UTF-8; `text` reads them as Latin-1, to keep a table's structure. */
  | { number: number; kind: "not_utf8"; text: string }
  /** Longer than the limit; its bytes were let go. */
  | { number: number; kind: "too_long" };

/** The file is UTF-16 or UTF-32, so that not one line of it can be read. */
export class WideEncodingError extends Error {
  override name = "WideEncodingError";
}

/**
 * The lines of a UTF-8 file, numbered from 1, ended by LF or CRLF, a byte order mark left out. Holds one line at a time,
 * so that a file of any size reads in bounded memory. Throws `WideEncodingError` for UTF-16 and UTF-32.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  let isTooLong = false;
  let isFirstChunk = true;

  const take = (): Line => {
    number += 1;
    const bytes = Buffer.concat(parts, length);
    parts = [];
    length = 0;
    if (isTooLong) {
      isTooLong = false;
      return { number, kind: "too_long" };
    }
    const start = number === 1 && hasByteOrderMark(bytes) ? 3 : 0;
    const end = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
    const line = bytes.subarray(start, Math.max(start, end));
    try {
      return { number, kind: "text", text: decoder.decode(line) };
    } catch {
      return { number, kind: "not_utf8", text: line.toString("latin1") };
    }
  };

  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (isFirstChunk && bytes.length > 0) {
      isFirstChunk = false;
      if (isWide(bytes)) throw new WideEncodingError("the file is not UTF-8");
    }
    let from = 0;
    while (from < bytes.length) {
      const end = bytes.indexOf(LF, from);
      const piece = bytes.subarray(from, end === -1 ? bytes.length : end);
      if (!isTooLong && length + piece.length > maxBytes) {
        isTooLong = true;
        parts = [];
        length = 0;
      }
      if (!isTooLong) {
        // The stream may reuse its buffer: what is kept past this turn is copied.
        parts.push(end === -1 ? Buffer.from(piece) : piece);
        length += piece.length;
      }
      if (end === -1) break;
      yield take();
      from = end + 1;
    }
  }
  if (length > 0 || isTooLong) yield take();
}

const LF = 0x0a;
const CR = 0x0d;

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** UTF-16 or UTF-32, by mark, or by the NUL that every second byte of plain text is then. */
function isWide(bytes: Buffer): boolean {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return true;
  return bytes.length >= 4 && ((bytes[0] === 0 && bytes[1] !== 0) || (bytes[0] !== 0 && bytes[1] === 0));
}
