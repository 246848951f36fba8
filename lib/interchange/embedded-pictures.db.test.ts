import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeUser } from "#lib/db/test-records.ts";
import { listImportProblems } from "#lib/images/import-queries.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { EMPTY_MAPPING, type Mapping } from "#lib/interchange/mapping-schema.ts";
import { importRecords } from "#lib/interchange/records-import-commands.ts";
import { undoImport } from "#lib/interchange/undo-import-commands.ts";
import { readBytes } from "#lib/storage/storage.ts";

const database = await createTestDatabase();

let projectId: string;
let userId: string;
let folder: string;
beforeEach(async () => {
  await database.truncate();
  projectId = (await db().project.create({ data: { name: "Elsewhere" } })).id;
  userId = (await makeUser("Ada")).id;
  folder = await mkdtemp(path.join(os.tmpdir(), "pictures-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (name: string): SchemaElement => ({
  name,
  type: "BYTE_ARRAY",
  repetition_type: "OPTIONAL",
  converted_type: "UTF8",
});
const SCHEMA: SchemaElement[] = [
  { name: "root", num_children: 5 },
  ...["id", "question", "thought", "answer"].map(text),
  { name: "image", repetition_type: "OPTIONAL", num_children: 2 },
  { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
  text("path"),
];

interface Row {
  id: string | null;
  thought: string;
  bytes: Uint8Array | null;
  path: string | null;
}

async function take(rows: Row[], mapping: Partial<Mapping["columns"]> = {}) {
  const file = path.join(folder, "rows.parquet");
  const data = parquetWriteBuffer({
    schema: SCHEMA,
    columnData: [
      { name: "id", data: rows.map(({ id }) => id) },
      { name: "question", data: rows.map(() => "What is it made of?\n(A) Wood\n(B) Stone") },
      { name: "thought", data: rows.map(({ thought }) => thought) },
      { name: "answer", data: rows.map(() => "(A)") },
      { name: "image", data: rows.map(({ bytes, path: name }) => ({ bytes, path: name })) },
    ],
  });
  await writeFile(file, new Uint8Array(data));
  const report = await importRecords({
    projectId,
    userId,
    source: { kind: "path", path: file },
    sourceName: "rows.parquet",
    name: null,
    mapping: {
      ...EMPTY_MAPPING,
      form: "columns",
      keyForm: "answer",
      licence: "CC BY 4.0",
      source: "Ada’s boats",
      columns: {
        question: "question",
        simpleThought: "thought",
        answer: "answer",
        imagePath: "image.path",
        ...mapping,
      },
    },
  });
  const problems = await listImportProblems(projectId, report.importId);
  return { ...report, problems: problems.map(({ line, code }) => [line, code]) };
}

const images = () =>
  db().image.findMany({ where: { projectId }, orderBy: { id: "asc" }, include: { traces: true } });

it("takes pictures that stand in rows as images of the project, linked to what their rows hold", async () => {
  const [one, two] = [await makePicture(1), await makePicture(2)];
  const rows = [
    { id: null, thought: "It is brown wood.", bytes: one, path: "boats/one.jpg" },
    { id: null, thought: "The grain shows wood.", bytes: one, path: "boats/one.jpg" },
    // Without a path the bytes are the name; twice the same bytes are one image.
    { id: null, thought: "It floats, so wood.", bytes: two, path: null },
    { id: null, thought: "Wood, by its knots.", bytes: two, path: null },
    { id: null, thought: "Nothing is to be seen.", bytes: null, path: "three.jpg" },
    { id: null, thought: "It is no picture.", bytes: Buffer.from("no picture at all"), path: "four.jpg" },
  ];
  const first = await take(rows);
  expect(first.counts).toMatchObject({ added: 6, rejected: 0 });
  expect(first.problems).toEqual([[6, "picture_not_taken"]]);
  const found = await images();
  expect(found.map(({ state, traces }) => [state, traces.length]).sort()).toEqual([
    ["missing", 1],
    ["missing", 1],
    ["present", 2],
    ["present", 2],
  ]);
  const boat = found.find(({ externalId }) => externalId === "one");
  expect(boat).toMatchObject({
    fileName: "one.jpg",
    licence: "CC BY 4.0",
    source: "Ada’s boats",
    mime: "image/jpeg",
    importId: first.importId,
  });
  expect(Buffer.from(await readBytes(boat?.storageKey ?? "")).equals(one)).toBe(true);
  const imported = await db().import.findUniqueOrThrow({ where: { id: first.importId } });
  expect(imported).toMatchObject({ added: 6, unchanged: 0, rejected: 0, updated: 2 });

  expect((await take(rows)).counts).toMatchObject({ added: 0, unchanged: 6 });
  expect(await images()).toHaveLength(4);

  // Taken back, the pictures stay: they are images like any other.
  const { removed } = await undoImport(projectId, userId, first.importId);
  expect(removed).toMatchObject({ traces: 6, images: 2 });
  expect((await images()).map(({ state }) => state)).toEqual(["present", "present"]);
});

it("knows images by their bytes, gives missing ones their picture, and keeps the picture that is here", async () => {
  const [one, two, three] = [await makePicture(1), await makePicture(2), await makePicture(3)];
  await take([{ id: "boat", thought: "It is brown wood.", bytes: one, path: "x.jpg" }], { imageId: "id" });
  await db().image.create({
    data: { projectId, externalId: "barn", fileName: "barn.jpg", state: "missing", description: "A barn." },
  });
  const { counts, problems } = await take(
    [
      { id: "row-1", thought: "Planks, so wood.", bytes: one, path: null },
      { id: "barn", thought: "A barn is of wood.", bytes: two, path: null },
      { id: "boat", thought: "Wood under the paint.", bytes: three, path: null },
    ],
    { imageId: "id" },
  );
  expect(counts).toMatchObject({ added: 3, rejected: 0 });
  expect(problems).toEqual([[3, "other_picture"]]);
  const found = await images();
  expect(found.map(({ externalId, state, traces }) => [externalId, state, traces.length]).sort()).toEqual([
    ["barn", "present", 1],
    ["boat", "present", 3],
  ]);
  expect(found.find(({ externalId }) => externalId === "barn")?.description).toBe("A barn.");
  const boat = found.find(({ externalId }) => externalId === "boat");
  expect(Buffer.from(await readBytes(boat?.storageKey ?? "")).equals(one)).toBe(true);
});

it("takes more pictures than are worked on together", async () => {
  const picture = await makePicture(1);
  const rows: Row[] = [];
  for (let index = 0; index < 130; index += 1) {
    // What stands behind a JPEG's end makes another file of the same picture.
    const bytes = Buffer.concat([picture, Buffer.from(`${index}`)]);
    rows.push({ id: null, thought: `Number ${index} is wood.`, bytes, path: `${index}.jpg` });
  }
  const { counts } = await take(rows);
  expect(counts).toMatchObject({ added: 130 });
  expect(await db().image.count({ where: { projectId, state: "present" } })).toBe(130);
});
