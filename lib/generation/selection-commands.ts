import "server-only";
import { db, type Transaction } from "#lib/db/client.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { chooseForReview, type Selectable } from "#lib/generation/selection.ts";
import type { TraceKind } from "#lib/traces/kind.ts";

/**
 * Puts traces of these questions into the review queue by the project's policy, and takes back those that others
 * displace. Cheap, and safe to repeat and to run at once with itself: the questions' rows are its lock.
 */
export async function selectForReview(input: {
  projectId: string;
  questionIds: readonly string[];
}): Promise<{ selected: number; released: number }> {
  const { projectId } = input;
  const questionIds = [...new Set(input.questionIds)].sort();
  if (questionIds.length === 0) return { selected: 0, released: 0 };
  return db().$transaction(async (tx) => {
    const project = await tx.project.findUnique({
      where: { id: projectId },
      select: { tracesPerQuestion: true },
    });
    if (!project) return { selected: 0, released: 0 };
    await tx.$queryRaw`
      SELECT "id" FROM "Question"
      WHERE "projectId" = ${projectId}::uuid AND "id" = ANY(${questionIds}::uuid[])
      ORDER BY "id" FOR NO KEY UPDATE`;
    const rows = await readTraces(tx, projectId, questionIds);
    const select: string[] = [];
    const release: string[] = [];
    for (const traces of groupByQuestion(rows).values()) {
      const choice = chooseForReview(traces.map(toSelectable), project.tracesPerQuestion);
      select.push(...choice.select);
      release.push(...choice.release);
    }
    const released = await move(tx, release, "waiting", "unselected");
    const selected = await move(tx, select, "unselected", "waiting");
    return { selected, released };
  }, PATIENT_TRANSACTION);
}

type TraceRow = {
  id: string;
  questionId: string;
  kind: TraceKind;
  state: "unselected" | "waiting" | "approved" | "rejected" | "unconfirmed";
  hasFailedCheck: boolean;
  isOutdated: boolean;
  isTouched: boolean;
  simpleSample: number;
  longSample: number;
};

// The rows are locked, so that no reviewer takes a trace while it is being taken back.
async function readTraces(
  tx: Transaction,
  projectId: string,
  questionIds: readonly string[],
): Promise<TraceRow[]> {
  return tx.$queryRaw<TraceRow[]>`
    SELECT t."id"::text AS "id", t."questionId"::text AS "questionId", t."kind"::text AS "kind", t."state"::text AS "state",
           cardinality(t."failedChecks") > 0 AS "hasFailedCheck",
           (q."rejectedAt" IS NOT NULL OR s."questionRevisionId" IS DISTINCT FROM q."currentRevisionId") AS "isOutdated",
           (EXISTS (SELECT 1 FROM "ReviewClaim" c WHERE c."traceId" = t."id")
            OR EXISTS (SELECT 1 FROM "Verdict" v WHERE v."traceId" = t."id")
            OR EXISTS (SELECT 1 FROM "TraceRevision" r WHERE r."traceId" = t."id" AND r."number" > 1)) AS "isTouched",
           s."sampleIndex" AS "simpleSample", coalesce(l."sampleIndex", -1) AS "longSample"
    FROM "Trace" t
    JOIN "Question" q ON q."id" = t."questionId"
    JOIN "SimpleThought" s ON s."id" = t."simpleThoughtId"
    LEFT JOIN "LongThought" l ON l."id" = t."longThoughtId"
    WHERE t."projectId" = ${projectId}::uuid AND t."questionId" = ANY(${[...questionIds]}::uuid[])
    ORDER BY t."id"
    FOR NO KEY UPDATE OF t`;
}

function toSelectable(row: TraceRow): Selectable {
  return { ...row, standing: standingOf(row) };
}

/** What a person has judged, holds, has edited, or has put into the queue against a check, is left as it is. */
function standingOf(row: TraceRow): Selectable["standing"] {
  if (row.state === "unselected") return "unselected";
  if (row.state !== "waiting") return "fixed";
  return row.isTouched || row.hasFailedCheck ? "fixed" : "waiting";
}

async function move(tx: Transaction, ids: readonly string[], from: string, to: string): Promise<number> {
  if (ids.length === 0) return 0;
  return tx.$executeRaw`
    UPDATE "Trace" SET "state" = ${to}::"TraceState", "updatedAt" = timezone('utc', clock_timestamp())
    WHERE "id" = ANY(${[...ids]}::uuid[]) AND "state" = ${from}::"TraceState"`;
}

function groupByQuestion(rows: readonly TraceRow[]): Map<string, TraceRow[]> {
  const groups = new Map<string, TraceRow[]>();
  for (const row of rows) {
    const group = groups.get(row.questionId);
    if (group) group.push(row);
    else groups.set(row.questionId, [row]);
  }
  return groups;
}
