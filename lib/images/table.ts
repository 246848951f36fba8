import { type CaptionRow, type Columns, findColumns, missingColumn, readRow } from "#lib/images/columns.ts";
import { parseCsvLine, readCsvRecords } from "#lib/images/csv-records.ts";
import { type Line, MAX_LINE_BYTES, readLines } from "#lib/images/lines.ts";
import type { RowProblem } from "#lib/images/problems.ts";
import type { TableFormat } from "#lib/images/source-paths.ts";

/** One row of a captions table, or what is wrong with it. `line` counts from 1. */
export type TableRow =
  | { line: number; ok: true; row: CaptionRow }
  | { line: number; ok: false; file: string | null; problem: RowProblem };

/**
 * Reads a captions table row by row, in bounded memory. What is wrong with a row is yielded in its place; reading goes
 * on behind it. Blank lines count as lines and are skipped.
 */
export async function* readTable(
  chunks: AsyncIterable<Uint8Array>,
  format: TableFormat,
): AsyncGenerator<TableRow> {
  const lines = readLines(chunks, MAX_LINE_BYTES);
  yield* format === "jsonl" ? readJsonLines(lines) : readCsv(lines);
}

async function* readJsonLines(lines: AsyncIterable<Line>): AsyncGenerator<TableRow> {
  let columns: Columns | undefined;
  let knownKeys = "";
  for await (const line of lines) {
    const bad = problemOf(line);
    if (bad) {
      yield { line: line.number, ok: false, file: null, problem: bad };
      continue;
    }
    if (line.kind !== "text" || line.text.trim() === "") continue;
    const parsed = parseJsonObject(line.text);
    if (!parsed.ok) {
      yield {
        line: line.number,
        ok: false,
        file: null,
        problem: { code: "bad_json", detail: parsed.detail },
      };
      continue;
    }
    const keys = Object.keys(parsed.record).join("\n");
    if (!columns || keys !== knownKeys) {
      columns = findColumns(Object.keys(parsed.record));
      knownKeys = keys;
    }
    yield { line: line.number, ...readRow(parsed.record, columns) };
  }
}

async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<TableRow> {
  let header: string[] | undefined;
  let columns: Columns | undefined;
  let delimiter = ",";
  for await (const record of readCsvRecords(lines, () => delimiter)) {
    if (record.kind === "problem") {
      yield { line: record.line, ok: false, file: null, problem: record.problem };
      continue;
    }
    if (!header || !columns) {
      delimiter = guessDelimiter(record.text);
      const fields = parseCsvLine(record.text, delimiter);
      if (!fields.ok) {
        yield {
          line: record.line,
          ok: false,
          file: null,
          problem: { code: "bad_csv", detail: fields.detail },
        };
        return;
      }
      header = fields.values.map((name) => name.trim());
      columns = findColumns(header);
      const column = missingColumn(columns);
      if (column) {
        yield {
          line: record.line,
          ok: false,
          file: null,
          problem: { code: "missing_column", column, found: header },
        };
        return;
      }
      continue;
    }
    const names = header;
    const values = record.values;
    if (values.length > names.length) {
      const detail = `it has ${values.length} fields where the first line has ${names.length}; a text with a comma needs quotes`;
      yield { line: record.line, ok: false, file: null, problem: { code: "bad_csv", detail } };
      continue;
    }
    const fields = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    yield { line: record.line, ...readRow(fields, columns) };
  }
}

function problemOf(line: Line): RowProblem | undefined {
  if (line.kind === "not_utf8") return { code: "not_utf8" };
  if (line.kind === "too_long") return { code: "line_too_long", limit: MAX_LINE_BYTES };
  return undefined;
}

function parseJsonObject(
  text: string,
): { ok: true; record: Record<string, unknown> } | { ok: false; detail: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const hint = /^\s*[[\]]/.test(text)
      ? "a list stands there; put each object on a line of its own"
      : "it cannot be parsed";
    return { ok: false, detail: hint };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { ok: false, detail: "another kind of value stands there" };
  }
  return { ok: true, record: { ...value } };
}

/** The separator that the header uses: comma, semicolon or tab, whichever occurs most. */
function guessDelimiter(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => unquoted.split(delimiter).length - 1;
  return [",", ";", "\t"].reduce((best, candidate) => (count(candidate) > count(best) ? candidate : best));
}
