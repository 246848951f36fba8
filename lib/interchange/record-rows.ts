import { parseCsvLine, readCsvRecords } from "#lib/images/csv-records.ts";
import { type Line, MAX_LINE_BYTES, readLines } from "#lib/images/lines.ts";
import { readJsonValues } from "#lib/interchange/json-values.ts";
import type { RecordFormat } from "#lib/interchange/record-format.ts";
import type { RecordFault } from "#lib/interchange/record-problems.ts";
import { isRecord } from "#lib/interchange/record-values.ts";

/** A picture that stands in a row of a Parquet file, under the path that the row gives it. */
export interface EmbeddedPicture {
  path: string;
  bytes: Uint8Array;
}

/**
 * A row of a file of others: its line (of JSON lists and Parquet, its number from 1), the text as it stood there, and its
 * fields.
 */
export type RecordRow =
  | { line: number; ok: true; raw: string; row: Record<string, unknown>; pictures?: EmbeddedPicture[] }
  | { line: number; ok: false; fault: RecordFault };

/** A row of messages fits dozens of times over. */
export const MAX_ROW_BYTES = 16 * MAX_LINE_BYTES;
/** More columns than this are a mistake, or worse. */
const MAX_CSV_COLUMNS = 1_000;

/** The rows of a text file, one at a time. Throws `WideEncodingError` for UTF-16 and UTF-32. */
export function readTextRows(
  path: string,
  format: Exclude<RecordFormat, "parquet">,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<RecordRow> {
  if (format === "jsonl") return readJsonLines(chunks);
  if (format === "json") return readJsonList(chunks);
  return readCsvRows(chunks, /\.tsv$/iu.test(path) ? "\t" : null);
}

async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RecordRow> {
  for await (const line of readLines(chunks, MAX_ROW_BYTES)) {
    if (line.kind !== "too_long" && line.text.trim() === "") continue;
    if (line.kind === "text") yield parseRow(line.number, line.text);
    else yield { line: line.number, ok: false, fault: { code: faultOfLine(line) } };
  }
}

async function* readJsonList(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RecordRow> {
  // A list may stand on one line: its rows go by their number.
  let number = 0;
  for await (const value of readJsonValues(guardWide(chunks), MAX_ROW_BYTES)) {
    number += 1;
    if (value.kind === "too_long") yield { line: number, ok: false, fault: { code: "line_too_long" } };
    else yield parseRow(number, value.text);
  }
}

function parseRow(line: number, raw: string): RecordRow {
  try {
    const row: unknown = JSON.parse(raw);
    if (isRecord(row)) return { line, ok: true, raw, row };
    return { line, ok: false, fault: { code: "bad_json", detail: "it is another kind of value" } };
  } catch (error) {
    const detail =
      error instanceof Error ? error.message.replace(/\s+/gu, " ").slice(0, 120) : "it breaks off";
    return { line, ok: false, fault: { code: "bad_json", detail } };
  }
}

async function* readCsvRows(
  chunks: AsyncIterable<Uint8Array>,
  tab: string | null,
): AsyncGenerator<RecordRow> {
  let header: string[] | undefined;
  let delimiter = tab ?? ",";
  for await (const record of readCsvRecords(readLines(chunks, MAX_LINE_BYTES), () => delimiter)) {
    const { line } = record;
    if (record.kind === "problem") {
      const { problem } = record;
      const fault: RecordFault =
        problem.code === "bad_csv"
          ? { code: "bad_csv", detail: problem.detail }
          : { code: problem.code === "line_too_long" ? "line_too_long" : "not_utf8" };
      yield { line, ok: false, fault };
      continue;
    }
    if (!header) {
      let names = record.values;
      if (tab === null && names.length === 1 && record.text.includes(";")) {
        delimiter = ";";
        const again = parseCsvLine(record.text, delimiter);
        names = again.ok ? again.values : names;
      }
      if (names.length > MAX_CSV_COLUMNS) {
        yield { line, ok: false, fault: { code: "too_many_columns", count: names.length } };
        return;
      }
      header = names.map((name) => name.trim());
      continue;
    }
    if (record.values.length !== header.length) {
      const detail = `it has ${record.values.length} fields where the first line has ${header.length}`;
      yield { line, ok: false, fault: { code: "bad_csv", detail } };
      continue;
    }
    const row = Object.fromEntries(header.map((name, index) => [name, record.values[index] ?? ""]));
    yield { line, ok: true, raw: record.text, row };
  }
}

function faultOfLine(line: Exclude<Line, { kind: "text" }>): "line_too_long" | "not_utf8" {
  return line.kind === "too_long" ? "line_too_long" : "not_utf8";
}

/** `readLines` refuses wide encodings at the first bytes; a list has no lines, so it borrows that look. */
async function* guardWide(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && chunk.length > 0) {
      isFirst = false;
      for await (const _ of readLines(once(chunk.subarray(0, 64)), MAX_LINE_BYTES)) break;
    }
    yield chunk;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
