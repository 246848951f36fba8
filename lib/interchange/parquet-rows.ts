import "server-only";
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { type AsyncBuffer, type Compressors, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors";
import { AppError, isAppError } from "#lib/errors.ts";
import { IMAGE_TYPES, sniffImage } from "#lib/images/image-type.ts";
import {
  findPictureColumns,
  locatePicturePages,
  openParquetFile,
  planPieces,
} from "#lib/interchange/parquet-file.ts";
import type { EmbeddedPicture, RecordRow } from "#lib/interchange/record-rows.ts";

/** Rows that are decoded together at most; fewer where they hold pictures. */
const ROWS_AT_ONCE = 200;

/** How many rows a Parquet file on this machine has. Throws "bad_input" in a sentence where it is none. */
export async function countParquetRows(filePath: string): Promise<number> {
  return withParquet(filePath, async (file) => {
    const metadata = await readableParquet(() => parquetMetadataAsync(file));
    return Number(metadata.num_rows);
  });
}

/**
 * The rows of a Parquet file on this machine behind row `from`, numbered from 1. A picture that stands in a row keeps its
 * path in the row's fields, a name made of its hash where it has none, and its bytes stand beside them.
 */
export async function* readParquetRows(filePath: string, from: number): AsyncGenerator<RecordRow> {
  const file = await openParquetFile(filePath);
  try {
    const metadata = await readableParquet(() => parquetMetadataAsync(file));
    const columns = findPictureColumns(metadata);
    const pageLocationsByGroup = await readableParquet(() => locatePicturePages(file, metadata, columns));
    for (const { start, end } of planPieces(metadata, columns, { from, most: ROWS_AT_ONCE })) {
      const options = {
        file,
        metadata,
        rowStart: start,
        rowEnd: end,
        compressors: PARQUET_COMPRESSORS,
        useOffsetIndex: true,
        // Bytes are bytes; those that nothing calls a text are looked at one by one.
        utf8: false,
        pageLocationsByGroup,
      };
      const rows = await readableParquet(() => parquetReadObjects(options));
      for (const [index, given] of rows.entries()) {
        const pictures: EmbeddedPicture[] = [];
        const row = plain(given, pictures) as Record<string, unknown>;
        const line = start + index + 1;
        yield { line, ok: true, raw: JSON.stringify(row), row, ...(pictures.length > 0 ? { pictures } : {}) };
      }
    }
  } finally {
    await file.close();
  }
}

async function withParquet<T>(filePath: string, use: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  const file = await openParquetFile(filePath);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Runs a read of a Parquet file, and puts what is wrong with the file into a sentence. */
export async function readableParquet<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isAppError(error)) throw error;
    const unknown = error instanceof Error && /unsupported compression/iu.test(error.message);
    throw new AppError(
      "bad_input",
      unknown
        ? "The Parquet file is packed in a way that can't be read here. Write it again with snappy, gzip, zstd, brotli or LZ4."
        : "The Parquet file is damaged or cut off. Write it again, then import it.",
      { cause: error },
    );
  }
}

/** How columns may be packed. */
export const PARQUET_COMPRESSORS: Compressors = {
  // A few bytes can unpack to gigabytes: never to more than the page says of itself.
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

/** Values as JSON has them: whole numbers as numbers where they fit, dates as texts, bytes that are no text left out. */
function plain(value: unknown, pictures: EmbeddedPicture[]): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return isUtf8(value) ? Buffer.from(value).toString("utf8") : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map((one) => plain(one, pictures));
  if (value !== null && typeof value === "object") {
    const { bytes, path } = value as { bytes?: unknown; path?: unknown };
    if (path !== undefined && bytes !== undefined)
      return { path: toPath(plain(path, pictures), bytes, pictures) };
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, pictures)]));
  }
  return value;
}

/** The path of a picture as the Hub's feature gives it; of one without a path, a name that only the same bytes get. */
function toPath(path: unknown, bytes: unknown, pictures: EmbeddedPicture[]): unknown {
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return path;
  const name =
    typeof path === "string" && path.trim() !== ""
      ? path
      : `${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}.${extensionOf(bytes)}`;
  pictures.push({ path: name, bytes });
  return name;
}

function extensionOf(bytes: Uint8Array): string {
  const sniffed = sniffImage(bytes);
  return sniffed && "type" in sniffed ? IMAGE_TYPES[sniffed.type].extension : "bin";
}
