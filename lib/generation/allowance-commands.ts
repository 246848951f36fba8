import "server-only";
import { db } from "#lib/db/client.ts";
import { type RawSql, raw } from "#lib/db/raw.ts";
import {
  block,
  draw,
  giveWay,
  limitOf,
  type ModelRoom,
  mayAskForTurn,
  narrow,
  refill,
  shareMoney,
  shareOfRun,
  shareSlots,
  waitForBuckets,
  widen,
} from "#lib/generation/model-limit.ts";

/** What holds are kept under that belong to no run: those of single calls, one each. */
export const NO_RUN = "00000000-0000-0000-0000-000000000000";
/** How long runs leave a slot to a single call that gave no further sign that it waits; it looks several times a second. */
const TURN_SECONDS = 3;

/** Whose calls, and to which model. */
export type AllowanceKey = { runId: string; endpointId: string; model: string };

/** What a process needs for the calls of one run to one model, and what it has learnt since it last asked. */
export type AllowanceAsk = {
  holderId: string;
  /** Calls it would have in flight if it could, and has. */
  wanted: number;
  inFlight: number;
  /** To take out of the buckets; negative: to give back. */
  requests: number;
  tokens: number;
  /** Millionths of a US dollar to hold in all, and the part that is in flight. */
  micros: bigint;
  inFlightMicros: bigint;
  /** The call that stands first. */
  next: { tokens: number; micros: bigint };
  answered: number;
  /** The endpoint refused, and is to be left alone for so many milliseconds; null: it did not. */
  refusedMs: number | null;
};

export type AllowanceGrant = {
  /** Fewer than are in flight: those that end are not followed by others. */
  slots: number;
  /** Null: there is no limit. */
  requests: number | null;
  tokens: number | null;
  micros: bigint;
  /** Milliseconds for which the model is to be left alone, and until its buckets hold the next call. */
  blockedMs: number;
  waitMs: number;
  isRunning: boolean;
  budget: { budget: bigint; spent: bigint; uncertain: bigint; heldByOthers: bigint } | null;
};

/**
 * A process at work gives a sign twice a second. One that gave none for this long has no slots any more: its work is
 * taken up by then, and is to begin at once.
 */
export const SILENT_SECONDS = 15;
/** And after this long it holds nothing any more, no money either. Longer than a call's lease. */
export const HOLD_SECONDS = 30;

/**
 * Settles what one process may do next, in one transaction that locks the model's row and then the run's: slots, what
 * the buckets give, and money under the run's budget. What others hold is never given out twice. Null where the
 * endpoint is gone.
 */
export async function syncAllowance(key: AllowanceKey, ask: AllowanceAsk): Promise<AllowanceGrant | null> {
  return raw().transaction(async (tx) => {
    const locked = await lockRoom(tx, key);
    if (!locked) return null;
    const { now } = locked;
    const isSingle = key.runId === NO_RUN;
    const run = await lockRun(tx, key.runId);
    const others = await readOtherHolds(tx, key, ask.holderId);
    const money = run ? await readGone(tx, key.runId) : { spent: 0n, uncertain: 0n };

    let room = widen(refill(locked.room, now), ask.answered);
    if (ask.refusedMs !== null) room = block(narrow(room, now), now + ask.refusedMs);
    const blockedMs = Math.max(0, (room.blockedUntil ?? 0) - now);
    const isRunning = run === null || run.state === "running";
    const wanted = isRunning ? ask.wanted : 0;

    const taken = draw(room, {
      requests: isRunning && blockedMs === 0 ? ask.requests : Math.min(0, ask.requests),
      tokens: isRunning && blockedMs === 0 ? ask.tokens : Math.min(0, ask.tokens),
      next: ask.next.tokens,
    });
    room = taken.room;
    const share = Math.min(
      (isSingle ? shareSlots : shareOfRun)(limitOf(room), wanted, others.ofModel),
      run?.concurrency ? shareSlots(run.concurrency, wanted, others.ofRun) : Number.POSITIVE_INFINITY,
    );
    // A single call keeps what it has. Of a run's, those that end beyond its share are not followed by others; were they,
    // a limit that is lowered, and another process in need, would never come to their own while there is work.
    const held = isSingle ? Math.max(ask.inFlight, share) : share;
    const isSomebodyWaiting = (locked.singleWaitsUntil ?? 0) > now;
    const slots = isSomebodyWaiting && !isSingle ? giveWay(limitOf(room), held, others.ofModel) : held;
    const heldByOthers = others.ofRun.reduce((sum, { micros }) => sum + micros, 0n);
    const micros = shareMoney({
      budget: run?.budgetMicros ?? null,
      gone: money.spent + money.uncertain,
      heldByOthers,
      inFlight: ask.inFlightMicros,
      wanted: isRunning ? ask.micros : ask.inFlightMicros,
      next: ask.next.micros,
    });

    let singleWaitsUntil = locked.singleWaitsUntil;
    // Whoever has got one has had its turn; the next has to ask anew.
    if (isSingle && slots > ask.inFlight) singleWaitsUntil = null;
    else if (isSingle && slots < wanted && blockedMs === 0 && mayAskForTurn(limitOf(room), others.ofModel))
      singleWaitsUntil = now + TURN_SECONDS * 1_000;

    await writeRoom(tx, key, { ...room, singleWaitsUntil });
    // What is in flight is held until it has ended, also where its slot is to be left to somebody else.
    await writeHold(tx, key, {
      holderId: ask.holderId,
      slots: Math.max(ask.inFlight, slots),
      wanted,
      micros,
    });
    if (run && (run.spentMicros !== money.spent || run.uncertainMicros !== money.uncertain)) {
      await tx.$executeRaw`
        UPDATE "Run" SET "spentMicros" = ${money.spent}, "uncertainMicros" = ${money.uncertain}
        WHERE "id" = ${key.runId}::uuid`;
    }
    return {
      slots,
      requests: room.requestsPerMinute === null ? null : taken.requests,
      tokens: room.tokensPerMinute === null ? null : taken.tokens,
      micros,
      blockedMs,
      waitMs: waitForBuckets(room, { requests: 1, tokens: ask.next.tokens }),
      isRunning,
      budget: run?.budgetMicros == null ? null : { budget: run.budgetMicros, ...money, heldByOthers },
    };
  });
}

