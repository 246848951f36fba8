import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeUser } from "#lib/db/test-records.ts";
import { attachPictures, runAttachPictures } from "#lib/images/attach-pictures-commands.ts";
import { listImportProblems } from "#lib/images/import-queries.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { EMPTY_MAPPING, type Mapping } from "#lib/interchange/mapping-schema.ts";
import { readPreview } from "#lib/interchange/preview-queries.ts";
import { importRecords } from "#lib/interchange/records-import-commands.ts";
import { importStages } from "#lib/interchange/stages-import-commands.ts";
import { writeStageFiles } from "#lib/interchange/test-stage-files.ts";
import { requestUndo, undoImport } from "#lib/interchange/undo-import-commands.ts";

const database = await createTestDatabase();

let projectId: string;
let folder: string;
beforeEach(async () => {
  await database.truncate();
  projectId = (await db().project.create({ data: { name: "Elsewhere" } })).id;
  folder = await mkdtemp(path.join(os.tmpdir(), "records-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const USER =
  "<image>Which colour has the boat's hull?\nSelect from the following choices.\n(A) White\n(B) Orange\n(C) Green\n(D) Black";
const SYSTEM =
  'The following question requires the capability of "Recognition" Please provide your answer as (X).';
const messages = (answer: string) => [
  { role: "system", content: SYSTEM },
  { role: "user", content: USER },
  { role: "assistant", content: answer },
];
const WRONG_FIRST = "The hull looks white in the sun. So the answer is (A).";
const LONG = `<think> ${WRONG_FIRST} Wait, in the shade it is green. So it is green. </think> <answer> (C) </answer>`;
const SHORT = "<think> The hull is green. </think> <answer> (C) </answer>";

async function take(name: string, content: string | Uint8Array, mapping: Partial<Mapping> = {}) {
  const file = path.join(folder, name);
  await writeFile(file, content);
  const report = await importRecords({
    projectId,
    userId: null,
    source: { kind: "path", path: file },
    sourceName: name,
    name: null,
    mapping: { ...EMPTY_MAPPING, ...mapping },
  });
  const problems = await listImportProblems(projectId, report.importId);
  return { ...report, problems: problems.map(({ line, code }) => [line, code]) };
}

const kindsNow = async () =>
  (await db().trace.findMany({ select: { kind: true } })).map(({ kind }) => kind).sort();

describe("traces from elsewhere", () => {
  it("takes training records in with everything that they say, and the same again changes nothing", async () => {
    const rows = [
      {
        messages: messages(LONG),
        images: ["photos/harbour.jpg"],
        assistant_prefix: `<think> ${WRONG_FIRST}`,
        metadata: { image_id: "harbour", mcq_unique_id: "boat" },
      },
      {
        messages: messages(SHORT),
        images: ["photos/harbour.jpg"],
        assistant_prefix: "",
        metadata: { image_id: "harbour", mcq_unique_id: "boat" },
      },
    ];
    const text = JSON.stringify(rows, null, 2);
    const first = await take("sft.json", text, { form: "sft" });
    expect(first.counts).toMatchObject({ added: 2, unchanged: 0, rejected: 0 });
    expect(first.problems).toEqual([]);
    expect(await kindsNow()).toEqual(["O", "XO"]);
    const question = await db().question.findFirstOrThrow({
      include: { currentRevision: true, imported: true },
    });
    expect(question.currentRevision).toMatchObject({
      text: "Which colour has the boat's hull?",
      choices: ["White", "Orange", "Green", "Black"],
      keyIndex: 2,
      reasoningType: "Recognition",
      answerStyle: "parenthesis",
    });
    expect(question.imported?.unknowns).toEqual(["key-from-answer", "description-unknown"]);
    const long = await db().longThought.findFirstOrThrow({
      include: { simpleThought: { include: { imported: true } }, imported: true },
    });
    expect(long).toMatchObject({
      joiner: " ",
      cue: "Wait,",
      continuation: " in the shade it is green. So it is green.",
    });
    expect(long.simpleThought.text).toBe(WRONG_FIRST);
    expect(long.simpleThought.imported?.unknowns).toEqual(["simple-answer-unknown", "simple-grade-stated"]);
    expect(JSON.parse(long.imported?.raw ?? "")).toEqual(rows[0]);
    expect((await db().run.findUniqueOrThrow({ where: { id: first.runId } })).state).toBe("done");

    const again = await take("sft.json", text, { form: "sft" });
    expect(again).toMatchObject({ runId: first.runId, counts: { added: 0, unchanged: 2 } });
    const otherFile = await take("same.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"), {
      form: "sft",
    });
    expect(otherFile.counts).toMatchObject({ added: 0, unchanged: 2, rejected: 0 });
    expect(await db().trace.count()).toBe(2);
  });

  it("finds the end of a simple thought that holds a cue itself by the stage files", async () => {
    await writeStageFiles(path.join(folder, "stages"));
    await importStages({
      projectId,
      userId: null,
      source: { kind: "folder", path: path.join(folder, "stages") },
      name: null,
    });
    const before = await db().trace.count();
    const simple = await db().simpleThought.findFirstOrThrow({ where: { text: "The hull is green." } });
    const record = {
      messages: messages(
        "<think> The hull is green. Wait, yes, it is green. </think> <answer> (C) </answer>",
      ),
      images: ["photos/harbour.jpg"],
      metadata: { image_id: "harbour" },
    };
    const more = {
      ...record,
      messages: messages(
        "<think> The hull is green. Hmm, let me look. It is green. </think> <answer> (C) </answer>",
      ),
    };
    const { counts } = await take("more.json", JSON.stringify([record, more]), { form: "sft" });
    expect(counts).toMatchObject({ added: 1, unchanged: 1, rejected: 0 });
    expect(await db().trace.count()).toBe(before + 1);
    const made = await db().longThought.findFirstOrThrow({
      where: { cue: "Hmm," },
      include: { trace: true },
    });
    expect(made).toMatchObject({ simpleThoughtId: simple.id, trace: { kind: "OO" } });
  });

  it("makes two traces of a preference, and keeps it apart from what reviewers prefer", async () => {
    const sharegpt = {
      conversations: [{ from: "human", value: USER }],
      chosen: { from: "gpt", value: SHORT },
      rejected: { from: "gpt", value: "<think> It looks white. </think> <answer> (A) </answer>" },
      images: ["harbour.jpg"],
    };
    const plain = { prompt: USER, chosen: SHORT, rejected: LONG, images: ["harbour.jpg"] };
    const same = { prompt: USER, chosen: SHORT, rejected: SHORT, images: ["harbour.jpg"] };
    const text = [sharegpt, plain, same].map((row) => JSON.stringify(row)).join("\n");
    const { counts, problems } = await take("pairs.jsonl", text, { form: "preference" });
    expect(counts).toMatchObject({ added: 2, rejected: 1 });
    expect(problems).toEqual([[3, "same_sides"]]);
    expect(await kindsNow()).toEqual(["O", "X", "XO"]);
    const pairs = await db().importedPreference.findMany({
      orderBy: { line: "asc" },
      include: { better: true, worse: true },
    });
    expect(pairs.map(({ better, worse }) => [better.kind, worse.kind])).toEqual([
      ["O", "X"],
      ["O", "XO"],
    ]);
    expect(await db().tracePreference.count()).toBe(0);
    expect((await take("again.jsonl", `${text}\n`, { form: "preference" })).counts).toMatchObject({
      added: 0,
      unchanged: 2,
    });
  });

  it("takes the released rows in from Parquet, and joins the images that are here", async () => {
    const image = await db().image.create({
      data: {
        projectId,
        externalId: "train_00007",
        fileName: "train_00007.jpg",
        description: "A boat.",
        state: "missing",
      },
    });
    const values = ["train_00007", "train_00008"];
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: "example_id", data: values, type: "STRING" },
        { name: "messages", data: [messages(LONG), messages(SHORT)], type: "JSON" },
        { name: "cot_type", data: ["XO", "simple"], type: "STRING" },
      ],
    });
    const { counts, problems } = await take("train.parquet", new Uint8Array(bytes), { form: "released" });
    expect([counts.added, problems]).toEqual([2, []]);
    expect(await kindsNow()).toEqual(["O", "XO"]);
    expect((await db().trace.findFirstOrThrow({ where: { kind: "XO" } })).imageId).toBe(image.id);
    expect(
      await db().image.findFirst({ where: { externalId: "train_00008", state: "missing" } }),
    ).toMatchObject({ source: "DOCCI", licence: "CC BY 4.0" });
  });

  it("reads any table by a mapping, and says what is wrong row by row", async () => {
    const table = [
      "q;opts;right;img;thought;reply;lic",
      '"What flies?";"(A) Kite (B) Brick";1;sky/kite.png;"A kite flies.";A;CC BY 4.0',
      '"What flies?";"(A) Kite (B) Brick";3;sky/kite.png;"A brick.";B;CC BY 4.0',
      '"What flies?";"Kite";1;sky/kite.png;"A kite.";A;',
      '"What flies?";"(A) Kite (B) Brick";1;;"A kite.";A;',
      "broken;row",
    ].join("\n");
    const mapping: Partial<Mapping> = {
      keyForm: "index1",
      columns: {
        question: "q",
        choices: "opts",
        key: "right",
        imagePath: "img",
        longThought: "thought",
        answer: "reply",
        licence: "lic",
      },
    };
    const preview = await (async () => {
      const file = path.join(folder, "own.csv");
      await writeFile(file, table);
      return readPreview({ kind: "path", path: file });
    })();
    expect(preview.columns).toEqual(["q", "opts", "right", "img", "thought", "reply", "lic"]);
    const { counts, problems } = await take("own.csv", table, mapping);
    expect(counts).toMatchObject({ added: 1, rejected: 4 });
    expect(problems).toEqual([
      [3, "key_out_of_range"],
      [4, "bad_choices"],
      [5, "no_image"],
      [6, "bad_csv"],
    ]);
    expect(await kindsNow()).toEqual(["O"]);
    expect(await db().image.findFirstOrThrow()).toMatchObject({
      externalId: "kite",
      fileName: "kite.png",
      licence: "CC BY 4.0",
    });
  });

  it("refuses an id that two questions share, and choices in another order, and takes the others", async () => {
    const record = (user: string, id: string | null) => ({
      messages: [
        { role: "user", content: user },
        { role: "assistant", content: SHORT },
      ],
      images: ["a.jpg"],
      metadata: id === null ? {} : { mcq_unique_id: id },
    });
    const turned = USER.replace("(A) White\n(B) Orange", "(A) Orange\n(B) White");
    const rows = [
      record(USER, "q1"),
      record(USER.replace("Which colour", "What colour"), "q1"),
      record(turned, "q1"),
      // Without an id, another order is another question.
      record(turned, null),
      record(USER, null),
    ];
    const { counts, problems } = await take("ids.json", JSON.stringify(rows), { form: "sft" });
    expect(problems).toEqual([
      [2, "other_question"],
      [3, "other_choices"],
    ]);
    expect(counts).toMatchObject({ added: 2, unchanged: 1, rejected: 2 });
    expect(await db().question.count()).toBe(2);
    // Behind the end of a batch the same holds.
    const more = await take("more.json", JSON.stringify(rows.slice(1)), { form: "sft" });
    expect(more.problems.map(([, code]) => code)).toEqual(["other_question", "other_choices"]);
    expect(more.counts).toMatchObject({ added: 0, unchanged: 2, rejected: 2 });
  });

  it("goes on where an import broke off", async () => {
    const rows = Array.from({ length: 250 }, (_, index) =>
      JSON.stringify({
        messages: messages(`<think> Look ${index}: the hull is green. </think> <answer> (C) </answer>`),
        images: [`boat-${index % 7}.jpg`],
      }),
    ).join("\n");
    const stop = new AbortController();
    const file = path.join(folder, "many.jsonl");
    await writeFile(file, rows);
    const input = {
      projectId,
      userId: null,
      source: { kind: "path", path: file } as const,
      sourceName: "many.jsonl",
      name: null,
      mapping: { ...EMPTY_MAPPING, form: "sft" as const },
    };
    await expect(
      importRecords({ ...input, signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toThrow();
    expect(await db().trace.count()).toBe(100);
    const { counts } = await importRecords(input);
    expect(counts).toMatchObject({ rows: 250, added: 150, unchanged: 100, rejected: 0 });
    expect(await db().trace.count()).toBe(250);
    expect(await db().question.count()).toBe(7);
  });

  it("takes back what nobody has judged, keeps the rest, and lets the same files come again", async () => {
    const user = await makeUser("Ada");
    const text = JSON.stringify([
      { messages: messages(LONG), images: ["a.jpg"] },
      { messages: messages(SHORT), images: ["b.jpg"] },
    ]);
    const first = await take("two.json", text, { form: "sft" });
    const judged = await db().trace.findFirstOrThrow({ where: { kind: "O" }, include: { question: true } });
    await db().verdict.create({
      data: {
        projectId,
        traceId: judged.id,
        traceRevisionId: judged.currentRevisionId ?? "",
        questionRevisionId: judged.question.currentRevisionId ?? "",
        reviewerId: user.id,
        decision: "approved",
        actionId: crypto.randomUUID(),
        previousState: "waiting",
        rowVersionAfter: 2,
      },
    });
    const undone = await undoImport(projectId, user.id, first.importId);
    expect(undone).toEqual({
      removed: { traces: 1, questions: 1, images: 1 },
      kept: { traces: 1, questions: 1 },
    });
    expect((await db().trace.findMany()).map(({ id }) => id)).toEqual([judged.id]);
    expect(await db().longThought.count()).toBe(0);
    const again = await take("two.json", text, { form: "sft" });
    expect(again.counts).toMatchObject({ added: 1, unchanged: 1 });
    expect(again.runId).not.toBe(first.runId);
    expect((await db().trace.findFirstOrThrow({ where: { kind: "XO" } })).failedChecks).toEqual([]);

    const all = await undoImport(projectId, user.id, again.importId);
    expect(all).toMatchObject({
      removed: { traces: 1, questions: 1, images: 1 },
      kept: { traces: 0, questions: 0 },
    });
    expect(await db().run.count({ where: { id: again.runId } })).toBe(0);
  });

  it("keeps what another import prefers, refuses while one is at work, and lets other files bring back what they held", async () => {
    const user = await makeUser("Ada");
    const rejected = "<think> It looks white. </think> <answer> (A) </answer>";
    const other = "<think> Green, as the reflection shows. </think> <answer> (C) </answer>";
    const sft = [SHORT, other].map((answer) => ({ messages: messages(answer), images: ["a.jpg"] }));
    const first = await take("sft.json", JSON.stringify(sft), { form: "sft" });
    const pairs = JSON.stringify([{ prompt: USER, chosen: SHORT, rejected, images: ["a.jpg"] }]);
    await take("pairs.json", pairs, { form: "preference" });
    const copy = JSON.stringify(sft.slice(1));
    expect((await take("copy.json", copy, { form: "sft" })).counts).toMatchObject({ added: 0, unchanged: 1 });

    const busy = await db().import.create({
      data: { projectId, kind: "traces", source: "busy.json", state: "working" },
    });
    await expect(requestUndo(projectId, user.id, first.importId)).rejects.toMatchObject({ code: "conflict" });
    await db().import.delete({ where: { id: busy.id } });

    expect(await undoImport(projectId, user.id, first.importId)).toMatchObject({
      removed: { traces: 1 },
      kept: { traces: 1 },
    });
    expect(await db().importedPreference.count()).toBe(1);
    expect((await take("copy.json", copy, { form: "sft" })).counts).toMatchObject({ added: 1, unchanged: 0 });
    expect(await kindsNow()).toEqual(["O", "O", "X"]);
  });

  it("finds a thought again that was cut before more was known of its simple thought", async () => {
    const simple = "The hull looks white. Wait, it is green in the shade. So it is green.";
    const long = `<think> ${simple} Hmm, let me look again. Yes, green. </think> <answer> (C) </answer>`;
    const record = (answer: string) => ({ messages: messages(answer), images: ["a.jpg"] });
    const cut = record(long);
    const mapping: Partial<Mapping> = {
      keyForm: "index0",
      columns: { question: "q", key: "k", imagePath: "p", simpleThought: "s", simpleAnswer: "sa" },
    };
    const apart = { q: USER, k: 2, p: "a.jpg", s: simple, sa: "C" };
    expect((await take("long.json", JSON.stringify([cut]), { form: "sft" })).counts.added).toBe(1);
    expect((await take("simple.json", JSON.stringify([apart]), mapping)).counts.added).toBe(1);
    expect(await db().trace.count()).toBe(2);
    const again = await take("again.json", JSON.stringify([cut, { ...cut, note: "twice" }]), { form: "sft" });
    expect(again.counts).toMatchObject({ added: 0, unchanged: 2, rejected: 0 });
    expect(await db().longThought.count()).toBe(1);
  });

  it("writes fewer rows together where they are long", async () => {
    const rows = [1, 2, 3].map((number) =>
      JSON.stringify({
        messages: messages(`<think> Look ${number}: green. </think> <answer> (C) </answer>`),
        images: ["a.jpg"],
        filling: "x".repeat(5_000_000),
      }),
    );
    const file = path.join(folder, "long.jsonl");
    await writeFile(file, rows.join("\n"));
    const seen: number[] = [];
    await importRecords({
      projectId,
      userId: null,
      source: { kind: "path", path: file },
      sourceName: "long.jsonl",
      name: null,
      mapping: { ...EMPTY_MAPPING, form: "sft" },
      onProgress: ({ rows: count }) => seen.push(count),
    });
    expect(seen).toEqual([2, 3]);
  });

  it("attaches pictures by id or name, and sends what was judged without them back to be confirmed", async () => {
    const user = await makeUser("Ada");
    await take(
      "two.json",
      JSON.stringify([
        { messages: messages(LONG), images: ["a.jpg"], metadata: { image_id: "set/one" } },
        { messages: messages(SHORT), images: ["b.png"] },
        { messages: messages(SHORT), images: ["c.jpg"] },
      ]),
      { form: "sft" },
    );
    const judged = await db().trace.findFirstOrThrow({ where: { kind: "XO" }, include: { question: true } });
    await db().trace.update({ where: { id: judged.id }, data: { state: "approved" } });
    await db().verdict.create({
      data: {
        projectId,
        traceId: judged.id,
        traceRevisionId: judged.currentRevisionId ?? "",
        questionRevisionId: judged.question.currentRevisionId ?? "",
        reviewerId: user.id,
        decision: "approved",
        actionId: crypto.randomUUID(),
        previousState: "waiting",
        rowVersionAfter: 2,
      },
    });
    const zip = path.join(folder, "pictures.zip");
    await writeZip(zip, [
      { name: "any/set/one.jpg", bytes: await makePicture(1) },
      { name: "set/one.jpg", bytes: await makePicture(2) },
      { name: "deep/b.png", bytes: "no picture at all" },
      { name: "other.jpg", bytes: await makePicture(3) },
      { name: "../c.jpg", bytes: await makePicture(4) },
    ]);
    const report = await attachPictures({
      projectId,
      userId: user.id,
      source: { kind: "path", path: zip },
      sourceName: "pictures.zip",
    });
    expect(report).toMatchObject({ updated: 1, rejected: 1, ignored: 2 });
    const problems = await listImportProblems(projectId, report.importId);
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      ["deep/b.png", "not_an_image"],
      ["../c.jpg", "entry_outside"],
    ]);
    const states = await db().image.findMany({
      orderBy: { externalId: "asc" },
      select: { externalId: true, state: true },
    });
    expect(states.map(({ externalId, state }) => [externalId, state])).toEqual([
      ["b", "missing"],
      ["c", "missing"],
      ["set/one", "present"],
    ]);
    const after = await db().trace.findUniqueOrThrow({
      where: { id: judged.id },
      include: { verdicts: true },
    });
    expect(after.state).toBe("unconfirmed");
    expect(after.rowVersion).toBe(judged.rowVersion + 1);
    expect(after.verdicts[0]?.supersededAt).not.toBeNull();

    const pictures = path.join(folder, "pictures");
    await writeStageFiles(pictures);
    await writeFile(path.join(pictures, "c.jpg"), await makePicture(5));
    const more = await attachPictures({
      projectId,
      userId: user.id,
      source: { kind: "path", path: pictures },
      sourceName: "pictures",
    });
    expect(more).toMatchObject({ updated: 1, rejected: 0, ignored: 0 });

    // A worker that takes one up where another left it counts what that one had attached.
    const left = await db().import.create({
      data: { projectId, kind: "pictures", source: "pictures", state: "working", updated: 3 },
    });
    await writeFile(path.join(pictures, "b.png"), await makePicture(6));
    const rest = await runAttachPictures(left.id, {
      projectId,
      userId: user.id,
      source: { kind: "path", path: pictures },
    });
    expect(rest).toMatchObject({ updated: 4, rejected: 0 });
    expect(await db().import.findUniqueOrThrow({ where: { id: left.id } })).toMatchObject({ updated: 4 });
  });
});
