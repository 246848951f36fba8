import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { canBeHuge, type writeArchive } from "#lib/datasets/archive.ts";
import { FORMATS } from "#lib/datasets/formats/catalog.ts";
import { HOLDS_MARKS } from "#lib/datasets/formats/marks.ts";
import {
  exportVersionOf,
  factsOf,
  keyOf,
  linesOf,
  makeCorrected,
  makeLine,
  makePairLine,
  makeStepsLine,
  sourceOf,
  storeImage,
  type TestImage,
  type TestVersion,
} from "#lib/datasets/formats/test-lines.ts";
import { openTestStorage } from "#lib/datasets/formats/test-storage.ts";
import { EXPORT_FORMATS } from "#lib/datasets/schema.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { deleteFile, putBytes } from "#lib/storage/storage.ts";

openTestStorage();

let image: TestImage;
let other: TestImage;
beforeAll(async () => {
  [image, other] = await Promise.all([storeImage(1), storeImage(2)]);
});

const version = (): TestVersion => ({
  records: [makeLine(0, image), makeCorrected(1, image), makeLine(2, other, { split: "validation" })],
  pairs: [makePairLine(0, image), makePairLine(1, other, "validation")],
  steps: [makeStepsLine(0, image, ["good", "wrong", null])],
});

describe.each(EXPORT_FORMATS)("an archive for %s", (format) => {
  it("has the same bytes when it is made again", async () => {
    const first = await exportVersionOf(version(), format);
    const second = await exportVersionOf(version(), format);
    expect(second.sha256).toBe(first.sha256);
  });

  it("names the hash of every file but the manifest, and ends with it", async () => {
    const { files, manifest } = await exportVersionOf(version(), format);
    expect([...files.keys()].at(-1)).toBe("manifest.json");
    expect(Object.keys(manifest.files).sort()).toEqual(
      [...files.keys()].filter((name) => name !== "manifest.json").sort(),
    );
    for (const [name, { bytes }] of Object.entries(manifest.files))
      expect(files.get(name)?.length).toBe(bytes);
  });

  it("counts lines that were taken down, and writes nothing of them", async () => {
    const gap = {
      gap: true,
      ordinal: 0,
      lineSha256: "cd".repeat(32),
      imageSha256: "ef".repeat(32),
      reason: "asked for",
      at: "2026-01-01T00:00:00.000Z",
    } as const;
    const gaps = { sft: [gap], preference: [gap], steps: [gap] };
    const { files, manifest } = await exportVersionOf({ ...version(), gaps }, format);
    const { parts } = FORMATS[format];
    expect(manifest.written.takenDown).toEqual(Object.fromEntries(parts.map((part) => [part, 1])));
    expect(files.get("README.md")?.toString()).toContain(
      parts.length === 1 ? "1 line of these is not in this export" : `${parts.length} lines of these are not`,
    );
    for (const [name, bytes] of files)
      if (name !== "manifest.json") expect(bytes.includes("asked for")).toBe(false);
  });

  it("leaves no half archive on a disk that fills up, and says so", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "full-"));
    let room = 2_000;
    const openOutput = () =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          room -= chunk.length;
          done(room < 0 ? Object.assign(new Error("no space left on device"), { code: "ENOSPC" }) : null);
        },
      });
    const outputPath = path.join(folder, "out.zip");
    await expect(exportVersionOf(version(), format, {}, { openOutput, outputPath })).rejects.toMatchObject({
      code: "unavailable",
      message: "The server's disk is full. Free some space, then try again.",
    });
    await expect(access(outputPath)).rejects.toThrow();
    await rm(folder, { recursive: true });
  });

  it("stops where it is aborted", async () => {
    const controller = new AbortController();
    const lines = sourceOf(version());
    const stopping = {
      ...lines,
      async *read(part: "sft" | "preference" | "steps") {
        yield* lines.read(part);
        controller.abort(new Error("the worker stops"));
      },
    };
    await expect(
      exportVersionOf(version(), format, {}, { lines: stopping, signal: controller.signal }),
    ).rejects.toThrow("the worker stops");
  });
});

