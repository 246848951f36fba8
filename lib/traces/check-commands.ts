import "server-only";
import { type CheckInput, checkTrace, QUEUE_CHECKS } from "#lib/checks/check-trace.ts";
import { duplicateKey } from "#lib/checks/duplicate.ts";
import type { Prisma, Transaction } from "#lib/db/client.ts";

export interface TraceText extends Omit<CheckInput, "duplicateOf"> {
  projectId: string;
  questionId: string;
  traceId: string;
  traceRevisionId: string;
  /** The whole text that would be trained on: for a long thought with its simple thought, joiner and cue. */
  fullText: string;
}

/**
 * Runs every check on one revision of a trace and stores what each found. Safe to do again: the results of a
 * revision are written once.
 * @returns the names of the checks that failed and that guard the queue, for `Trace.failedChecks`.
 */
export async function storeChecks(tx: Transaction, text: TraceText): Promise<string[]> {
  const duplicateOf = await findDuplicate(tx, text);
  const results = checkTrace({ ...text, duplicateOf });
  await tx.checkResult.createMany({
    data: results.map(({ check, version, result, evidence }) => ({
      projectId: text.projectId,
      traceId: text.traceId,
      traceRevisionId: text.traceRevisionId,
      check,
      version,
      result,
      evidence: evidence as Prisma.InputJsonObject,
    })),
    skipDuplicates: true,
  });
  return failedGuards(results);
}

/** Of some results the failed ones that keep a trace out of the queue. */
export function failedGuards(results: readonly { check: string; result: string }[]): string[] {
  const guards: readonly string[] = QUEUE_CHECKS;
  return results
    .filter(({ check, result }) => result === "fail" && guards.includes(check))
    .map(({ check }) => check);
}

/** The first trace of the question with the same words; this trace becomes the first where there was none. */
async function findDuplicate(tx: Transaction, text: TraceText): Promise<string | null> {
  const hash = duplicateKey(text.questionId, text.fullText);
  await tx.textFingerprint.createMany({
    data: [{ projectId: text.projectId, questionId: text.questionId, hash, traceId: text.traceId }],
    skipDuplicates: true,
  });
  const first = await tx.textFingerprint.findUniqueOrThrow({
    where: { questionId_hash: { questionId: text.questionId, hash } },
    select: { traceId: true },
  });
  return first.traceId === text.traceId ? null : first.traceId;
}