/**
 * Lets go of what dead processes hold. Their calls in flight are marked as lost first, so that what those could have
 * cost counts as uncertain before their reservation ends. Returns how many holds ended.
 */
export async function dropDeadHolds(): Promise<number> {
  return db().$executeRaw`
    DELETE FROM "CallHold" h
    WHERE h."seenAt" < timezone('utc', clock_timestamp()) - make_interval(secs => ${HOLD_SECONDS})
      -- A call that nobody has taken over yet is still counted here.
      AND NOT EXISTS (
        SELECT 1 FROM "CallAttempt" a JOIN "ModelCall" c ON c."id" = a."callId"
        WHERE a."runId" = h."runId" AND a."endedAt" IS NULL
          AND c."runId" = h."runId" AND c."status" = 'pending' AND c."leaseToken" IS NOT NULL
          AND c."leaseUntil" < timezone('utc', clock_timestamp())
      )`;
}

/** Marks the calls whose process died as lost; whoever needs them sends them again. Returns how many there were. */
export async function loseExpiredCalls(runIds: readonly string[]): Promise<number> {
  if (runIds.length === 0) return 0;
  const rows = await db().$queryRaw<{ count: bigint }[]>`
    WITH expired AS (
      UPDATE "ModelCall" c SET "status" = 'failed', "leaseToken" = NULL, "leaseUntil" = NULL
      FROM "CallAttempt" open
      WHERE open."runId" = ANY(${[...runIds]}::uuid[]) AND open."endedAt" IS NULL AND c."id" = open."callId"
        AND c."runId" = open."runId" AND c."status" = 'pending'
        AND c."leaseUntil" < timezone('utc', clock_timestamp())
      RETURNING c."id", c."projectId"
    ), lost AS (
      UPDATE "CallAttempt" a
      SET "outcome" = 'lost', "endedAt" = timezone('utc', clock_timestamp()),
          "message" = 'The process that had sent it gave no sign of life.'
      FROM expired WHERE a."callId" = expired."id" AND a."endedAt" IS NULL
      RETURNING a."runId", a."ceilingMicros", expired."projectId"
    ), uncertain AS (
      INSERT INTO "Counter" ("scope", "name", "delta")
      SELECT s.scope, 'uncertain', sum(lost."ceilingMicros")
      FROM lost, LATERAL unnest(ARRAY[lost."projectId", lost."runId"]) AS s(scope)
      WHERE s.scope IS NOT NULL GROUP BY s.scope HAVING sum(lost."ceilingMicros") > 0
    )
    SELECT count(*) AS "count" FROM expired`;
  return Number(rows[0]?.count ?? 0);
}

type SharedRow = ModelRoom & { singleWaitsUntil: number | null };

async function lockRoom(
  tx: RawSql,
  key: AllowanceKey,
): Promise<{ room: ModelRoom; singleWaitsUntil: number | null; now: number } | null> {
  const read = () => tx.$queryRaw<(SharedRow & { now: number })[]>`
    SELECT e."concurrency", e."requestsPerMinute", e."tokensPerMinute", l."concurrencyNow", l."requestsLeft",
      l."tokensLeft", extract(epoch FROM l."blockedUntil")::float8 * 1000 AS "blockedUntil",
      extract(epoch FROM l."refilledAt")::float8 * 1000 AS "refilledAt",
      extract(epoch FROM l."narrowedAt")::float8 * 1000 AS "narrowedAt",
      extract(epoch FROM l."singleWaitsUntil")::float8 * 1000 AS "singleWaitsUntil",
      extract(epoch FROM timezone('utc', clock_timestamp()))::float8 * 1000 AS "now"
    FROM "ModelLimit" l JOIN "Endpoint" e ON e."id" = l."endpointId"
    WHERE l."endpointId" = ${key.endpointId}::uuid AND l."model" = ${key.model}
    FOR UPDATE OF l`;
  let [row] = await read();
  if (!row) {
    await tx.$executeRaw`
      INSERT INTO "ModelLimit" ("endpointId", "model")
      SELECT "id", ${key.model} FROM "Endpoint" WHERE "id" = ${key.endpointId}::uuid
      ON CONFLICT DO NOTHING`;
    [row] = await read();
  }
  if (!row) return null;
  const { now, singleWaitsUntil, ...room } = row;
  return { room, singleWaitsUntil, now };
}

