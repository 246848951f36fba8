import "server-only";
import { randomUUIDv7 } from "node:crypto";
import pLimit from "p-limit";
import { recordAudit } from "#lib/audit/commands.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import type { CaptionRow } from "#lib/images/columns.ts";
import { folderOf } from "#lib/images/keys.ts";
import { PICTURES_AT_ONCE } from "#lib/images/picture.ts";
import {
  type ExistingImage,
  type OriginDefaults,
  type Prepared,
  prepareRow,
  type RowTexts,
} from "#lib/images/prepare-row.ts";
import { describeProblem, type RowProblem, storableText } from "#lib/images/problems.ts";
import type { ImportSource } from "#lib/images/source.ts";
import { welcomePicture } from "#lib/images/welcome-picture-commands.ts";
import { log } from "#lib/log.ts";
import { deleteFolder } from "#lib/storage/storage.ts";

export interface BatchContext {
  importId: string;
  projectId: string;
  userId: string | null;
  source: ImportSource;
  allowMissing: boolean;
  defaults?: OriginDefaults | undefined;
  /** The import counts other things than these rows: they come beside what it brings in. */
  isBeside?: boolean | undefined;
}

export interface BatchRow {
  line: number;
  row: CaptionRow;
}

export interface BatchProblem {
  line: number | null;
  file: string | null;
  problem: RowProblem;
}

export interface BatchCounts {
  added: number;
  unchanged: number;
  updated: number;
  rejected: number;
}

/** More problems than anybody reads are counted and not kept. */
const MAX_KEPT_PROBLEMS = 10_000;

/** Rows that are worked on at once: while the pictures of some are decoded, those of two more are read or stored. */
const limit = pLimit(PICTURES_AT_ONCE + 2);

/** Some rows whose pictures are on their way into storage. */
export interface StartedBatch {
  /**
   * Takes the rows into the project: rows, problems and counts in one transaction, so that the report and the project
   * agree at every moment. A row whose id another import took meanwhile is looked at again.
   */
  finish(counts: BatchCounts): Promise<void>;
  /** Takes the pictures out of storage again. */
  discard(): Promise<void>;
}

/** Begins to put the pictures of some rows into storage. Call one of the batch's two methods, whatever happens. */
export function startBatch(
  context: BatchContext,
  rows: readonly BatchRow[],
  problems: readonly BatchProblem[],
): StartedBatch {
  const preparing = prepareRows(context, rows);
  // Told to whoever finishes it; nobody may have asked yet.
  preparing.catch(() => undefined);
  return {
    finish: async (counts) => writeRows(context, await preparing, problems, counts),
    discard: async () => {
      // What failed has taken its pictures out by itself.
      const prepared = await preparing.catch(() => []);
      await dropPictures(prepared.map((item) => item.result));
    },
  };
}

/** Takes some rows into the project, from start to end. */
export function importBatch(
  context: BatchContext,
  rows: readonly BatchRow[],
  problems: readonly BatchProblem[],
  counts: BatchCounts,
): Promise<void> {
  return startBatch(context, rows, problems).finish(counts);
}

async function writeRows(
  context: BatchContext,
  first: PreparedRow[],
  problems: readonly BatchProblem[],
  counts: BatchCounts,
): Promise<void> {
  let prepared = first;
  let toReport: readonly BatchProblem[] = problems;
  for (let turn = 0; prepared.length > 0 || toReport.length > 0; turn += 1) {
    if (turn === 5) throw new Error("rows of an import keep changing under it");
    const written = prepared;
    const reported = toReport;
    const lost = await db()
      .$transaction((tx) => writeBatch(tx, context, written, reported, counts), {
        timeout: 60_000,
        maxWait: 20_000,
      })
      .catch(async (error: unknown) => {
        await dropPictures(written.map((item) => item.result));
        throw error;
      });
    await dropPictures(lost.map((item) => item.result));
    prepared = await prepareRows(
      context,
      lost.map(({ line, row }) => ({ line, row })),
    );
    toReport = [];
  }
}

interface PreparedRow extends BatchRow {
  result: Prepared;
}

async function readExisting(
  projectId: string,
  rows: readonly BatchRow[],
): Promise<Map<string, ExistingImage>> {
  if (rows.length === 0) return new Map();
  const found = await db().image.findMany({
    where: { projectId, externalId: { in: rows.map(({ row }) => row.id) } },
    select: {
      id: true,
      externalId: true,
      importId: true,
      state: true,
      fileName: true,
      description: true,
      split: true,
      source: true,
      licence: true,
      sha256: true,
      storageKey: true,
      updatedAt: true,
    },
  });
  return new Map(found.map((image) => [image.externalId, image]));
}

/** All rows are worked on to their end before an error is thrown: none goes on writing files behind the caller's back. */
async function prepareRows(context: BatchContext, rows: readonly BatchRow[]): Promise<PreparedRow[]> {
  const existing = await readExisting(context.projectId, rows);
  const settled = await Promise.allSettled(
    rows.map((item) =>
      limit(async () => ({
        ...item,
        result: await prepareRow(item.row, existing.get(item.row.id), context),
      })),
    ),
  );
  const prepared = settled.flatMap((item) => (item.status === "fulfilled" ? [item.value] : []));
  const failed = settled.find((item) => item.status === "rejected");
  if (failed) {
    await dropPictures(prepared.map((item) => item.result));
    throw failed.reason;
  }
  return prepared;
}

