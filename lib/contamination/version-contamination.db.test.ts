import { createHash } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { judgeHit, makeCheck, requestCheck } from "#lib/contamination/check-commands.ts";
import {
  listHits,
  readCheck,
  readContaminated,
  readVersionContamination,
} from "#lib/contamination/queries.ts";
import { contaminationOptionsSchema } from "#lib/contamination/schema.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, makeTrace, makeUser } from "#lib/db/test-records.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { putBytes } from "#lib/storage/storage.ts";

// What a comparison says of a version, and of what came or changed since it was made.

const database = await createTestDatabase();
const OPTIONS = contaminationOptionsSchema.parse({ leastOverlap: 1 });
const ASKED = "What colour is the kite?";

let projectId: string;
let userId: string;

beforeEach(async () => {
  await database.truncate();
  userId = (await makeUser("Pi")).id;
  projectId = (await makeProject([{ userId, role: "owner" }], 1)).id;
});

it("counts a version's pictures and questions for each benchmark by itself", async () => {
  const kite = await makeAsked(await makePicture(1));
  const pier = await makeAsked(await makePicture(2), { text: "How many boats lie at the pier?" });
  const elsewhere = await makeAsked(await makePicture(3), { text: "Which of the roofs is the highest one?" });
  await makeBenchmark("A", [
    ...Array.from({ length: 6 }, () => ({ imageSha256: kite.sha256, question: ASKED })),
    { imageSha256: elsewhere.sha256 },
  ]);
  await makeBenchmark("B", [{ imageSha256: kite.sha256 }, { question: ASKED }]);
  await makeBenchmark("C", [{ imageSha256: pier.sha256 }]);
  await check();
  const dismissed = (await listHits(projectId, "images")).hits.find(({ benchmark }) => benchmark === "C");
  await judgeHit(projectId, userId, dismissed?.id ?? "", true);

  const versionId = await freeze([kite, pier]);
  expect(await readVersionContamination(db(), projectId, versionId)).toEqual({
    comparedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    benchmarks: [
      { name: "A", images: 1, questions: 1 },
      { name: "B", images: 1, questions: 1 },
      { name: "C", images: 0, questions: 0 },
    ],
    notCompared: { images: 0, questions: 0 },
  });
  expect(await readVersionContamination(db(), projectId, await freeze([elsewhere]))).toMatchObject({
    benchmarks: [
      { name: "A", images: 1, questions: 0 },
      { images: 0, questions: 0 },
      { images: 0, questions: 0 },
    ],
  });
});

it("says of a version what the comparison did not see or could not open", async () => {
  const seen = await makeAsked(await makePicture(1));
  const broken = await makeAsked(Buffer.from("no picture"));
  await makeBenchmark("A", [{ question: "What else?" }]);
  await check();
  const late = await makeAsked(await makePicture(2));
  const later = await makeAsked(await makePicture(3));
  expect(await readVersionContamination(db(), projectId, await freeze([seen]))).toMatchObject({
    notCompared: { images: 0, questions: 0 },
  });
  const versionId = await freeze([seen, broken, late, later]);
  expect(await readVersionContamination(db(), projectId, versionId)).toMatchObject({
    notCompared: { images: 3, questions: 2 },
  });
  await check();
  expect(await readVersionContamination(db(), projectId, versionId)).toMatchObject({
    notCompared: { images: 1, questions: 0 },
  });
});

it("says nothing of a version where no benchmark is left that was compared, or a comparison is under way", async () => {
  const versionId = await freeze([await makeAsked(await makePicture(1))]);
  expect(await readVersionContamination(db(), projectId, versionId)).toBeNull();
  const benchmarkId = await makeBenchmark("A", [{ question: ASKED }]);
  await check();
  expect(await readVersionContamination(db(), projectId, versionId)).not.toBeNull();
  await requestCheck(projectId, userId, OPTIONS);
  expect(await readVersionContamination(db(), projectId, versionId)).toBeNull();
  await makeCheck(projectId);
  await db().benchmark.delete({ where: { id: benchmarkId } });
  expect(await readVersionContamination(db(), projectId, versionId)).toBeNull();
});

