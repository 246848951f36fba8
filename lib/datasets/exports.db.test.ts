import { createHash } from "node:crypto";
import { createWriteStream, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { hashLine, startContentHash, startPartHash } from "#lib/datasets/content-hash.ts";
import {
  exportFolderEntries,
  exportVersion,
  makeExport,
  requestExport,
} from "#lib/datasets/export-commands.ts";
import { giveUpExport, takeUpLostExports } from "#lib/datasets/export-pulse-commands.ts";
import { listExports } from "#lib/datasets/export-queries.ts";
import {
  makeCorrected,
  makeLine,
  makePairLine,
  makeStepsLine,
  type TestImage,
} from "#lib/datasets/formats/test-lines.ts";
import { partKey } from "#lib/datasets/keys.ts";
import { readExportFile } from "#lib/datasets/queries.ts";
import { DEFAULT_PREFERENCE, DEFAULT_STEPS } from "#lib/datasets/recipe-schema.ts";
import { EXPORT_FORMATS, type ExportFormat, summarySchema } from "#lib/datasets/schema.ts";
import { RECIPE } from "#lib/datasets/test-records.ts";
import { withdrawVersion } from "#lib/datasets/version-commands.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { BACKGROUND_QUEUE, boss } from "#lib/queue/boss.ts";
import { putBytes, readBytes } from "#lib/storage/storage.ts";

const database = await createTestDatabase();

let projectId: string;
let userId: string;
let versionId: string;
let image: TestImage;

beforeEach(async () => {
  await database.truncate();
  userId = (await db().user.create({ data: { email: "pi@example.org", name: "Pi" } })).id;
  projectId = (await db().project.create({ data: { name: "Roofs" } })).id;
  image = await addImage();
  versionId = await addVersion();
});

const request = (format: ExportFormat, changes: object = {}) => ({
  projectId,
  userId,
  versionId,
  format,
  options: { images: "training" as const },
  allowSimulated: true,
  ...changes,
});

async function exported(format: ExportFormat) {
  const { exportId } = await exportVersion(request(format));
  return db().export.findUniqueOrThrow({ where: { id: exportId } });
}

describe.each(EXPORT_FORMATS)("an export as %s", (format) => {
  it("is made once, and gives the same bytes when it is made again, whatever became of the traces", async () => {
    const first = await exported(format);
    expect((await exported(format)).id).toBe(first.id);
    await db().project.update({ where: { id: projectId }, data: { name: "Another name" } });
    await db().image.updateMany({ data: { fileName: "another.jpg", description: "another" } });
    await db().export.deleteMany();
    const second = await exported(format);
    expect(second.sha256).toBe(first.sha256);
    const bytes = await readBytes(second.storageKey ?? "");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(second.sha256);
    expect(await listExports(projectId, versionId)).toMatchObject([
      { format, state: "done", progress: null, written: { takenDown: 0 } },
    ]);
  });

  it("gives its files out one by one, each as its hash says", async () => {
    const { id } = await exported(format);
    const folder = await exportFolderEntries(id);
    expect(folder.entries.map(({ path: name }) => name)).toContain("README.md");
    for (const entry of folder.entries) {
      const bytes = await buffer(await entry.open());
      expect([entry.path, bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual([
        entry.path,
        entry.bytes,
        entry.sha256,
      ]);
    }
    await folder.close();
  });

  it("leaves nothing behind on a full disk, says so, and is made when there is room again", async () => {
    const { exportId } = await requestExport(request(format), false);
    const disk = makeFullDisk(1_500);
    await expect(makeExport(exportId, { openOutput: disk.open })).rejects.toMatchObject({
      message: "The server's disk is full. Free some space, then try again.",
    });
    // Half of it lay there.
    expect(disk.lay()).toBe(1_500);
    expect(await filesBelow("exports")).toEqual([]);
    expect(await temporaryFiles()).toEqual([]);
    await makeExport(exportId);
    expect(await db().export.findUnique({ where: { id: exportId } })).toMatchObject({ state: "done" });
    expect(await temporaryFiles()).toEqual([]);
  });

  it("leaves nothing behind where it is aborted", async () => {
    const { exportId } = await requestExport(request(format), false);
    const controller = new AbortController();
    await expect(
      makeExport(exportId, {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("the worker stops")),
      }),
    ).rejects.toThrow("the worker stops");
    expect(await filesBelow("exports")).toEqual([]);
    expect(await temporaryFiles()).toEqual([]);
  });
});

describe("requestExport", () => {
  it("asks before a form that masks nothing, and counts the X→O records", async () => {
    const whole = { options: { images: "training", wrongThought: "whole" } };
    await expect(requestExport(request("llamafactory", whole), false)).rejects.toMatchObject({
      code: "conflict",
      details: { unmaskedRecords: 1 },
    });
    await requestExport(request("llamafactory", { ...whole, allowUnmasked: true }), false);
    // A format without such a form takes the option for nothing.
    const { exportId } = await requestExport(request("jsonl", whole), false);
    expect((await requestExport(request("jsonl"), false)).exportId).toBe(exportId);
  });

  it("says what a format can't carry", async () => {
    await db().datasetVersion.update({ where: { id: versionId }, data: { stepCount: 0 } });
    await expect(requestExport(request("steps"), false)).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringContaining("holds no judged thoughts"),
    });
    await expect(
      requestExport(request("openai", { options: { images: "reference" } }), false),
    ).rejects.toMatchObject({ code: "bad_input", message: expect.stringContaining("without the pictures") });
  });

  it("refuses a withdrawn version, also when it was asked for before", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    await db().datasetVersion.update({ where: { id: versionId }, data: { withdrawnAt: new Date() } });
    await expect(requestExport(request("trl"), false)).rejects.toMatchObject({ code: "conflict" });
    await expect(makeExport(exportId)).rejects.toMatchObject({
      message: expect.stringContaining("withdrawn"),
    });
  });

  it("stops and keeps nothing where a person gives it up, and is made when it is asked for again", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    const give = () => giveUpExport({ projectId, userId, exportId });
    // The last byte is written only after it was given up.
    const openOutput = (file: string) => {
      const disk = createWriteStream(file);
      return new Writable({
        write: (chunk, _encoding, done) => void disk.write(chunk, done),
        final: (done) => void give().then(() => disk.end(done), done),
      });
    };
    await makeExport(exportId, { openOutput });
    expect(await db().export.findUnique({ where: { id: exportId } })).toMatchObject({
      state: "failed",
      error: expect.stringContaining("given up"),
      storageKey: null,
    });
    expect(await filesBelow("exports")).toEqual([]);
    await expect(give()).rejects.toMatchObject({ code: "conflict" });
    const stranger = await db().project.create({ data: { name: "Other" } });
    await expect(giveUpExport({ projectId: stranger.id, userId, exportId })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await exported("jsonl")).state).toBe("done");
  });

  it("is not made by the job that waited for it once a person has given it up", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    await giveUpExport({ projectId, userId, exportId });
    await makeExport(exportId);
    expect(await db().export.findUnique({ where: { id: exportId } })).toMatchObject({
      state: "failed",
      storageKey: null,
    });
    expect(await filesBelow("exports")).toEqual([]);
  });

  it("is made by the very job that was at it where it is given up and asked for again at once", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    let turns = 0;
    const openOutput = (file: string) => {
      const disk = createWriteStream(file);
      const again = async () => {
        turns += 1;
        if (turns > 1) return;
        await giveUpExport({ projectId, userId, exportId });
        expect(await requestExport(request("jsonl"), false)).toEqual({ exportId });
      };
      return new Writable({
        write: (chunk, _encoding, done) => void disk.write(chunk, done),
        final: (done) => void again().then(() => disk.end(done), done),
      });
    };
    await makeExport(exportId, { openOutput });
    expect(await db().export.findUnique({ where: { id: exportId } })).toMatchObject({
      state: "done",
      error: null,
    });
    expect(turns).toBe(2);
    expect(await filesBelow("exports")).toHaveLength(1);
  });

  it("is taken up by a worker where whoever made it went silent, and only then", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    const jobs = async () =>
      (await (await boss()).findJobs<{ data: { exportId?: string } }>(BACKGROUND_QUEUE, {})).filter(
        ({ data }) => data.data.exportId === exportId,
      ).length;
    await db().export.update({ where: { id: exportId }, data: { state: "working", heardAt: new Date() } });
    expect(await takeUpLostExports()).toBe(0);
    expect(await listExports(projectId, versionId)).toMatchObject([{ state: "working", isSilent: false }]);
    await db().export.update({
      where: { id: exportId },
      data: { heardAt: new Date(Date.now() - 10 * 60_000) },
    });
    expect(await listExports(projectId, versionId)).toMatchObject([{ state: "working", isSilent: true }]);
    await takeUpLostExports();
    await takeUpLostExports();
    expect(await jobs()).toBe(1);
    await makeExport(exportId);
    expect(await takeUpLostExports()).toBe(0);
    expect(await listExports(projectId, versionId)).toMatchObject([{ state: "done", isSilent: false }]);
  });

  it("keeps nothing of an export whose version is withdrawn while it is made, and says the reason", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    // The last byte is written only after the version was withdrawn.
    const openOutput = (file: string) => {
      const disk = createWriteStream(file);
      return new Writable({
        write: (chunk, _encoding, done) => void disk.write(chunk, done),
        final: (done) =>
          void withdrawVersion({ projectId, userId, versionId, reason: "A key was wrong." }).then(
            () => disk.end(done),
            done,
          ),
      });
    };
    await expect(makeExport(exportId, { openOutput })).rejects.toMatchObject({
      // Trying again is no use, and the queue knows it by this code.
      code: "bad_input",
      message: expect.stringContaining("A key was wrong."),
    });
    expect(await filesBelow("exports")).toEqual([]);
  });

  it("hands a finished one out after its version was withdrawn, under a name that says so", async () => {
    const { id } = await exported("jsonl");
    expect((await readExportFile(projectId, id)).withdrawn).toBeNull();
    await withdrawVersion({ projectId, userId, versionId, reason: "A key was wrong." });
    expect(await readExportFile(projectId, id)).toMatchObject({
      withdrawn: { reason: "A key was wrong." },
      fileName: expect.stringMatching(/-withdrawn\.zip$/),
    });
  });

  it("gives one that stopped without a word to a worker, and a finished one to none", async () => {
    const { exportId } = await requestExport(request("jsonl"), false);
    await db().export.update({ where: { id: exportId }, data: { state: "working" } });
    const waiting = async () =>
      (await (await boss()).findJobs<{ data: { exportId?: string } }>(BACKGROUND_QUEUE, {})).filter(
        ({ data }) => data.data.exportId === exportId,
      ).length;
    expect(await waiting()).toBe(0);
    expect(await requestExport(request("jsonl"))).toEqual({ exportId });
    expect(await requestExport(request("jsonl"))).toEqual({ exportId });
    expect(await waiting()).toBe(1);
    const done = await exported("steps");
    await requestExport(request("steps"));
    expect(
      (await (await boss()).findJobs<{ data: { exportId?: string } }>(BACKGROUND_QUEUE, {})).some(
        ({ data }) => data.data.exportId === done.id,
      ),
    ).toBe(false);
  });

  it("does not see another project's version", async () => {
    const other = (await db().project.create({ data: { name: "Other" } })).id;
    await expect(requestExport({ ...request("jsonl"), projectId: other }, false)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await listExports(other, versionId)).toEqual([]);
  });
});

