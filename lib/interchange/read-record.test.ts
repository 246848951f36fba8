import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EMPTY_MAPPING,
  faultOfMapping,
  MAPPED_FIELDS,
  type Mapping,
} from "#lib/interchange/mapping-schema.ts";
import { readChoices } from "#lib/interchange/read-columns.ts";
import { detectForm, readRecord } from "#lib/interchange/read-record.ts";
import { readKind } from "#lib/interchange/read-sft.ts";
import { describeRecordProblem } from "#lib/interchange/record-problems.ts";
import { suggestMapping } from "#lib/interchange/suggest-mapping.ts";
import { readTurns } from "#lib/interchange/turns.ts";

const USER = "<image>What is it?\nSelect from the following choices.\n(A) A cat\n(B) A dog";
const ANSWER = "<think> It barks. </think> <answer> (B) </answer>";

describe("records of others", () => {
  it("are known by their names", () => {
    expect(detectForm({ example_id: "a", messages: [], cot_type: "O" })).toBe("released");
    expect(detectForm({ conversations: [], chosen: "", rejected: "" })).toBe("preference");
    expect(detectForm({ messages: [] })).toBe("sft");
    expect(detectForm({ conversations: [], images: [] })).toBe("sft");
    expect(detectForm({ question: "?", options: [] })).toBe("columns");
  });

  it("give the same turns in every form that a conversation has", () => {
    const turns = { system: "S", user: USER, assistant: ANSWER };
    const forms: unknown[] = [
      [
        { role: "system", content: "S" },
        { role: "user", content: USER },
        { role: "assistant", content: ANSWER },
      ],
      [
        { from: "system", value: "S" },
        { from: "human", value: USER },
        { from: "gpt", value: ANSWER },
      ],
      [
        { role: "system", content: [{ type: "text", text: "S" }] },
        { role: "user", content: [{ type: "image" }, { type: "text", text: USER }] },
        { role: "assistant", content: [{ type: "text", text: ANSWER }] },
      ],
      { role: ["system", "user", "assistant"], content: ["S", USER, ANSWER] },
      JSON.stringify([
        { role: "system", content: "S" },
        { role: "user", content: USER },
        { role: "assistant", content: ANSWER },
      ]),
      { system: "S", prompt: USER, response: ANSWER },
    ];
    for (const form of forms) expect(readTurns(form)).toEqual(turns);
    expect(readTurns(USER)).toEqual({ system: "", user: USER, assistant: null });
  });

  it("name their kinds in several ways", () => {
    expect(["XO", "x_o", "X→O", "x->o", "O", "simple_cot", "extended", "?"].map(readKind)).toEqual([
      "XO",
      "XO",
      "XO",
      "XO",
      "O",
      "simple",
      "long",
      null,
    ]);
  });

  it("knows the licence of DOCCI’s pictures by their names, unless whoever imports them names another", () => {
    const licenceOf = (example_id: string, licence = "") => {
      const messages = [
        { role: "user", content: USER },
        { role: "assistant", content: ANSWER },
      ];
      const row = { example_id, messages, cot_type: "O" };
      const read = readRecord({ ...EMPTY_MAPPING, form: "released", licence }, row);
      return read.ok && [read.record.image.source, read.record.image.licence];
    };
    expect(licenceOf("train_00001_2")).toEqual(["DOCCI", "CC BY 4.0"]);
    expect(licenceOf("mine_1")).toEqual(["DOCCI", null]);
    expect(licenceOf("train_00001", "CC0")).toEqual(["DOCCI", "CC0"]);
  });

  it("take no answer for the key that the file itself calls wrong, and no picture's bytes for its name", () => {
    const key = (cot_type: string) => {
      const messages = [
        { role: "user", content: USER },
        { role: "assistant", content: ANSWER },
      ];
      const row = { example_id: "train_00001", messages, cot_type };
      const read = readRecord({ ...EMPTY_MAPPING, form: "released" }, row);
      return read.ok ? (read.record.question.key?.isFromAnswer ?? null) : read.fault.code;
    };
    expect(["O", "XO", "OO", "simple"].map(key)).toEqual([true, true, true, true]);
    expect(["X", "OX", "XX"].map(key)).toEqual([null, null, null]);
    const inline = {
      messages: [
        { role: "user", content: USER },
        { role: "assistant", content: ANSWER },
      ],
      images: ["data:image/png;base64,iVBORw0KGgo/xyz=="],
    };
    expect(readRecord({ ...EMPTY_MAPPING, form: "sft" }, inline)).toMatchObject({
      ok: false,
      fault: { code: "no_image" },
    });
  });

  it("give a simple thought its own answer where no long one follows", () => {
    const columns = {
      question: "q",
      choices: "c",
      key: "k",
      imageId: "i",
      simpleThought: "s",
      longThought: "t",
    };
    const row = { q: "What?", c: ["x", "y"], k: "B", i: 7, s: "It is x.", sa: "A", a: "" };
    const mapping = { ...EMPTY_MAPPING, columns: { ...columns, simpleAnswer: "sa", answer: "a" } };
    const answerOf = (given: Record<string, unknown>) => {
      const read = readRecord(mapping, given);
      return read.ok ? read.record.sides[0]?.answer : read.fault.code;
    };
    expect(answerOf(row)).toBe("A");
    expect(answerOf({ ...row, t: "It is x. Wait, it is y." })).toBeNull();
    expect(answerOf({ ...row, t: "It is x. Wait, it is y.", a: "B" })).toBe("B");
  });

  it("say in a sentence what is missing", () => {
    const read = (row: Record<string, unknown>, mapping: Partial<Mapping> = {}) => {
      const result = readRecord({ ...EMPTY_MAPPING, ...mapping }, row);
      return result.ok ? "ok" : result.fault.code;
    };
    const messages = [
      { role: "user", content: USER },
      { role: "assistant", content: ANSWER },
    ];
    expect(read({ messages, images: ["a.jpg"] }, { form: "sft" })).toBe("ok");
    expect(read({ messages }, { form: "sft" })).toBe("no_image");
    expect(read({ messages: messages.slice(0, 1), images: ["a.jpg"] }, { form: "sft" })).toBe("no_turn");
    expect(
      read(
        { messages: [{ role: "user", content: "Hello" }, messages[1]], images: ["a.jpg"] },
        { form: "sft" },
      ),
    ).toBe("no_choices");
    expect(read({ prompt: USER, chosen: ANSWER, images: ["a.jpg"] }, { form: "preference" })).toBe("no_turn");
    const columns = { question: "q", choices: "c", key: "k", imageId: "i", longThought: "t" };
    const row = { q: "What?", c: ["x", "y"], k: "B", i: 7, t: "So it is y." };
    expect(read(row, { columns })).toBe("ok");
    expect(read({ ...row, k: "z" }, { columns })).toBe("key_not_a_choice");
    expect(read({ ...row, k: 1 }, { columns })).toBe("key_is_number");
    expect(read({ ...row, k: 2 }, { columns, keyForm: "index1" })).toBe("ok");
    expect(read({ ...row, k: 0 }, { columns, keyForm: "index1" })).toBe("key_out_of_range");
    expect(read({ ...row, t: { a: 1 } }, { columns })).toBe("not_text");
    expect(read({ ...row, c: "x or y" }, { columns })).toBe("bad_choices");
    expect(read({ ...row, c: undefined }, { columns })).toBe("missing_column");
    expect(read({ ...row, i: "x".repeat(400) }, { columns })).toBe("name_too_long");
    expect(read({ ...row, s: "Something else." }, { columns: { ...columns, simpleThought: "s" } })).toBe(
      "simple_not_in_long",
    );
  });

  it("join a simple thought and a continuation, and keep both apart", () => {
    const mapping: Mapping = {
      ...EMPTY_MAPPING,
      columns: {
        question: "q",
        choices: "c",
        key: "k",
        imageUrl: "u",
        simpleThought: "s",
        simpleAnswer: "sa",
        continuation: "t",
        answer: "a",
      },
    };
    const row = {
      q: "What?",
      c: '["x","y"]',
      k: "y",
      u: "https://example.org/p/one.png?size=2",
      s: "It is x.",
      sa: "A",
      t: "Wait, no. It is y.",
      a: "B",
    };
    const read = readRecord(mapping, row);
    if (!read.ok) throw new Error(read.fault.code);
    expect(read.record.image).toMatchObject({ id: "one", fileName: "one.png" });
    expect(read.notes).toEqual([{ code: "url_not_fetched" }]);
    expect(read.record.sides[0]).toMatchObject({
      thought: "It is x. Wait, no. It is y.",
      simple: { text: "It is x.", answer: "A" },
      answer: "B",
    });
  });

  it("never throw, whatever stands in a row, and each fault has its sentence", () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    const names = [
      "messages",
      "conversations",
      "chosen",
      "rejected",
      "prompt",
      "images",
      "metadata",
      "example_id",
      "q",
      "c",
      "k",
      "i",
      "t",
    ];
    const row = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 });
    const columns = { question: "q", choices: "c", key: "k", imageId: "i", longThought: "t" };
    fc.assert(
      fc.property(row, fc.constantFrom("sft", "preference", "released", "columns"), (given, form) => {
        const read = readRecord({ ...EMPTY_MAPPING, form, columns }, given);
        if (!read.ok) expect(describeRecordProblem(read.fault)).toMatch(/^.{10,}[.?]$/su);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a mapping", () => {
  it("is suggested by the usual names, each column once", () => {
    const row = { question: "?", options: [], answer: "A", response: "…", image: "a.jpg", id: 1 };
    expect(suggestMapping([row]).columns).toEqual({
      question: "question",
      choices: "options",
      longThought: "response",
      answer: "answer",
      imagePath: "image",
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.constantFrom(
            "question",
            "options",
            "label",
            "key",
            "image",
            "caption",
            "cot",
            "output",
            "answer",
            "x",
          ),
          { minLength: 1 },
        ),
        (names) => {
          const { columns } = suggestMapping([Object.fromEntries(names.map((name) => [name, "a"]))]);
          const used = Object.values(columns);
          expect(new Set(used).size).toBe(used.length);
          for (const name of used) expect(names).toContain(name);
          for (const field of Object.keys(columns)) expect(MAPPED_FIELDS).toContain(field);
        },
      ),
    );
  });

  it("says what it lacks before any row is read", () => {
    const columns = { question: "q", imageId: "i", longThought: "t", key: "k" };
    expect(faultOfMapping({ ...EMPTY_MAPPING, columns })).toBeNull();
    expect(faultOfMapping(EMPTY_MAPPING)).toMatch(/question/u);
    expect(faultOfMapping({ ...EMPTY_MAPPING, columns: { ...columns, continuation: "c" } })).toMatch(
      /simple thought/u,
    );
    const { key: _key, ...keyless } = columns;
    expect(faultOfMapping({ ...EMPTY_MAPPING, columns: keyless })).toMatch(/key/u);
    expect(faultOfMapping({ ...EMPTY_MAPPING, columns: keyless, keyForm: "answer" })).toBeNull();
    expect(faultOfMapping({ ...EMPTY_MAPPING, form: "sft" })).toBeNull();
  });

  it("reads choices in every form that a column has", () => {
    const want = ["x", "y"];
    for (const given of [
      ["x", "y"],
      ["(A) x", "(B) y"],
      '["x","y"]',
      { A: "x", B: "y" },
      "(A) x (B) y",
      "A. x\nB. y",
      "x\ny",
    ]) {
      expect(readChoices(given)).toEqual(want);
    }
  });
});
