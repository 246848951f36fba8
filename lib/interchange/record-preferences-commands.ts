import "server-only";
import type { Transaction } from "#lib/db/client.ts";
import { type BatchContext, makeIds } from "#lib/interchange/batch.ts";

/**
 * Keeps what an imported file preferred. It is the file's word and stands apart from what reviewers of this project
 * prefer. Returns the lines whose preference is new.
 */
export async function storePreferences(
  tx: Transaction,
  { projectId, runId, file }: BatchContext,
  pairs: readonly {
    line: number;
    questionId: string;
    questionRevisionId: string;
    better: string;
    worse: string;
  }[],
): Promise<Set<number>> {
  if (pairs.length === 0) return new Set();
  const nextId = makeIds(pairs.length);
  const made = await tx.importedPreference.createManyAndReturn({
    data: pairs.map(({ line, questionId, questionRevisionId, better, worse }) => ({
      id: nextId(),
      projectId,
      runId,
      questionId,
      questionRevisionId,
      betterTraceId: better,
      worseTraceId: worse,
      file,
      line,
    })),
    skipDuplicates: true,
    select: { line: true },
  });
  return new Set(made.map(({ line }) => line));
}