it("leaves nothing of an export that was removed while it was made, as taking an image down does", async () => {
  const { exportId } = await requestExport(request("jsonl"), false);
  let removed: Promise<unknown> | undefined;
  const openOutput = (file: string) => {
    const output = createWriteStream(file);
    return new Writable({
      write(chunk, _encoding, done) {
        removed ??= db().export.deleteMany({ where: { id: exportId } });
        removed.then(() => output.write(chunk, done), done);
      },
      final: (done) => output.end(done),
    });
  };
  await expect(makeExport(exportId, { openOutput })).rejects.toMatchObject({ code: "not_found" });
  expect(await filesBelow("exports")).toEqual([]);
  expect(await temporaryFiles()).toEqual([]);
});

it("writes nothing from a version whose stored lines were changed", async () => {
  const key = partKey(projectId, versionId, "sft");
  const text = Buffer.from(await readBytes(key)).toString();
  await putBytes(key, Buffer.from(text.replace("The roof is green.", "The roof is blue.")));
  await expect(exportVersion(request("jsonl"))).rejects.toMatchObject({ code: "conflict" });
  expect(await filesBelow("exports")).toEqual([]);
  expect(await db().export.findFirst()).toMatchObject({
    state: "failed",
    error: expect.stringContaining("not what was frozen"),
  });
});

