import "server-only";
import { db } from "#lib/db/client.ts";
import { type BatchRow, importBatch } from "#lib/images/import-batch-commands.ts";
import { type CheckedImage, checkImage } from "#lib/images/picture.ts";
import { describeProblem, storableText } from "#lib/images/problems.ts";
import { MAX_NAME_CHARACTERS } from "#lib/images/schema.ts";
import type { ImportSource } from "#lib/images/source.ts";
import { baseName } from "#lib/interchange/read-sft.ts";
import type { EmbeddedPicture } from "#lib/interchange/record-rows.ts";
import type { FoundRecordProblem, RecordItem } from "#lib/interchange/write-records-commands.ts";

/** A row of a file with the pictures that stand in it. */
export type PicturedItem = RecordItem & { pictures?: readonly EmbeddedPicture[] };

type Given = { item: PicturedItem; picture: EmbeddedPicture; image: CheckedImage };

/**
 * Takes the pictures that stand in rows into the project, by the very import that pictures come in by: those of images
 * that are not here, and of images that are known by name only. An image is known by its id, by its file's name, or by
 * its bytes where the project has these once; what is here is left as it is. Returns the rows, each naming the image that
 * its picture is of, and notes on pictures that were not taken. Done before the rows are written and safe to do again: a
 * crash in between loses no picture.
 */
export async function takeEmbeddedPictures(
  context: { projectId: string; importId: string; userId: string | null },
  items: readonly PicturedItem[],
): Promise<{ items: RecordItem[]; problems: FoundRecordProblem[]; taken: number }> {
  const problems: FoundRecordProblem[] = [];
  const given = new Map<string, Given>();
  for (const item of items) {
    const picture = pictureOf(item);
    if (!picture) continue;
    const { id } = item.record.image;
    const before = given.get(id);
    if (before) {
      if (!isSame(before.picture.bytes, picture.bytes))
        problems.push({ line: item.line, problem: { code: "other_picture", image: id } });
      continue;
    }
    const checked = await checkImage(picture.bytes);
    if (checked.ok) given.set(id, { item, picture, image: checked.image });
    else
      problems.push({
        line: item.line,
        problem: { code: "picture_not_taken", image: id, why: describeProblem(checked.problem) },
      });
  }
  if (given.size === 0) return { items: [...items], problems, taken: 0 };

  const known = await findKnown(context.projectId, given);
  const names = new Map([...known].map(([id, { externalId }]) => [id, externalId]));
  const fresh = new Map<string, string>();
  const rows: BatchRow[] = [];
  const bytes = new Map<string, Uint8Array>();
  for (const [id, { item, picture, image }] of given) {
    const here = known.get(id);
    const twin = here ? undefined : fresh.get(image.sha256);
    if (twin !== undefined) {
      names.set(id, twin);
      continue;
    }
    if (here?.state === "present") {
      if (here.sha256 !== image.sha256)
        problems.push({ line: item.line, problem: { code: "other_picture", image: id } });
      continue;
    }
    const wanted = item.record.image;
    const externalId = here?.externalId ?? storableText(id);
    // What the source is asked for by must differ between rows, whatever their paths.
    const name = `${rows.length}/${storableText(baseName(picture.path)).slice(-MAX_NAME_CHARACTERS) || externalId}`;
    bytes.set(name, picture.bytes);
    fresh.set(image.sha256, externalId);
    rows.push({
      line: item.line,
      row: {
        id: externalId,
        image: name,
        description: here?.description ?? storableText(wanted.description ?? "").trim(),
        split: here?.split ?? null,
        source: here?.source ?? storable(wanted.source),
        licence: here?.licence ?? storable(wanted.licence),
      },
    });
  }
  const counts = { added: 0, unchanged: 0, updated: 0, rejected: 0 };
  if (rows.length > 0)
    await importBatch(
      { ...context, source: sourceOf(bytes), allowMissing: false, isBeside: true },
      rows,
      [],
      counts,
    );
  return {
    items: items.map((item) => {
      const id = names.get(item.record.image.id);
      if (id === undefined || id === storableText(item.record.image.id)) return item;
      const image = { ...item.record.image, id };
      return { ...item, record: { ...item.record, image } };
    }),
    problems,
    taken: counts.added + counts.updated,
  };
}

/** The picture that a row's image is: the one of its file's name, or the only one. */
function pictureOf({ record, pictures = [] }: PicturedItem): EmbeddedPicture | null {
  const { fileName } = record.image;
  const named = fileName === null ? undefined : pictures.find(({ path }) => baseName(path) === fileName);
  return named ?? (pictures.length === 1 ? (pictures[0] ?? null) : null);
}

const SELECT = {
  externalId: true,
  fileName: true,
  state: true,
  sha256: true,
  description: true,
  split: true,
  source: true,
  licence: true,
} as const;

async function findKnown(projectId: string, given: ReadonlyMap<string, Given>) {
  const all = [...given];
  const ids = all.map(([id]) => storableText(id));
  const files = all.flatMap(([, { item }]) => storableText(item.record.image.fileName ?? "") || []);
  const hashes = all.map(([, { image }]) => image.sha256);
  const rows = await db().image.findMany({
    where: {
      projectId,
      OR: [{ externalId: { in: ids } }, { fileName: { in: files } }, { sha256: { in: hashes } }],
    },
    select: SELECT,
  });
  const only = (fitting: typeof rows) => (fitting.length === 1 ? fitting[0] : undefined);
  return new Map(
    all.flatMap(([id, { item, image }]) => {
      const { fileName } = item.record.image;
      const found =
        rows.find(({ externalId }) => externalId === storableText(id)) ??
        // A name alone is no proof where the bytes speak against it.
        only(
          rows.filter(
            (one) => one.fileName === fileName && (one.sha256 === null || one.sha256 === image.sha256),
          ),
        ) ??
        only(rows.filter(({ sha256 }) => sha256 === image.sha256));
      return found ? [[id, found] as const] : [];
    }),
  );
}

function sourceOf(bytes: ReadonlyMap<string, Uint8Array>): ImportSource {
  return {
    tableName: "pictures",
    format: "jsonl",
    openTable: async () => {
      throw new Error("pictures in rows have no table");
    },
    find: async (name) => {
      const own = bytes.get(name);
      if (!own) return { kind: "problem", problem: { code: "missing_file" } };
      return { kind: "found", file: name, read: async () => ({ ok: true, bytes: Buffer.from(own) }) };
    },
    problems: [],
    close: async () => {},
  };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one.buffer, one.byteOffset, one.length).equals(other);
}

function storable(text: string | null): string | null {
  return text === null ? null : storableText(text);
}
