import "server-only";
import type { z } from "zod";
import { db, type Prisma } from "#lib/db/client.ts";
import type { runConfigSchema } from "#lib/generation/run-schema.ts";
import { storableText } from "#lib/images/problems.ts";
import {
  type ImportProgress,
  importEnded,
  type OpenRun,
  type RunImport,
} from "#lib/interchange/import-progress.ts";
import {
  type ImportedFile,
  importedSummarySchema,
  type StageCursor,
  type StageImportCounts,
  stageCursorSchema,
} from "#lib/interchange/schema.ts";
import { emptySummary } from "#lib/interchange/summary.ts";

/** The files that become a run, as far as this has to know them. */
export type RunSource = { files: readonly ImportedFile[]; hash: string };

/**
 * Finds the run that these files became before, or makes a new one, and begins to count: an import that a worker left
 * goes on from what it had counted, a later one from what is in by the last.
 */
export async function openImport(
  importId: string,
  input: RunImport,
  source: RunSource,
): Promise<ImportProgress> {
  const run = await openRun(importId, input, source);
  const progress = { ...run, importId, input, ...(await begin(importId, input, source)) };
  await carryOver(progress);
  return progress;
}

/** The run that these files became before, or a new one. It stays paused until everything is in. */
async function openRun(importId: string, input: RunImport, source: RunSource): Promise<OpenRun> {
  const { projectId, userId } = input;
  return db().$transaction(async (tx) => {
    // Two imports of the same files at once would both find nothing.
    await tx.$queryRaw`SELECT 1 FROM "Project" WHERE "id" = ${projectId}::uuid FOR NO KEY UPDATE`;
    const known = await tx.importedRun.findUnique({
      where: { projectId_sourceHash: { projectId, sourceHash: source.hash } },
    });
    if (known) {
      await tx.import.updateMany({ where: { id: importId, projectId }, data: { runId: known.runId } });
      return {
        runId: known.runId,
        cursor: stageCursorSchema.parse(known.cursor),
        summary: importedSummarySchema.parse(known.summary),
      };
    }
    const started = await tx.import.findFirst({
      where: { id: importId, projectId },
      select: { source: true },
    });
    const run = await tx.run.create({
      data: {
        projectId,
        name: (input.name ?? `Imported: ${started?.source ?? "stage files"}`).slice(0, 120),
        state: "paused",
        reason: "Its files are still being read.",
        kind: "imported",
        config: configOf(source) as Prisma.InputJsonObject,
        seed: "imported",
        createdById: userId,
        plannedAt: new Date(),
      },
      select: { id: true },
    });
    const cursor: StageCursor = { file: 0, line: 0 };
    const summary = emptySummary();
    const files = source.files.map(({ path, stage, form, rows }) => ({
      path: storableText(path),
      ...(stage ? { stage } : {}),
      ...(form ? { form } : {}),
      rows,
    }));
    await tx.importedRun.create({
      data: { runId: run.id, projectId, sourceHash: source.hash, files, cursor, summary },
    });
    await tx.import.updateMany({ where: { id: importId, projectId }, data: { runId: run.id } });
    return { runId: run.id, cursor, summary };
  });
}

function configOf(source: RunSource): z.input<typeof runConfigSchema> {
  return {
    format: 1,
    // A file of others holds thoughts of both kinds.
    stages: [...new Set(source.files.flatMap(({ stage }) => stage ?? [2 as const, 3 as const]))].sort(),
    images: { kind: "all" },
    lastImageId: null,
    stage1: null,
    stage2: null,
    stage3: null,
    checks: [],
  };
}

/** Begins, or goes on with an import that a worker left: what it had counted by then stands. */
async function begin(
  importId: string,
  { projectId }: RunImport,
  source: RunSource,
): Promise<{ counts: StageImportCounts; pictures: number }> {
  const total = source.files.reduce((sum, { rows }) => sum + rows, 0);
  return db().$transaction(async (tx) => {
    const { count } = await tx.import.updateMany({
      where: { id: importId, projectId, state: { in: ["receiving", "working"] } },
      data: { state: "working", totalRows: total, error: null },
    });
    if (count === 0) throw importEnded();
    const { added, unchanged, rejected, updated } = await tx.import.findUniqueOrThrow({
      where: { id: importId },
      select: { added: true, unchanged: true, rejected: true, updated: true },
    });
    const rows = added + unchanged + rejected;
    return { counts: { rows, total, added, unchanged, rejected }, pictures: updated };
  });
}

/**
 * Goes on from the last import of the same files: what is in by it counts as unchanged here, and what it could not
 * take, with the reasons, stands in this report as well.
 */
async function carryOver({ importId, runId, input: { projectId }, counts }: ImportProgress): Promise<void> {
  if (counts.rows > 0) return;
  const last = await db().import.findFirst({
    where: {
      projectId,
      runId,
      id: { not: importId },
      OR: [{ added: { gt: 0 } }, { unchanged: { gt: 0 } }, { rejected: { gt: 0 } }],
    },
    orderBy: { id: "desc" },
    select: { id: true, added: true, unchanged: true, rejected: true },
  });
  if (!last) return;
  counts.unchanged = last.added + last.unchanged;
  counts.rejected = last.rejected;
  counts.rows = counts.unchanged + counts.rejected;
  const { unchanged, rejected } = counts;
  await db().$transaction(async (tx) => {
    await tx.import.updateMany({ where: { id: importId, projectId }, data: { unchanged, rejected } });
    const problems = await tx.importProblem.findMany({
      where: { importId: last.id },
      orderBy: { id: "asc" },
    });
    await tx.importProblem.createMany({
      data: problems.map(({ id: _id, importId: _last, ...problem }) => ({ ...problem, importId })),
    });
  });
}