/** Writes what was prepared; returns the rows whose image another import wrote in between. */
async function writeBatch(
  tx: Transaction,
  context: BatchContext,
  prepared: readonly PreparedRow[],
  problems: readonly BatchProblem[],
  counts: BatchCounts,
): Promise<PreparedRow[]> {
  const { projectId, importId } = context;
  const lost: PreparedRow[] = [];
  const now: BatchCounts = { added: 0, unchanged: 0, updated: 0, rejected: problems.length };
  const report: BatchProblem[] = [...problems];

  // Sorted ids, given out in the order of the rows: a gallery that sorts by id shows the order of the file.
  const ids = prepared.map(() => randomUUIDv7()).sort();
  // Written in the order of their names, whatever the order of the file: imports of the same rows wait for each other
  // instead of blocking each other.
  const adds = prepared
    .flatMap((item, at) => (item.result.kind === "add" ? [{ item, id: ids[at], result: item.result }] : []))
    .sort((a, b) => compareText(a.item.row.id, b.item.row.id));
  const created = await tx.image.createManyAndReturn({
    data: adds.map(({ item, id, result }) => ({
      id,
      projectId,
      importId,
      externalId: item.row.id,
      ...result.texts,
      ...(result.picture ?? { state: "missing" as const }),
    })),
    skipDuplicates: true,
    select: { externalId: true },
  });
  const createdIds = new Set(created.map((image) => image.externalId));
  for (const { item } of adds) {
    if (createdIds.has(item.row.id)) now.added += 1;
    else lost.push(item);
  }

  for (const item of prepared.toSorted((a, b) => compareText(a.row.id, b.row.id))) {
    const { result } = item;
    if (result.kind === "unchanged") {
      // Added by this very import before it was interrupted: to the person it is one import.
      if (result.existing.importId === importId) now.added += 1;
      else now.unchanged += 1;
    }
    if (result.kind === "problem") {
      now.rejected += 1;
      report.push({ line: item.line, file: result.file, problem: result.problem });
    }
    if (result.kind !== "update") continue;
    const { existing, texts, picture } = result;
    const { count } = await tx.image.updateMany({
      where: { id: existing.id, projectId, updatedAt: existing.updatedAt },
      data: { ...texts, ...picture },
    });
    if (count === 0) {
      lost.push(item);
      continue;
    }
    now.updated += 1;
    if (picture && existing.state === "missing") await welcomePicture(tx, projectId, existing.id);
    await recordAudit(tx, {
      projectId,
      actorId: context.userId,
      action: "image.updated",
      subjectType: "image",
      subjectId: existing.id,
      data: {
        importId,
        changed: changedNames(existing, texts),
        ...(texts.description === existing.description ? {} : { previousDescription: existing.description }),
        ...(picture ? { pictureAttached: true } : {}),
      },
    });
  }

  const kept = report
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .slice(0, Math.max(0, MAX_KEPT_PROBLEMS - counts.rejected));
  const problemIds = kept.map(() => randomUUIDv7()).sort();
  await tx.importProblem.createMany({
    data: kept.map(({ line, file, problem }, at) => ({
      id: problemIds[at],
      importId,
      line,
      file: file && storableText(file),
      code: problem.code,
      message: storableText(describeProblem(problem)),
    })),
  });
  // An import that was ended meanwhile, with its project or by hand, takes nothing more.
  const { count: isGoingOn } = await tx.import.updateMany({
    where: { id: importId, projectId, state: "working" },
    data: context.isBeside
      ? { state: "working" }
      : {
          added: { increment: now.added },
          unchanged: { increment: now.unchanged },
          updated: { increment: now.updated },
          rejected: { increment: now.rejected },
        },
  });
  if (isGoingOn === 0) {
    const ended = await tx.import.findFirst({ where: { id: importId, projectId }, select: { error: true } });
    throw new AppError("conflict", ended?.error ?? "This import was ended. Start a new one.");
  }
  counts.added += now.added;
  counts.unchanged += now.unchanged;
  counts.updated += now.updated;
  counts.rejected += now.rejected;
  return lost;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function changedNames(existing: ExistingImage, texts: RowTexts): string[] {
  return (Object.keys(texts) as (keyof RowTexts)[]).filter((name) => texts[name] !== existing[name]);
}

/**
 * Removes pictures that no row points to. A transaction can have been committed although it ended in an error, so the
 * database is asked first. What cannot be removed is only disk space: it is logged.
 */
async function dropPictures(results: readonly Prepared[]): Promise<void> {
  const keys = results.flatMap((result) =>
    (result.kind === "add" || result.kind === "update") && result.picture ? [result.picture.storageKey] : [],
  );
  if (keys.length === 0) return;
  try {
    const used = await db().image.findMany({
      where: { storageKey: { in: keys } },
      select: { storageKey: true },
    });
    const usedKeys = new Set(used.map((image) => image.storageKey));
    for (const key of keys) if (!usedKeys.has(key)) await deleteFolder(folderOf(key));
  } catch (error) {
    log.warn({ err: error, keys }, "pictures without a row stay in storage");
  }
}