describe("the splits", () => {
  it.each([
    [
      "llamafactory",
      [
        "second_look_sft.json",
        "second_look_sft_validation.json",
        "second_look_dpo.json",
        "second_look_dpo_validation.json",
      ],
    ],
    [
      "trl",
      [
        "sft/train.jsonl",
        "sft/validation.jsonl",
        "preference/train.jsonl",
        "preference/validation.jsonl",
        "stepwise/train.jsonl",
      ],
    ],
    [
      "openai",
      ["sft_train.jsonl", "sft_validation.jsonl", "preference_train.jsonl", "preference_validation.jsonl"],
    ],
    [
      "parquet",
      [
        "sft/train-00000.parquet",
        "sft/validation-00000.parquet",
        "preference/train-00000.parquet",
        "preference/validation-00000.parquet",
        "steps/train-00000.parquet",
      ],
    ],
    [
      "jsonl",
      [
        "sft/train.jsonl",
        "sft/validation.jsonl",
        "preference/train.jsonl",
        "preference/validation.jsonl",
        "steps/train.jsonl",
      ],
    ],
    ["steps", ["steps/train.jsonl"]],
  ] as const)("of %s are files of their own", async (format, paths) => {
    const { manifest } = await exportVersionOf(version(), format);
    expect(Object.keys(manifest.written.rows).sort()).toEqual([...paths].sort());
  });

  it("are named to LLaMA-Factory, which evaluates on the validation side", async () => {
    const { files } = await exportVersionOf(version(), "llamafactory");
    const info = JSON.parse(files.get("dataset_info.json")?.toString() ?? "");
    expect(Object.keys(info)).toEqual([
      "second_look_sft",
      "second_look_sft_validation",
      "second_look_dpo",
      "second_look_dpo_validation",
    ]);
    expect(files.get("train.yaml")?.toString()).toContain("eval_dataset: second_look_sft_validation\n");
    const dpo = files.get("train_dpo.yaml")?.toString() ?? "";
    for (const line of [
      "stage: dpo",
      "learning_rate: 1.0e-6",
      "pref_beta: 1.0",
      "pref_ftx: 0.0",
      "dataset: second_look_dpo",
    ])
      expect(dpo).toContain(`${line}`);
  });
});

describe("how to train", () => {
  it("is the same in the card as in the settings that are shipped beside it", async () => {
    const version = { records: [makeLine(0, image)], pairs: [makePairLine(0, image)] };
    const read = (files: ReadonlyMap<string, Buffer>, name: string, words: RegExp) =>
      words
        .exec(files.get(name)?.toString() ?? "")
        ?.slice(1)
        .map(Number);
    const cards =
      /learning rate ([\d.e-]+), at most (\d+) epochs[\s\S]*DPO, learning rate ([\d.e-]+), β = ([\d.]+) /u;
    for (const [format, sft, dpo] of [
      ["llamafactory", "train.yaml", "train_dpo.yaml"],
      ["trl", "train_sft.py", "train_dpo.py"],
    ] as const) {
      const { files } = await exportVersionOf(version, format);
      expect(read(files, "README.md", cards)).toEqual([
        ...(read(files, sft, /learning_rate[:=] ?([\d.e-]+)[\s\S]*num_train_epochs[:=] ?([\d.]+)/u) ?? []),
        ...(read(files, dpo, /learning_rate[:=] ?([\d.e-]+)/u) ?? []),
        ...(read(files, dpo, /beta[:=] ?([\d.]+)/u) ?? []),
      ]);
    }
  });
});

describe("pictures", () => {
  it("go out as imported, in training size, or only by name", async () => {
    const records = [makeLine(0, image), makeLine(1, image)];
    const original = await exportVersionOf({ records }, "trl", { images: "original" });
    const [row] = linesOf<{ images: string[] }>(original.files, "sft/train.jsonl");
    expect(original.files.get(row?.images[0] ?? "")?.equals(image.bytes)).toBe(true);
    const reference = await exportVersionOf({ records }, "trl", { images: "reference" });
    expect([...reference.files.keys()].filter((name) => name.startsWith("images/"))).toEqual([]);
    expect(linesOf(reference.files, "images.jsonl")).toEqual([
      {
        path: `images/${image.imageSha256.slice(0, 24)}.jpg`,
        image_id: image.imageId,
        name: "house-1.jpg",
        original_sha256: image.imageSha256,
      },
    ]);
  });

  it("that are gone, or are another one now, stop it with a sentence", async () => {
    const lost = await storeImage(3);
    const run = (locateImage: Parameters<typeof writeArchive>[0]["locateImage"]) =>
      exportVersionOf({ records: [makeLine(0, lost)] }, "parquet", {}, { locateImage });
    await expect(run(() => Promise.resolve(null))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"house-3.jpg" of this version was deleted'),
    });
    await putBytes(keyOf(lost.imageId), await makePicture(4));
    await expect(run((id) => Promise.resolve({ storageKey: keyOf(id), sha256: "" }))).rejects.toMatchObject({
      message: expect.stringContaining("replaced by another"),
    });
    await deleteFile(keyOf(lost.imageId));
    await expect(run((id) => Promise.resolve({ storageKey: keyOf(id), sha256: "" }))).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("of a kind that OpenAI does not take stop it, and do not in training size", async () => {
    const gif = await makePicture(5, { format: "gif" });
    await putBytes(keyOf(other.imageId), gif);
    const { createHash } = await import("node:crypto");
    const line = makeLine(0, other, {
      imageMime: "image/gif",
      imageSha256: createHash("sha256").update(gif).digest("hex"),
    });
    await expect(
      exportVersionOf({ records: [line] }, "openai", { images: "original" }),
    ).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringContaining("is GIF"),
    });
    const { files } = await exportVersionOf({ records: [line] }, "openai");
    expect(files.get("sft_train.jsonl")?.toString()).toContain("data:image/png;base64,");
    await putBytes(keyOf(other.imageId), other.bytes);
  });
});

