import { type Table, tableFromIPC } from "apache-arrow";
import { ParquetFile, readParquet } from "parquet-wasm";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { recordColumns, toRecordRow } from "#lib/datasets/formats/parquet-rows.ts";
import { parquetShards } from "#lib/datasets/formats/parquet-shards.ts";
import {
  exportVersionOf,
  factsOf,
  makeCorrected,
  makeLine,
  makePairLine,
  makeStepsLine,
  storeImage,
  type TestImage,
} from "#lib/datasets/formats/test-lines.ts";
import { openTestStorage } from "#lib/datasets/formats/test-storage.ts";
import { DEFAULT_PREFERENCE } from "#lib/datasets/recipe-schema.ts";
import { RECIPE, testId } from "#lib/datasets/test-records.ts";

// Read back by parquet-wasm (the Rust parquet crate) and apache-arrow, which share no code with the writer.

openTestStorage();

let images: TestImage[];
beforeAll(async () => {
  images = [await storeImage(1, { width: 1200, height: 900 }), await storeImage(2)];
});
const image = (number: number): TestImage => {
  const found = images[number];
  if (!found) throw new Error("no such image");
  return found;
};

function readTable(bytes: Uint8Array): Table {
  return tableFromIPC(readParquet(bytes).intoIPCStream());
}

describe("Parquet shards, read by another project's reader", () => {
  it("hold every value as it was frozen, nulls among them", async () => {
    const records = [makeLine(0, image(0)), makeCorrected(1, image(1))];
    const { files, manifest } = await exportVersionOf({ records }, "parquet");
    expect(manifest.written.rows).toEqual({ "sft/train-00000.parquet": 2 });
    const rows = readTable(files.get("sft/train-00000.parquet") ?? new Uint8Array())
      .toArray()
      .map((row) => row.toJSON());
    expect(rows[0]).toMatchObject({
      id: records[0]?.traceRevisionId,
      kind: "O",
      question: "What colour is the roof?",
      key: 1,
      context: "",
      completion: "<think>The roof is green.</think>\n<answer>(B)</answer>",
      cue: null,
      second_look: null,
      is_edited: false,
    });
    const [first] = rows;
    if (!first) throw new Error("a row is missing");
    expect([...first.choices]).toEqual(["Red", "Green", "Blue", "Grey"]);
    expect([...first.approved_by]).toHaveLength(1);
    expect(rows[1]).toMatchObject({
      kind: "XO",
      context: "<think>The roof looks red, so I say (A).",
      completion: " Wait, the tiles are green. So (B).</think>\n<answer>(B)</answer>",
      simple_thought: "The roof looks red, so I say (A)",
      joiner: ". ",
      cue: "Wait,",
    });
  });

  it("hold pictures that decode, as trained on and as imported", async () => {
    const records = [makeLine(0, image(0)), makeLine(1, image(0)), makeLine(2, image(1))];
    const training = await exportVersionOf({ records }, "parquet");
    const original = await exportVersionOf({ records }, "parquet", { images: "original" });
    const pictures = async (files: Map<string, Buffer>) =>
      Promise.all(
        readTable(files.get("sft/train-00000.parquet") ?? new Uint8Array())
          .toArray()
          .map(async (row) => {
            const { bytes, path } = row.image.toJSON();
            const { width, height, format } = await sharp(Buffer.from(bytes)).metadata();
            return { width, height, format, path, bytes: Buffer.from(bytes) };
          }),
      );
    const small = await pictures(training.files);
    for (const { width, height } of small)
      expect((width ?? 0) * (height ?? 0)).toBeLessThanOrEqual(512 * 512);
    expect(small[0]?.path).toBe(`images/${image(0).imageSha256.slice(0, 24)}.jpg`);
    expect(small[0]?.bytes.equals(small[1]?.bytes ?? Buffer.alloc(0))).toBe(true);
    const large = await pictures(original.files);
    expect(large.map(({ width }) => width)).toEqual([1200, 1200, 640]);
    expect(large[2]?.bytes.equals(image(1).bytes)).toBe(true);
    // No second copy of a picture that stands in the rows.
    expect([...training.files.keys()].filter((name) => name.startsWith("images"))).toEqual([]);
  });

  it("say in their footer what datasets reads: an Image, and features whose types are those of the columns", async () => {
    const version = {
      records: [makeLine(0, image(0))],
      pairs: [makePairLine(0, image(0))],
      steps: [makeStepsLine(0, image(0), ["good", "wrong", null])],
    };
    const { files } = await exportVersionOf(version, "parquet");
    const names = [...files.keys()].filter((name) => name.endsWith(".parquet"));
    expect(names).toEqual([
      "sft/train-00000.parquet",
      "preference/train-00000.parquet",
      "steps/train-00000.parquet",
    ]);
    for (const name of names) {
      const bytes = files.get(name) ?? Buffer.alloc(0);
      const file = await ParquetFile.fromFile(new Blob([new Uint8Array(bytes)]));
      const kept = file.metadata().fileMetadata().keyValueMetadata() as Map<string, string>;
      const { info } = JSON.parse(kept.get("huggingface") ?? "{}") as {
        info: { features: Record<string, { _type: string; dtype?: string }> };
      };
      const { fields } = readTable(bytes).schema;
      expect(Object.keys(info.features)).toEqual(fields.map((field) => field.name));
      // A feature is believed only where its type is the column's, and all of its types may be null.
      for (const field of fields) {
        expect(field.nullable).toBe(true);
        const feature = info.features[field.name];
        expect(ARROW_TYPES[feature?.dtype ?? feature?._type ?? ""]).toContain(String(field.type));
        for (const child of field.type.children ?? []) expect(child.nullable).toBe(true);
      }
      expect(info.features.image).toEqual({ _type: "Image" });
    }
  });

  it("carry steps with their labels, and pairs with both sides", async () => {
    const version = {
      pairs: [makePairLine(0, image(0))],
      steps: [makeStepsLine(0, image(0), ["good", "doubtful", null])],
    };
    const { files } = await exportVersionOf(version, "parquet");
    const [pair] = readTable(files.get("preference/train-00000.parquet") ?? new Uint8Array()).toArray();
    expect(pair.chosen).toContain("<answer>Green</answer>");
    expect(pair.rejected).toContain("<answer>Red</answer>");
    const [judged] = readTable(files.get("steps/train-00000.parquet") ?? new Uint8Array()).toArray();
    expect([...judged.labels]).toEqual(["good", "doubtful", null]);
    expect(JSON.parse(judged.regions)[0].shape).toEqual({ kind: "box", x: 0.1, y: 0.2, w: 0.3, h: 0.4 });
  });

  it("name the file that prefers a pair's chosen side, where a set takes such pairs", async () => {
    const recipe = { ...RECIPE, preference: { ...DEFAULT_PREFERENCE, perChosen: { elsewhere: 1 } } };
    const origin = { runId: testId(9), file: "pairs.json", line: 3 };
    const pairs = [
      { ...makePairLine(0, image(0)), kind: "elsewhere" as const, origin },
      makePairLine(1, image(1)),
    ];
    const facts = { ...factsOf({ pairs }), recipe };
    const { files } = await exportVersionOf({ pairs }, "parquet", {}, { facts });
    const table = readTable(files.get("preference/train-00000.parquet") ?? new Uint8Array());
    expect(table.toArray().map((row) => row.preferred_by)).toEqual(["pairs.json, line 3", null]);
    // A set that takes none has the columns that it always had.
    const others = await exportVersionOf({ pairs: [makePairLine(1, image(1))] }, "parquet");
    const usual = readTable(others.files.get("preference/train-00000.parquet") ?? new Uint8Array());
    expect(usual.schema.fields.map(({ name }) => name)).not.toContain("preferred_by");
  });

  it("leave the pictures out by reference, and name them", async () => {
    const { files } = await exportVersionOf({ records: [makeLine(0, image(0))] }, "parquet", {
      images: "reference",
    });
    const [row] = readTable(files.get("sft/train-00000.parquet") ?? new Uint8Array()).toArray();
    expect(row.image_id).toBe(image(0).imageId);
    expect(row.image_path).toBe(`images/${image(0).imageSha256.slice(0, 24)}.jpg`);
    expect(row.image).toBeUndefined();
  });
});