it("does not stand for a picture that was attached or replaced since, whatever the age of its row", async () => {
  const bytes = await makePicture(1);
  const made = await makeAsked(bytes, { isMissing: true });
  await makeBenchmark("A", [{ imageSha256: made.sha256 }]);
  await check();
  expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
  await attach(made.imageId, bytes);
  await expect(readContaminated(db(), projectId)).rejects.toThrow("Approved traces (1) rest on pictures");
  await check();
  expect(await readContaminated(db(), projectId)).toEqual({ images: [made.imageId], questions: [] });
  await attach(made.imageId, await makePicture(2));
  await expect(readContaminated(db(), projectId)).rejects.toThrow("Approved traces (1) rest on pictures");
  await check();
  expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
});

it("leaves out what is no picture that can be opened, which is tried again, and knows it by its bytes", async () => {
  const broken = await makeAsked(Buffer.from("no picture"));
  await makeBenchmark("A", [{ imageSha256: broken.sha256 }]);
  await check();
  expect(await readCheck(projectId)).toMatchObject({ imageCount: 0, unreadCount: 1 });
  expect((await listHits(projectId, "images")).hits).toMatchObject([{ image: { id: broken.imageId } }]);
  expect(await readContaminated(db(), projectId)).toEqual({ images: [broken.imageId], questions: [] });
  await db().benchmarkItem.updateMany({ data: { imageSha256: "another" } });
  // Its bytes as they should be, where a broken store had given others.
  await putBytes(keyOf(broken.imageId), await makePicture(1));
  await check();
  expect(await readCheck(projectId)).toMatchObject({ imageCount: 1, unreadCount: 0 });
  expect(await readContaminated(db(), projectId)).toEqual({ images: [], questions: [] });
});

interface Asked {
  imageId: string;
  sha256: string;
  questionRevisionId: string;
  trace: Awaited<ReturnType<typeof makeTrace>>;
}

let serial = 0;

/** An image with a question and an approved trace. */
async function makeAsked(
  bytes: Buffer,
  { text = ASKED, isMissing = false }: { text?: string; isMissing?: boolean } = {},
): Promise<Asked> {
  const { id: imageId } = await makeImage(projectId, { state: "missing" });
  const sha256 = isMissing ? shaOf(bytes) : await attach(imageId, bytes);
  const question = await makeQuestion(projectId, imageId);
  await db().questionRevision.update({ where: { id: question.currentRevisionId }, data: { text } });
  const trace = await makeTrace({ projectId, imageId, question }, { state: "approved" });
  return { imageId, sha256, questionRevisionId: question.currentRevisionId, trace };
}

async function attach(imageId: string, bytes: Buffer): Promise<string> {
  const storageKey = keyOf(imageId);
  const sha256 = shaOf(bytes);
  await putBytes(storageKey, bytes);
  await db().image.update({ where: { id: imageId }, data: { state: "present", storageKey, sha256 } });
  return sha256;
}

function keyOf(imageId: string): string {
  return `images/${projectId}/${imageId}/original.png`;
}

function shaOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function makeBenchmark(
  name: string,
  items: { imageSha256?: string; question?: string }[],
): Promise<string> {
  const { id } = await db().benchmark.create({
    data: { projectId, name, state: "ready", itemCount: items.length },
  });
  await db().benchmarkItem.createMany({
    data: items.map((item) => {
      serial += 1;
      return { benchmarkId: id, externalId: String(serial), identity: String(serial), ...item };
    }),
  });
  return id;
}

async function check(): Promise<void> {
  await requestCheck(projectId, userId, OPTIONS);
  await makeCheck(projectId);
}

async function freeze(records: readonly Asked[]): Promise<string> {
  serial += 1;
  const dataset = await db().dataset.create({ data: { projectId, name: `Set ${serial}` } });
  const { id } = await db().datasetVersion.create({
    data: {
      ...{ projectId, datasetId: dataset.id, number: 1, recipe: {}, summary: {}, contentHash: "" },
      ...{ recordCount: records.length, simulated: false },
    },
  });
  await db().datasetRecord.createMany({
    data: records.map(({ imageId, questionRevisionId, trace }, ordinal) => ({
      ...{ versionId: id, ordinal, imageId, questionRevisionId, kind: "XO" as const },
      ...{ traceId: trace.id, traceRevisionId: trace.currentRevisionId ?? "" },
    })),
  });
  return id;
}
