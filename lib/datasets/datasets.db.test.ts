import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { exportVersion, requestExport, unpackExport } from "#lib/datasets/export-commands.ts";
import { replayLabels } from "#lib/datasets/labelling.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { deleteFile, putBytes, readBytes } from "#lib/storage/storage.ts";

const database = await createTestDatabase();

let projectId: string;
let userId: string;
let imageId: string;
let questionId: string;
let questionRevisionId: string;

beforeEach(async () => {
  await database.truncate();
  userId = (await db().user.create({ data: { email: "pi@example.org", name: "Pi" } })).id;
  projectId = (await db().project.create({ data: { name: "Roofs" } })).id;
  imageId = await addImage(1);
  ({ questionId, questionRevisionId } = await addQuestion(imageId));
});

describe("createDatasetVersion", () => {
  it("takes approved traces that end right, and counts everything else with why", async () => {
    await addTrace("O");
    await addTrace("OO");
    await addTrace("XO");
    await addTrace("OX");
    await addTrace("XX");
    await addTrace("XO", { state: "waiting" });
    await addTrace("OO", { state: "rejected" });
    await addTrace("XO", { isApprovalOld: true });
    const version = await createDatasetVersion({ projectId, userId, name: "roofs" });
    expect(version).toMatchObject({ number: 1, recordCount: 3, isNew: true });
    expect(version.summary.byKind).toEqual({ O: 1, OO: 1, XO: 1 });
    expect(version.summary.approvals).toEqual({
      bySource: { single: 3 },
      byReviewer: { [userId]: 3 },
      despiteFailedChecks: 0,
    });
    expect(version.summary.leftOut).toEqual([
      { reason: "approval-outdated", kind: "XO", count: 1 },
      { reason: "ends-wrong", kind: "OX", count: 1 },
      { reason: "ends-wrong", kind: "XX", count: 1 },
      { reason: "rejected", kind: "OO", count: 1 },
      { reason: "waiting", kind: "XO", count: 1 },
    ]);
    expect(await db().datasetRecord.count({ where: { versionId: version.versionId } })).toBe(3);
  });

  it("refuses to freeze nothing, and leaves nothing behind", async () => {
    await addTrace("XX");
    await expect(createDatasetVersion({ projectId, userId, name: "roofs" })).rejects.toMatchObject({
      code: "bad_input",
    });
    expect(await db().dataset.count()).toBe(0);
  });

  it("does not see another project", async () => {
    await addTrace("O");
    const other = (await db().project.create({ data: { name: "Other" } })).id;
    await expect(createDatasetVersion({ projectId: other, userId, name: "x" })).rejects.toMatchObject({
      code: "bad_input",
    });
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    await expect(requestExport({ ...request(versionId), projectId: other }, false)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("gives back the newest version where nothing changed, and makes the next where something did", async () => {
    await addTrace("O");
    const first = await createDatasetVersion({ projectId, userId, name: "roofs", reuseUnchanged: true });
    const again = await createDatasetVersion({ projectId, userId, name: "roofs", reuseUnchanged: true });
    expect(again).toEqual({ ...first, isNew: false });
    await addTrace("XO");
    expect(
      await createDatasetVersion({ projectId, userId, name: "roofs", reuseUnchanged: true }),
    ).toMatchObject({ number: 2, isNew: true });
  });

  it("stays as it was when a text is edited and a trace deleted afterwards", async () => {
    const traceId = await addTrace("XO");
    const gone = await addTrace("OO");
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    const before = await exportOnce(versionId);
    const edited = await db().traceRevision.create({
      data: { traceId, number: 2, body: " another text", answer: "B", authorId: userId },
    });
    await db().trace.update({ where: { id: traceId }, data: { currentRevisionId: edited.id } });
    await db().trace.delete({ where: { id: gone } });
    await db().project.update({ where: { id: projectId }, data: { name: "Another name" } });
    await db().export.deleteMany();
    const after = await exportOnce(versionId);
    expect(after.sha256).toBe(before.sha256);
  });
});

describe("exportVersion", () => {
  it("writes an archive whose every row is in the database and whose loss begins at the cue", async () => {
    const traces = [await addTrace("O"), await addTrace("OO"), await addTrace("XO")];
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "Roofs & more" });
    const { files, manifest, exportId } = await unpacked(versionId);
    const rows = JSON.parse(files.get("second_look_sft.json")?.toString() ?? "");
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      const revision = await db().traceRevision.findUniqueOrThrow({ where: { id: row.id } });
      const trace = await db().trace.findUniqueOrThrow({
        where: { id: revision.traceId },
        include: { simpleThought: true },
      });
      expect(traces).toContain(trace.id);
      const spans = replayLabels(row);
      const trained = spans
        .filter(({ isTrained }) => isTrained)
        .map(({ text }) => text)
        .join("");
      expect(trained).toContain(revision.body.trim());
      expect(trained.trimStart().startsWith(trace.kind === "XO" ? "Wait," : "<think>")).toBe(true);
      expect(trained.includes(trace.simpleThought.text)).toBe(trace.kind !== "XO");
      expect(trained.endsWith("<answer>(B)</answer><|im_end|>\n")).toBe(true);
      expect(files.has(row.images[0])).toBe(true);
    }
    for (const [name, { sha256, bytes }] of Object.entries<{ sha256: string; bytes: number }>(
      manifest.files,
    )) {
      const content = files.get(name) ?? Buffer.alloc(0);
      expect([name, content.length, createHash("sha256").update(content).digest("hex")]).toEqual([
        name,
        bytes,
        sha256,
      ]);
    }
    expect([...files.keys()].sort()).toEqual([...Object.keys(manifest.files), "manifest.json"].sort());
    expect(manifest).toMatchObject({
      dataset: { name: "Roofs & more", version: 1, versionId },
      simulated: { isSimulated: false, records: 0, of: 3 },
      training: { lossBegins: { XO: "the cue" } },
    });
    const records = (files.get("records.jsonl")?.toString() ?? "")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const record of records) {
      expect(
        await db().verdict.count({ where: { id: record.approvals[0].verdictId, traceId: record.traceId } }),
      ).toBe(1);
    }
    expect((await db().export.findUniqueOrThrow({ where: { id: exportId } })).fileName).toBe(
      "roofs-more-v1.zip",
    );
  });

  it("gives the same bytes for the same version and options, and is made once", async () => {
    await addTrace("XO");
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    const first = await exportOnce(versionId);
    const { exportId } = await exportVersion(request(versionId));
    expect(exportId).toBe(first.id);
    await db().export.deleteMany();
    const second = await exportOnce(versionId);
    expect(second.sha256).toBe(first.sha256);
    const bytes = await readBytes(second.storageKey ?? "");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(second.sha256);
  });

  it("makes another archive for other options", async () => {
    await addTrace("XO");
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    const training = await exportVersion(request(versionId));
    const original = await exportVersion({ ...request(versionId), options: { images: "original" } });
    expect(original.exportId).not.toBe(training.exportId);
  });

  it("asks before simulated records go out, and marks them", async () => {
    await addTrace("O", { simulated: true });
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    await expect(
      requestExport({ ...request(versionId), allowSimulated: false }, false),
    ).rejects.toMatchObject({
      code: "conflict",
      details: { simulatedRecords: 1 },
    });
    const { files, manifest } = await unpacked(versionId);
    expect(manifest.simulated).toEqual({ isSimulated: true, records: 1, of: 1 });
    expect(files.get("README.md")?.toString()).toContain("Simulated");
  });

  it("says which export failed and why when a picture is gone, and tries it again later", async () => {
    await addTrace("O");
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    const { storageKey } = await db().image.findUniqueOrThrow({ where: { id: imageId } });
    const bytes = await readBytes(storageKey ?? "");
    await deleteFile(storageKey ?? "");
    await expect(exportVersion(request(versionId))).rejects.toMatchObject({ code: "not_found" });
    expect(await db().export.findFirst()).toMatchObject({ state: "failed" });
    await putBytes(storageKey ?? "", bytes);
    await exportVersion(request(versionId));
    expect(await db().export.findMany()).toMatchObject([{ state: "done", error: null }]);
  });

  it("refuses a picture that is not the one that was approved", async () => {
    await addTrace("O");
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    const { storageKey } = await db().image.findUniqueOrThrow({ where: { id: imageId } });
    await putBytes(storageKey ?? "", await makePicture(9));
    await expect(exportVersion(request(versionId))).rejects.toMatchObject({ code: "conflict" });
  });

  it("carries hundreds of records and pictures", async () => {
    for (let index = 0; index < 12; index += 1) {
      imageId = await addImage(index + 2);
      ({ questionId, questionRevisionId } = await addQuestion(imageId));
      for (let sample = 0; sample < 40; sample += 1) await addTrace(sample % 2 ? "XO" : "OO");
    }
    const { versionId, recordCount } = await createDatasetVersion({ projectId, userId, name: "roofs" });
    expect(recordCount).toBe(480);
    const { files } = await unpacked(versionId);
    expect(JSON.parse(files.get("second_look_sft.json")?.toString() ?? "")).toHaveLength(480);
    expect([...files.keys()].filter((name) => name.startsWith("images/"))).toHaveLength(12);
  });
});

