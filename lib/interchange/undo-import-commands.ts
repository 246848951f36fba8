import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { db, type Prisma, type Transaction } from "#lib/db/client.ts";
import { queryFragment, sql } from "#lib/db/sql-fragment.ts";
import { AppError } from "#lib/errors.ts";
import { type UndoReport, untouchedTraces } from "#lib/interchange/undo-queries.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";

/** The background job that takes back what an import added. */
export const UNDO_IMPORT_JOB = "undo-import";

const AT_ONCE = 500;

/** Asks for what an import added to be taken back, as far as nobody has judged it. Done by a worker. */
export async function requestUndo(projectId: string, userId: string, importId: string): Promise<void> {
  await db().$transaction(async (tx) => {
    // A worker that ends an earlier undo writes its report into the same details.
    await tx.$queryRaw`
      SELECT 1 FROM "Import" WHERE "id" = ${importId}::uuid AND "projectId" = ${projectId}::uuid FOR UPDATE`;
    const found = await tx.import.findFirst({
      where: { id: importId, projectId, kind: { in: ["traces", "stages"] } },
      select: { state: true, runId: true, undoneAt: true, details: true },
    });
    if (!found) throw new AppError("not_found", "There is no such import in this project.");
    if (found.undoneAt) throw new AppError("conflict", "What this import added was taken back already.");
    if (found.state === "working" || found.state === "receiving") {
      throw new AppError("conflict", "This import is still at work. Wait for its end, then take it back.");
    }
    if (!found.runId) throw new AppError("conflict", "This import added nothing that could be taken back.");
    const others = await tx.import.count({
      where: { projectId, state: "working", kind: { in: ["traces", "stages"] } },
    });
    if (others > 0) {
      throw new AppError(
        "conflict",
        "Another import of traces is at work in this project, and may build on what this one added. Wait for its end, then take this one back.",
      );
    }
    const undoing = { at: new Date().toISOString(), error: null };
    await tx.import.updateMany({
      where: { id: importId, projectId },
      data: { details: { ...(isObject(found.details) ? found.details : {}), undoing } },
    });
    await enqueueJob(tx, UNDO_IMPORT_JOB, { importId, projectId, userId }, { key: importId });
  });
}

/** Writes down, in a sentence, why an import was not taken back: it can be asked for again. */
export async function failUndo(projectId: string, importId: string, error: string): Promise<void> {
  await db().$transaction(async (tx) => {
    const [found] = await tx.$queryRaw<{ details: Prisma.JsonValue }[]>`
      SELECT "details" FROM "Import" WHERE "id" = ${importId}::uuid AND "projectId" = ${projectId}::uuid
        AND "undoneAt" IS NULL FOR UPDATE`;
    if (!found) return;
    const undoing = { at: new Date().toISOString(), error };
    await tx.import.updateMany({
      where: { id: importId, projectId },
      data: { details: { ...(isObject(found.details) ? found.details : {}), undoing } },
    });
  });
}

/**
 * Takes back the traces, questions and images of the run that an import became, as long as nobody has judged, marked,
 * edited, compared or frozen them, nothing else was made of them and no other import prefers one of them to another.
 * What stays is counted. Safe to do again after a crash. The same files can be imported anew afterwards, and so can
 * other files, which may have held what was removed.
 */
export async function undoImport(
  projectId: string,
  userId: string | null,
  importId: string,
): Promise<UndoReport> {
  const found = await db().import.findFirst({
    where: { id: importId, projectId },
    select: { runId: true, undoneAt: true },
  });
  if (!found?.runId)
    throw new AppError("not_found", "There is no such import in this project, or it added nothing.");
  const { runId } = found;
  const removed = { traces: 0, questions: 0, images: 0 };
  const again = async (remove: (tx: Transaction) => Promise<number>): Promise<number> => {
    let sum = 0;
    for (;;) {
      const count = await db().$transaction(remove, { timeout: 60_000, maxWait: 30_000 });
      sum += count;
      if (count === 0) return sum;
    }
  };
  removed.traces = await again((tx) => removeTraces(tx, projectId, runId));
  await again(
    (tx) => tx.$executeRaw`
    DELETE FROM "LongThought" WHERE "id" IN (
      SELECT l."id" FROM "ImportedText" i JOIN "LongThought" l ON l."id" = i."longThoughtId"
      WHERE i."runId" = ${runId}::uuid AND NOT EXISTS (SELECT 1 FROM "Trace" t WHERE t."longThoughtId" = l."id")
      LIMIT ${AT_ONCE})`,
  );
  await again(
    (tx) => tx.$executeRaw`
    DELETE FROM "SimpleThought" WHERE "id" IN (
      SELECT s."id" FROM "ImportedText" i JOIN "SimpleThought" s ON s."id" = i."simpleThoughtId"
      WHERE i."runId" = ${runId}::uuid
        AND NOT EXISTS (SELECT 1 FROM "Trace" t WHERE t."simpleThoughtId" = s."id")
        AND NOT EXISTS (SELECT 1 FROM "LongThought" l WHERE l."simpleThoughtId" = s."id")
      LIMIT ${AT_ONCE})`,
  );
  removed.questions = await again(
    (tx) => tx.$executeRaw`
    DELETE FROM "Question" WHERE "id" IN (
      SELECT q."id" FROM "ImportedText" i JOIN "Question" q ON q."id" = i."questionId"
      WHERE i."runId" = ${runId}::uuid
        AND NOT EXISTS (SELECT 1 FROM "Trace" t WHERE t."questionId" = q."id")
        AND NOT EXISTS (SELECT 1 FROM "SimpleThought" s WHERE s."questionId" = q."id")
        AND NOT EXISTS (SELECT 1 FROM "QuestionRejection" r WHERE r."questionId" = q."id")
        AND NOT EXISTS (SELECT 1 FROM "QuestionRevision" r WHERE r."questionId" = q."id" AND r."authorId" IS NOT NULL)
      LIMIT ${AT_ONCE})`,
  );
  removed.images = await again(
    (tx) => tx.$executeRaw`
    DELETE FROM "Image" WHERE "id" IN (
      SELECT p."id" FROM "Image" p JOIN "Import" m ON m."id" = p."importId"
      WHERE p."projectId" = ${projectId}::uuid AND m."runId" = ${runId}::uuid AND p."state" = 'missing'
        AND NOT EXISTS (SELECT 1 FROM "Question" q WHERE q."imageId" = p."id")
        AND NOT EXISTS (SELECT 1 FROM "ImageRegion" g WHERE g."imageId" = p."id")
      LIMIT ${AT_ONCE})`,
  );
  return finish(projectId, userId, importId, runId, removed);
}

