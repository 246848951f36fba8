import {
  MAX_DESCRIPTION_CHARACTERS,
  MAX_IMAGE_BYTES,
  MAX_IMAGE_PIXELS,
  MAX_NAME_CHARACTERS,
} from "#lib/images/schema.ts";

/** What can be wrong with one row of an import. The row stays out; the others go in. */
export type RowProblem =
  | { code: "not_utf8" }
  | { code: "bad_json"; detail: string }
  | { code: "bad_csv"; detail: string }
  | { code: "line_too_long"; limit: number }
  | { code: "missing_column"; column: ColumnName; found: readonly string[] }
  | { code: "not_text"; column: ColumnName }
  | { code: "bad_characters"; column: ColumnName }
  | { code: "name_too_long"; column: ColumnName }
  | { code: "empty_image_name" }
  | { code: "empty_description" }
  | { code: "description_too_long"; length: number }
  | { code: "duplicate_id"; id: string; firstLine: number }
  | { code: "path_outside" }
  | { code: "missing_file" }
  | { code: "ambiguous_file"; count: number }
  | { code: "file_too_large"; bytes: number }
  | { code: "unreadable_file" }
  | { code: "not_an_image" }
  | { code: "unsupported_image"; format: string }
  | { code: "too_many_pixels"; width: number; height: number }
  | { code: "broken_image" }
  | { code: "zip_bomb" }
  | { code: "encrypted_file" }
  | { code: "entry_outside" }
  | { code: "other_image"; id: string };

export type ColumnName = "id" | "image" | "description" | "split" | "source" | "licence";

/** A text from a stranger's file as the database takes it: a report must not fail on what it reports. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** One sentence: what is wrong with the row, and what to do where that is not plain. */
export function describeProblem(problem: RowProblem): string {
  switch (problem.code) {
    case "not_utf8":
      return "The line is not valid UTF-8. Save the file as UTF-8, then import it again.";
    case "bad_json":
      return `The line is not a JSON object: ${problem.detail}.`;
    case "bad_csv":
      return `The line is not valid CSV: ${problem.detail}.`;
    case "line_too_long":
      return `The line is longer than ${megabytes(problem.limit)}; it was skipped.`;
    case "missing_column":
      return `There is no column for the ${problem.column}: the columns are ${listNames(problem.found)}.`;
    case "not_text":
      return `The ${problem.column} is not a text.`;
    case "bad_characters":
      return `The ${problem.column} holds characters that cannot be stored (a NUL, or half of a character pair).`;
    case "name_too_long":
      return `The ${problem.column} is longer than ${MAX_NAME_CHARACTERS} characters.`;
    case "empty_image_name":
      return "The row names no image file.";
    case "empty_description":
      return "The description is empty.";
    case "description_too_long":
      return `The description has ${problem.length.toLocaleString("en")} characters; at most ${MAX_DESCRIPTION_CHARACTERS.toLocaleString("en")} are taken.`;
    case "duplicate_id":
      return `The id “${problem.id}” was already used on line ${problem.firstLine} of this file.`;
    case "path_outside":
      return "The path leads out of the images folder.";
    case "missing_file":
      return "There is no such file in the images folder.";
    case "ambiguous_file":
      return `${problem.count} files have this name in different folders: give the path within the images folder.`;
    case "file_too_large":
      return `The file has ${megabytes(problem.bytes)}; at most ${megabytes(MAX_IMAGE_BYTES)} are taken.`;
    case "unreadable_file":
      return "The file could not be read.";
    case "not_an_image":
      return "The file is not an image, whatever its name says.";
    case "unsupported_image":
      return `The file is a ${problem.format} image. Convert it to JPEG, PNG, WebP, GIF, AVIF or TIFF.`;
    case "too_many_pixels":
      return `The image claims ${problem.width.toLocaleString("en")} × ${problem.height.toLocaleString("en")} pixels; at most ${MAX_IMAGE_PIXELS / 1e6} megapixels are taken.`;
    case "broken_image":
      return "The image is damaged and cannot be decoded.";
    case "zip_bomb":
      return "The file in the zip unpacks to far more than it is packed in; it was not unpacked.";
    case "encrypted_file":
      return "The file in the zip is encrypted. Make the zip without a password.";
    case "entry_outside":
      return "The zip holds an entry whose path leads out of it, or a link; it was ignored.";
    case "other_image":
      return `The id “${problem.id}” already belongs to another picture in this project. Give this one an id of its own, or delete the other first.`;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, 12).map((name) => `“${name.slice(0, 40)}”`);
  return names.length > shown.length
    ? `${shown.join(", ")} and ${names.length - shown.length} more`
    : shown.join(", ");
}
