import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { createImport, importImages, runImport } from "#lib/images/import-commands.ts";
import { listImportProblems, readImport } from "#lib/images/import-queries.ts";
import { makeCmykJpeg, makePicture, makePngBomb, makeSidewaysJpeg } from "#lib/images/test-pictures.ts";
import { type TestEntry, writeZip } from "#lib/images/test-zip.ts";

const database = await createTestDatabase();
const PHOTOS = path.resolve("../shared/photos");

let folder: string;
let projectId: string;
let userId: string;

beforeEach(async () => {
  await database.truncate();
  await rm(path.join(database.dataDir, "storage"), { recursive: true, force: true });
  folder = await mkdtemp(path.join(database.dataDir, "source-"));
  await mkdir(path.join(folder, "images"));
  userId = (await db().user.create({ data: { email: "owner@example.org", name: "Owner" } })).id;
  projectId = (await db().project.create({ data: { name: "Pictures" } })).id;
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const line = (id: string, image: string, description = `Words about ${id}.`) =>
  JSON.stringify({ split: "train", image_file: image, description, example_id: id });

async function writeImage(name: string, bytes: Buffer | string): Promise<void> {
  await writeFile(path.join(folder, "images", name), bytes);
}

async function writeTable(content: string | Buffer, name = "captions.jsonlines"): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

async function importFolder(captions: string, options: { allowMissing?: boolean } = {}) {
  return importImages({
    projectId,
    userId,
    source: { kind: "folder", captions, images: path.join(folder, "images") },
    ...options,
  });
}

async function importZip(entries: TestEntry[]) {
  const file = path.join(folder, "set.zip");
  await writeZip(file, entries);
  return importImages({ projectId, userId, source: { kind: "zip", path: file } });
}

async function problemsOf(importId: string) {
  const problems = await listImportProblems(projectId, importId);
  return problems.map(({ line: at, file, code }) => [at, file, code]);
}

async function storedFolders(): Promise<string[]> {
  return readdir(path.join(database.dataDir, "storage", "images", projectId)).catch(() => []);
}

describe("an import from a folder", () => {
  it("takes every good row and says line and cause of every other", async () => {
    await writeImage("good.jpg", await makePicture(1));
    await writeImage("sideways.jpg", await makeSidewaysJpeg());
    await writeImage("cmyk.jpg", await makeCmykJpeg());
    await writeImage("text.jpg", "these are words");
    await writeImage("bomb.png", makePngBomb(20_000, 20_000));
    await writeImage(
      "cut.png",
      (await makePicture(2, { format: "png", width: 400, height: 400 })).subarray(0, 500),
    );
    await writeFile(path.join(folder, "secret.jpg"), await makePicture(9));
    await symlink(path.join(folder, "secret.jpg"), path.join(folder, "images", "link-out.jpg"));
    await symlink(path.join(folder, "images", "good.jpg"), path.join(folder, "images", "link-in.jpg"));
    const captions = await writeTable(
      Buffer.concat([
        Buffer.from(
          [
            `\uFEFF${line("good", "good.jpg")}`,
            line("sideways", "sideways.jpg"),
            line("cmyk", "cmyk.jpg"),
            line("text", "text.jpg"),
            line("bomb", "bomb.png"),
            line("cut", "cut.png"),
            line("up", "../secret.jpg"),
            line("absolute", path.join(folder, "secret.jpg")),
            line("link-out", "link-out.jpg"),
            line("link-in", "link-in.jpg"),
            line("nowhere", "nowhere.jpg"),
            line("good", "cmyk.jpg"),
            line("empty", "good.jpg", ""),
            "{",
            "",
          ].join("\r\n"),
        ),
        Buffer.from(`${line("latin", "good.jpg", "caf\xe9")}\n`, "latin1"),
        Buffer.from(line("last", "good.jpg")),
      ]),
    );

    const report = await importFolder(captions);

    expect(await problemsOf(report.importId)).toEqual([
      [4, "text.jpg", "not_an_image"],
      [5, "bomb.png", "too_many_pixels"],
      [6, "cut.png", "broken_image"],
      [7, "../secret.jpg", "path_outside"],
      [8, path.join(folder, "secret.jpg"), "path_outside"],
      [9, "link-out.jpg", "path_outside"],
      [11, "nowhere.jpg", "missing_file"],
      [12, "cmyk.jpg", "duplicate_id"],
      [13, "good.jpg", "empty_description"],
      [14, null, "bad_json"],
      [15, null, "not_utf8"],
    ]);
    expect(report).toMatchObject({
      state: "done",
      rows: 16,
      total: 16,
      added: 5,
      unchanged: 0,
      updated: 0,
      rejected: 11,
    });
    const images = await db().image.findMany({ where: { projectId }, orderBy: { id: "asc" } });
    expect(
      images.map((image) => [image.externalId, image.width, image.height, image.mime, image.split]),
    ).toEqual([
      ["good", 64, 48, "image/jpeg", "train"],
      ["sideways", 48, 64, "image/jpeg", "train"],
      ["cmyk", 40, 30, "image/jpeg", "train"],
      ["link-in", 64, 48, "image/jpeg", "train"],
      ["last", 64, 48, "image/jpeg", "train"],
    ]);
    expect(images[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await storedFolders()).toHaveLength(5);
  });

  it("changes nothing when done again", async () => {
    for (const seed of [1, 2, 3]) await writeImage(`${seed}.jpg`, await makePicture(seed));
    const captions = await writeTable([1, 2, 3].map((seed) => line(`id${seed}`, `${seed}.jpg`)).join("\n"));
    expect(await importFolder(captions)).toMatchObject({ added: 3, unchanged: 0 });
    const before = await db().image.findMany({ orderBy: { id: "asc" } });
    expect(await importFolder(captions)).toMatchObject({ added: 0, unchanged: 3, updated: 0, rejected: 0 });
    expect(await db().image.findMany({ orderBy: { id: "asc" } })).toEqual(before);
    expect(await storedFolders()).toHaveLength(3);
  });

  it("updates other words of the same picture and records the old ones; refuses another picture", async () => {
    await writeImage("a.jpg", await makePicture(1));
    await writeImage("b.jpg", await makePicture(2));
    await importFolder(await writeTable(`${line("a", "a.jpg", "Old words.")}\n${line("b", "b.jpg")}`));
    await writeImage("b.jpg", await makePicture(3));
    const report = await importFolder(
      await writeTable(`${line("a", "a.jpg", "New words.")}\n${line("b", "b.jpg")}`),
    );

    expect(report).toMatchObject({ updated: 1, rejected: 1, unchanged: 0 });
    expect(await problemsOf(report.importId)).toEqual([[2, "b.jpg", "other_image"]]);
    const image = await db().image.findFirstOrThrow({ where: { externalId: "a" } });
    expect(image.description).toBe("New words.");
    const event = await db().auditEvent.findFirstOrThrow({ where: { subjectId: image.id } });
    expect(event).toMatchObject({
      action: "image.updated",
      actorId: userId,
      data: { changed: ["description"], previousDescription: "Old words." },
    });
    expect(await storedFolders()).toHaveLength(2);
  });

  it("takes rows without their file when asked to, and attaches the file later", async () => {
    const captions = await writeTable(line("later", "later.jpg"));
    expect(await importFolder(captions)).toMatchObject({ added: 0, rejected: 1 });
    expect(await importFolder(captions, { allowMissing: true })).toMatchObject({ added: 1, rejected: 0 });
    expect(await db().image.findFirst()).toMatchObject({ state: "missing", sha256: null, storageKey: null });
    expect(await importFolder(captions, { allowMissing: true })).toMatchObject({ unchanged: 1 });
    await writeImage("later.jpg", await makePicture(5));
    expect(await importFolder(captions)).toMatchObject({ updated: 1 });
    expect(await db().image.findFirst()).toMatchObject({ state: "present", width: 64 });
    expect(await importFolder(captions)).toMatchObject({ unchanged: 1 });
  });

  it("puts a picture back that storage has lost", async () => {
    await writeImage("a.jpg", await makePicture(1));
    const captions = await writeTable(line("a", "a.jpg"));
    await importFolder(captions);
    await rm(path.join(database.dataDir, "storage"), { recursive: true });
    expect(await importFolder(captions)).toMatchObject({ updated: 1 });
    expect(await importFolder(captions)).toMatchObject({ unchanged: 1 });
  });

  it("goes on where it was stopped, and counts what it had already added as added", async () => {
    for (let seed = 0; seed < 60; seed += 1)
      await writeImage(`${seed}.png`, await makePicture(seed, { format: "png" }));
    const captions = await writeTable(
      Array.from({ length: 60 }, (_, seed) => line(`id${seed}`, `${seed}.png`)).join("\n"),
    );
    const { id } = await createImport(projectId, userId, "captions");
    const stop = new AbortController();
    const input = {
      projectId,
      userId,
      source: { kind: "folder" as const, captions, images: path.join(folder, "images") },
    };
    await expect(
      runImport(id, { ...input, signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toThrow("aborted");
    expect(await readImport(projectId, id)).toMatchObject({
      state: "working",
      total: 60,
      rows: 24,
      added: 24,
    });
    expect(await runImport(id, input)).toMatchObject({ state: "done", rows: 60, added: 60, unchanged: 0 });
    const order = await db().image.findMany({ orderBy: { id: "asc" }, select: { externalId: true } });
    expect(order.map((image) => image.externalId)).toEqual(
      Array.from({ length: 60 }, (_, seed) => `id${seed}`),
    );
  });

  it("gives two imports of the same rows at once one image each, and no file without a row", async () => {
    for (let seed = 0; seed < 30; seed += 1)
      await writeImage(`${seed}.png`, await makePicture(seed, { format: "png" }));
    const captions = await writeTable(
      Array.from({ length: 30 }, (_, seed) => line(`id${seed}`, `${seed}.png`)).join("\n"),
    );
    const reports = await Promise.all([importFolder(captions), importFolder(captions)]);
    const sum = (name: "added" | "unchanged") => reports.reduce((total, report) => total + report[name], 0);
    expect([sum("added"), sum("unchanged")]).toEqual([30, 30]);
    expect(await db().image.count()).toBe(30);
    expect(await storedFolders()).toHaveLength(30);
  });

  it("reads a CSV with other column names", async () => {
    await writeImage("a.jpg", await makePicture(1));
    const captions = await writeTable('Path;Caption;License\nimages/a.jpg;"One; two";CC0\n', "captions.csv");
    expect(await importFolder(captions)).toMatchObject({ added: 1 });
    expect(await db().image.findFirst()).toMatchObject({
      externalId: "images/a",
      description: "One; two",
      licence: "CC0",
    });
  });

  it("names licence and source where neither the table nor the project does", async () => {
    await writeImage("a.jpg", await makePicture(1));
    await writeImage("b.jpg", await makePicture(2));
    const captions = await writeTable(
      "path,caption,licence\nimages/a.jpg,One,CC0\nimages/b.jpg,Two,\n",
      "captions.csv",
    );
    const origins = async () =>
      (await db().image.findMany({ orderBy: { externalId: "asc" } })).map(({ licence, source }) => [
        licence,
        source,
      ]);
    const take = (licence: string | null, source: string | null) =>
      importImages({
        projectId,
        userId: null,
        source: { kind: "folder", captions, images: folder },
        defaults: { licence, source },
      });
    expect(await take("CC BY 4.0", null)).toMatchObject({ added: 2 });
    expect(await origins()).toEqual([
      ["CC0", null],
      ["CC BY 4.0", null],
    ]);
    // What is known by now stays; what is not is filled in.
    expect(await take("MIT", "Ada")).toMatchObject({ updated: 2 });
    expect(await origins()).toEqual([
      ["CC0", "Ada"],
      ["CC BY 4.0", "Ada"],
    ]);
    expect(await take("MIT", "Eve")).toMatchObject({ unchanged: 2 });
  });

  it.each([
    ["no file", "nowhere.jsonl", undefined, "There is no captions file"],
    ["another kind of file", "captions.txt", "x", "must end in .jsonl"],
    ["an empty table", "captions.jsonl", "", "holds no rows"],
    ["UTF-16", "captions.jsonl", Buffer.from("\uFEFF{}\n", "utf16le"), "is not UTF-8"],
  ])("fails in one sentence for %s", async (_name, file, content, message) => {
    const captions = path.join(folder, file);
    if (content !== undefined) await writeFile(captions, content);
    await expect(importFolder(captions)).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringContaining(message),
    });
    expect(await db().import.findFirst()).toMatchObject({
      state: "failed",
      error: expect.stringContaining(message),
    });
  });

  it("keeps projects apart: the same id in another project is another image", async () => {
    await writeImage("a.jpg", await makePicture(1));
    const captions = await writeTable(line("a", "a.jpg"));
    const report = await importFolder(captions);
    const other = await db().project.create({ data: { name: "Other" } });
    const source = { kind: "folder" as const, captions, images: path.join(folder, "images") };
    expect(await importImages({ projectId: other.id, userId, source })).toMatchObject({ added: 1 });
    await expect(readImport(other.id, report.importId)).rejects.toMatchObject({ code: "not_found" });
    expect(await listImportProblems(other.id, report.importId)).toEqual([]);
  });
});

describe("an import from a zip", () => {
  it("reads a nested folder, passes over what archivers leave, and is unchanged the second time", async () => {
    const entries: TestEntry[] = [
      { name: "set/captions.jsonl", bytes: `${line("a", "a.jpg")}\n${line("b", "images/b.png")}\n` },
      { name: "set/images/a.jpg", bytes: await makePicture(1) },
      { name: "set/images/b.png", bytes: await makePicture(2, { format: "png" }) },
      { name: "__MACOSX/set/._captions.jsonl", bytes: "rubbish" },
      { name: "set/.DS_Store", bytes: "rubbish" },
    ];
    expect(await importZip(entries)).toMatchObject({ source: "set.zip", added: 2, rejected: 0 });
    expect(await importZip(entries)).toMatchObject({ added: 0, unchanged: 2 });
  });

  it("lets no name lead out of it", async () => {
    const picture = await makePicture(1);
    const report = await importZip([
      {
        name: "captions.csv",
        bytes: "image,text\na.jpg,fine\n../../evil.jpg,bad\n/etc/evil.jpg,bad\nlink.jpg,bad\n",
      },
      { name: "a.jpg", bytes: picture },
      { name: "../../evil.jpg", bytes: picture },
      { name: "/etc/evil.jpg", bytes: picture },
      { name: "link.jpg", bytes: "/etc/passwd", mode: 0o120777 },
    ]);
    expect(report).toMatchObject({ added: 1, rejected: 3 });
    expect(await problemsOf(report.importId)).toEqual([
      [3, "../../evil.jpg", "path_outside"],
      [4, "/etc/evil.jpg", "path_outside"],
      [5, "link.jpg", "missing_file"],
      [null, "../../evil.jpg", "entry_outside"],
      [null, "/etc/evil.jpg", "entry_outside"],
      [null, "link.jpg", "entry_outside"],
    ]);
    expect(existsSync(path.resolve(folder, "../../evil.jpg"))).toBe(false);
  });

  it("does not unpack a bomb", async () => {
    const report = await importZip([
      { name: "captions.csv", bytes: "image,text\nbomb.jpg,zeros\n" },
      { name: "bomb.jpg", bytes: Buffer.alloc(20_000_000) },
    ]);
    expect(await problemsOf(report.importId)).toEqual([[2, "bomb.jpg", "zip_bomb"]]);
  });

  it("understands Zip64", async () => {
    const entries = [
      { name: "captions.csv", bytes: "image,text\na.jpg,fine\n", zip64: true },
      { name: "a.jpg", bytes: await makePicture(1), zip64: true },
    ];
    expect(await importZip(entries)).toMatchObject({ added: 1, rejected: 0 });
  });

  it("chooses the table that has captions, and asks when there are two", async () => {
    const picture = { name: "images/a.jpg", bytes: await makePicture(1) };
    const captions = { name: "descriptions.jsonlines", bytes: line("a", "a.jpg") };
    const metadata = { name: "metadata.jsonlines", bytes: JSON.stringify({ example_id: "a", tags: ["x"] }) };
    expect(await importZip([metadata, captions, picture])).toMatchObject({ added: 1 });
    await expect(importZip([captions, { ...captions, name: "more.jsonl" }, picture])).rejects.toThrow(
      "several captions files",
    );
    await expect(importZip([metadata, { ...metadata, name: "x.jsonl" }])).rejects.toThrow("has a column");
    await expect(importZip([picture])).rejects.toThrow("holds no captions file");
  });

  it("says in one sentence that a file is no zip, or is cut off", async () => {
    const file = path.join(folder, "set.zip");
    await writeFile(file, "PK but not really");
    const start = () => importImages({ projectId, userId, source: { kind: "zip", path: file } });
    await expect(start()).rejects.toThrow("not a zip");
    await writeZip(file, [{ name: "captions.csv", bytes: "image,text\n" }], { cutTo: 40 });
    await expect(start()).rejects.toThrow("not a zip");
  });
});

describe.skipIf(!existsSync(PHOTOS))("the shared photographs (skipped where they are not there)", () => {
  it("come in as a folder, and are unchanged as a zip", async () => {
    const captions = path.join(PHOTOS, "photo_descriptions.jsonlines");
    const fromFolder = await importImages({
      projectId,
      userId,
      source: { kind: "folder", captions, images: path.join(PHOTOS, "images") },
    });
    expect(fromFolder).toMatchObject({ added: 4, rejected: 0 });

    const names = (await readdir(PHOTOS, { recursive: true })).filter((name) =>
      /\.(jpg|jsonlines|md)$/.test(name),
    );
    const file = path.join(folder, "photos.zip");
    await writeZip(
      file,
      names.map((name) => ({ name: `photos/${name}`, path: path.join(PHOTOS, name) })),
    );
    expect(await importImages({ projectId, userId, source: { kind: "zip", path: file } })).toMatchObject({
      added: 0,
      unchanged: 4,
      rejected: 0,
    });
  });
});
