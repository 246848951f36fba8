import "server-only";
import { db, type Transaction } from "#lib/db/client.ts";
import { queryFragment, type SqlFragment, sql } from "#lib/db/sql-fragment.ts";
import { AppError } from "#lib/errors.ts";
import { reverseMend } from "#lib/repair/settle-repair-commands.ts";
import { claimTrace, claimWithin } from "#lib/review/claim-commands.ts";
import type { Who } from "#lib/review/judgement-queries.ts";
import {
  type FirstErrorRecord,
  type MarkRecord,
  restoreFirstError,
  restoreStepMark,
} from "#lib/review/marks-commands.ts";
import { reversePreference } from "#lib/review/preference-commands.ts";
import { reverseQuestionRejection, reverseReadmission } from "#lib/review/question-commands.ts";
import { reverseReferral } from "#lib/review/referral-commands.ts";
import { type RegionRecord, restoreRegion } from "#lib/review/region-commands.ts";
import { reverseEdit, reverseVerdicts } from "#lib/review/reverse-commands.ts";

/** How many steps undo goes back in a row; whatever is done anew begins a new row. */
export const UNDO_DEPTH = 10;
/** Where the next step is looked for: steps that were taken back lie between those that stand. */
const UNDO_WINDOW = 400;
/** Small things within one trace: they can be taken back, too, but don't use up the ten. */
const SMALL_KINDS = ["mark", "region", "first_error"];
/** A bulk of many thousand verdicts is taken back in one piece, in milliseconds. */
const UNDO_TIMEOUT = 120_000;
/** Taking these back may give the trace to the queue again. They have its row, so that it is claimed with them. */
const FREEING_KINDS = ["verdict", "question", "flag", "repair", "return"];

const WORDS: Record<string, string> = {
  verdict: "verdict",
  edit: "edit",
  mend: "repair",
  question_edit: "edit of the question",
  skip: "skip",
  bulk: "bulk approval",
  mark: "step mark",
  region: "region",
  first_error: "first error",
  flag: "flag",
  repair: "sending back",
  return: "giving back",
  preference: "preference",
  readmit: "readmission of the question",
};

/** The word for an action, as "Undo the …" says it. */
export function describeAction(kind: string, data: unknown): string {
  if (kind === "verdict" && typeof data === "object" && data !== null && "decision" in data) {
    return data.decision === "approved" ? "approval" : "rejection";
  }
  if (kind === "bulk" && typeof data === "object" && data !== null && "decision" in data) {
    return data.decision === "approved" ? "bulk approval" : "bulk rejection";
  }
  if (kind === "question" && typeof data === "object" && data !== null && "fault" in data) {
    return data.fault === "key" ? "rejection of the key" : "rejection of the question";
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
      await reverse(tx, { ...who, projectId: action.projectId }, action);
      const { kind, traceId } = action;
      const isClaimed = traceId !== null && FREEING_KINDS.includes(kind);
      // Where somebody else has it already it is shown all the same, and says so.
      if (isClaimed) await claimWithin(tx, { ...who, traceId });
      return { undone: describeAction(kind, action.data), traceId, isClaimed };
    },
    { timeout: UNDO_TIMEOUT },
  );
  const { undone, traceId, isClaimed } = result;
  if (traceId && !isClaimed) await holdIfFree(who, traceId);
  return { undone, traceId };
}

export interface UndoableAction {
  id: string;
  /** The project, or the shadow of it in which gold is judged. */
  projectId: string;
  kind: string;
  traceId: string | null;
  data: unknown;
}

/** What undo would take back next; null where nothing is left, or ten steps in a row were taken back. */
export async function findUndoable(tx: Transaction, who: Who): Promise<UndoableAction | null> {
  const [action] = await queryFragment<UndoableAction[]>(tx, undoableSql(who));
  return action ?? null;
}

/** The same as a statement, for what reads more at once. */
export function undoableSql(who: Who): SqlFragment {
  return sql`
    WITH recent AS (
      (SELECT id, kind, "createdAt", "undoneAt" FROM "ReviewAction"
       WHERE "projectId" = ${who.projectId}::uuid AND "reviewerId" = ${who.reviewerId}::uuid
       ORDER BY id DESC LIMIT ${UNDO_WINDOW}::int)
      UNION ALL
      (SELECT id, kind, "createdAt", "undoneAt" FROM "ReviewAction"
       WHERE "projectId" = (SELECT id FROM "Project" WHERE "shadowOfId" = ${who.projectId}::uuid)
         AND "reviewerId" = ${who.reviewerId}::uuid
       ORDER BY id DESC LIMIT ${UNDO_WINDOW}::int)
    )
    SELECT id, "projectId", kind, "traceId", data FROM "ReviewAction"
    WHERE id = (SELECT id FROM recent WHERE "undoneAt" IS NULL ORDER BY id DESC LIMIT 1)
      AND (SELECT count(*) FROM recent WHERE kind <> ALL (${SMALL_KINDS}::text[])
           AND "undoneAt" >= (SELECT max("createdAt") FROM recent)) < ${UNDO_DEPTH}::int`;
}

async function reverse(tx: Transaction, who: Who, action: UndoableAction): Promise<void> {
  switch (action.kind) {
    case "verdict":
      return reverseVerdicts(tx, action);
    case "bulk":
      // Waits for a batch under way, and lets no other begin.
      await tx.bulkJudgement.updateMany({
        where: { actionId: action.id, state: { in: ["waiting", "working"] } },
        data: { state: "cancelled", endedAt: new Date() },
      });
      return reverseVerdicts(tx, action);
    case "edit":
    case "question_edit":
      return reverseEdit(tx, who, { ...action, traceId: traceOf(action) });
    case "mend":
      return reverseMend(tx, who, { ...action, traceId: traceOf(action) });
    case "flag":
    case "repair":
    case "return":
      return reverseReferral(tx, who, { ...action, traceId: traceOf(action) });
    case "preference":
      return reversePreference(tx, action.id);
    case "question":
      return reverseQuestionRejection(tx, action);
    case "readmit":
      return reverseReadmission(tx, who, action);
    case "skip":
      await tx.reviewSkip.deleteMany({ where: { traceId: traceOf(action), reviewerId: who.reviewerId } });
      return;
    // Each record was written by the command that restores it.
    case "mark":
      return restoreStepMark(tx, who, traceOf(action), action.data as MarkRecord);
    case "region":
      return restoreRegion(tx, who, action.data as RegionRecord);
    case "first_error":
      return restoreFirstError(tx, who, traceOf(action), action.data as FirstErrorRecord);
    default:
      throw new Error(`review action ${action.id} is of the unknown kind ${action.kind}`);
  }
}

function traceOf(action: UndoableAction): string {
  if (!action.traceId) throw new Error(`review action ${action.id} names no trace`);
  return action.traceId;
}

async function holdIfFree(who: Who, traceId: string): Promise<void> {
  try {
    await claimTrace({ ...who, traceId });
  } catch (error) {
    // Somebody else has it already; it is shown all the same, and says so.
    if (!(error instanceof AppError)) throw error;
  }
}
