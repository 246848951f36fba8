import type { ColumnName, RowProblem } from "#lib/images/problems.ts";
import { MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS } from "#lib/images/schema.ts";

/** What one good row of a table says. Texts are as they stand, without outer blanks. */
export interface CaptionRow {
  id: string;
  /** The path of the image as the table gives it. */
  image: string;
  description: string;
  split: string | null;
  source: string | null;
  licence: string | null;
}

/** Names under which columns are recognised, whatever their case, blanks, hyphens or underscores; the first one found counts. */
const NAMES: Record<ColumnName, readonly string[]> = {
  id: ["example_id", "image_id", "id", "external_id", "uid", "uuid", "key"],
  image: [
    "image_file",
    "image",
    "image_path",
    "image_name",
    "image_filename",
    "file_name",
    "filename",
    "file",
    "file_path",
    "filepath",
    "path",
    "img",
    "img_path",
    "photo",
    "picture",
  ],
  description: [
    "description",
    "dense_description",
    "caption",
    "dense_caption",
    "long_caption",
    "detailed_caption",
    "text",
    "prompt",
  ],
  split: ["split", "subset", "partition"],
  source: ["source", "origin", "image_source", "credit", "attribution"],
  licence: ["licence", "license", "rights"],
};

export type Columns = Record<ColumnName, string | undefined>;

/** Finds which column of a table holds what. */
export function findColumns(columns: readonly string[]): Columns {
  const byName = new Map<string, string>();
  for (const column of columns) {
    const name = normalizeName(column);
    if (!byName.has(name)) byName.set(name, column);
  }
  const find = (column: ColumnName) => {
    for (const name of NAMES[column]) {
      const found = byName.get(normalizeName(name));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    id: find("id"),
    image: find("image"),
    description: find("description"),
    split: find("split"),
    source: find("source"),
    licence: find("licence"),
  };
}

/** The first column that a table cannot do without and does not have. */
export function missingColumn(columns: Columns): ColumnName | undefined {
  if (columns.image === undefined) return "image";
  if (columns.description === undefined) return "description";
  return undefined;
}

export type RowResult =
  | { ok: true; row: CaptionRow }
  | { ok: false; file: string | null; problem: RowProblem };

/** Reads one record of a table. A row without an id goes by its image's path without the ending. */
export function readRow(record: Readonly<Record<string, unknown>>, columns: Columns): RowResult {
  const missing = missingColumn(columns);
  const image = columns.image === undefined ? undefined : record[columns.image];
  const file =
    typeof image === "string" && image.trim() !== "" ? image.trim().slice(0, MAX_NAME_CHARACTERS) : null;
  const fail = (problem: RowProblem): RowResult => ({ ok: false, file, problem });
  if (missing) return fail({ code: "missing_column", column: missing, found: Object.keys(record) });

  const texts: Partial<Record<ColumnName, string>> = {};
  for (const column of ["image", "description", "id", "split", "source", "licence"] as const) {
    const name = columns[column];
    const value = name === undefined ? undefined : record[name];
    if (value === undefined || value === null) continue;
    // Numbers as ids are common; anything else that is no text is a mistake.
    if (typeof value !== "string" && !(column === "id" && typeof value === "number")) {
      return fail({ code: "not_text", column });
    }
    const text = String(value).trim();
    if (text.includes("\0") || !text.isWellFormed()) return fail({ code: "bad_characters", column });
    if (column !== "description" && text.length > MAX_NAME_CHARACTERS)
      return fail({ code: "name_too_long", column });
    texts[column] = text;
  }
  const name = texts.image ?? "";
  const description = texts.description ?? "";
  if (name === "") return fail({ code: "empty_image_name" });
  if (description === "") return fail({ code: "empty_description" });
  if (description.length > MAX_DESCRIPTION_CHARACTERS) {
    return fail({ code: "description_too_long", length: description.length });
  }
  return {
    ok: true,
    row: {
      id: texts.id || name.replace(/^(\.?[/\\])+/, "").replace(/\.[^./\\]+$/, ""),
      image: name,
      description,
      split: texts.split || null,
      source: texts.source || null,
      licence: texts.licence || null,
    },
  };
}

function normalizeName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "");
}
