import "server-only";
import { BATCH_EVERY_MS, createBatcher } from "#lib/db/batcher.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import {
  type Breaker,
  type CallSign,
  FRESH_MS,
  findReasonToStop,
  newBreaker,
  record,
  WINDOW,
} from "#lib/generation/run-breaker.ts";

/** What went wrong with one call of a run. */
export type Trouble = Exclude<CallSign, { kind: "answered" }>;

const noteMany = createBatcher<{ runId: string; trouble: Trouble }, string | null>({
  most: 64,
  everyMs: BATCH_EVERY_MS,
  flush: async (items) => {
    const rows = items.map(({ runId, trouble }) =>
      trouble.kind === "failed"
        ? { runId, code: trouble.code, message: trouble.message, waitMs: null }
        : { runId, code: "rate_limited", message: "", waitMs: Math.min(trouble.waitMs, MOST_MS) },
    );
    await db().$executeRaw`
      INSERT INTO "RunTrouble" ("runId", "code", "message", "waitMs")
      SELECT g."runId", g."code", g."message", g."waitMs"
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS g("runId" uuid, "code" text, "message" text, "waitMs" int)
      -- A run that was deleted meanwhile has no troubles any more.
      JOIN "Run" r ON r."id" = g."runId"`;
    // Those of one run have one reason to stop it, which one of them is told.
    const runIds = new Set<string>();
    return Promise.all(
      items.map(({ runId }) => {
        if (runIds.has(runId)) return null;
        runIds.add(runId);
        return readBreaker(runId).then(judge);
      }),
    );
  },
});
/** What the column holds. */
const MOST_MS = 2 ** 31 - 1;

/**
 * Notes what went wrong with a call, for all workers, and says why the run is to stop; null while it may go on, or where
 * another that was noted in the same moment is told. What goes well is not noted: it stands with the tasks.
 */
export function noteTrouble(runId: string, trouble: Trouble): Promise<string | null> {
  return noteMany({ runId, trouble });
}

/** A run that is taken up again is judged anew. */
export async function forgetTroubles(tx: Transaction, runId: string): Promise<void> {
  await tx.runTrouble.deleteMany({ where: { runId } });
}

/** Removes what can decide nothing any more: failures of an hour ago, refusals of a week ago. */
export async function forgetOldTroubles(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM "RunTrouble"
    WHERE "at" < timezone('utc', clock_timestamp()) - make_interval(hours => CASE WHEN "waitMs" IS NULL THEN 1 ELSE 168 END)`;
}

type Sign = { at: number; code: string | null; message: string };

/** The breaker as all workers together have brought it about. */
async function readBreaker(runId: string): Promise<{ breaker: Breaker; now: number }> {
  const signs = await db().$queryRaw<Sign[]>`
    SELECT extract(epoch FROM s."at")::float8 * 1000 AS "at", s."code", s."message" FROM (
      (SELECT "at", "code", "message" FROM "RunTrouble"
        WHERE "runId" = ${runId}::uuid AND "waitMs" IS NULL
          AND "at" > timezone('utc', clock_timestamp()) - make_interval(secs => ${FRESH_MS / 1_000})
        ORDER BY "at" DESC LIMIT ${WINDOW})
      UNION ALL
      (SELECT t."endedAt", NULL, '' FROM "RunTask" t
        WHERE t."runId" = ${runId}::uuid AND t."state" = 'done' AND NOT t."reused"
          AND t."endedAt" > timezone('utc', clock_timestamp()) - make_interval(secs => ${FRESH_MS / 1_000})
          -- What a batch brings says nothing of calls that are sent now.
          AND NOT EXISTS (SELECT 1 FROM "ModelBatchLine" l WHERE l."taskId" = t."id")
        ORDER BY t."endedAt" DESC LIMIT ${WINDOW})
    ) s ORDER BY s."at" DESC LIMIT ${WINDOW}`;
  const [refused] = await db().$queryRaw<{ since: number | null; longestMs: number | null; now: number }[]>`
    SELECT extract(epoch FROM min("at"))::float8 * 1000 AS "since", max("waitMs") AS "longestMs",
      extract(epoch FROM timezone('utc', clock_timestamp()))::float8 * 1000 AS "now"
    FROM "RunTrouble"
    WHERE "runId" = ${runId}::uuid AND "waitMs" IS NOT NULL AND "at" > greatest(
      (SELECT max("at") FROM "RunTrouble" WHERE "runId" = ${runId}::uuid AND "waitMs" IS NULL),
      (SELECT "endedAt" FROM "RunTask"
        WHERE "runId" = ${runId}::uuid AND "state" = 'done' AND NOT "reused" AND "endedAt" IS NOT NULL
        ORDER BY "endedAt" DESC LIMIT 1),
      '-infinity')`;
  let breaker = newBreaker;
  for (const { at, code, message } of signs.reverse())
    breaker = record(breaker, code === null ? { kind: "answered" } : { kind: "failed", code, message }, at);
  if (refused?.since)
    breaker = record(breaker, { kind: "rate_limited", waitMs: refused.longestMs ?? 0 }, refused.since);
  return { breaker, now: refused?.now ?? Date.now() };
}

function judge({ breaker, now }: { breaker: Breaker; now: number }): string | null {
  return findReasonToStop(breaker, now);
}
