import { describe, expect, it } from "vitest";
import { WideEncodingError } from "#lib/images/lines.ts";
import type { TableFormat } from "#lib/images/source-paths.ts";
import { readTable, type TableRow } from "#lib/images/table.ts";

/** Reads a table given as bytes, cut into pieces at every `step` bytes: where pieces end must not matter. */
async function read(content: string | Uint8Array, format: TableFormat, step = 7): Promise<TableRow[]> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const rows: TableRow[] = [];
  for await (const row of readTable(cut(bytes, step), format)) rows.push(row);
  return rows;
}

async function* cut(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

const good = (rows: TableRow[]) =>
  rows.flatMap((row) => (row.ok ? [[row.line, row.row.id, row.row.description]] : []));
const bad = (rows: TableRow[]) => rows.flatMap((row) => (row.ok ? [] : [[row.line, row.problem.code]]));

describe("JSON lines", () => {
  it("reads DOCCI's layout", async () => {
    const rows = await read(
      '{"split": "train", "image_file": "train_00000.jpg", "description": "A dog.", "example_id": "train_00000"}\n',
      "jsonl",
    );
    expect(rows).toEqual([
      {
        line: 1,
        ok: true,
        row: {
          id: "train_00000",
          image: "train_00000.jpg",
          description: "A dog.",
          split: "train",
          source: null,
          licence: null,
        },
      },
    ]);
  });

  it.each([1, 2, 3, 1000])(
    "reads a BOM, CRLF, blank lines and a last line without an end, in pieces of %i",
    async (step) => {
      const text = '\uFEFF{"image":"a.jpg","caption":"Ä 😀"}\r\n\r\n  \n{"image":"b.jpg","caption":"Two"}';
      expect(good(await read(text, "jsonl", step))).toEqual([
        [1, "a", "Ä 😀"],
        [4, "b", "Two"],
      ]);
    },
  );

  it("says which lines are wrong, and why, and reads the others", async () => {
    const rows = await read(
      [
        '{"image":"a.jpg","text":"good"}',
        '{"image":"b.jpg","text":',
        '["image","b.jpg"]',
        "7",
        '{"file":"c.jpg"}',
        '{"text":"no image"}',
        '{"image":"d.jpg","text":"  "}',
        '{"image":" ","text":"x"}',
        '{"image":5,"text":"x"}',
        '{"image":"e.jpg","text":"a\\u0000b"}',
        '{"image":"e.jpg","text":"a\\ud800b"}',
        `{"image":"f.jpg","text":"${"x".repeat(20_001)}"}`,
        `{"image":"${"x".repeat(301)}","text":"x"}`,
        '{"image":"g.jpg","text":"good","id":42,"license":"CC0","source":"me"}',
      ].join("\n"),
      "jsonl",
    );
    expect(bad(rows)).toEqual([
      [2, "bad_json"],
      [3, "bad_json"],
      [4, "bad_json"],
      [5, "missing_column"],
      [6, "missing_column"],
      [7, "empty_description"],
      [8, "empty_image_name"],
      [9, "not_text"],
      [10, "bad_characters"],
      [11, "bad_characters"],
      [12, "description_too_long"],
      [13, "name_too_long"],
    ]);
    expect(good(rows)).toEqual([
      [1, "a", "good"],
      [14, "42", "good"],
    ]);
    expect(rows.at(-1)).toMatchObject({ row: { licence: "CC0", source: "me" } });
  });

  it("names the line that is Latin-1, and reads the others", async () => {
    const latin1 = Buffer.from('{"image":"a.jpg","text":"caf\xe9"}\n', "latin1");
    const utf8 = Buffer.from('{"image":"b.jpg","text":"café"}\n');
    const rows = await read(Buffer.concat([utf8, latin1, utf8]), "jsonl");
    expect(bad(rows)).toEqual([[2, "not_utf8"]]);
    expect(good(rows)).toEqual([
      [1, "b", "café"],
      [3, "b", "café"],
    ]);
  });

  it("refuses UTF-16 as a whole, with a mark and without", async () => {
    const text = '{"image":"a.jpg"}\n';
    await expect(read(Buffer.from(`\uFEFF${text}`, "utf16le"), "jsonl", 64)).rejects.toThrow(
      WideEncodingError,
    );
    await expect(read(Buffer.from(text, "utf16le"), "jsonl", 64)).rejects.toThrow(WideEncodingError);
  });

  it("lets a line of several megabytes go and reads the next", async () => {
    const text = `{"image":"a.jpg","text":"${"x".repeat(3_000_000)}"}\n{"image":"b.jpg","text":"short"}\n`;
    const rows = await read(text, "jsonl", 65_536);
    expect(bad(rows)).toEqual([[1, "line_too_long"]]);
    expect(good(rows)).toEqual([[2, "b", "short"]]);
  });

  it("goes by the image's path where there is no id", async () => {
    const rows = await read('{"image":"./a/b.c.jpg","text":"x"}\n{"image":"d","text":"x"}', "jsonl");
    expect(good(rows).map((row) => row[1])).toEqual(["a/b.c", "d"]);
  });
});

describe("CSV", () => {
  it("reads quoted texts with commas, quotes and line ends, and counts lines right behind them", async () => {
    const rows = await read(
      'ID,File Name,Caption\r\n1,a.jpg,"A ""red"" door,\r\nand a window"\r\n\r\n2,b.jpg,Plain\r\n',
      "csv",
    );
    expect(good(rows)).toEqual([
      [2, "1", 'A "red" door,\nand a window'],
      [5, "2", "Plain"],
    ]);
  });

  it.each([
    [";", "image;description\na.jpg;one, two\n"],
    ["tab", "image\tdescription\na.jpg\tone, two\n"],
  ])("takes %s as the separator when the header does", async (_name, text) => {
    expect(good(await read(text, "csv"))).toEqual([[2, "a", "one, two"]]);
  });

  it("names the missing column on the header's line, once", async () => {
    const rows = await read("a,b\n1,2\n3,4\n", "csv");
    expect(rows).toEqual([
      {
        line: 1,
        ok: false,
        file: null,
        problem: { code: "missing_column", column: "image", found: ["a", "b"] },
      },
    ]);
    expect(bad(await read("image,b\n1,2\n", "csv"))).toEqual([[1, "missing_column"]]);
  });

  it("loses one row to a lost quote, not the rest of the file", async () => {
    const rows = await read(
      'image,text\na.jpg,"never closed\nb.jpg,good\nc.jpg,12" pipe\nd.jpg,"also good"\n',
      "csv",
    );
    expect(bad(rows)).toEqual([
      [2, "bad_csv"],
      [4, "bad_csv"],
    ]);
    expect(good(rows)).toEqual([
      [3, "b", "good"],
      [5, "d", "also good"],
    ]);
  });

  it("says so when a text with commas lacks its quotes, and when fields are missing", async () => {
    const rows = await read("image,text\na.jpg,one, two\nb.jpg\nc.jpg,good\n", "csv");
    expect(bad(rows)).toEqual([
      [2, "bad_csv"],
      [3, "empty_description"],
    ]);
    expect(good(rows)).toEqual([[4, "c", "good"]]);
  });

  it("names the line that is Latin-1", async () => {
    const rows = await read(Buffer.from("image,text\na.jpg,caf\xe9\nb.jpg,good\n", "latin1"), "csv");
    expect(bad(rows)).toEqual([[2, "not_utf8"]]);
    expect(good(rows)).toEqual([[3, "b", "good"]]);
  });

  it("holds nothing when empty", async () => {
    expect(await read("", "csv")).toEqual([]);
    expect(await read("image,text\n", "csv")).toEqual([]);
  });
});
