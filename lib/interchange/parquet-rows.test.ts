import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { parquetMetadataAsync, type SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Compression, Table, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePicture } from "#lib/images/test-pictures.ts";
import {
  findPictureColumns,
  locatePicturePages,
  openParquetFile,
  planPieces,
} from "#lib/interchange/parquet-file.ts";
import { PARQUET_COMPRESSORS, readParquetRows } from "#lib/interchange/parquet-rows.ts";
import type { RecordRow } from "#lib/interchange/record-rows.ts";
import { createRandom } from "#lib/random.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "parquet-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function readAll(bytes: Uint8Array, from = 0): Promise<(RecordRow & { ok: true })[]> {
  const file = path.join(folder, "rows.parquet");
  await writeFile(file, bytes);
  const rows: (RecordRow & { ok: true })[] = [];
  for await (const row of readParquetRows(file, from)) if (row.ok) rows.push(row);
  return rows;
}

describe("packing", () => {
  const names = Array.from({ length: 500 }, (_, index) => `a boat with the number ${index % 37}`);
  it.each(["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4_RAW", "LZ4"] as const)(
    "reads what another writer packed with %s",
    async (name) => {
      const table = Table.fromIPCStream(tableToIPC(tableFromArrays({ name: names }), "stream"));
      const properties = new WriterPropertiesBuilder().setCompression(Compression[name]).build();
      const rows = await readAll(writeParquet(table, properties));
      expect(rows.map(({ row }) => row.name)).toEqual(names);
    },
  );
});

it.each([
  ["GZIP", gzipSync],
  ["ZSTD", zstdCompressSync],
  ["BROTLI", brotliCompressSync],
] as const)("unpacks no more of %s than a page says of itself", (name, pack) => {
  const unpack = PARQUET_COMPRESSORS[name];
  const packed = pack(Buffer.alloc(1_000_000));
  expect(unpack?.(packed, 1_000_000)).toHaveLength(1_000_000);
  expect(() => unpack?.(packed, 1_000)).toThrow();
});

const SCHEMA: SchemaElement[] = [
  { name: "root", num_children: 3 },
  { name: "question", type: "BYTE_ARRAY", repetition_type: "OPTIONAL", converted_type: "UTF8" },
  // Nothing says that it is a text: older writers leave that out.
  { name: "plain", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
  { name: "image", repetition_type: "OPTIONAL", num_children: 2 },
  { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
  { name: "path", type: "BYTE_ARRAY", repetition_type: "OPTIONAL", converted_type: "UTF8" },
];

function write(pictures: ({ bytes: Uint8Array | null; path: string | null } | null)[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      schema: SCHEMA,
      columnData: [
        { name: "question", data: pictures.map((_, index) => `What is ${index}?`) },
        { name: "plain", data: pictures.map((_, index) => `är ${index}`) },
        { name: "image", data: pictures, offsetIndex: false },
      ],
      rowGroupSize: 25,
      pageSize: 20_000,
    }),
  );
}

