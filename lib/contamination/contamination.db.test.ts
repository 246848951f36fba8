import { readFile, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeEach, describe, expect, it } from "vitest";
import {
  addBenchmark,
  type BenchmarkFile,
  deleteBenchmark,
  failBenchmark,
  readBenchmarkFile,
} from "#lib/contamination/benchmark-commands.ts";
import { judgeHit, makeCheck, requestCheck } from "#lib/contamination/check-commands.ts";
import { registerContaminationJobs } from "#lib/contamination/jobs.ts";
import { benchmarkFileKey } from "#lib/contamination/keys.ts";
import {
  countHits,
  listBenchmarks,
  listHits,
  readCheck,
  readContaminated,
} from "#lib/contamination/queries.ts";
import { contaminationOptionsSchema } from "#lib/contamination/schema.ts";
import { lookUpFilter } from "#lib/datasets/filter-queries.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { BACKGROUND_QUEUE, boss } from "#lib/queue/boss.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";
import { exists, putBytes, temporaryPath } from "#lib/storage/storage.ts";

const database = await createTestDatabase();
const OPTIONS = contaminationOptionsSchema.parse({});

let projectId: string;
let userId: string;

beforeEach(async () => {
  await database.truncate();
  userId = (await db().user.create({ data: { email: "pi@example.org", name: "Pi" } })).id;
  projectId = (await db().project.create({ data: { name: "Roofs" } })).id;
});

describe("reading a benchmark", () => {
  it("takes questions and pictures out of a zip, and keeps hashes alone of the pictures", async () => {
    const zip = await makeZip({
      "bench/test.jsonl": [
        JSON.stringify({ question: "How many boats lie in the harbour?", image: "pictures/a.png", index: 7 }),
        JSON.stringify({ question: "", image: "pictures/gone.png" }),
        "{broken",
      ].join("\n"),
      "bench/pictures/a.png": await makeScene(1),
    });
    const file = await add("Harbours", "harbours.zip", zip);
    expect(await listBenchmarks(projectId)).toMatchObject([
      { name: "Harbours", state: "ready", itemCount: 1, imageCount: 1, questionCount: 1, skippedCount: 2 },
    ]);
    expect(await db().benchmarkItem.findMany()).toMatchObject([{ externalId: "7" }]);
    expect(await exists(benchmarkFileKey(projectId, file.fileId))).toBe(false);
  });

  it("takes pictures in base64 from a table, and adds a second file without what is there already", async () => {
    const picture = (await makeScene(2)).toString("base64");
    const row = `1\tWhat colour is the roof of the house?\t${picture}`;
    await add("Table", "a.tsv", Buffer.from(`index\tquestion\timage\n${row}\n`));
    await add(
      "Table",
      "b.tsv",
      Buffer.from(`index\tquestion\timage\n${row}\n2\tHow many trees stand there?\t\n`),
    );
    expect(await listBenchmarks(projectId)).toMatchObject([
      { itemCount: 2, imageCount: 1, questionCount: 2 },
    ]);
  });

  it("says what is wrong with a file that has neither, and leaves no file behind", async () => {
    const path = await temporaryPath();
    await writeFile(path, "caption,width\nx,3\n");
    const file = await addBenchmark({ projectId, userId, name: "Bad", fileName: "x.csv" }, path);
    const error = await readBenchmarkFile(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "bad_input", message: expect.stringContaining("caption, width") });
    await failBenchmark(file, error);
    expect(await listBenchmarks(projectId)).toMatchObject([
      { state: "failed", error: expect.stringContaining("has no column for a question") },
    ]);
    expect(await exists(benchmarkFileKey(projectId, file.fileId))).toBe(false);
  });

  it("refuses a second file while one is read, and keeps the first", async () => {
    const first = await given("One", "a.csv", "question\nHow many boats lie here?\n");
    await expect(given("One", "b.csv", "question\nx\n")).rejects.toThrow("is being read");
    await readBenchmarkFile(first);
    expect(await listBenchmarks(projectId)).toMatchObject([{ state: "ready", itemCount: 1 }]);
  });

  it("leaves no file of a benchmark that was removed while it was read", async () => {
    await claimWaitingJobs();
    const file = await given("One", "a.csv", "question\nHow many boats lie here?\n");
    await deleteBenchmark(projectId, userId, file.benchmarkId);
    registerContaminationJobs();
    await expect(runJobsUntilIdle()).rejects.toThrow("no longer there");
    expect(await exists(benchmarkFileKey(projectId, file.fileId))).toBe(false);
  });
});

