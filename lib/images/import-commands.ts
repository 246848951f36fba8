import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { db } from "#lib/db/client.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import {
  type BatchCounts,
  type BatchProblem,
  type BatchRow,
  type StartedBatch,
  startBatch,
} from "#lib/images/import-batch-commands.ts";
import { readImport } from "#lib/images/import-queries.ts";
import { WideEncodingError } from "#lib/images/lines.ts";
import type { OriginDefaults } from "#lib/images/prepare-row.ts";
import { describeProblem, storableText } from "#lib/images/problems.ts";
import type { ImportCounts, ImportKind, ImportReport } from "#lib/images/schema.ts";
import type { ImportSource, SourceSpec } from "#lib/images/source.ts";
import { withSource } from "#lib/images/source-upload.ts";
import { readTable } from "#lib/images/table.ts";
import { describeError } from "#lib/log.ts";

export interface ImportInput {
  projectId: string;
  userId: string | null;
  source: SourceSpec;
  /** Also takes rows whose image file is not there: they are known by name and wait for it. Default false. */
  allowMissing?: boolean;
  /** For images of which neither the table nor the project names a licence or a source. */
  defaults?: OriginDefaults | undefined;
  onProgress?: (counts: ImportCounts) => void;
  signal?: AbortSignal;
}

/** Rows that are worked on and written together. */
const BATCH_ROWS = 24;

/**
 * Imports a captions file and its images into a project, from start to end in this process. Good rows go in, the others
 * are in the report with line and cause; the same import again changes nothing, and goes on where one broke off.
 * Throws an `AppError` in a sentence when the import as a whole cannot be done; what was taken until then stays.
 */
export async function importImages(input: ImportInput): Promise<ImportReport> {
  const { id } = await createImport(input.projectId, input.userId, sourceName(input.source));
  try {
    return await runImport(id, input);
  } catch (error) {
    await failImport(id, describeError(error, { importId: id }));
    throw error;
  }
}

/** Opens an import that is about to receive its files. */
export async function createImport(
  projectId: string,
  userId: string | null,
  source: string,
  kind: ImportKind = "images",
): Promise<{ id: string }> {
  return db().import.create({
    data: { projectId, kind, createdById: userId, source: storableText(source).slice(0, 300) },
    select: { id: true },
  });
}

/**
 * Does an import that was created, from its first row. Safe to do again after a crash: rows that are in count as added
 * by it. Leaves the import "working" when it throws; the caller decides between another try and `failImport`.
 */
export async function runImport(importId: string, input: ImportInput): Promise<ImportReport> {
  const { projectId, userId } = input;
  await beginImport(importId, projectId);
  const counts: ImportCounts & BatchCounts = {
    rows: 0,
    total: null,
    added: 0,
    unchanged: 0,
    updated: 0,
    rejected: 0,
  };
  await withSource(input.source, async (source) => {
    counts.total = await countRows(source, input.signal);
    await db().import.update({ where: { id: importId, projectId }, data: { totalRows: counts.total } });
    const context = {
      importId,
      projectId,
      userId,
      source,
      allowMissing: input.allowMissing ?? false,
      defaults: input.defaults,
    };

    const firstLines = new Map<string, number>();
    let rows: BatchRow[] = [];
    let problems: BatchProblem[] = [];
    // While one batch is written, the pictures of the next are worked on.
    let before: Promise<void> = Promise.resolve();
    const finish = async (batch: StartedBatch, size: number, isFree: Promise<void>) => {
      try {
        await isFree;
        input.signal?.throwIfAborted();
      } catch (error) {
        await batch.discard();
        throw error;
      }
      await batch.finish(counts);
      counts.rows += size;
      input.onProgress?.({ ...counts });
    };
    const flush = async () => {
      const isFree = before;
      before = finish(startBatch(context, rows, problems), rows.length + problems.length, isFree);
      before.catch(() => undefined);
      rows = [];
      problems = [];
      await isFree;
    };

    try {
      for await (const item of readTable(await source.openTable(), source.format)) {
        input.signal?.throwIfAborted();
        if (!item.ok) {
          problems.push({ line: item.line, file: item.file, problem: item.problem });
        } else {
          const { id, image } = item.row;
          const firstLine = firstLines.get(id);
          if (firstLine !== undefined) {
            problems.push({ line: item.line, file: image, problem: { code: "duplicate_id", id, firstLine } });
          } else {
            firstLines.set(id, item.line);
            rows.push({ line: item.line, row: item.row });
          }
        }
        if (rows.length + problems.length >= BATCH_ROWS) await flush();
      }
      if (rows.length + problems.length > 0) await flush();
    } finally {
      // Nothing goes on behind the caller's back.
      await before;
    }
    await reportSourceProblems(importId, source);
  });
  return finishImport(importId, projectId, userId, counts);
}