const request = (versionId: string) => ({
  projectId,
  userId,
  versionId,
  format: "llamafactory" as const,
  options: { images: "training" as const },
  allowSimulated: true,
});

async function exportOnce(versionId: string) {
  const { exportId } = await exportVersion(request(versionId));
  return db().export.findUniqueOrThrow({ where: { id: exportId } });
}

async function unpacked(versionId: string) {
  const { exportId } = await exportVersion(request(versionId));
  const folder = path.join(database.dataDir, `out-${exportId}`);
  await unpackExport(exportId, folder);
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const files = new Map<string, Buffer>();
  for (const entry of names) {
    const full = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, full), await readFile(full));
  }
  return { exportId, files, manifest: JSON.parse(files.get("manifest.json")?.toString() ?? "") };
}

async function addImage(seed: number): Promise<string> {
  const bytes = await makePicture(seed, { width: 900, height: 700 });
  const storageKey = `images/${projectId}/${seed}/original.jpg`;
  await putBytes(storageKey, bytes);
  const image = await db().image.create({
    data: {
      projectId,
      externalId: `house-${seed}`,
      fileName: `house-${seed}.jpg`,
      description: "A house with a green roof.",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      mime: "image/jpeg",
      storageKey,
    },
  });
  return image.id;
}

async function addQuestion(ofImage: string) {
  const question = await db().question.create({ data: { projectId, imageId: ofImage } });
  const revision = await db().questionRevision.create({
    data: {
      questionId: question.id,
      number: 1,
      text: "What colour is the roof?",
      choices: ["Red", "Green", "Blue", "Grey"],
      keyIndex: 1,
      reasoningType: "Recognition",
      answerStyle: "parenthesis",
      seed: "s",
    },
  });
  await db().question.update({ where: { id: question.id }, data: { currentRevisionId: revision.id } });
  return { questionId: question.id, questionRevisionId: revision.id };
}

