import "server-only";
import { type CheckInput, checkTrace } from "#lib/checks/check-trace.ts";
import type { Transaction } from "#lib/db/client.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import {
  claimFingerprint,
  countWords,
  failuresThatHoldBack,
  storeCheckResults,
} from "#lib/traces/check-commands.ts";
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
  /** What makes it a duplicate of another: the full text without joiner and cue, which chance puts in between. */
  comparedText: string;
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
  const duplicateOf = await claimFingerprint(tx, {
    projectId,
    questionId,
    traceId,
    text: trace.comparedText,
  });
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
