import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { readChecks } from "#lib/db/test-records.ts";
import { readRunProgress } from "#lib/generation/run-queries.ts";
import { DEFAULT_POLICY } from "#lib/generation/selection-policy.ts";
import { createImport } from "#lib/images/import-commands.ts";
import { readImport } from "#lib/images/import-queries.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { openUpload, receiveFile, startUploadedImport } from "#lib/images/upload-commands.ts";
import { readCheckInsights } from "#lib/insights/check-queries.ts";
import { readImportedPlaces, readImportedRun } from "#lib/interchange/queries.ts";
import { importStages, runStagesImport } from "#lib/interchange/stages-import-commands.ts";
import {
  longJsonl,
  questionsCsv,
  simpleJsonl,
  TEST_QUESTIONS,
  TEST_TOTALS,
  writeStageFiles,
} from "#lib/interchange/test-stage-files.ts";
import { beginDeletion, finishDeletions } from "#lib/projects/deletion-commands.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";

const database = await createTestDatabase();
let projectId: string;
let userId: string;
let folder: string;
let worker: Worker | undefined;

beforeEach(async () => {
  await worker?.stop();
  worker = undefined;
  await database.truncate();
  folder = await mkdtemp(path.join(database.dataDir, "stages-"));
  userId = (await db().user.create({ data: { email: "owner@example.org", name: "Owner" } })).id;
  projectId = (
    await db().project.create({
      data: { name: "Brought in", memberships: { create: { userId, role: "owner" } } },
    })
  ).id;
});

afterAll(async () => {
  await worker?.stop();
});

const importFolder = (from = folder, signal?: AbortSignal) =>
  importStages({
    projectId,
    userId,
    source: { kind: "folder", path: from },
    name: null,
    ...(signal ? { signal } : {}),
  });

async function countAll() {
  const [images, questions, simple, long, traces, texts, checks, tasks] = await Promise.all([
    db().image.count(),
    db().question.count(),
    db().simpleThought.count(),
    db().longThought.count(),
    db().trace.count(),
    db().importedText.count(),
    db().checkResult.count(),
    db().runTask.count(),
  ]);
  return { images, questions, simple, long, traces, texts, checks, tasks };
}