async function addImage(): Promise<TestImage> {
  const bytes = await makePicture(1, { width: 900, height: 700 });
  const imageSha256 = createHash("sha256").update(bytes).digest("hex");
  const storageKey = `images/${projectId}/1/original.jpg`;
  await putBytes(storageKey, bytes);
  const { id } = await db().image.create({
    data: {
      projectId,
      externalId: "house-1",
      fileName: "house-1.jpg",
      description: "A house.",
      sha256: imageSha256,
      mime: "image/jpeg",
      storageKey,
    },
  });
  return { imageId: id, imageName: "house-1.jpg", imageSha256, imageMime: "image/jpeg", bytes };
}

/** A version of the second form with a few lines in each part. */
async function addVersion(): Promise<string> {
  const lines = {
    sft: [makeLine(0, image), makeCorrected(1, image)],
    preference: [makePairLine(0, image)],
    steps: [makeStepsLine(0, image, ["good", "wrong", null])],
  };
  const dataset = await db().dataset.create({ data: { projectId, name: "roofs" } });
  const id = crypto.randomUUID();
  const whole = startContentHash();
  const parts: Record<string, { lines: number; sha256: string }> = {};
  for (const part of VERSION_PARTS) {
    const own = startPartHash(part);
    whole.begin(part);
    const texts = lines[part].map((line) => JSON.stringify(line));
    for (const text of texts) {
      own.add(hashLine(text));
      whole.add(hashLine(text));
    }
    parts[part] = { lines: own.lines(), sha256: own.sha256() };
    await putBytes(partKey(projectId, id, part), Buffer.from(texts.map((text) => `${text}\n`).join("")));
  }
  const summary = summarySchema.parse({
    byKind: { O: 1, XO: 1 },
    byReasoningType: {},
    byAnswerStyle: {},
    images: 1,
    questions: 1,
    edited: 0,
    simulated: 0,
    approvals: { bySource: { single: 2 }, byReviewer: {}, despiteFailedChecks: 0 },
    leftOut: [],
    makers: [],
    longestBytes: 1000,
    parts,
  });
  await db().datasetVersion.create({
    data: {
      id,
      projectId,
      datasetId: dataset.id,
      number: 1,
      form: 2,
      recipe: JSON.parse(JSON.stringify({ ...RECIPE, preference: DEFAULT_PREFERENCE, steps: DEFAULT_STEPS })),
      summary: JSON.parse(JSON.stringify(summary)),
      recordCount: 2,
      pairCount: 1,
      stepCount: 1,
      simulated: false,
      contentHash: whole.sha256(),
    },
  });
  return id;
}

/** A disk with room for some bytes: what fits is written, then it says that it is full. */
function makeFullDisk(room: number) {
  let written = 0;
  let lay: number | null = null;
  const open = (file: string) => {
    const disk = createWriteStream(file);
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        const fitting = chunk.subarray(0, room - written);
        disk.write(fitting, (failure) => {
          written += fitting.length;
          if (failure || fitting.length === chunk.length) return done(failure);
          lay = statSync(file).size;
          done(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
        });
      },
      final: (done) => void disk.end(done),
      destroy: (failure, done) => void disk.destroy().once("close", () => done(failure)),
    });
  };
  return { open, lay: () => lay };
}

async function filesBelow(folder: string): Promise<string[]> {
  const root = path.join(database.dataDir, "storage", "projects", projectId, folder);
  return readdir(root).catch(() => []);
}

async function temporaryFiles(): Promise<string[]> {
  return readdir(path.join(database.dataDir, "tmp")).catch(() => []);
}
