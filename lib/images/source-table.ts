import "server-only";
import { AppError } from "#lib/errors.ts";
import { WideEncodingError } from "#lib/images/lines.ts";
import { type TableFormat, tableFormatOf } from "#lib/images/source-paths.ts";
import { readTable } from "#lib/images/table.ts";

export interface PickedTable {
  path: string;
  /** The folder it lies in, empty for the top. */
  folder: string;
  format: TableFormat;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Finds the captions file among the files of a source: the one whose first row names an image and a description.
 * Throws "bad_input" when there is none, or more than one.
 */
export async function pickTable(
  paths: readonly string[],
  open: (path: string) => Promise<AsyncIterable<Uint8Array>>,
  what: "zip" | "upload",
): Promise<PickedTable> {
  const tables = paths.flatMap((path) => {
    const format = tableFormatOf(path);
    return format
      ? [{ path, folder: path.split("/").slice(0, -1).join("/"), format, open: () => open(path) }]
      : [];
  });
  const [only] = tables;
  if (!only) {
    throw new AppError(
      "bad_input",
      `The ${what} holds no captions file: a .jsonl, .jsonlines, .csv or .tsv file must lie beside the images.`,
    );
  }
  if (tables.length === 1) return only;
  const fitting: PickedTable[] = [];
  for (const table of tables.slice(0, 50)) if (await holdsCaptions(table)) fitting.push(table);
  const [first] = fitting;
  if (first && fitting.length === 1) return first;
  const names = (fitting.length > 1 ? fitting : tables).slice(0, 4).map((table) => `“${table.path}”`);
  throw new AppError(
    "bad_input",
    fitting.length > 1
      ? `The ${what} holds several captions files (${names.join(", ")}). Import them one at a time.`
      : `None of the tables in the ${what} (${names.join(", ")}) has a column for the image and one for the description.`,
  );
}

/** Whether one of a table's first rows can be read as an image with a description. */
async function holdsCaptions(table: PickedTable): Promise<boolean> {
  let read = 0;
  try {
    for await (const row of readTable(await table.open(), table.format)) {
      read += 1;
      if (row.ok || row.problem.code === "empty_description") return true;
      if (row.problem.code === "missing_column" || read === 5) return false;
    }
  } catch (error) {
    if (!(error instanceof WideEncodingError)) throw error;
    return false;
  }
  return false;
}
