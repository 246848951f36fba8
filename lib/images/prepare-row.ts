import "server-only";
import { randomUUID } from "node:crypto";
import type { CaptionRow } from "#lib/images/columns.ts";
import { IMAGE_TYPES } from "#lib/images/image-type.ts";
import { derivativeKey, imageFolder, originalKey } from "#lib/images/keys.ts";
import { checkImage, makeDerivatives } from "#lib/images/picture.ts";
import type { RowProblem } from "#lib/images/problems.ts";
import type { ImportSource } from "#lib/images/source.ts";
import { exists, putBytes } from "#lib/storage/storage.ts";

/** What the project holds under a row's id. */
export interface ExistingImage {
  id: string;
  externalId: string;
  importId: string | null;
  state: "present" | "missing";
  fileName: string;
  description: string;
  split: string | null;
  source: string | null;
  licence: string | null;
  sha256: string | null;
  storageKey: string | null;
  updatedAt: Date;
}

export interface RowTexts {
  fileName: string;
  description: string;
  split: string | null;
  source: string | null;
  licence: string | null;
}

/** Under which licence pictures are and where they come from, where neither a row nor the project says. */
export interface OriginDefaults {
  source: string | null;
  licence: string | null;
}

export interface StoredPicture {
  state: "present";
  sha256: string;
  mime: string;
  bytes: number;
  width: number;
  height: number;
  storageKey: string;
  placeholder: string;
}

export type Prepared =
  | { kind: "problem"; file: string; problem: RowProblem }
  | { kind: "unchanged"; existing: ExistingImage }
  | { kind: "add"; texts: RowTexts; picture: StoredPicture | null }
  /** `picture` is set where it was missing before, in the project or in storage. */
  | { kind: "update"; existing: ExistingImage; texts: RowTexts; picture: StoredPicture | null };

export interface PrepareOptions {
  projectId: string;
  source: ImportSource;
  allowMissing: boolean;
  defaults?: OriginDefaults | undefined;
}

/**
 * Decides what a row means for the project, and puts its picture into storage when that is new. Writes nothing to the
 * database. The same id with the same picture and other words updates the words; with another picture it is a problem:
 * what was generated from the old one would silently belong to the new one.
 */
export async function prepareRow(
  row: CaptionRow,
  existing: ExistingImage | undefined,
  options: PrepareOptions,
): Promise<Prepared> {
  const problem = (value: RowProblem, file = row.image): Prepared => ({
    kind: "problem",
    file,
    problem: value,
  });
  const found = await options.source.find(row.image);
  if (found.kind === "problem") {
    if (found.problem.code !== "missing_file" || !options.allowMissing) return problem(found.problem);
    return decide(row, row.image, existing, null, options.defaults);
  }
  const read = await found.read();
  if (!read.ok) return problem(read.problem, found.file);
  const checked = await checkImage(read.bytes);
  if (!checked.ok) return problem(checked.problem, found.file);
  const { image } = checked;

  if (existing?.sha256 && existing.sha256 !== image.sha256)
    return problem({ code: "other_image", id: row.id }, found.file);
  if (existing?.storageKey && (await exists(existing.storageKey)))
    return decide(row, found.file, existing, null, options.defaults);

  const derivatives = await makeDerivatives(read.bytes);
  if (!derivatives) return problem({ code: "broken_image" }, found.file);
  const storageKey = originalKey(
    imageFolder(options.projectId, randomUUID()),
    IMAGE_TYPES[image.type].extension,
  );
  await putBytes(derivativeKey(storageKey, "thumb.webp"), derivatives.thumb, { contentType: "image/webp" });
  await putBytes(derivativeKey(storageKey, "view.webp"), derivatives.view, { contentType: "image/webp" });
  await putBytes(storageKey, read.bytes, { contentType: image.mime });
  const picture: StoredPicture = {
    state: "present",
    sha256: image.sha256,
    mime: image.mime,
    bytes: read.bytes.length,
    width: image.width,
    height: image.height,
    storageKey,
    placeholder: derivatives.placeholder,
  };
  return decide(row, found.file, existing, picture, options.defaults);
}

function decide(
  row: CaptionRow,
  file: string,
  existing: ExistingImage | undefined,
  picture: StoredPicture | null,
  defaults: OriginDefaults | undefined,
): Prepared {
  const texts: RowTexts = {
    fileName: file.slice(file.lastIndexOf("/") + 1),
    description: row.description,
    // What a table does not say is not taken away.
    split: row.split ?? existing?.split ?? null,
    source: row.source ?? existing?.source ?? defaults?.source ?? null,
    licence: row.licence ?? existing?.licence ?? defaults?.licence ?? null,
  };
  if (!existing) return { kind: "add", texts, picture };
  const isSame = (Object.keys(texts) as (keyof RowTexts)[]).every((name) => texts[name] === existing[name]);
  return isSame && !picture ? { kind: "unchanged", existing } : { kind: "update", existing, texts, picture };
}
