import "server-only";
import { db } from "#lib/db/client.ts";
import {
  type ImportedFile,
  type ImportedPlace,
  type ImportedPlaces,
  type ImportedSummary,
  importedFileSchema,
  importedSummarySchema,
} from "#lib/interchange/schema.ts";

export type ImportedRunView = {
  files: ImportedFile[];
  summary: ImportedSummary;
  /** The import that brought it in last, with its report. */
  lastImport: { id: string; kind: "stages" | "traces" } | null;
};

/** What a run that was made elsewhere came from; null for any other run. */
export async function readImportedRun(projectId: string, runId: string): Promise<ImportedRunView | null> {
  const row = await db().importedRun.findFirst({ where: { runId, projectId } });
  if (!row) return null;
  const last = await db().import.findFirst({
    where: { projectId, runId },
    orderBy: { id: "desc" },
    select: { id: true, kind: true },
  });
  return {
    files: importedFileSchema.array().parse(row.files),
    summary: importedSummarySchema.parse(row.summary),
    lastImport: last && { id: last.id, kind: last.kind === "traces" ? "traces" : "stages" },
  };
}

/** Where the parts of a trace stood in the files that they were imported from; null for what was generated here. */
export async function readImportedPlaces(
  projectId: string,
  ids: { traceId: string; questionId: string; simpleThoughtId: string; longThoughtId: string | null },
): Promise<ImportedPlaces> {
  const { traceId, questionId, simpleThoughtId, longThoughtId } = ids;
  const preferred = await db().importedPreference.findMany({
    where: { projectId, OR: [{ betterTraceId: traceId }, { worseTraceId: traceId }] },
    orderBy: { id: "asc" },
    take: 20,
  });
  const rows = await db().importedText.findMany({
    where: {
      projectId,
      OR: [{ questionId }, { simpleThoughtId }, ...(longThoughtId ? [{ longThoughtId }] : [])],
    },
    select: {
      file: true,
      line: true,
      place: true,
      unknowns: true,
      questionId: true,
      simpleThoughtId: true,
      longThoughtId: true,
    },
  });
  const placeOf = (isIt: (row: (typeof rows)[number]) => boolean): ImportedPlace | null => {
    const row = rows.find(isIt);
    return row ? { file: row.file, line: row.line, place: row.place, unknowns: row.unknowns } : null;
  };
  return {
    question: placeOf((row) => row.questionId !== null),
    simple: placeOf((row) => row.simpleThoughtId !== null),
    long: placeOf((row) => row.longThoughtId !== null),
    preferences: preferred.map(({ betterTraceId, worseTraceId, file, line }) => ({
      traceId: betterTraceId === traceId ? worseTraceId : betterTraceId,
      isBetter: betterTraceId === traceId,
      file,
      line,
    })),
  };
}
