import "server-only";
import { createHash } from "node:crypto";
import { db, type Prisma } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { createImport, failImport } from "#lib/images/import-commands.ts";
import { storableText } from "#lib/images/problems.ts";
import { type PicturedItem, takeEmbeddedPictures } from "#lib/interchange/embedded-pictures-commands.ts";
import { createFolderCheck } from "#lib/interchange/folder-check.ts";
import { type ImportProgress, importEnded, type RunImport } from "#lib/interchange/import-progress.ts";
import { faultOfMapping, type Mapping, mappingSchema } from "#lib/interchange/mapping-schema.ts";
import { openImport } from "#lib/interchange/open-import-commands.ts";
import { readRecord } from "#lib/interchange/read-record.ts";
import { describeRecordProblem, isRecordNote, type RecordFault } from "#lib/interchange/record-problems.ts";
import type { RecordRow } from "#lib/interchange/record-rows.ts";
import {
  type OpenRecordFile,
  type RecordSourceSpec,
  withRecordFiles,
} from "#lib/interchange/record-source.ts";
import type { ImportedFile, StageCursor, StageImportCounts } from "#lib/interchange/schema.ts";
import { finish, selectAll } from "#lib/interchange/stages-import-commands.ts";
import { MAX_KEPT_PROBLEMS, moveCursor } from "#lib/interchange/take-file-commands.ts";
import type { TraceRecord } from "#lib/interchange/trace-record.ts";
import { type FoundRecordProblem, writeRecords } from "#lib/interchange/write-records-commands.ts";
import { describeError } from "#lib/log.ts";

export type RecordsImport = RunImport & { source: RecordSourceSpec; mapping: Mapping };
export type RecordsImportReport = { importId: string; runId: string; counts: StageImportCounts };

/** Rows that are read, graded, checked and written together: fewer where they are long, since one may have 16 MB. */
const BATCH_ROWS = 100;
const BATCH_CHARACTERS = 8 * 2 ** 20;
const BATCH_PICTURE_BYTES = 32 * 2 ** 20;

/**
 * Takes files of others in as a finished run, from start to end in this process. Good rows go in, the others are in
 * the report with line and cause. The same files with the same mapping again change nothing, and go on where they
 * broke off. Throws an `AppError` in a sentence when the import as a whole cannot be done; what was taken stays.
 */
export async function importRecords(
  input: RecordsImport & { sourceName: string },
): Promise<RecordsImportReport> {
  const { id } = await createImport(input.projectId, input.userId, input.name ?? input.sourceName, "traces");
  try {
    return await runRecordsImport(id, input);
  } catch (error) {
    await failImport(id, describeError(error, { importId: id }));
    throw error;
  }
}

/** Does an import that was created. Safe to do again after a crash: it goes on behind the last row that is in. */
export async function runRecordsImport(importId: string, input: RecordsImport): Promise<RecordsImportReport> {
  const fault = faultOfMapping(input.mapping);
  if (fault) throw new AppError("bad_input", fault);
  const { projectId } = input;
  await db().import.updateMany({
    where: { id: importId, projectId },
    data: { details: { mapping: input.mapping } as Prisma.InputJsonObject },
  });
  return withRecordFiles(input.source, async (files) => {
    const source = await measure(files, input);
    const progress = await openImport(importId, input, source);
    for (const [index, file] of files.entries()) await takeIn(progress, file, index, input.mapping);
    await selectAll(projectId, progress.runId, input.signal);
    await finish(progress, source);
    return { importId, runId: progress.runId, counts: progress.counts };
  });
}

/** The mapping that an import was started with; null: it has none yet. */
export async function readImportMapping(projectId: string, importId: string): Promise<Mapping | null> {
  const found = await db().import.findFirst({
    where: { id: importId, projectId },
    select: { details: true },
  });
  const details = found?.details;
  const mapping =
    details !== null && typeof details === "object" && "mapping" in details ? details.mapping : null;
  return mapping ? mappingSchema.parse(mapping) : null;
}

async function measure(
  files: readonly OpenRecordFile[],
  { mapping, signal }: RecordsImport,
): Promise<{ files: ImportedFile[]; hash: string }> {
  const hash = createHash("sha256").update(JSON.stringify(["records", mappingSchema.parse(mapping)]));
  const found: ImportedFile[] = [];
  for (const file of files) {
    const { rows, hash: content } = await file.measure(signal);
    hash.update(JSON.stringify([file.path.slice(file.path.lastIndexOf("/") + 1), content]));
    found.push({ path: file.path, form: mapping.form, rows });
  }
  if (found.every(({ rows }) => rows === 0)) throw new AppError("bad_input", "These files hold no rows.");
  return { files: found, hash: hash.digest("hex") };
}