describe("comparing", () => {
  it("lists copies of pictures and questions, and nothing else", async () => {
    const copied = await addImage(
      "copy",
      await sharp(await makeScene(1))
        .resize(220)
        .jpeg({ quality: 50 })
        .toBuffer(),
    );
    const flipped = await addImage(
      "flipped",
      await sharp(await makeScene(2))
        .flop()
        .png()
        .toBuffer(),
    );
    const own = await addImage("own", await makeScene(3));
    await db().image.create({
      data: { projectId, externalId: "missing", fileName: "x.jpg", description: "", state: "missing" },
    });
    const asked = await addQuestion(own, "Tell me how many boats lie in the harbour below the old town wall");
    await addQuestion(own, "What colour is the largest roof in this picture of a village?");
    await add(
      "Harbours",
      "h.zip",
      await makeZip({
        "test.jsonl": [
          { question: "How many boats lie in the harbour below the old town wall?", image: "1.png" },
          { question: "Where?", image: "2.png" },
          { question: "Which?", image: "9.png" },
        ]
          .map((row) => JSON.stringify(row))
          .join("\n"),
        "1.png": await makeScene(1),
        "2.png": await makeScene(2),
        "9.png": await makeScene(9),
      }),
    );
    await check();
    expect(await readCheck(projectId)).toMatchObject({
      state: "done",
      imageCount: 3,
      unreadCount: 1,
      questionCount: 2,
    });
    const images = await listHits(projectId, "images");
    expect(Object.fromEntries(images.hits.map(({ image, isMirrored }) => [image?.id, isMirrored]))).toEqual({
      [copied]: false,
      [flipped]: true,
    });
    const questions = await listHits(projectId, "questions");
    expect(questions.hits).toMatchObject([{ question: { id: asked }, benchmark: "Harbours" }]);
    expect(questions.hits[0]?.overlap).toBeCloseTo(5 / 7);
    expect(await readContaminated(db(), projectId)).toEqual({
      images: [copied, flipped].sort(),
      questions: [asked],
    });
  });

  it("keeps what a person dismissed, forgets what is no more, and hashes no picture twice", async () => {
    const imageId = await addImage("a", await makeScene(1));
    const { benchmarkId } = await add("One", "one.zip", await zipOf(1));
    await check();
    const { hits } = await listHits(projectId, "images");
    await judgeHit(projectId, userId, hits[0]?.id ?? "", true);
    expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
    // The stored hash counts: of a file that is not there any more there is no other.
    const fingerprint = await db().imageFingerprint.findUniqueOrThrow({ where: { imageId } });
    await db().image.update({ where: { id: imageId }, data: { storageKey: "images/gone/original.png" } });
    await check();
    expect(await countHits(projectId)).toEqual({ images: 0, questions: 0, dismissed: 1 });
    expect(await db().imageFingerprint.findUniqueOrThrow({ where: { imageId } })).toEqual(fingerprint);
    await deleteBenchmark(projectId, userId, benchmarkId);
    expect(await countHits(projectId)).toEqual({ images: 0, questions: 0, dismissed: 0 });
  });

  it("is what a set's filter goes by, and refuses where nothing was compared", async () => {
    const filter = { ...WHOLE_PROJECT, leaveOutContaminated: true };
    const look = () => db().$transaction((tx) => lookUpFilter(tx, projectId, filter));
    await expect(look()).rejects.toThrow("not compared with any benchmark yet");
    const imageId = await addImage("a", await makeScene(1));
    await add("One", "one.zip", await zipOf(1));
    await check();
    expect(await look()).toEqual({ traceFilter: null, leaveOutImages: new Set([imageId]) });
  });

  it("does not stand for approved traces that came after it, nor for a file that was added since", async () => {
    await add("One", "one.zip", await zipOf(1));
    await check();
    expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
    const { id: imageId } = await makeImage(projectId);
    const question = await makeQuestion(projectId, imageId);
    const trace = await makeTrace({ projectId, imageId, question });
    expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
    await db().trace.update({ where: { id: trace.id }, data: { state: "approved" } });
    await expect(readContaminated(db(), projectId)).rejects.toThrow("Approved traces (1) rest on pictures");
    await requestCheck(projectId, userId, OPTIONS);
    await expect(readContaminated(db(), projectId)).rejects.toThrow("is being compared");
    await makeCheck(projectId);
    expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
    expect(await listBenchmarks(projectId)).toMatchObject([{ isCompared: true }]);
    await add("One", "two.zip", await zipOf(2));
    expect(await listBenchmarks(projectId)).toMatchObject([{ isCompared: false, itemCount: 2 }]);
  });

  it("can be asked for again while the job of the one before is still in the queue", async () => {
    await add("One", "one.zip", await zipOf(1));
    await check();
    // A worker has done these and is about to take them out.
    await claimWaitingJobs();
    await addImage("late", await makeScene(1));
    await requestCheck(projectId, userId, OPTIONS);
    registerContaminationJobs();
    await runJobsUntilIdle();
    expect(await readCheck(projectId)).toMatchObject({ state: "done", imageCount: 1 });
  });

  it("is asked for where there is something to compare with, once at a time, and not of another project", async () => {
    await expect(requestCheck(projectId, userId, OPTIONS)).rejects.toThrow("Import one first");
    await expect(readContaminated(db(), projectId)).rejects.toMatchObject({ code: "conflict" });
    const { benchmarkId } = await add("One", "one.zip", await zipOf(1));
    await requestCheck(projectId, userId, OPTIONS);
    await expect(requestCheck(projectId, userId, OPTIONS)).rejects.toThrow("under way");
    await makeCheck(projectId);
    const other = (await db().project.create({ data: { name: "Other" } })).id;
    await expect(deleteBenchmark(other, userId, benchmarkId)).rejects.toMatchObject({ code: "not_found" });
    expect(await listHits(other, "images")).toEqual({ hits: [], next: null });
  });
});

