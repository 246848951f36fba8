import "server-only";
import { type CheckInput, type CheckResult, checkTrace, QUEUE_CHECKS } from "#lib/checks/check-trace.ts";
import { duplicateKey } from "#lib/checks/duplicate.ts";
import { packResults } from "#lib/checks/pack-results.ts";
import type { Prisma, Transaction } from "#lib/db/client.ts";

export interface TraceText extends Omit<CheckInput, "duplicateOf"> {
  projectId: string;
  questionId: string;
  traceId: string;
  traceRevisionId: string;
  /** What makes it a duplicate of another: the whole text without joiner and cue, which chance puts in between. */
  comparedText: string;
}

/**
 * Runs every check on one revision of a trace and stores what each found.
 * @returns the names of the failed checks that guard the queue, for `Trace.failedChecks`.
 */
export async function storeChecks(tx: Transaction, text: TraceText): Promise<string[]> {
  const { projectId, questionId, traceId, traceRevisionId } = text;
  const duplicateOf = await claimFingerprint(tx, { projectId, questionId, traceId, text: text.comparedText });
  const results = checkTrace({ ...text, duplicateOf });
  await storeCheckResults(tx, { projectId, traceId, revisionId: traceRevisionId, results });
  return failuresThatHoldBack(results);
}

/** Writes what the checks said of a revision; a second time replaces the first. */
export async function storeCheckResults(
  tx: Transaction,
  input: { projectId: string; traceId: string; revisionId: string; results: readonly CheckResult[] },
): Promise<void> {
  const { projectId, traceId, revisionId } = input;
  const { passed, told } = packResults(input.results);
  await tx.traceRevision.update({
    where: { id: revisionId },
    data: { passedChecks: passed },
    select: { id: true },
  });
  await tx.checkResult.deleteMany({
    where: { traceRevisionId: revisionId, check: { in: input.results.map(({ check }) => check) } },
  });
  await tx.checkResult.createMany({
    data: told.map(({ check, version, result, evidence }) => ({
      projectId,
      traceId,
      traceRevisionId: revisionId,
      check,
      version,
      result,
      evidence: evidence as Prisma.InputJsonObject,
    })),
  });
}

/** The failed checks that keep a trace out of the queue, and that approving it asks about. */
export function failuresThatHoldBack(results: readonly { check: string; result: string }[]): string[] {
  const guards: readonly string[] = QUEUE_CHECKS;
  return results
    .filter(({ check, result }) => result === "fail" && guards.includes(check))
    .map(({ check }) => check);
}

/**
 * Notes a text as seen for its question. Null where it is new (or this trace's own), else the trace that had it
 * first; undefined for an empty text, of which nothing can be said.
 */
export async function claimFingerprint(
  tx: Transaction,
  input: { projectId: string; questionId: string; traceId: string; text: string },
): Promise<string | null | undefined> {
  if (input.text.trim() === "") return undefined;
  const hash = duplicateKey(input.questionId, input.text);
  const { projectId, questionId, traceId } = input;
  const made = await tx.textFingerprint.createMany({
    data: [{ projectId, questionId, hash, traceId }],
    skipDuplicates: true,
  });
  if (made.count > 0) return null;
  const first = await tx.textFingerprint.findUnique({ where: { questionId_hash: { questionId, hash } } });
  return first && first.traceId !== traceId ? first.traceId : null;
}