it("writes the long form of an archive where a file with pictures in it can pass four gigabytes", () => {
  expect(canBeHuge(100_000, "llamafactory", "original")).toBe(false);
  expect(canBeHuge(300_000, "llamafactory", "reference")).toBe(true);
  expect(canBeHuge(2_000, "openai", "training")).toBe(false);
  expect(canBeHuge(8_000, "openai", "training")).toBe(true);
  expect(canBeHuge(500, "openai", "original")).toBe(true);
});

describe("simulated lines", () => {
  it("are named on the first page of every export", async () => {
    for (const format of EXPORT_FORMATS) {
      const made = {
        records: [makeLine(0, image, { simulated: true })],
        pairs: [{ ...makePairLine(0, image), simulated: true }],
        steps: [{ ...makeStepsLine(0, image, ["good"]), simulated: true }],
      };
      const { files, manifest } = await exportVersionOf(made, format);
      expect(files.get("README.md")?.toString()).toContain("**Simulated.** 3 of 3 lines");
      expect(manifest.simulated).toEqual({ isSimulated: true, records: 3, of: 3 });
    }
  });
});

describe("words that a trainer would not read as words", () => {
  it.each([
    ["llamafactory", " I look at <image> again. So (B)."],
    ["llamafactory", " the tiles are green.<|im_end|> So (B)."],
    ["trl", " the tiles are green.<|image_pad|> So (B)."],
  ] as const)("stay out of %s and are counted: %j", async (format, continuation) => {
    const second = { joiner: ". ", cue: "Wait,", continuation };
    const pair = makePairLine(0, image);
    const made: TestVersion = {
      records: [makeCorrected(0, image), makeCorrected(1, image, { second })],
      pairs: [makePairLine(1, image), { ...pair, rejected: { ...pair.rejected, second } }],
    };
    const { manifest } = await exportVersionOf(made, format);
    const [sft, preference] =
      format === "trl"
        ? ["sft/train.jsonl", "preference/train.jsonl"]
        : ["second_look_sft.json", "second_look_dpo.json"];
    expect(manifest.written.rows).toEqual({ [sft]: 1, [preference]: 1 });
    expect(manifest.written.leftOut).toEqual([
      { part: "sft", reason: HOLDS_MARKS, count: 1 },
      { part: "preference", reason: HOLDS_MARKS, count: 1 },
    ]);
  });
});

it("reads no part that the format can't carry", async () => {
  const seen: string[] = [];
  const source = sourceOf(version());
  await exportVersionOf(
    version(),
    "steps",
    {},
    {
      facts: factsOf(version()),
      lines: {
        ...source,
        read: (part) => {
          seen.push(part);
          return source.read(part);
        },
      },
    },
  );
  expect(new Set(seen)).toEqual(new Set(["steps"]));
});

describe("the card of an export", () => {
  it("tells load_dataset the tables and splits, shards by their pattern, and what the format says", async () => {
    const { files } = await exportVersionOf(version(), "parquet");
    const readme = files.get("README.md")?.toString() ?? "";
    for (const line of [
      "config_name: sft",
      "path: sft/train-*.parquet",
      "path: sft/validation-*.parquet",
      "config_name: steps",
    ])
      expect(readme.replaceAll('"', "")).toContain(line);
    expect(readme).toContain("## Files\n");
    expect(readme).toContain("## What carries loss\n");
  });
});
