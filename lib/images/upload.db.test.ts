import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { readImport, streamProblemsCsv } from "#lib/images/import-queries.ts";
import { registerImageJobs } from "#lib/images/jobs.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { cancelUpload, openUpload, receiveFile, startUploadedImport } from "#lib/images/upload-commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";

const database = await createTestDatabase();
registerImageJobs();
afterAll(disconnectBoss);

let projectId: string;
let userId: string;

beforeEach(async () => {
  await database.truncate();
  await rm(path.join(database.dataDir, "storage"), { recursive: true, force: true });
  userId = (await db().user.create({ data: { email: "owner@example.org", name: "Owner" } })).id;
  projectId = (await db().project.create({ data: { name: "Pictures" } })).id;
});

const bodyOf = (bytes: Uint8Array | string): ReadableStream<Uint8Array> =>
  new Response(typeof bytes === "string" ? bytes : Buffer.from(bytes)).body ?? new ReadableStream();

async function stagedFiles(): Promise<string[]> {
  const uploads = await readdir(path.join(database.dataDir, "storage", "uploads"), { recursive: true }).catch(
    () => [],
  );
  const passing = await readdir(path.join(database.dataDir, "tmp")).catch(() => []);
  return [...uploads, ...passing];
}

describe("an upload", () => {
  it("of a zip is imported by the worker, and its file is cleared away", async () => {
    const file = path.join(database.dataDir, "set.zip");
    await writeZip(file, [
      { name: "captions.csv", bytes: "image,text\na.jpg,One\nb.jpg,Two\n" },
      { name: "images/a.jpg", bytes: await makePicture(1) },
    ]);
    const { importId } = await openUpload(projectId, userId, "set.zip");
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
    const { fileId, bytes } = await receiveFile(projectId, importId, body, (await stat(file)).size);
    expect(bytes).toBe((await stat(file)).size);
    await startUploadedImport(projectId, userId, importId, { files: [{ path: "set.zip", fileId }] });
    expect(await readImport(projectId, importId)).toMatchObject({ state: "working" });

    await runJobsUntilIdle();

    expect(await readImport(projectId, importId)).toMatchObject({
      state: "done",
      added: 1,
      rejected: 1,
      source: "set.zip",
    });
    expect(await stagedFiles()).toEqual([]);
    const csv = await new Response(streamProblemsCsv(projectId, importId)).text();
    expect(csv).toBe(
      '"line","file","problem","message"\r\n3,"b.jpg","missing_file","There is no such file in the images folder."\r\n',
    );
  });

  it("of a captions file and images is imported like a folder", async () => {
    const { importId } = await openUpload(projectId, userId, "captions.jsonl");
    const send = async (name: string, bytes: Uint8Array | string) => ({
      path: name,
      fileId: (await receiveFile(projectId, importId, bodyOf(bytes), null)).fileId,
    });
    const files = [
      await send(
        "set/captions.jsonl",
        '{"image":"a.jpg","text":"One"}\n{"image":"../../b.jpg","text":"Out"}\n',
      ),
      await send("set/images/a.jpg", await makePicture(1)),
    ];
    await startUploadedImport(projectId, userId, importId, { files });
    await runJobsUntilIdle();
    expect(await readImport(projectId, importId)).toMatchObject({ state: "done", added: 1, rejected: 1 });
    expect(await stagedFiles()).toEqual([]);
  });

  it("that cannot be imported says why", async () => {
    const { importId } = await openUpload(projectId, userId, "set.zip");
    const { fileId } = await receiveFile(projectId, importId, bodyOf("no zip"), 6);
    await startUploadedImport(projectId, userId, importId, { files: [{ path: "set.zip", fileId }] });
    await expect(runJobsUntilIdle()).rejects.toThrow("not a zip");
    expect(await readImport(projectId, importId)).toMatchObject({
      state: "failed",
      error: "The file is not a zip, or it is cut off. Make it again and import that.",
    });
    expect(await stagedFiles()).toEqual([]);
  });

  it("that breaks off, or is shorter than it said, leaves nothing behind", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(1000));
        const error = new Error("aborted");
        error.name = "AbortError";
        controller.error(error);
      },
    });
    for (const [body, declared] of [
      [broken, 5000],
      [bodyOf("short"), 6],
    ] as const) {
      const { importId } = await openUpload(projectId, userId, "set.zip");
      await expect(receiveFile(projectId, importId, body, declared)).rejects.toThrow("was interrupted");
      expect(await readImport(projectId, importId)).toMatchObject({ state: "failed" });
      expect(await stagedFiles()).toEqual([]);
    }
  });

  it("is refused when it says that it is too large, is cancelled, is another project's, or was started", async () => {
    const { importId } = await openUpload(projectId, userId, "set.zip");
    await expect(receiveFile(projectId, importId, bodyOf("x"), 3 * 1024 ** 3)).rejects.toThrow(
      "2 GB at most",
    );
    await expect(receiveFile(projectId, importId, bodyOf("x"), 1)).rejects.toMatchObject({
      code: "conflict",
    });

    const second = await openUpload(projectId, userId, "set.zip");
    const { fileId } = await receiveFile(projectId, second.importId, bodyOf("x"), 1);
    const other = await db().project.create({ data: { name: "Other" } });
    await expect(receiveFile(other.id, second.importId, bodyOf("x"), 1)).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(cancelUpload(other.id, second.importId)).rejects.toMatchObject({ code: "not_found" });
    const files = [{ path: "a.zip", fileId: "0190a0a0-0000-7000-8000-000000000000" }];
    await expect(startUploadedImport(projectId, userId, second.importId, { files })).rejects.toThrow(
      "did not arrive",
    );
    await cancelUpload(projectId, second.importId);
    expect(await readImport(projectId, second.importId)).toMatchObject({
      state: "failed",
      error: "The upload was cancelled.",
    });
    expect(await stagedFiles()).toEqual([]);
    await expect(
      startUploadedImport(projectId, userId, second.importId, { files: [{ path: "a.zip", fileId }] }),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  it("that nobody finished is cleared away by the next", async () => {
    const { importId } = await openUpload(projectId, userId, "old.zip");
    await receiveFile(projectId, importId, bodyOf("x"), 1);
    await db().import.update({
      where: { id: importId },
      data: { createdAt: new Date(Date.now() - 25 * 3600_000) },
    });
    await openUpload(projectId, userId, "new.zip");
    expect(await readImport(projectId, importId)).toMatchObject({
      state: "failed",
      error: "The upload was never finished.",
    });
    expect(await stagedFiles()).toEqual([]);
  });

  it("of 300 MB passes through in flat memory", { timeout: 60_000 }, async () => {
    const total = 300 * 1024 * 1024;
    const chunk = new Uint8Array(64 * 1024).fill(7);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent >= total) return controller.close();
          sent += chunk.length;
          controller.enqueue(chunk);
        },
      },
      { highWaterMark: 1 },
    );
    const { importId } = await openUpload(projectId, userId, "large.zip");
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const { fileId, bytes } = await receiveFile(projectId, importId, body, total);
    clearInterval(watch);
    expect(bytes).toBe(total);
    expect((peak - before) / 1024 / 1024).toBeLessThan(150);
    const stored = path.join(database.dataDir, "storage", "uploads", importId, fileId);
    expect(existsSync(stored)).toBe(true);
    expect((await readFile(stored)).length).toBe(total);
  });
});
