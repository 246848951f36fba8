import "server-only";
import { type CheckInput, type CheckResult, checkTrace, QUEUE_CHECKS } from "#lib/checks/check-trace.ts";
import { duplicateKey } from "#lib/checks/duplicate.ts";
import type { Prisma, Transaction } from "#lib/db/client.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { type Grade, traceKind } from "#lib/traces/kind.ts";

export type NewTrace = {
  projectId: string;
  imageId: string;
  questionId: string;
  simpleThoughtId: string;
  longThoughtId: string | null;
  runId: string | null;
  simpleGrade: Grade;
  longGrade: Grade | null;
  simulated: boolean;
  /** The text that would be trained on: the whole thought, preset included. */
  fullText: string;
  /** What a reviewer may edit: the continuation, or the whole thought where there is no long one. */
  body: string;
  answer: string | null;
  answerIndex: number | null;
  check: Omit<CheckInput, "duplicateOf">;
};

export type MadeTrace = { traceId: string; failedChecks: string[] };

/** Makes a trace with its first revision and its checks. Part of the transaction that stores the thought. */
export async function createTrace(tx: Transaction, trace: NewTrace): Promise<MadeTrace> {
  const traceId = createUuid7();
  const revisionId = createUuid7();
  const { projectId, questionId } = trace;
  const duplicateOf = await claimFingerprint(tx, { projectId, questionId, traceId, text: trace.fullText });
  const results = checkTrace({ ...trace.check, duplicateOf });
  const failedChecks = failuresThatHoldBack(results);
  await tx.trace.create({
    data: {
      id: traceId,
      projectId,
      imageId: trace.imageId,
      questionId,
      simpleThoughtId: trace.simpleThoughtId,
      longThoughtId: trace.longThoughtId,
      runId: trace.runId,
      kind: traceKind(trace.simpleGrade, trace.longGrade),
      simpleGrade: trace.simpleGrade,
      longGrade: trace.longGrade,
      failedChecks,
      wordCount: countWords(trace.fullText),
      simulated: trace.simulated,
    },
    select: { id: true },
  });
  await tx.traceRevision.createMany({
    data: [
      {
        id: revisionId,
        traceId,
        number: 1,
        body: trace.body,
        answer: trace.answer,
        answerIndex: trace.answerIndex,
      },
    ],
  });
  await tx.$executeRaw`UPDATE "Trace" SET "currentRevisionId" = ${revisionId}::uuid WHERE "id" = ${traceId}::uuid`;
  await storeCheckResults(tx, { projectId, traceId, revisionId, results });
  return { traceId, failedChecks };
}

/** Writes what the checks said of a revision; a second time replaces the first. */
export async function storeCheckResults(
  tx: Transaction,
  input: { projectId: string; traceId: string; revisionId: string; results: readonly CheckResult[] },
): Promise<void> {
  const { projectId, traceId, revisionId } = input;
  await tx.checkResult.deleteMany({
    where: { traceRevisionId: revisionId, check: { in: input.results.map(({ check }) => check) } },
  });
  await tx.checkResult.createMany({
    data: input.results.map(({ check, version, result, evidence }) => ({
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
export function failuresThatHoldBack(results: readonly CheckResult[]): string[] {
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

export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}
