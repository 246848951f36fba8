import { CsvError, parse } from "csv-parse/sync";
import { type Line, MAX_LINE_BYTES } from "#lib/images/lines.ts";
import type { RowProblem } from "#lib/images/problems.ts";

/** A record of a CSV file with the line on which it begins. The first one comes with its text: it is the header. */
export type CsvRecord =
  | { kind: "record"; line: number; text: string; values: string[] }
  | { kind: "problem"; line: number; problem: RowProblem };

/** A quoted field may hold line ends; a record that runs over more lines than this has lost its closing quote. */
const MAX_RECORD_LINES = 500;

/**
 * The records of a CSV file (RFC 4180). A record ends where its quotes are closed. One that cannot be parsed is a
 * problem on its first line, and reading starts again with the line behind that: a lost quote costs one row, not the
 * rest of the file.
 */
export async function* readCsvRecords(
  lines: AsyncIterable<Line>,
  delimiter: () => string,
): AsyncGenerator<CsvRecord> {
  const source = lines[Symbol.asyncIterator]();
  /** Lines to read again, nearest last. */
  const pending: Line[] = [];
  let isHeader = true;
  const nextLine = async (): Promise<Line | undefined> => {
    const again = pending.pop();
    if (again) return again;
    const next = await source.next();
    return next.done ? undefined : next.value;
  };

  for (let first = await nextLine(); first; first = await nextLine()) {
    if (first.kind === "too_long") {
      yield {
        kind: "problem",
        line: first.number,
        problem: { code: "line_too_long", limit: MAX_LINE_BYTES },
      };
      continue;
    }
    if (first.text.trim() === "") continue;

    const taken: Line[] = [first];
    let text = first.text;
    let isOpen = hasOpenQuote(text);
    while (isOpen && taken.length < MAX_RECORD_LINES) {
      const line = await nextLine();
      if (!line) break;
      taken.push(line);
      if (line.kind === "too_long") break;
      text += `\n${line.text}`;
      if (hasOpenQuote(line.text)) isOpen = false;
    }

    const parsed = isOpen
      ? { ok: false as const, detail: "a quote is opened and never closed" }
      : parseCsvLine(text, delimiter());
    if (!parsed.ok && !isHeader) {
      for (const line of taken.slice(1).reverse()) pending.push(line);
      yield { kind: "problem", line: first.number, problem: { code: "bad_csv", detail: parsed.detail } };
      continue;
    }
    const wrong = taken.find((line) => line.kind === "not_utf8");
    if (wrong) {
      yield { kind: "problem", line: wrong.number, problem: { code: "not_utf8" } };
      if (isHeader) return;
      continue;
    }
    isHeader = false;
    yield { kind: "record", line: first.number, text, values: parsed.ok ? parsed.values : [] };
  }
}

/** The fields of one record. */
export function parseCsvLine(
  text: string,
  delimiter: string,
): { ok: true; values: string[] } | { ok: false; detail: string } {
  try {
    const records: string[][] = parse(text, { delimiter, relax_column_count: true });
    return { ok: true, values: records[0] ?? [] };
  } catch (error) {
    if (error instanceof CsvError)
      return { ok: false, detail: "a quote stands inside a field; double it, and put the field in quotes" };
    throw error;
  }
}

/** Whether an odd number of quotes stands in the text: doubled ones inside a field cancel out. */
function hasOpenQuote(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count += 1;
  return count % 2 === 1;
}