/** Takes one file in, from where the import stands: nothing of a file that is in already. */
async function takeIn(
  state: ImportProgress,
  file: OpenRecordFile,
  index: number,
  mapping: Mapping,
): Promise<void> {
  if (index < state.cursor.file) return;
  const from = index === state.cursor.file ? state.cursor.line : 0;
  let rows: RecordRow[] = [];
  let characters = 0;
  let pictureBytes = 0;
  const faultOf = createFolderCheck();
  const flush = async (isLast: boolean) => {
    const taken = rows;
    rows = [];
    characters = 0;
    pictureBytes = 0;
    const last = taken.at(-1)?.line ?? state.cursor.line;
    await writeBatch(
      state,
      file.path,
      taken,
      isLast ? { file: index + 1, line: 0 } : { file: index, line: last },
      mapping,
      faultOf,
    );
  };
  for await (const row of file.rows(from)) {
    state.input.signal?.throwIfAborted();
    rows.push(row);
    if (row.ok) {
      characters += row.raw.length;
      for (const { bytes } of row.pictures ?? []) pictureBytes += bytes.length;
    }
    if (rows.length >= BATCH_ROWS || characters >= BATCH_CHARACTERS || pictureBytes >= BATCH_PICTURE_BYTES)
      await flush(false);
  }
  await flush(true);
}

async function writeBatch(
  state: ImportProgress,
  path: string,
  rows: readonly RecordRow[],
  to: StageCursor,
  mapping: Mapping,
  faultOf: (record: TraceRecord) => RecordFault | null,
): Promise<void> {
  const { importId, runId, input, counts } = state;
  const summary = structuredClone(state.summary);
  const file = storableText(path);
  const problems: FoundRecordProblem[] = [];
  const read: PicturedItem[] = [];
  for (const row of rows) {
    const found = row.ok ? readRecord(mapping, row.row) : row;
    const fault = !found.ok ? found.fault : "record" in found ? faultOf(found.record) : null;
    if (fault) problems.push({ line: row.line, problem: fault });
    else if (row.ok && "record" in found)
      read.push({
        line: row.line,
        raw: row.raw,
        record: found.record,
        notes: found.notes,
        ...(row.pictures ? { pictures: row.pictures } : {}),
      });
  }
  const { projectId, userId } = input;
  const { items, taken, ...pictured } = await takeEmbeddedPictures({ projectId, importId, userId }, read);
  problems.push(...pictured.problems);
  const pictures = state.pictures + taken;
  const result = await db().$transaction(
    async (tx) => {
      await moveCursor(tx, state, to);
      const context = {
        projectId: input.projectId,
        importId,
        runId,
        file,
        now: new Date().toISOString(),
        summary,
      };
      const outcome =
        items.length === 0
          ? { added: 0, unchanged: 0, problems: [] }
          : await writeRecords(tx, context, items);
      const all = [...problems, ...outcome.problems].sort((a, b) => a.line - b.line);
      const rejected = new Set(
        all.filter(({ problem }) => !isRecordNote(problem.code)).map(({ line }) => line),
      ).size;
      await keepProblems(tx, importId, file, all);
      const { count } = await tx.import.updateMany({
        where: { id: importId, projectId: input.projectId, state: "working" },
        data: {
          added: counts.added + outcome.added,
          unchanged: counts.unchanged + outcome.unchanged,
          rejected: counts.rejected + rejected,
          updated: pictures,
        },
      });
      if (count === 0) throw importEnded();
      await tx.importedRun.update({ where: { runId }, data: { summary } });
      return { ...outcome, rejected };
    },
    { timeout: 120_000, maxWait: 30_000 },
  );
  state.cursor = to;
  state.summary = summary;
  state.pictures = pictures;
  counts.added += result.added;
  counts.unchanged += result.unchanged;
  counts.rejected += result.rejected;
  counts.rows = counts.added + counts.unchanged + counts.rejected;
  input.onProgress?.({ ...counts });
}

async function keepProblems(
  tx: Prisma.TransactionClient,
  importId: string,
  file: string,
  problems: readonly FoundRecordProblem[],
): Promise<void> {
  if (problems.length === 0) return;
  const kept = await tx.importProblem.count({ where: { importId } });
  await tx.importProblem.createMany({
    data: problems.slice(0, Math.max(0, MAX_KEPT_PROBLEMS - kept)).map(({ line, problem }) => ({
      importId,
      line,
      file,
      code: problem.code,
      message: storableText(describeRecordProblem(problem)),
    })),
  });
}
