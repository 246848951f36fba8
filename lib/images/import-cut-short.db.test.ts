import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { importImages } from "#lib/images/import-commands.ts";
import { listImportProblems, listImports, readImport } from "#lib/images/import-queries.ts";
import { registerImageJobs } from "#lib/images/jobs.ts";
import { withSource } from "#lib/images/source-upload.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { cancelUpload, openUpload, receiveFile, startUploadedImport } from "#lib/images/upload-commands.ts";
import { setProjectArchived } from "#lib/projects/commands.ts";
import { beginDeletion, finishDeletion } from "#lib/projects/deletion-commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";

const database = await createTestDatabase();
registerImageJobs();
afterAll(disconnectBoss);

let projectId: string;
let userId: string;
let folder: string;

beforeEach(async () => {
  await database.truncate();
  await rm(path.join(database.dataDir, "storage"), { recursive: true, force: true });
  folder = await mkdtemp(path.join(database.dataDir, "source-"));
  await mkdir(path.join(folder, "images"));
  userId = (await db().user.create({ data: { email: "owner@example.org", name: "Owner" } })).id;
  projectId = (await db().project.create({ data: { name: "Pictures" } })).id;
});

const bodyOf = (bytes: Uint8Array | string): ReadableStream<Uint8Array> =>
  new Response(typeof bytes === "string" ? bytes : Buffer.from(bytes)).body ?? new ReadableStream();

/** A body that arrives as the test says: the file is on its way until it is ended or broken off. */
function slowBody() {
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const writer = pipe.writable.getWriter();
  const sent = writer.write(new Uint8Array(1000));
  return {
    body: pipe.readable,
    hasBegun: () => sent,
    finish: () => writer.close(),
    breakOff: () => {
      const error = new Error("aborted");
      error.name = "AbortError";
      return writer.abort(error);
    },
  };
}

async function filesIn(name: string): Promise<string[]> {
  const found = await readdir(path.join(database.dataDir, name), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function upload(importId: string) {
  const send = async (name: string, bytes: Uint8Array | string) => ({
    path: name,
    fileId: (await receiveFile(projectId, importId, bodyOf(bytes), null)).fileId,
  });
  return [
    await send("captions.jsonl", '{"image":"a.png","text":"One"}\n'),
    await send("a.png", await makePicture(1, { format: "png" })),
  ];
}

/** An import of many pictures, with something that happens after its first rows. */
async function importAnd(then: () => Promise<unknown>): Promise<void> {
  for (let seed = 0; seed < 60; seed += 1) {
    await writeFile(path.join(folder, "images", `${seed}.png`), await makePicture(seed, { format: "png" }));
  }
  const captions = path.join(folder, "captions.jsonl");
  const lines = Array.from({ length: 60 }, (_, seed) => `{"image":"${seed}.png","text":"Words ${seed}."}\n`);
  await writeFile(captions, lines.join(""));
  let happening: Promise<unknown> | undefined;
  const source = { kind: "folder" as const, captions, images: path.join(folder, "images") };
  try {
    await importImages({ projectId, userId, source, onProgress: () => (happening ??= then()) });
  } finally {
    await happening;
  }
}

describe("an upload that has started", () => {
  it("is not ended by a file that breaks off afterwards", async () => {
    const { importId } = await openUpload(projectId, userId, "set");
    const files = await upload(importId);
    const stray = slowBody();
    const receiving = receiveFile(projectId, importId, stray.body, null);
    await stray.hasBegun();
    await startUploadedImport(projectId, userId, importId, { files });
    await stray.breakOff().catch(() => undefined);
    await expect(receiving).rejects.toThrow("interrupted");
    expect(await readImport(projectId, importId)).toMatchObject({ state: "working" });
    await runJobsUntilIdle();
    expect(await readImport(projectId, importId)).toMatchObject({ state: "done", added: 1 });
  });

  it("keeps the list of files that it started with, whoever starts it again at the same moment", async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const { importId } = await openUpload(projectId, userId, "set");
      const files = await upload(importId);
      const [table] = files;
      if (!table) throw new Error("two files were sent");
      const lists = [files, [{ ...table, path: "other.jsonl" }]];
      const started = await Promise.allSettled(
        lists.map((list) => startUploadedImport(projectId, userId, importId, { files: list })),
      );
      const winners = lists.filter((_, index) => started[index]?.status === "fulfilled");
      expect(winners).toHaveLength(1);
      const named = await withSource({ kind: "upload", importId }, async (source) => source.tableName);
      expect(named).toBe(winners[0]?.[0]?.path);
    }
  });
});