type RunMoney = {
  state: string;
  budgetMicros: bigint | null;
  spentMicros: bigint;
  uncertainMicros: bigint;
  concurrency: number | null;
};

async function lockRun(tx: RawSql, runId: string): Promise<RunMoney | null> {
  const rows = await tx.$queryRaw<RunMoney[]>`
    SELECT "state"::text AS "state", "budgetMicros", "spentMicros", "uncertainMicros", "concurrency"
    FROM "Run" WHERE "id" = ${runId}::uuid FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

type Hold = { calls: number; wanted: number; micros: bigint; isSingle: boolean };

async function readOtherHolds(
  tx: RawSql,
  key: AllowanceKey,
  holderId: string,
): Promise<{ ofModel: Hold[]; ofRun: Hold[] }> {
  const rows = await tx.$queryRaw<(Hold & { isOfModel: boolean; isOfRun: boolean; isAlive: boolean })[]>`
    SELECT "calls", "wanted", "micros", "runId" = ${NO_RUN}::uuid AS "isSingle",
      "runId" = ${key.runId}::uuid AS "isOfRun",
      "endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model} AS "isOfModel",
      "seenAt" > timezone('utc', clock_timestamp()) - make_interval(secs => ${SILENT_SECONDS}) AS "isAlive"
    FROM "CallHold"
    WHERE (("endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model}) OR "runId" = ${key.runId}::uuid)
      AND NOT ("holderId" = ${holderId}::uuid AND "runId" = ${key.runId}::uuid
        AND "endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model})`;
  return {
    // Slots of the dead are free; their money is not, until their calls are accounted for.
    ofModel: rows.filter((row) => row.isOfModel && row.isAlive),
    ofRun: rows
      .filter((row) => row.isOfRun)
      .map((row) => (row.isAlive ? row : { ...row, calls: 0, wanted: 0 })),
  };
}

async function readGone(tx: RawSql, runId: string): Promise<{ spent: bigint; uncertain: bigint }> {
  const [row] = await tx.$queryRaw<{ spent: bigint; uncertain: bigint }[]>`
    SELECT coalesce(sum("delta") FILTER (WHERE "name" LIKE 'cost|%'), 0)::bigint AS "spent",
      coalesce(sum("delta") FILTER (WHERE "name" = 'uncertain'), 0)::bigint AS "uncertain"
    FROM "Counter"
    WHERE "scope" = ${runId}::uuid AND ("name" = 'uncertain' OR ("name" >= 'cost|' AND "name" < 'cost}'))`;
  return { spent: row?.spent ?? 0n, uncertain: row?.uncertain ?? 0n };
}

async function writeRoom(tx: RawSql, key: AllowanceKey, room: SharedRow): Promise<void> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  await tx.$executeRaw`
    UPDATE "ModelLimit" SET
      "blockedUntil" = timezone('utc', ${at(room.blockedUntil)}::timestamptz),
      "concurrencyNow" = ${room.concurrencyNow},
      "requestsLeft" = ${room.requestsLeft}, "tokensLeft" = ${room.tokensLeft},
      "refilledAt" = timezone('utc', ${at(room.refilledAt)}::timestamptz),
      "narrowedAt" = timezone('utc', ${at(room.narrowedAt)}::timestamptz),
      "singleWaitsUntil" = timezone('utc', ${at(room.singleWaitsUntil)}::timestamptz)
    WHERE "endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model}`;
}

async function writeHold(
  tx: RawSql,
  key: AllowanceKey,
  hold: { holderId: string; slots: number; wanted: number; micros: bigint },
): Promise<void> {
  if (hold.slots === 0 && hold.wanted === 0 && hold.micros === 0n) {
    await tx.$executeRaw`
      DELETE FROM "CallHold" WHERE "holderId" = ${hold.holderId}::uuid AND "runId" = ${key.runId}::uuid
        AND "endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model}`;
    return;
  }
  await tx.$executeRaw`
    INSERT INTO "CallHold" ("holderId", "runId", "endpointId", "model", "calls", "wanted", "micros", "seenAt")
    VALUES (${hold.holderId}::uuid, ${key.runId}::uuid, ${key.endpointId}::uuid, ${key.model}, ${hold.slots},
      ${hold.wanted}, ${hold.micros}, timezone('utc', clock_timestamp()))
    ON CONFLICT ("holderId", "runId", "endpointId", "model") DO UPDATE
    SET "calls" = excluded."calls", "wanted" = excluded."wanted", "micros" = excluded."micros",
        "seenAt" = excluded."seenAt"`;
}