async function removeTraces(tx: Transaction, projectId: string, runId: string): Promise<number> {
  // Whoever judges one locks its row first: what is locked at this moment is looked at again in the next turn.
  const rows = await queryFragment<{ id: string }[]>(
    tx,
    sql`SELECT t."id"::text AS "id" FROM "Trace" t WHERE ${untouchedTraces(projectId, runId)}
      ORDER BY t."id" LIMIT ${AT_ONCE} FOR UPDATE OF t SKIP LOCKED`,
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.textFingerprint.deleteMany({ where: { traceId: { in: ids } } });
  const { count } = await tx.trace.deleteMany({ where: { id: { in: ids }, projectId } });
  return count;
}

async function finish(
  projectId: string,
  userId: string | null,
  importId: string,
  runId: string,
  removed: UndoReport["removed"],
): Promise<UndoReport> {
  return db().$transaction(
    async (tx) => {
      const kept = {
        traces: await tx.trace.count({ where: { runId, projectId } }),
        questions: await tx.importedText.count({ where: { runId, projectId, questionId: { not: null } } }),
      };
      const isAllGone = kept.traces + kept.questions === 0;
      const before = await tx.import.findFirst({
        where: { id: importId, projectId },
        select: { details: true },
      });
      const details = isObject(before?.details) ? before.details : {};
      // A turn before a crash may have removed some: they count as removed by this undo.
      const earlier = isObject(details.undone) ? (details.undone as unknown as UndoReport).removed : null;
      const report: UndoReport = {
        removed: {
          traces: removed.traces + (earlier?.traces ?? 0),
          questions: removed.questions + (earlier?.questions ?? 0),
          images: removed.images + (earlier?.images ?? 0),
        },
        kept,
      };
      const { undoing: _asked, ...rest } = details;
      const undone = { ...rest, undone: report } as unknown as Prisma.InputJsonObject;
      await tx.import.updateMany({
        where: { id: importId, projectId },
        data: { undoneAt: new Date(), details: undone },
      });
      if (isAllGone) {
        await tx.import.updateMany({ where: { projectId, runId }, data: { runId: null } });
        await tx.run.deleteMany({ where: { id: runId, projectId } });
      } else {
        // The same files may come again: they are then a run of their own.
        await tx.importedRun.updateMany({
          where: { runId, projectId },
          data: { sourceHash: `undone:${runId}` },
        });
        await tx.$executeRaw`
          DELETE FROM "RunTask" k WHERE k."runId" = ${runId}::uuid
            AND NOT EXISTS (SELECT 1 FROM "Image" x WHERE x."id" = k."inputId")
            AND NOT EXISTS (SELECT 1 FROM "Question" x WHERE x."id" = k."inputId")
            AND NOT EXISTS (SELECT 1 FROM "SimpleThought" x WHERE x."id" = k."inputId")`;
      }
      // Other files may have found here what is gone now: imported again, they are read from their start.
      if (removed.traces + removed.questions + removed.images > 0) {
        await tx.$executeRaw`
          UPDATE "ImportedRun" SET "sourceHash" = 'again:' || "runId"
          WHERE "projectId" = ${projectId}::uuid AND "runId" <> ${runId}::uuid
            AND "sourceHash" NOT LIKE 'undone:%'`;
      }
      await recordAudit(tx, {
        projectId,
        actorId: userId,
        action: "import.undone",
        subjectType: "import",
        subjectId: importId,
        data: report,
      });
      return report;
    },
    { timeout: 120_000, maxWait: 30_000 },
  );
}

function isObject(value: unknown): value is Record<string, Prisma.JsonValue> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
