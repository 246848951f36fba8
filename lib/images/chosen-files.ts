import { isRubbish, looksLikeImageName, tableFormatOf } from "#lib/images/source-paths.ts";

/** A file that a person chose or dropped, with its path as far as the browser tells it. */
export interface ChosenFile<F> {
  path: string;
  bytes: number;
  file: F;
}

export type Choice<F> =
  | { kind: "ready"; name: string; files: ChosenFile<F>[]; bytes: number; images: number; ignored: number }
  | { kind: "problem"; message: string };

/** More files than this make an upload slow and fragile: a zip is one file. */
export const MAX_CHOSEN_FILES = 10_000;

/** Sorts out what was chosen: one zip, or one captions file with its images. Anything else is said in a sentence. */
export function sortChosen<F>(all: readonly ChosenFile<F>[], maxBytes: number): Choice<F> {
  const problem = (message: string): Choice<F> => ({ kind: "problem", message });
  const files = all.filter(({ path }) => !isRubbish(path));
  const zips = files.filter(({ path }) => /\.zip$/i.test(path));
  const tables = files.filter(({ path }) => tableFormatOf(path) !== null);
  const images = files.filter(({ path }) => looksLikeImageName(path));
  const [zip] = zips;
  if (zip && files.length > 1)
    return problem("Choose one zip on its own, or a captions file with its images.");
  const kept = zip ? [zip] : [...tables, ...images];
  const [first] = kept;
  if (!first) {
    return problem(
      "There is no zip, no captions file (.jsonl, .jsonlines, .csv, .tsv) and no image among these files.",
    );
  }
  if (!zip && tables.length === 0) {
    return problem(
      "There is no captions file among these files: choose a .jsonl, .jsonlines, .csv or .tsv file with the images.",
    );
  }
  if (!zip && images.length === 0) {
    return problem(
      "There are no images among these files. Choose the folder that holds both, or make a zip of it.",
    );
  }
  if (kept.length > MAX_CHOSEN_FILES) {
    return problem(
      `These are ${kept.length.toLocaleString("en")} files; at most ${MAX_CHOSEN_FILES.toLocaleString("en")} are sent one by one. Make a zip of the folder and choose that.`,
    );
  }
  const bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > maxBytes) {
    return problem(
      "This is more than 2 GB, the most that an upload takes. Split it, or import it with the command line, which has no limit.",
    );
  }
  return {
    kind: "ready",
    name: nameOf(first.path),
    files: kept,
    bytes,
    images: zip ? 0 : images.length,
    ignored: files.length - kept.length,
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