type TraceChanges = {
  state?: "approved" | "waiting" | "rejected";
  isApprovalOld?: boolean;
  simulated?: boolean;
};

async function addTrace(kind: "O" | "OO" | "XO" | "OX" | "XX", changes: TraceChanges = {}): Promise<string> {
  const state = changes.state ?? "approved";
  const isRight = { simple: kind[0] === "O", long: kind[1] === "O" };
  const simple = await db().simpleThought.create({
    data: {
      projectId,
      questionId,
      questionRevisionId,
      sampleIndex: 0,
      text: isRight.simple ? "The roof looks green to me" : "The roof looks red to me",
      answer: isRight.simple ? "(B)" : "(A)",
      answerIndex: isRight.simple ? 1 : 0,
      grade: isRight.simple ? "right" : "wrong",
      isParsed: true,
    },
  });
  const long =
    kind.length === 2
      ? await db().longThought.create({
          data: {
            projectId,
            simpleThoughtId: simple.id,
            sampleIndex: 0,
            joiner: ". ",
            cue: "Wait,",
            continuation: " the tiles are another colour in the sun.",
            answer: isRight.long ? "B" : "A",
            grade: isRight.long ? "right" : "wrong",
            isParsed: true,
          },
        })
      : null;
  const trace = await db().trace.create({
    data: {
      projectId,
      imageId,
      questionId,
      simpleThoughtId: simple.id,
      longThoughtId: long?.id ?? null,
      kind,
      state,
      simpleGrade: simple.grade,
      longGrade: long?.grade ?? null,
      simulated: changes.simulated ?? false,
    },
  });
  const revision = await db().traceRevision.create({
    data: {
      traceId: trace.id,
      number: 1,
      body: long?.continuation ?? simple.text,
      answer: long ? long.answer : simple.answer,
    },
  });
  await db().trace.update({ where: { id: trace.id }, data: { currentRevisionId: revision.id } });
  if (state === "approved") {
    await db().verdict.create({
      data: {
        projectId,
        traceId: trace.id,
        traceRevisionId: changes.isApprovalOld ? (await olderRevision(trace.id)).id : revision.id,
        questionRevisionId,
        reviewerId: userId,
        decision: "approved",
        actionId: crypto.randomUUID(),
        previousState: "waiting",
        rowVersionAfter: 2,
      },
    });
  }
  return trace.id;
}

async function olderRevision(traceId: string) {
  return db().traceRevision.create({ data: { traceId, number: 2, body: "an older text", answer: "B" } });
}
