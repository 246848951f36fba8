import "server-only";
import type { Transaction } from "#lib/db/client.ts";
import type { Stage } from "#lib/generation/schema.ts";

/**
 * Counts what each check rejected in an imported run. For generated ones the database does so by a task's call
 * (`count_run_task_details`), which an imported task has none of.
 */
export async function countRejections(
  tx: Transaction,
  runId: string,
  stage: Stage,
  names: readonly string[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  await tx.counter.createMany({
    data: [...counts].map(([name, count]) => ({
      scope: runId,
      name: `rejected|${stage}|${name}`,
      delta: BigInt(count),
    })),
  });
}

/** The failed checks of the traces of thoughts that were here before: by the id of the simple or the long thought. */
export async function readFailedChecks(
  tx: Transaction,
  projectId: string,
  ids: { simple: readonly string[] } | { long: readonly string[] },
): Promise<Map<string, string[]>> {
  if ("simple" in ids) {
    const rows = await tx.trace.findMany({
      where: { projectId, simpleThoughtId: { in: [...ids.simple] }, longThoughtId: null },
      select: { simpleThoughtId: true, failedChecks: true },
    });
    return new Map(rows.map((row) => [row.simpleThoughtId, row.failedChecks]));
  }
  const rows = await tx.trace.findMany({
    where: { projectId, longThoughtId: { in: [...ids.long] } },
    select: { longThoughtId: true, failedChecks: true },
  });
  return new Map(rows.flatMap((row) => (row.longThoughtId ? [[row.longThoughtId, row.failedChecks]] : [])));
}
