import "server-only";
import { db } from "#lib/db/client.ts";

/**
 * What a call cost that was answered outside of runs by a request sent since then; `undefined` where it was answered
 * before, or for a run. Tells whoever takes up the work of a dead process which of its replies that process had paid for.
 * @returns millionths of a US dollar; null: not known
 */
export async function readCostSince(
  projectId: string,
  callId: string,
  since: Date,
): Promise<bigint | null | undefined> {
  const call = await db().modelCall.findFirst({
    where: {
      id: callId,
      projectId,
      runId: null,
      attempts: { some: { outcome: "ok", startedAt: { gte: since } } },
    },
    select: { costMicros: true },
  });
  return call?.costMicros;
}
