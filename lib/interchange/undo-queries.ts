import "server-only";
import { z } from "zod";
import { db } from "#lib/db/client.ts";
import { queryFragment, type SqlFragment, sql } from "#lib/db/sql-fragment.ts";
import { AppError } from "#lib/errors.ts";

export const undoReportSchema = z.object({
  removed: z.object({ traces: z.number(), questions: z.number(), images: z.number() }),
  kept: z.object({ traces: z.number(), questions: z.number() }),
});
export type UndoReport = z.infer<typeof undoReportSchema>;

/** What an import's details say of its being taken back. */
export const undoDetailsSchema = z.object({
  /** Asked for, and by a worker not yet done; `error`: it was given up, in a sentence. */
  undoing: z.object({ at: z.string(), error: z.string().nullable() }).nullish(),
  undone: undoReportSchema.nullish(),
});

/** How taking an import back stands. */
export type UndoView =
  | { state: "none" }
  | { state: "asked" }
  | { state: "failed"; error: string }
  | { state: "done"; report: UndoReport };

export async function readUndo(projectId: string, importId: string): Promise<UndoView> {
  const found = await db().import.findFirst({
    where: { id: importId, projectId },
    select: { details: true, undoneAt: true },
  });
  const { undoing, undone } = undoDetailsSchema.safeParse(found?.details ?? {}).data ?? {};
  if (found?.undoneAt && undone) return { state: "done", report: undone };
  if (!undoing) return { state: "none" };
  return undoing.error === null ? { state: "asked" } : { state: "failed", error: undoing.error };
}

/** What taking an import back would do, as things stand. */
export interface UndoPreview {
  traces: number;
  /** Traces that stay, since somebody or something has made use of them. */
  kept: number;
  /** Of its questions those whose every trace would go, and of its images without a picture likewise. */
  questions: number;
  images: number;
}

/** Counts what taking an import back would remove. Throws "not_found" where it added nothing. */
export async function previewUndo(projectId: string, importId: string): Promise<UndoPreview> {
  const found = await db().import.findFirst({
    where: { id: importId, projectId, kind: { in: ["traces", "stages"] } },
    select: { runId: true },
  });
  if (!found?.runId)
    throw new AppError("not_found", "There is no such import in this project, or it added nothing.");
  const { runId } = found;
  const [counts] = await queryFragment<UndoPreview[]>(
    db(),
    sql`
    WITH own AS (
        SELECT t."id", t."questionId", (${untouchedTraces(projectId, runId)}) AS goes
        FROM "Trace" t WHERE t."runId" = ${runId}::uuid AND t."projectId" = ${projectId}::uuid),
      question AS (
        SELECT q."id", q."imageId" FROM "ImportedText" i JOIN "Question" q ON q."id" = i."questionId"
        WHERE i."runId" = ${runId}::uuid AND i."projectId" = ${projectId}::uuid
          AND NOT EXISTS (SELECT 1 FROM "Trace" t LEFT JOIN own ON own."id" = t."id"
            WHERE t."questionId" = q."id" AND own.goes IS NOT TRUE)
          AND NOT EXISTS (SELECT 1 FROM "SimpleThought" s WHERE s."questionId" = q."id" AND NOT EXISTS (
            SELECT 1 FROM "ImportedText" o WHERE o."simpleThoughtId" = s."id" AND o."runId" = ${runId}::uuid))
          AND NOT EXISTS (SELECT 1 FROM "QuestionRejection" r WHERE r."questionId" = q."id")
          AND NOT EXISTS (SELECT 1 FROM "QuestionRevision" r WHERE r."questionId" = q."id" AND r."authorId" IS NOT NULL)),
      image AS (
        SELECT p."id" FROM "Image" p JOIN "Import" m ON m."id" = p."importId"
        WHERE p."projectId" = ${projectId}::uuid AND m."runId" = ${runId}::uuid AND p."state" = 'missing'
          AND NOT EXISTS (SELECT 1 FROM "Question" q LEFT JOIN question g ON g."id" = q."id"
            WHERE q."imageId" = p."id" AND g."id" IS NULL)
          AND NOT EXISTS (SELECT 1 FROM "ImageRegion" g WHERE g."imageId" = p."id"))
    SELECT (SELECT count(*) FROM own WHERE goes)::int AS traces, (SELECT count(*) FROM own WHERE NOT goes)::int AS kept,
      (SELECT count(*) FROM question)::int AS questions, (SELECT count(*) FROM image)::int AS images`,
  );
  return counts ?? { traces: 0, kept: 0, questions: 0, images: 0 };
}

/** Whether the trace `t` of this run was left alone: by people, by versions, by calibration, and by other imports. */
export function untouchedTraces(projectId: string, runId: string): SqlFragment {
  return sql`t."runId" = ${runId}::uuid AND t."projectId" = ${projectId}::uuid
      AND NOT EXISTS (SELECT 1 FROM "Verdict" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "ReviewClaim" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "StepMark" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "FirstError" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "ImageRegion" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "TraceReferral" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "TraceComment" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "Repair" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "TracePreference" x WHERE x."betterTraceId" = t."id" OR x."worseTraceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "ImportedPreference" x WHERE x."runId" <> ${runId}::uuid AND x."betterTraceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "ImportedPreference" x WHERE x."runId" <> ${runId}::uuid AND x."worseTraceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "GoldTrace" x WHERE x."sourceTraceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "GuidelineExample" x WHERE x."traceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "DatasetRecord" x WHERE x."traceId" = t."id" OR x."rejectedTraceId" = t."id")
      AND NOT EXISTS (SELECT 1 FROM "TraceRevision" x WHERE x."traceId" = t."id" AND x."number" > 1)`;
}