describe("pictures in rows", () => {
  it("gives each row its picture's bytes beside its path, and a name to one that has none", async () => {
    const picture = await makePicture(1);
    const rows = await readAll(
      write([
        { bytes: picture, path: "boats/one.jpg" },
        { bytes: picture, path: null },
        { bytes: null, path: "two.jpg" },
        null,
      ]),
    );
    expect(rows.map(({ row }) => [row.question, row.plain])).toEqual(
      [0, 1, 2, 3].map((index) => [`What is ${index}?`, `är ${index}`]),
    );
    const [first, second, third, fourth] = rows;
    expect(first?.row.image).toEqual({ path: "boats/one.jpg" });
    expect(Buffer.from(first?.pictures?.[0]?.bytes ?? []).equals(picture)).toBe(true);
    expect(second?.row.image).toEqual({ path: expect.stringMatching(/^[0-9a-f]{32}\.jpg$/u) });
    expect(second?.row.image).toEqual({ path: second?.pictures?.[0]?.path });
    expect([third?.row.image, third?.pictures]).toEqual([{ path: "two.jpg" }, undefined]);
    expect(fourth?.pictures).toBeUndefined();
    // What is kept of a row as it stood holds no picture.
    expect(first?.raw).not.toContain("bytes");
  });

  it("finds the pages of a large row group by their headers, and reads any piece of it alike", async () => {
    const random = createRandom("noise");
    const pictures = Array.from({ length: 60 }, (_, index) => ({
      bytes: Uint8Array.from({ length: 6_000 + index }, () => random.int(256)),
      path: `${index}.jpg`,
    }));
    const bytes = write(pictures);
    const all = await readAll(bytes);
    expect(all.map(({ pictures: found }) => found?.[0]?.bytes.length)).toEqual(
      pictures.map(({ bytes: own }) => own.length),
    );
    for (const [index, row] of all.entries())
      expect(Buffer.from(row.pictures?.[0]?.bytes ?? []).equals(pictures[index]?.bytes ?? Buffer.of())).toBe(
        true,
      );
    for (const from of [1, 24, 25, 37, 59]) expect(await readAll(bytes, from)).toEqual(all.slice(from));

    const file = await openParquetFile(path.join(folder, "rows.parquet"));
    try {
      const metadata = await parquetMetadataAsync(file);
      const columns = findPictureColumns(metadata);
      expect(columns).toEqual([{ path: "image.bytes", isInList: false }]);
      expect(metadata.row_groups[0]?.columns.every((column) => !column.offset_index_offset)).toBe(true);
      let most = 0;
      const watched = {
        byteLength: file.byteLength,
        slice: async (start: number, end?: number) => {
          most = Math.max(most, (end ?? file.byteLength) - start);
          return file.slice(start, end);
        },
      };
      const [group] = await locatePicturePages(watched, metadata, columns);
      const pages = group?.["image.bytes"] ?? [];
      expect(pages.length).toBeGreaterThan(4);
      expect(pages[0]?.first_row_index).toBe(0n);
      // Looking through the headers holds no picture.
      expect(most).toBeLessThanOrEqual(1024);
    } finally {
      await file.close();
    }
  });

  it("refuses a page that says it is smaller than nothing, rather than looking for pages without end", async () => {
    const file = path.join(folder, "rows.parquet");
    await writeFile(file, write([{ bytes: await makePicture(1), path: "a.jpg" }]));
    const real = await openParquetFile(file);
    try {
      const metadata = await parquetMetadataAsync(real);
      // A header in Thrift's compact form: a data page of one value, so small that the next begins where it does.
      const header = Uint8Array.from([0x15, 0, 0x15, 0, 0x15, 29, 0x2c, 0x15, 2, 0x15, 0, 0x15, 0, 0, 0]);
      const damaged = { byteLength: real.byteLength, slice: () => header.slice().buffer };
      await expect(locatePicturePages(damaged, metadata, findPictureColumns(metadata))).rejects.toThrow(
        "smaller than nothing",
      );
    } finally {
      await real.close();
    }
  });

  it("reads fewer rows together the larger their pictures are, and none from two row groups", () => {
    const group = (rows: number, bytesEach: number) => ({
      num_rows: BigInt(rows),
      total_byte_size: 0n,
      columns: [
        {
          file_offset: 0n,
          meta_data: {
            type: "BYTE_ARRAY" as const,
            encodings: [],
            path_in_schema: ["image", "bytes"],
            codec: "UNCOMPRESSED" as const,
            num_values: BigInt(rows),
            total_uncompressed_size: BigInt(rows * bytesEach),
            total_compressed_size: 0n,
            data_page_offset: 0n,
          },
        },
      ],
    });
    const metadata = {
      version: 2,
      schema: [],
      num_rows: 0n,
      metadata_length: 0,
      row_groups: [group(30, 4 * 2 ** 20), group(300, 1_000), group(2, 2 ** 30)],
    };
    const pieces = planPieces(metadata, [{ path: "image.bytes", isInList: false }], { from: 20, most: 200 });
    expect(pieces.map(({ start, end }) => [start, end])).toEqual([
      [20, 28],
      [28, 30],
      [30, 230],
      [230, 330],
      [330, 331],
      [331, 332],
    ]);
  });
});