describe("parquetShards", () => {
  it("bounds row groups and files in bytes, and loses no row at a border", async () => {
    const rows = async function* () {
      for (let ordinal = 0; ordinal < 500; ordinal += 1)
        yield toRecordRow(makeLine(ordinal, image(0)), RECIPE, { image: null, path: "a" });
    };
    const counts = new Map<string, number>();
    const ids: string[] = [];
    const sizes: number[] = [];
    const shards = parquetShards(
      (number) => `part-${number}`,
      recordColumns(false),
      rows(),
      (path, count) => counts.set(path, count),
      { groupBytes: 40_000, groupRows: 1_000, shardBytes: 5_000 },
    );
    for await (const file of shards) {
      const chunks: Buffer[] = [];
      for await (const chunk of await file.open()) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      sizes.push(bytes.length);
      ids.push(
        ...readTable(bytes)
          .toArray()
          .map((row) => String(row.id)),
      );
    }
    expect(counts.size).toBeGreaterThan(2);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(500);
    expect(ids).toEqual(
      Array.from({ length: 500 }, (_, ordinal) => makeLine(ordinal, image(0)).traceRevisionId),
    );
    for (const size of sizes) expect(size).toBeLessThan(80_000);
  });
});

/** Arrow's types for each feature, as `get_nested_type` of `datasets` makes them. */
const ARROW_TYPES: Record<string, string[]> = {
  string: ["Utf8"],
  int32: ["Int32"],
  bool: ["Bool"],
  Sequence: ["List<Utf8>"],
  Image: ["Struct<{bytes:Binary, path:Utf8}>"],
};
