import "server-only";
import { z } from "zod";
import { readPartsOf } from "#lib/api/version-queries.ts";
import { FAMILIES, type FamilyId } from "#lib/datasets/preview/families.ts";
import { findTraceLine } from "#lib/datasets/preview/line-queries.ts";
import { readLinePreview } from "#lib/datasets/preview/queries.ts";
import { VERSION_PARTS, type VersionPart } from "#lib/datasets/version-schema.ts";
import { AppError } from "#lib/errors.ts";

export interface AskedPreview {
  part?: VersionPart | undefined;
  line?: number | undefined;
  trace?: string | undefined;
  family: FamilyId;
  cutoff: number;
}

/**
 * One line of a version as a family of models would be trained on it.
 *
 * @throws AppError `not_found` where there is no such version, part or line; `conflict` while it is not ready, or where
 *   its file is not what was frozen; `bad_input` where line and trace are both named.
 */
export async function readPreview(projectId: string, versionId: string, asked: AskedPreview) {
  const { family, cutoff, trace } = asked;
  const version = await readPartsOf(projectId, versionId);
  const part = asked.part ?? VERSION_PARTS.find((one) => version.lines[one] > 0);
  if (!part || version.lines[part] === 0)
    throw new AppError("not_found", "This version holds no lines of that part.");
  if (trace && asked.line !== undefined)
    throw new AppError("bad_input", "Name a line by its number or by a trace, not by both.");
  const found = trace ? await findTraceLine(projectId, versionId, part, trace) : (asked.line ?? 1) - 1;
  if (found === null) throw new AppError("not_found", "That trace stands in no line of this part.");
  const preview = await readLinePreview(projectId, version, {
    part,
    ordinal: found,
    family: FAMILIES[family],
    cutoff,
  });
  if (!preview)
    throw new AppError(
      "not_found",
      `This part has ${version.lines[part]} lines; there is no line ${found + 1}.`,
    );
  const place = { part, line: found + 1, lines: version.lines[part], family, cutoff };
  if ("gap" in preview) return { ...place, gap: preview.gap, rendered: null };
  const { line, ...rendered } = preview;
  return {
    ...place,
    gap: null,
    rendered: { ...rendered, record: z.record(z.string(), z.json()).parse(line) },
  };
}
