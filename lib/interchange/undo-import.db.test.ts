import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeUser } from "#lib/db/test-records.ts";
import { registerInterchangeJobs } from "#lib/interchange/jobs.ts";
import { EMPTY_MAPPING } from "#lib/interchange/mapping-schema.ts";
import { importRecords } from "#lib/interchange/records-import-commands.ts";
import { importStages } from "#lib/interchange/stages-import-commands.ts";
import { writeStageFiles } from "#lib/interchange/test-stage-files.ts";
import { requestUndo, undoImport } from "#lib/interchange/undo-import-commands.ts";
import { previewUndo, readUndo } from "#lib/interchange/undo-queries.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";

const database = await createTestDatabase();

let projectId: string;
let userId: string;
let folder: string;
beforeEach(async () => {
  await database.truncate();
  projectId = (await db().project.create({ data: { name: "Elsewhere" } })).id;
  userId = (await makeUser("Ada")).id;
  folder = await mkdtemp(path.join(os.tmpdir(), "undo-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(disconnectBoss);

const question = (name: string) =>
  `<image>What is the ${name} made of?\nSelect from the following choices.\n(A) Wood\n(B) Stone`;

async function takeTwo() {
  const file = path.join(folder, "two.json");
  const rows = ["table", "bridge"].flatMap((name) =>
    ["A", "B"].map((letter) => ({
      messages: [
        { role: "user", content: question(name) },
        {
          role: "assistant",
          content: `<think> The ${name}, ${letter}. </think> <answer> (${letter}) </answer>`,
        },
      ],
      images: [`${name}.jpg`],
    })),
  );
  await writeFile(file, JSON.stringify(rows));
  return importRecords({
    projectId,
    userId,
    source: { kind: "path", path: file },
    sourceName: "two.json",
    name: null,
    mapping: { ...EMPTY_MAPPING, form: "sft" },
  });
}

it("says beforehand exactly what goes and what stays", async () => {
  const { importId } = await takeTwo();
  expect(await previewUndo(projectId, importId)).toEqual({ traces: 4, kept: 0, questions: 2, images: 2 });
  const judged = await db().trace.findFirstOrThrow({ include: { question: true }, orderBy: { id: "asc" } });
  await db().traceComment.create({
    data: { id: crypto.randomUUID(), projectId, traceId: judged.id, authorId: userId, body: "Look again." },
  });
  const preview = await previewUndo(projectId, importId);
  expect(preview).toEqual({ traces: 3, kept: 1, questions: 1, images: 1 });
  const { removed, kept } = await undoImport(projectId, userId, importId);
  expect({ ...removed, kept: kept.traces }).toEqual(preview);
  await expect(
    previewUndo((await db().project.create({ data: { name: "x" } })).id, importId),
  ).rejects.toThrow("There is no such import");
});

it("takes stage files back as well, and says so beforehand", async () => {
  await writeStageFiles(path.join(folder, "stages"));
  const { importId } = await importStages({
    projectId,
    userId,
    source: { kind: "folder", path: path.join(folder, "stages") },
    name: null,
  });
  const preview = await previewUndo(projectId, importId);
  expect(preview.traces).toBe(await db().trace.count());
  expect(preview.questions).toBe(await db().question.count());
  const { removed } = await undoImport(projectId, userId, importId);
  expect({ ...removed, kept: 0 }).toEqual(preview);
  expect([await db().trace.count(), await db().question.count(), await db().run.count()]).toEqual([0, 0, 0]);
});

it("keeps that it was asked for and why it failed, and lets it be asked for again", async () => {
  registerInterchangeJobs();
  const { importId } = await takeTwo();
  expect(await readUndo(projectId, importId)).toEqual({ state: "none" });
  await requestUndo(projectId, userId, importId);
  expect(await readUndo(projectId, importId)).toEqual({ state: "asked" });
  // Whatever keeps the database from removing: here a rule that a test can lift.
  await db().$executeRaw`CREATE FUNCTION keep_traces() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'not now'; END $$`;
  await db().$executeRaw`CREATE TRIGGER keep_traces BEFORE DELETE ON "Trace" EXECUTE FUNCTION keep_traces()`;
  try {
    await expect(runJobsUntilIdle()).rejects.toThrow("not now");
  } finally {
    await db().$executeRaw`DROP FUNCTION keep_traces() CASCADE`;
  }
  const failed = await readUndo(projectId, importId);
  expect(failed).toMatchObject({ state: "failed" });
  expect(failed.state === "failed" && failed.error).toMatch(/^Something went wrong on the server\./u);
  await requestUndo(projectId, userId, importId);
  expect(await readUndo(projectId, importId)).toEqual({ state: "asked" });
  await runJobsUntilIdle();
  expect(await readUndo(projectId, importId)).toMatchObject({
    state: "done",
    report: { removed: { traces: 4, questions: 2, images: 2 } },
  });
});
