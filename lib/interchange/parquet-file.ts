import "server-only";
import { type FileHandle, open } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData, RowGroup } from "hyparquet";
import { parquetSchema } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { AppError } from "#lib/errors.ts";

/** Uncompressed bytes of pictures that are decoded together: rows are read in as small pieces as that takes. */
const PICTURE_BYTES_AT_ONCE = 32 * 2 ** 20;
/** Where no page of a column can be found by itself, all that a row group holds of it is read at once. */
const MOST_GROUP_BYTES = 512 * 2 ** 20;
/** A page's header is some tens of bytes, more where it holds statistics. */
const HEADER_BYTES = [1024, 64 * 1024, 4 * 2 ** 20] as const;

type PageLocation = { offset: bigint; compressed_page_size: number; first_row_index: bigint };
/** By the path of the column, for each row group: what hyparquet takes as `pageLocationsByGroup`. */
export type PageLocations = Record<string, PageLocation[]>[];

/** A file for hyparquet, open until it is closed. Each slice is read into one buffer of just its size. */
export async function openParquetFile(filePath: string): Promise<AsyncBuffer & { close(): Promise<void> }> {
  const handle = await open(filePath, "r");
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => readSlice(handle, start, Math.min(end, size)),
    close: () => handle.close(),
  };
}

async function readSlice(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let read = 0;
  while (read < bytes.length) {
    const { bytesRead } = await handle.read(bytes, read, bytes.length - read, start + read);
    if (bytesRead === 0) throw new RangeError("the file ends before what it says that it holds");
    read += bytesRead;
  }
  return bytes.buffer;
}

/** A column of pictures as the Hub's feature writes it: a struct of `bytes` and `path`. */
interface PictureColumn {
  /** Of its bytes, joined by dots. */
  path: string;
  /** It stands in a list, so a page's rows cannot be told from its header. */
  isInList: boolean;
}

/** The columns of pictures that a file holds. */
export function findPictureColumns(metadata: FileMetaData): PictureColumn[] {
  const found: PictureColumn[] = [];
  const walk = (node: ReturnType<typeof parquetSchema>, isInList: boolean) => {
    const isRepeated = isInList || node.element.repetition_type === "REPEATED";
    const bytes = node.children.find(({ element }) => element.name === "bytes");
    const isPicture = node.children.some(({ element }) => element.name === "path");
    if (isPicture && bytes?.element.type === "BYTE_ARRAY") {
      found.push({ path: bytes.path.join("."), isInList: isRepeated });
      return;
    }
    for (const child of node.children) walk(child, isRepeated);
  };
  walk(parquetSchema(metadata), false);
  return found;
}

/** Rows that are read together: none from two row groups, and no more pictures than memory is to hold. */
export function planPieces(
  metadata: FileMetaData,
  pictures: readonly PictureColumn[],
  { from, most }: { from: number; most: number },
): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const groupEnd = groupStart + rows;
    const each = pictureBytes(group, pictures) / Math.max(1, rows);
    const step = Math.min(most, Math.max(1, Math.floor(PICTURE_BYTES_AT_ONCE / Math.max(1, each))));
    for (let start = Math.max(groupStart, from); start < groupEnd; start += step)
      pieces.push({ start, end: Math.min(start + step, groupEnd) });
    groupStart = groupEnd;
  }
  return pieces;
}

/**
 * Where the pages of a row group's pictures lie, so that a few rows can be read without the rest of their row group. Most
 * writers leave no index of them: then the headers of the pages are looked through, which takes no picture into memory.
 *
 * @throws AppError `bad_input` where a group has to be read whole and is too large for that.
 */
export async function locatePicturePages(
  file: AsyncBuffer,
  metadata: FileMetaData,
  pictures: readonly PictureColumn[],
): Promise<PageLocations> {
  const locations: PageLocations = [];
  for (const group of metadata.row_groups) {
    const own: PageLocations[number] = {};
    locations.push(own);
    for (const { path, isInList } of pictures) {
      const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join(".") === path);
      const meta = chunk?.meta_data;
      if (!meta || chunk.offset_index_offset) continue;
      const pages = await walkPages(file, {
        start: Number(meta.dictionary_page_offset || meta.data_page_offset),
        bytes: Number(meta.total_compressed_size),
        isInList,
      });
      if (pages) own[path] = pages;
      else if (Number(meta.total_compressed_size) > MOST_GROUP_BYTES) throw tooLarge(path);
    }
  }
  return locations;
}

async function walkPages(
  file: AsyncBuffer,
  { start, bytes, isInList }: { start: number; bytes: number; isInList: boolean },
): Promise<PageLocation[] | null> {
  const pages: PageLocation[] = [];
  let rows = 0;
  for (let at = start; at < start + bytes; ) {
    const { header, length } = await readHeader(file, at, start + bytes);
    // A damaged header may name less than nothing: pages would be looked for without end.
    if (length === 0 || !(header.compressed_page_size >= 0))
      throw new RangeError("a page is smaller than nothing");
    const size = length + header.compressed_page_size;
    if (header.type === "DATA_PAGE" || header.type === "DATA_PAGE_V2") {
      const inPage = header.data_page_header_v2?.num_rows ?? header.data_page_header?.num_values;
      if (inPage === undefined || (isInList && header.type === "DATA_PAGE")) return null;
      pages.push({ offset: BigInt(at), compressed_page_size: size, first_row_index: BigInt(rows) });
      rows += inPage;
    }
    at += size;
  }
  return pages.length > 0 ? pages : null;
}

async function readHeader(file: AsyncBuffer, at: number, end: number) {
  let problem: unknown;
  for (const most of HEADER_BYTES) {
    try {
      const reader = { view: new DataView(await file.slice(at, Math.min(end, at + most))), offset: 0 };
      const header = parquetHeader(reader);
      return { header, length: reader.offset };
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

function pictureBytes(group: RowGroup, pictures: readonly PictureColumn[]): number {
  const paths = new Set(pictures.map(({ path }) => path));
  return group.columns.reduce(
    (sum, { meta_data }) =>
      meta_data && paths.has(meta_data.path_in_schema.join("."))
        ? sum + Number(meta_data.total_uncompressed_size)
        : sum,
    0,
  );
}

function tooLarge(column: string): AppError {
  return new AppError(
    "bad_input",
    `A row group of the Parquet file holds more than ${MOST_GROUP_BYTES / 2 ** 20} MB of lists of pictures (“${column}”), which cannot be read piece by piece. Write the file again with at most 100 rows in a row group.`,
  );
}