describe("an upload that was cancelled", () => {
  it("keeps nothing of a file that was still arriving", async () => {
    const { importId } = await openUpload(projectId, userId, "set");
    const late = slowBody();
    const receiving = receiveFile(projectId, importId, late.body, null);
    await late.hasBegun();
    await cancelUpload(projectId, importId);
    await late.finish();
    await expect(receiving).rejects.toMatchObject({ code: "conflict" });
    expect([...(await filesIn("storage/uploads")), ...(await filesIn("tmp"))]).toEqual([]);
  });

  it("by a server that was killed leaves a file that the next upload clears away", async () => {
    await mkdir(path.join(database.dataDir, "tmp"), { recursive: true });
    const left = path.join(database.dataDir, "tmp", "left-behind");
    await writeFile(left, "half a file");
    await writeFile(path.join(database.dataDir, "tmp", "at-work"), "half a file");
    const long = new Date(Date.now() - 25 * 3600_000);
    await utimes(left, long, long);
    await openUpload(projectId, userId, "set");
    expect(await filesIn("tmp")).toEqual(["at-work"]);
    await rm(path.join(database.dataDir, "tmp", "at-work"));
  });
});

describe("two imports at once", () => {
  it("of the same rows in another order wait for each other", async () => {
    const names = Array.from({ length: 24 }, (_, seed) => `${seed}`);
    for (const [seed, name] of names.entries())
      await writeFile(path.join(folder, "images", `${name}.png`), await makePicture(seed, { format: "png" }));
    // Rows that take their time are written by both at the same moment for certain.
    await db().$executeRaw`CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN PERFORM pg_sleep(0.15); RETURN NEW; END'`;
    await db()
      .$executeRaw`CREATE TRIGGER take_time BEFORE INSERT ON "Image" FOR EACH ROW EXECUTE FUNCTION take_time()`;
    const importOf = async (order: string[], file: string) => {
      const captions = path.join(folder, file);
      const rows = order.map((name) => JSON.stringify({ id: name, image: `${name}.png`, text: "Words." }));
      await writeFile(captions, rows.join("\n"));
      const source = { kind: "folder" as const, captions, images: path.join(folder, "images") };
      return importImages({ projectId, userId, source });
    };
    try {
      const reports = await Promise.all([
        importOf(names, "forth.jsonl"),
        importOf([...names].reverse(), "back.jsonl"),
      ]);
      expect(reports.map(({ added, unchanged }) => added + unchanged)).toEqual([24, 24]);
      expect(await db().image.count()).toBe(24);
    } finally {
      await db().$executeRaw`DROP TRIGGER take_time ON "Image"`;
      await db().$executeRaw`DROP FUNCTION take_time`;
    }
  });
});

describe("an import at work", () => {
  it("stops when its project is deleted, and nothing of it stays", async () => {
    await expect(importAnd(() => beginDeletion(userId, projectId, "Pictures"))).rejects.toThrow("deleted");
    expect(await listImports(projectId)).toMatchObject([{ state: "failed" }]);
    expect(await db().image.count()).toBeLessThan(60);
    await finishDeletion(projectId);
    expect(await db().image.count()).toBe(0);
    expect(await filesIn("storage")).toEqual([]);
  });

  it("stops when its project is archived, and goes on from there once it is back", async () => {
    await expect(importAnd(() => setProjectArchived(userId, projectId, true))).rejects.toThrow("archived");
    const taken = await db().image.count();
    expect(taken).toBeLessThan(60);
    await setProjectArchived(userId, projectId, false);
    await importAnd(async () => undefined);
    expect(await listImports(projectId)).toMatchObject([
      { state: "done", added: 60 - taken, unchanged: taken },
      { state: "failed" },
    ]);
  });

  it("reports a row with characters that cannot be stored, and takes the others", async () => {
    await writeFile(path.join(folder, "images", "a.png"), await makePicture(1, { format: "png" }));
    const captions = path.join(folder, "captions.jsonl");
    const rows = [
      '{"image":"a\\u0000.png","text":"One"}',
      '{"image":"a.png","text":"One"}',
      '{"a\\u0000b":"x","other":"y"}',
      '{"image":"\\ud800.png","text":"One"}',
    ];
    await writeFile(captions, rows.join("\n"));
    const source = { kind: "folder" as const, captions, images: path.join(folder, "images") };
    const report = await importImages({ projectId, userId, source });
    expect(report).toMatchObject({ state: "done", added: 1, rejected: 3 });
    const problems = await listImportProblems(projectId, report.importId);
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [1, "bad_characters"],
      [3, "missing_column"],
      [4, "bad_characters"],
    ]);
  });
});