/** Takes what stands in the queue, as a worker does that has not come back yet. */
async function claimWaitingJobs(): Promise<void> {
  const queue = await boss();
  while ((await queue.fetch(BACKGROUND_QUEUE)).length > 0);
}

async function check(): Promise<void> {
  await requestCheck(projectId, userId, OPTIONS);
  await makeCheck(projectId);
}

async function add(name: string, fileName: string, bytes: Uint8Array): Promise<BenchmarkFile> {
  const file = await given(name, fileName, bytes);
  await readBenchmarkFile(file);
  return file;
}

async function given(name: string, fileName: string, bytes: Uint8Array | string): Promise<BenchmarkFile> {
  const path = await temporaryPath();
  await writeFile(path, bytes);
  return addBenchmark({ projectId, userId, name, fileName }, path);
}

async function zipOf(seed: number): Promise<Uint8Array> {
  return makeZip({
    "test.jsonl": JSON.stringify({ question: "Where?", image: "a.png" }),
    "a.png": await makeScene(seed),
  });
}

async function addImage(externalId: string, bytes: Buffer): Promise<string> {
  const storageKey = `images/${projectId}/${externalId}/original.png`;
  await putBytes(storageKey, bytes);
  const { id } = await db().image.create({
    data: {
      projectId,
      externalId,
      fileName: `${externalId}.png`,
      description: "",
      sha256: externalId,
      storageKey,
    },
  });
  return id;
}

async function addQuestion(imageId: string, text: string): Promise<string> {
  const { id } = await db().question.create({ data: { projectId, imageId } });
  const revision = await db().questionRevision.create({
    data: {
      questionId: id,
      number: 1,
      text,
      choices: ["One", "Two", "Three", "Four"],
      keyIndex: 0,
      reasoningType: "Recognition",
      answerStyle: "parenthesis",
      seed: "1",
    },
  });
  await db().question.update({ where: { id }, data: { currentRevisionId: revision.id } });
  return id;
}

async function makeZip(files: Record<string, Buffer | string>): Promise<Buffer> {
  const path = await temporaryPath();
  await writeZip(
    path,
    Object.entries(files).map(([name, bytes]) => ({ name, bytes })),
  );
  return readFile(path);
}

/** A picture with a structure of its own. */
async function makeScene(seed: number): Promise<Buffer> {
  const boxes = Array.from({ length: 10 }, (_, index) => {
    const at = (factor: number, below: number) => ((seed * 131 + index * 37) * factor) % below;
    return `<rect x="${at(53, 360)}" y="${at(97, 260)}" width="${40 + at(29, 150)}" height="${40 + at(61, 120)}" fill="rgb(${at(11, 256)},${at(71, 256)},${at(43, 256)})"/>`;
  });
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="#ccc"/>${boxes.join("")}</svg>`,
    ),
  )
    .png()
    .toBuffer();
}