/** Ends an import with the sentence that says why; does nothing to one that has ended. */
export async function failImport(importId: string, message: string): Promise<void> {
  await db().import.updateMany({
    where: { id: importId, state: { in: ["receiving", "working"] } },
    data: { state: "failed", error: message, endedAt: new Date() },
  });
}

async function beginImport(importId: string, projectId: string): Promise<void> {
  await db().$transaction(async (tx) => {
    const { count } = await tx.import.updateMany({
      where: { id: importId, projectId, state: { in: ["receiving", "working"] } },
      data: {
        state: "working",
        totalRows: null,
        added: 0,
        unchanged: 0,
        updated: 0,
        rejected: 0,
        error: null,
      },
    });
    if (count === 0) throw new AppError("conflict", "This import has already ended. Start a new one.");
    await tx.importProblem.deleteMany({ where: { importId } });
  });
}

/** Reads the table once to its end, so that progress has a goal and an unreadable file fails before anything is taken. */
async function countRows(source: ImportSource, signal: AbortSignal | undefined): Promise<number> {
  let total = 0;
  try {
    for await (const _ of readTable(await source.openTable(), source.format)) {
      signal?.throwIfAborted();
      total += 1;
    }
  } catch (error) {
    if (error instanceof WideEncodingError) {
      throw new AppError(
        "bad_input",
        `“${source.tableName}” is not UTF-8 (it looks like UTF-16). Save it as UTF-8, then import it again.`,
        { cause: error },
      );
    }
    if (isAppError(error) || signal?.aborted) throw error;
    throw new AppError(
      "bad_input",
      `“${source.tableName}” could not be read to its end. Check the file, then import it again.`,
      { cause: error },
    );
  }
  if (total === 0) throw new AppError("bad_input", `“${source.tableName}” holds no rows.`);
  return total;
}

/** What is wrong with the source apart from its rows: kept in the report, not counted as rows. */
async function reportSourceProblems(importId: string, source: ImportSource): Promise<void> {
  if (source.problems.length === 0) return;
  await db().importProblem.createMany({
    data: source.problems.slice(0, 1000).map(({ file, problem }) => ({
      importId,
      line: null,
      file: storableText(file),
      code: problem.code,
      message: storableText(describeProblem(problem)),
    })),
  });
}

async function finishImport(
  importId: string,
  projectId: string,
  userId: string | null,
  counts: BatchCounts,
): Promise<ImportReport> {
  await db().$transaction(async (tx) => {
    const { count } = await tx.import.updateMany({
      where: { id: importId, projectId, state: "working" },
      data: { state: "done", endedAt: new Date() },
    });
    if (count === 0) throw new AppError("conflict", "This import was ended before it was done.");
    const { added, unchanged, updated, rejected } = counts;
    await recordAudit(tx, {
      projectId,
      actorId: userId,
      action: "images.imported",
      subjectType: "import",
      subjectId: importId,
      data: { added, unchanged, updated, rejected },
    });
  });
  return readImport(projectId, importId);
}

function sourceName(source: SourceSpec): string {
  const path = source.kind === "folder" ? source.captions : source.kind === "zip" ? source.path : "upload";
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