describe("stage files of our own", () => {
  it("become a finished run with everything that generation leaves behind", async () => {
    await writeStageFiles(folder);
    const { runId, counts } = await importFolder();
    expect(counts).toEqual({ rows: 10, total: 10, added: 10, unchanged: 0, rejected: 0 });
    const all = await countAll();
    expect(all).toMatchObject({
      ...TEST_TOTALS,
      traces: TEST_TOTALS.simple + TEST_TOTALS.long,
      texts: TEST_TOTALS.questions + TEST_TOTALS.simple + TEST_TOTALS.long,
    });
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(run).toMatchObject({ kind: "imported", state: "done", reason: null });
    expect(run.endedAt).not.toBeNull();
    const progress = await readRunProgress(projectId, runId);
    expect(
      progress?.stages.map(({ stage, done, made, lost, outcomes }) => [
        stage,
        done,
        made,
        lost,
        Object.fromEntries(outcomes.map(({ name, count }) => [name, count])),
      ]),
    ).toEqual([
      [1, 2, 3, 0, {}],
      [2, 5, 4, 1, { right: 3, wrong: 1, ungradable: 1 }],
      // One cites the description, one ends before its answer.
      [3, 6, 4, 2, { XO: 2, OO: 2, OX: 1, unfinished: 1 }],
    ]);

    const long = await db().longThought.findFirstOrThrow({
      where: { imported: { line: 1, place: 0 } },
      include: {
        simpleThought: true,
        trace: { include: { currentRevision: true } },
      },
    });
    expect(long).toMatchObject({
      joiner: ".\n",
      cue: "Wait,",
      continuation: " the light on the hull is green, not white. So it must be green.",
      simulated: false,
      grade: "right",
    });
    // The prefix was in lower case; what is kept is the thought as stage 2 gave it.
    expect(long.simpleThought.text).toContain("Boat looks WHITE");
    expect(long.trace).toMatchObject({ kind: "XO", runId, failedChecks: [] });
    expect(long.trace?.currentRevision).toMatchObject({ number: 1, body: long.continuation, answerIndex: 2 });
    expect((await readChecks(long.trace?.id ?? "")).map(({ check }) => check)).toEqual(
      expect.arrayContaining(["leak", "duplicate", "consistency", "thought-closed", "answer-whole"]),
    );
    const leaking = await db().trace.findMany({ where: { failedChecks: { has: "leak" } } });
    expect(leaking).toHaveLength(1);
    // The same policy as after a run: what passes its checks waits for review.
    expect(await db().trace.count({ where: { state: "waiting" } })).toBeGreaterThanOrEqual(3);

    const [first] = await db().question.findMany({
      where: { imported: { line: 2 } },
      include: { revisions: { orderBy: { number: "asc" } } },
    });
    expect(first?.revisions.map(({ choices, keyIndex }) => [choices, keyIndex])).toEqual([
      [["Green", "White", "Black", "Orange"], 0],
      [["White", "Orange", "Green", "Black"], 2],
    ]);
    expect(first?.currentRevisionId).toBe(first?.revisions[1]?.id);
    // Each question is checked once, in the order that was shown: the key's place in the writer's list says nothing.
    const { keyPositions } = await readCheckInsights(projectId);
    expect(keyPositions.map(({ questions }) => questions)).toEqual([TEST_TOTALS.questions]);
    const places = await readImportedPlaces(projectId, {
      traceId: "00000000-0000-0000-0000-000000000000",
      questionId: long.simpleThought.questionId,
      simpleThoughtId: long.simpleThoughtId,
      longThoughtId: long.id,
    });
    expect(places.long).toEqual({ file: "stage_3_expand_cot.jsonl", line: 1, place: 0, unknowns: [] });
    expect(places.question?.file).toBe("stage_1_mcq.csv");
  });

  it("change nothing a second time, whichever way they come", async () => {
    const files = await writeStageFiles(folder);
    const first = await importFolder();
    const before = await countAll();
    const again = await importFolder();
    expect(again.runId).toBe(first.runId);
    expect(again.counts).toEqual({ rows: 10, total: 10, added: 0, unchanged: 10, rejected: 0 });
    expect(await readImport(projectId, again.importId)).toMatchObject({
      added: 0,
      unchanged: 10,
      rejected: 0,
    });

    const zip = path.join(folder, "set.zip");
    await writeZip(
      zip,
      files.map((file) => ({ name: `deep/folder/${path.basename(file)}`, path: file })),
    );
    const zipped = await importStages({ projectId, userId, source: { kind: "zip", path: zip }, name: null });
    expect(zipped.runId).toBe(first.runId);
    expect(zipped.counts.unchanged).toBe(10);
    expect(await countAll()).toEqual(before);
    expect(await db().run.count()).toBe(1);
  });

  it("bring only what is new where some of it is here already, and say so in the new run", async () => {
    await writeStageFiles(folder);
    await importFolder();
    const before = await countAll();
    const more = await mkdtemp(path.join(database.dataDir, "more-"));
    const grown = TEST_QUESTIONS.map((question) =>
      question.id === "cup-1"
        ? {
            ...question,
            simple: [...question.simple, { thought: "It is in the sink.", answer: "(A)", long: [] }],
          }
        : question,
    );
    await writeStageFiles(more, { simple: simpleJsonl(grown) });
    const { runId, counts } = await importFolder(more);
    expect(counts).toMatchObject({ added: 1, unchanged: 9, rejected: 0 });
    const after = await countAll();
    expect(after.simple).toBe(before.simple + 1);
    expect(after.traces).toBe(before.traces + 1);
    const progress = await readRunProgress(projectId, runId);
    expect(progress?.stages.map(({ done, reused }) => [done, reused])).toEqual([
      [2, 2],
      [6, 5],
      [6, 6],
    ]);
  });

  it("keep what is good and say line and cause of the rest", async () => {
    const [boat, rope, cup] = TEST_QUESTIONS;
    if (!boat || !rope || !cup) throw new Error("the fixture is empty");
    await writeStageFiles(folder, {
      questions: `${questionsCsv([boat, rope])}${questionsCsv([{ ...cup, choices: ["On the shelf", "On the shelf."] }]).split("\r\n")[1]}\r\nshort,row\r\n`,
      simple: `${simpleJsonl([boat])}{"prompt": 1}\nnot json\n${simpleJsonl([cup])}${simpleJsonl([{ ...boat, shown: [...boat.shown].reverse() }])}`,
      long: `${longJsonl([boat]).replace("looks white against", "looks pink against")}${longJsonl([rope])}`,
    });
    const { importId, counts, runId } = await importFolder();
    const problems = await db().importProblem.findMany({ where: { importId }, orderBy: { id: "asc" } });
    expect(problems.map(({ file, line, code }) => [file?.slice(6, 7), line, code])).toEqual([
      ["1", 8, "unusable_question"],
      ["1", 9, "bad_csv"],
      ["2", 2, "bad_field"],
      ["2", 3, "bad_json"],
      ["2", 4, "unknown_question"],
      ["2", 5, "other_choices"],
      ["3", 1, "other_prefix"],
      ["3", 3, "unknown_simple_thought"],
    ]);
    for (const { message } of problems) expect(message).toMatch(/^[A-Z].*\.$/u);
    expect(counts).toMatchObject({ added: 4, rejected: 8, total: 12 });
    const report = await readImport(projectId, importId);
    expect(report).toMatchObject({ state: "done", added: 4, rejected: 8, kind: "stages", runId });
    const progress = await readRunProgress(projectId, runId);
    expect(progress?.stages[0]).toMatchObject({ done: 2, made: 2, lost: 1 });

    const again = await importFolder();
    expect(again.counts).toMatchObject({ added: 0, unchanged: 4, rejected: 8, total: 12 });
    expect(await db().importProblem.count({ where: { importId: again.importId } })).toBe(problems.length);
  });

  it("use an image that is here, and keep its description", async () => {
    const image = await db().image.create({
      data: {
        projectId,
        externalId: "harbour",
        fileName: "h.png",
        description: "Another boat.",
        sha256: "00",
      },
    });
    await writeStageFiles(folder);
    const { importId } = await importFolder();
    expect(await db().question.count({ where: { imageId: image.id } })).toBe(2);
    expect(await db().image.findUniqueOrThrow({ where: { id: image.id } })).toMatchObject({
      state: "present",
      description: "Another boat.",
    });
    const kitchen = await db().image.findFirstOrThrow({ where: { externalId: "kitchen" } });
    expect(kitchen).toMatchObject({ state: "missing", fileName: "kitchen.jpg" });
    const codes = (await db().importProblem.findMany({ where: { importId } })).map(({ code }) => code);
    expect(codes).toEqual(["other_description"]);
  });

  it("go on where an import broke off, and end as if it had not", async () => {
    const many = Array.from({ length: 130 }, (_, index) => ({
      ...(TEST_QUESTIONS[2] as (typeof TEST_QUESTIONS)[number]),
      id: `many-${index}`,
      text: `Where does cup ${index} stand?`,
      image: index % 2 === 0 ? "kitchen" : "harbour",
    }));
    await writeStageFiles(folder, {
      questions: questionsCsv(many),
      simple: simpleJsonl(many),
      long: longJsonl(many),
    });
    const controller = new AbortController();
    const cut = importStages({
      projectId,
      userId,
      source: { kind: "folder", path: folder },
      name: null,
      signal: controller.signal,
      onProgress: ({ rows }) => {
        if (rows >= 230) controller.abort();
      },
    });
    await expect(cut).rejects.toThrow();
    const half = await db().run.findFirstOrThrow();
    expect(half).toMatchObject({ state: "paused", kind: "imported" });
    expect(await db().longThought.count()).toBeLessThan(130);

    const { runId, counts } = await importFolder();
    expect(runId).toBe(half.id);
    expect(counts.added).toBeGreaterThan(0);
    expect(counts.added + counts.unchanged).toBe(390);
    expect(await countAll()).toMatchObject({
      images: 2,
      questions: 130,
      simple: 130,
      long: 130,
      traces: 260,
    });
    expect((await readImportedRun(projectId, runId))?.summary.expansions.kinds.OO).toBe(130);
    const progress = await readRunProgress(projectId, runId);
    expect(progress?.state).toBe("done");
    expect(progress?.stages.map(({ done, made, reused }) => [done, made, reused])).toEqual([
      [2, 130, 0],
      [130, 130, 0],
      [130, 130, 0],
    ]);
  });

  it("keep their counts where a worker takes them up again", async () => {
    const [boat] = TEST_QUESTIONS;
    if (!boat) throw new Error("the fixture is empty");
    const many = Array.from({ length: 120 }, (_, index) => ({
      ...boat,
      id: `many-${index}`,
      text: `What ${index}?`,
    }));
    // Every third line names no question.
    const simple = simpleJsonl(many)
      .trim()
      .split("\n")
      .map((line, index) => (index % 3 === 2 ? '{"prompt": 1}' : line));
    await writeStageFiles(folder, {
      questions: questionsCsv(many),
      simple: `${simple.join("\n")}\n`,
      long: "",
    });
    const source = { kind: "folder", path: folder } as const;
    const whole = { rows: 240, total: 240, added: 200, unchanged: 0, rejected: 40 };
    const { id } = await createImport(projectId, userId, "many", "stages");
    const controller = new AbortController();
    const cut = runStagesImport(id, {
      projectId,
      userId,
      source,
      name: null,
      signal: controller.signal,
      onProgress: ({ rejected }) => {
        if (rejected > 0) controller.abort();
      },
    });
    await expect(cut).rejects.toThrow();
    const { counts } = await runStagesImport(id, { projectId, userId, source, name: null });
    expect(counts).toEqual(whole);
    expect(await readImport(projectId, id)).toMatchObject({
      state: "done",
      added: 200,
      unchanged: 0,
      rejected: 40,
    });
  });

  it("are drawn from where the project sets a total", async () => {
    const selectionPolicy = { ...DEFAULT_POLICY, total: 2 };
    await db().project.update({ where: { id: projectId }, data: { selectionPolicy } });
    await writeStageFiles(folder);
    await importFolder();
    expect(await db().trace.count({ where: { state: "waiting" } })).toBe(2);
  });

  it("refuse a folder without them, in a sentence", async () => {
    await writeFile(path.join(folder, "captions.csv"), "image,description\na.jpg,Words.\n");
    await expect(importFolder()).rejects.toThrow("There is no stage file among these files");
    await expect(importFolder(path.join(folder, "gone"))).rejects.toThrow("There is no folder");
    expect(await db().run.count()).toBe(0);
  });

  it("are imported from an upload by a worker, and go with their project", async () => {
    const files = await writeStageFiles(folder);
    const { importId } = await openUpload(projectId, userId, "my stage files", "stages");
    const manifest = [];
    for (const file of files) {
      const bytes = await readFile(file);
      const { fileId } = await receiveFile(projectId, importId, new Blob([bytes]).stream(), bytes.length);
      manifest.push({ path: `set/${path.basename(file)}`, fileId });
    }
    await startUploadedImport(projectId, userId, importId, { files: manifest });
    worker = await startWorker({ concurrency: 1 });
    await expect
      .poll(async () => (await readImport(projectId, importId)).state, { timeout: 25_000 })
      .toBe("done");
    const report = await readImport(projectId, importId);
    expect(report).toMatchObject({ added: 10, rejected: 0, total: 10 });
    const run = await db().run.findUniqueOrThrow({ where: { id: report.runId ?? "" } });
    expect(run).toMatchObject({ name: "Imported: my stage files", state: "done", createdById: userId });

    await beginDeletion(userId, projectId, "Brought in");
    await finishDeletions();
    expect(await countAll()).toMatchObject({ images: 0, questions: 0, traces: 0, texts: 0, tasks: 0 });
    expect(await db().importedRun.count()).toBe(0);
  });
});
