import "server-only";
import { db, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { claimTrace } from "#lib/review/claim-commands.ts";
import type { EditRecord } from "#lib/review/commands.ts";
import { readStanding, readStandingVerdicts } from "#lib/review/commands.ts";
import { lockQuestion, pointAtQuestionRevision, pointAtRevision } from "#lib/traces/revision-commands.ts";

interface Who {
  projectId: string;
  reviewerId: string;
}

/** How many steps undo goes back in a row; whatever is done anew begins a new row. */
export const UNDO_DEPTH = 10;
/** Where the next step is looked for: steps that were taken back lie between those that stand. */
const UNDO_WINDOW = 100;
/** A bulk of many thousand verdicts is taken back in one piece, in milliseconds. */
const UNDO_TIMEOUT = 120_000;

const WORDS: Record<string, string> = {
  verdict: "verdict",
  edit: "edit",
  question_edit: "edit of the question",
  skip: "skip",
  bulk: "bulk approval",
};

/** The word for an action, as "Undo the …" says it. */
export function describeAction(kind: string, data: unknown): string {
  if (kind === "verdict" && typeof data === "object" && data !== null && "decision" in data) {
    return data.decision === "approved" ? "approval" : "rejection";
  }
  return WORDS[kind] ?? kind;
}

/**
 * Takes back the last thing that this reviewer did in the project and has not taken back yet, at most ten deep.
 * Nothing is deleted: a verdict says when it was undone, a revision stays and is no longer the current one; a dataset
 * version that was frozen meanwhile stays as it was.
 *
 * @returns what was undone and the trace that it was about, claimed for this reviewer where it is free.
 * @throws AppError `conflict` when somebody changed the trace since; `not_found` when there is nothing to undo.
 */
export async function undoLast(who: Who): Promise<{ undone: string; traceId: string | null }> {
  const result = await db().$transaction(
    async (tx) => {
      const action = await findUndoable(tx, who);
      if (!action) throw new AppError("not_found", "There is nothing to undo.");
      const { count } = await tx.reviewAction.updateMany({
        where: { id: action.id, undoneAt: null },
        data: { undoneAt: new Date() },
      });
      if (count === 0) throw new AppError("conflict", "This was undone a moment ago in another window.");
      await reverse(tx, who, action);
      return { undone: describeAction(action.kind, action.data), traceId: action.traceId };
    },
    { timeout: UNDO_TIMEOUT },
  );
  if (result.traceId) await holdIfFree(who, result.traceId);
  return result;
}

export interface UndoableAction {
  id: string;
  kind: string;
  traceId: string | null;
  data: unknown;
}

/** What undo would take back next; null where nothing is left, or ten steps in a row were taken back. */
export async function findUndoable(tx: Transaction, who: Who): Promise<UndoableAction | null> {
  const [action] = await tx.$queryRaw<UndoableAction[]>`
    WITH recent AS (
      SELECT id, kind, "traceId", data, "createdAt", "undoneAt" FROM "ReviewAction"
      WHERE "projectId" = ${who.projectId}::uuid AND "reviewerId" = ${who.reviewerId}::uuid
      ORDER BY id DESC LIMIT ${UNDO_WINDOW}
    )
    SELECT id, kind, "traceId", data FROM recent
    WHERE "undoneAt" IS NULL
      AND (SELECT count(*) FROM recent WHERE "undoneAt" >= (SELECT max("createdAt") FROM recent)) < ${UNDO_DEPTH}
    ORDER BY id DESC LIMIT 1`;
  return action ?? null;
}

async function reverse(tx: Transaction, who: Who, action: UndoableAction): Promise<void> {
  switch (action.kind) {
    case "verdict":
    case "bulk":
      return reverseVerdicts(tx, action);
    case "edit":
    case "question_edit":
      if (!action.traceId) throw new Error(`review action ${action.id} names no trace`);
      return reverseEdit(tx, who, { ...action, traceId: action.traceId });
    case "skip":
      if (action.traceId)
        await tx.reviewSkip.deleteMany({ where: { traceId: action.traceId, reviewerId: who.reviewerId } });
      return;
    default:
      throw new Error(`review action ${action.id} is of the unknown kind ${action.kind}`);
  }
}

/**
 * One verdict, or all of one bulk. A verdict is undone only while it is the last word on what stands there: the same
 * text, the same question, no later verdict. Of a bulk the traces that others changed since are left as they are.
 */
async function reverseVerdicts(tx: Transaction, action: { id: string }): Promise<void> {
  const total = await tx.verdict.count({ where: { actionId: action.id, undoneAt: null } });
  // Held first: what the next statement looks at must not change before it writes.
  await tx.$executeRaw`
    SELECT count(*) FROM (
      SELECT t.id FROM "Trace" t WHERE t.id IN (SELECT "traceId" FROM "Verdict" WHERE "actionId" = ${action.id}::uuid)
      ORDER BY t.id FOR UPDATE
    ) AS held`;
  const restored = await tx.$executeRaw`
    WITH undone AS (
      UPDATE "Verdict" v SET "undoneAt" = (now() AT TIME ZONE 'UTC')
      FROM "Trace" t JOIN "Question" q ON q.id = t."questionId"
      WHERE v."actionId" = ${action.id}::uuid AND v."undoneAt" IS NULL AND v."supersededAt" IS NULL
        AND t.id = v."traceId" AND t."currentRevisionId" = v."traceRevisionId"
        AND q."currentRevisionId" = v."questionRevisionId"
        AND NOT EXISTS (
          SELECT 1 FROM "Verdict" later
          WHERE later."traceId" = v."traceId" AND later."rowVersionAfter" > v."rowVersionAfter"
            AND later."undoneAt" IS NULL AND later."supersededAt" IS NULL)
      RETURNING v."traceId", v."previousState"
    ), standing AS (
      UPDATE "Verdict" earlier SET "supersededAt" = NULL, "supersededById" = NULL
      FROM undone
      WHERE earlier."supersededById" = ${action.id}::uuid AND earlier."traceId" = undone."traceId"
    )
    UPDATE "Trace" t SET state = undone."previousState", "rowVersion" = t."rowVersion" + 1, "updatedAt" = (now() AT TIME ZONE 'UTC')
    FROM undone WHERE t.id = undone."traceId"`;
  if (restored === 0 && total > 0) {
    throw new AppError(
      "conflict",
      "This trace was changed or judged again after your verdict, so the verdict cannot simply be taken back. Open the trace and judge it again.",
    );
  }
}

async function reverseEdit(
  tx: Transaction,
  who: Who,
  action: { id: string; traceId: string; data: unknown },
): Promise<void> {
  const { traceId } = action;
  // Written by editTrace alone.
  const record = action.data as EditRecord;
  if (record.question) await lockQuestion(tx, who.projectId, record.question.questionId);
  const now = await readStanding(tx, who.projectId, traceId);
  // Every verdict before the edit was sent back by it: one that stands was given on what the edit made.
  const isTouched =
    now.currentRevisionId !== record.after.traceRevisionId ||
    now.questionRevisionId !== record.after.questionRevisionId ||
    (await readStandingVerdicts(tx, traceId)).length > 0;
  if (isTouched) {
    throw new AppError(
      "conflict",
      "This trace was changed or judged after your edit, so the edit cannot simply be taken back. Open the trace and edit it again.",
    );
  }
  await tx.trace.update({ where: { id: traceId }, data: { rowVersion: { increment: 1 } } });
  if (record.question) {
    await pointAtQuestionRevision(tx, {
      projectId: who.projectId,
      questionId: record.question.questionId,
      fromRevisionId: record.question.revisionId,
      toRevisionId: record.question.previousRevisionId,
    });
    await sendBackVerdictsOn(tx, record.question.revisionId);
  }
  if (record.trace) await pointAtRevision(tx, who.projectId, traceId, record.trace.previousRevisionId);
  await restoreVerdicts(tx, action.id);
}

/** Verdicts that were given on the question as the edit had it were given on another question now. */
async function sendBackVerdictsOn(tx: Transaction, questionRevisionId: string): Promise<void> {
  await tx.$executeRaw`
    WITH sent AS (
      UPDATE "Verdict" SET "supersededAt" = (now() AT TIME ZONE 'UTC')
      WHERE "questionRevisionId" = ${questionRevisionId}::uuid AND "undoneAt" IS NULL AND "supersededAt" IS NULL
      RETURNING "traceId"
    )
    UPDATE "Trace" t SET state = 'unconfirmed', "updatedAt" = (now() AT TIME ZONE 'UTC')
    FROM sent WHERE t.id = sent."traceId" AND t.state IN ('approved', 'rejected')`;
}

/**
 * The verdicts that an edit had sent back stand again where what they were given on stands again; a text that was
 * edited meanwhile still waits for somebody to look. A trace whose verdicts disagree goes on waiting for that, too.
 */
async function restoreVerdicts(tx: Transaction, actionId: string): Promise<void> {
  const restored = await tx.$queryRaw<{ traceId: string }[]>`
    UPDATE "Verdict" v SET "supersededAt" = NULL, "supersededById" = NULL
    FROM "Trace" t JOIN "Question" q ON q.id = t."questionId"
    WHERE v."supersededById" = ${actionId}::uuid AND v."undoneAt" IS NULL AND t.id = v."traceId"
      AND t."currentRevisionId" = v."traceRevisionId" AND q."currentRevisionId" = v."questionRevisionId"
    RETURNING v."traceId"`;
  const traceIds = [...new Set(restored.map(({ traceId }) => traceId))];
  await tx.$executeRaw`
    UPDATE "Trace" t SET state = standing.decision::"TraceState", "updatedAt" = (now() AT TIME ZONE 'UTC')
    FROM (
      SELECT "traceId", min(decision::text) AS decision FROM "Verdict"
      WHERE "traceId" = ANY (${traceIds}::uuid[]) AND "undoneAt" IS NULL AND "supersededAt" IS NULL
      GROUP BY "traceId" HAVING count(DISTINCT decision) = 1
    ) AS standing
    WHERE t.id = standing."traceId" AND t.state = 'unconfirmed'`;
}

async function holdIfFree(who: Who, traceId: string): Promise<void> {
  try {
    await claimTrace({ ...who, traceId });
  } catch (error) {
    // Somebody else has it already; it is shown all the same, and says so.
    if (!(error instanceof AppError)) throw error;
  }
}
