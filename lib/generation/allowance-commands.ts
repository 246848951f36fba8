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
  /** Calls it would have in flight if it could. */
  wanted: number;
  /** Those that are in flight, and those that may begin while it asks, in slots that it holds. */
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
 *
 * All that use the model wait for each other here. So there are three journeys between its begin and its end: what
 * takes the locks, what reads, what writes.
 */
export async function syncAllowance(key: AllowanceKey, ask: AllowanceAsk): Promise<AllowanceGrant | null> {
  return raw().transaction(async (tx) => {
    const locked = await lockRows(tx, key);
    if (!locked) return null;
    const { now, run } = locked;
    const isSingle = key.runId === NO_RUN;
    const { others, gone } = await readHeldAndGone(tx, key, ask.holderId);

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
      run?.runConcurrency ? shareSlots(run.runConcurrency, wanted, others.ofRun) : Number.POSITIVE_INFINITY,
    );
    // A single call keeps what it has. Of a run's, those that end beyond its share are not followed by others; were they,
    // a limit that is lowered, and another process in need, would never come to their own while there is work.
    const held = isSingle ? Math.max(ask.inFlight, share) : share;
    const isSomebodyWaiting = (locked.singleWaitsUntil ?? 0) > now;
    const slots = isSomebodyWaiting && !isSingle ? giveWay(limitOf(room), held, others.ofModel) : held;
    const heldByOthers = others.ofRun.reduce((sum, { micros }) => sum + micros, 0n);
    const micros = shareMoney({
      budget: run?.budgetMicros ?? null,
      gone: gone.spent + gone.uncertain,
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

    const isNews = run !== null && (run.spentMicros !== gone.spent || run.uncertainMicros !== gone.uncertain);
    await writeRows(tx, key, {
      room: { ...room, singleWaitsUntil },
      // What is in flight, or may be before this is heard, is held also where its slot is to be left to somebody else.
      hold: { holderId: ask.holderId, calls: Math.max(ask.inFlight, slots), wanted, micros },
      gone: isNews ? gone : null,
    });
    return {
      slots,
      requests: room.requestsPerMinute === null ? null : taken.requests,
      tokens: room.tokensPerMinute === null ? null : taken.tokens,
      micros,
      blockedMs,
      waitMs: waitForBuckets(room, { requests: 1, tokens: ask.next.tokens }),
      isRunning,
      budget: run?.budgetMicros == null ? null : { budget: run.budgetMicros, ...gone, heldByOthers },
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

type RunMoney = {
  state: string;
  budgetMicros: bigint | null;
  spentMicros: bigint;
  uncertainMicros: bigint;
  runConcurrency: number | null;
};

type LockedRow = SharedRow & { now: number } & (RunMoney | { [Key in keyof RunMoney]: null });

type Gone = { spent: bigint; uncertain: bigint };

async function lockRows(
  tx: RawSql,
  key: AllowanceKey,
): Promise<{ room: ModelRoom; singleWaitsUntil: number | null; run: RunMoney | null; now: number } | null> {
  // The run asks for the model's row, so that this is locked first, as everywhere: two would else wait for each other.
  const read = () => tx.$queryRaw<LockedRow[]>`
    WITH room AS MATERIALIZED (
      SELECT e."concurrency", e."requestsPerMinute", e."tokensPerMinute", l."concurrencyNow", l."requestsLeft",
        l."tokensLeft", extract(epoch FROM l."blockedUntil")::float8 * 1000 AS "blockedUntil",
        extract(epoch FROM l."refilledAt")::float8 * 1000 AS "refilledAt",
        extract(epoch FROM l."narrowedAt")::float8 * 1000 AS "narrowedAt",
        extract(epoch FROM l."singleWaitsUntil")::float8 * 1000 AS "singleWaitsUntil"
      FROM "ModelLimit" l JOIN "Endpoint" e ON e."id" = l."endpointId"
      WHERE l."endpointId" = ${key.endpointId}::uuid AND l."model" = ${key.model}
      FOR UPDATE OF l
    ), run AS MATERIALIZED (
      SELECT "state"::text AS "state", "budgetMicros", "spentMicros", "uncertainMicros",
        "concurrency" AS "runConcurrency"
      FROM "Run" WHERE "id" = ${key.runId}::uuid AND EXISTS (SELECT 1 FROM room)
      FOR NO KEY UPDATE
    )
    SELECT room.*, run.*, extract(epoch FROM timezone('utc', clock_timestamp()))::float8 * 1000 AS "now"
    FROM room LEFT JOIN run ON true`;
  let [row] = await read();
  if (!row) {
    await tx.$executeRaw`
      INSERT INTO "ModelLimit" ("endpointId", "model")
      SELECT "id", ${key.model} FROM "Endpoint" WHERE "id" = ${key.endpointId}::uuid
      ON CONFLICT DO NOTHING`;
    [row] = await read();
  }
  if (!row) return null;
  const { now, singleWaitsUntil, ...rest } = row;
  return { room: rest, singleWaitsUntil, run: rest.state === null ? null : rest, now };
}

type Hold = { calls: number; wanted: number; micros: bigint; isSingle: boolean };
type HoldRow = Hold & { isOfModel: boolean; isOfRun: boolean; isAlive: boolean };

/** Not with the locks, but after them: a statement that waited for a lock sees all other rows as they were before. */
async function readHeldAndGone(
  tx: RawSql,
  key: AllowanceKey,
  holderId: string,
): Promise<{ others: { ofModel: Hold[]; ofRun: Hold[] }; gone: Gone }> {
  const rows = await tx.$queryRaw<(Gone & (HoldRow | { calls: null }))[]>`
    SELECT gone.*, h."calls", h."wanted", h."micros", h."runId" = ${NO_RUN}::uuid AS "isSingle",
      h."runId" = ${key.runId}::uuid AS "isOfRun",
      h."endpointId" = ${key.endpointId}::uuid AND h."model" = ${key.model} AS "isOfModel",
      h."seenAt" > timezone('utc', clock_timestamp()) - make_interval(secs => ${SILENT_SECONDS}) AS "isAlive"
    FROM (
      SELECT coalesce(sum("delta") FILTER (WHERE "name" LIKE 'cost|%'), 0)::bigint AS "spent",
        coalesce(sum("delta") FILTER (WHERE "name" = 'uncertain'), 0)::bigint AS "uncertain"
      FROM "Counter"
      WHERE "scope" = ${key.runId}::uuid AND ("name" = 'uncertain' OR ("name" >= 'cost|' AND "name" < 'cost}'))
    ) gone LEFT JOIN "CallHold" h
      ON ((h."endpointId" = ${key.endpointId}::uuid AND h."model" = ${key.model}) OR h."runId" = ${key.runId}::uuid)
        AND NOT (h."holderId" = ${holderId}::uuid AND h."runId" = ${key.runId}::uuid
          AND h."endpointId" = ${key.endpointId}::uuid AND h."model" = ${key.model})`;
  const holds = rows.filter((row): row is Gone & HoldRow => row.calls !== null);
  return {
    others: {
      // Slots of the dead are free; their money is not, until their calls are accounted for.
      ofModel: holds.filter((row) => row.isOfModel && row.isAlive),
      ofRun: holds
        .filter((row) => row.isOfRun)
        .map((row) => (row.isAlive ? row : { ...row, calls: 0, wanted: 0 })),
    },
    gone: { spent: rows[0]?.spent ?? 0n, uncertain: rows[0]?.uncertain ?? 0n },
  };
}

async function writeRows(
  tx: RawSql,
  key: AllowanceKey,
  {
    room,
    hold,
    gone,
  }: {
    room: SharedRow;
    hold: { holderId: string; calls: number; wanted: number; micros: bigint };
    /** What the run has spent by now; null: what it says already. */
    gone: Gone | null;
  },
): Promise<void> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const isNothing = hold.calls === 0 && hold.wanted === 0 && hold.micros === 0n;
  await tx.$executeRaw`
    WITH room AS (
      UPDATE "ModelLimit" SET
        "blockedUntil" = timezone('utc', ${at(room.blockedUntil)}::timestamptz),
        "concurrencyNow" = ${room.concurrencyNow},
        "requestsLeft" = ${room.requestsLeft}, "tokensLeft" = ${room.tokensLeft},
        "refilledAt" = timezone('utc', ${at(room.refilledAt)}::timestamptz),
        "narrowedAt" = timezone('utc', ${at(room.narrowedAt)}::timestamptz),
        "singleWaitsUntil" = timezone('utc', ${at(room.singleWaitsUntil)}::timestamptz)
      WHERE "endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model}
    ), run AS (
      UPDATE "Run" SET "spentMicros" = ${gone?.spent ?? null}::bigint, "uncertainMicros" = ${gone?.uncertain ?? null}::bigint
      WHERE "id" = ${key.runId}::uuid AND ${gone !== null}::boolean
    ), let_go AS (
      DELETE FROM "CallHold" WHERE "holderId" = ${hold.holderId}::uuid AND "runId" = ${key.runId}::uuid
        AND "endpointId" = ${key.endpointId}::uuid AND "model" = ${key.model} AND ${isNothing}::boolean
    )
    INSERT INTO "CallHold" ("holderId", "runId", "endpointId", "model", "calls", "wanted", "micros", "seenAt")
    SELECT ${hold.holderId}::uuid, ${key.runId}::uuid, ${key.endpointId}::uuid, ${key.model}, ${hold.calls}::int,
      ${hold.wanted}::int, ${hold.micros}::bigint, timezone('utc', clock_timestamp())
    WHERE NOT ${isNothing}::boolean
    ON CONFLICT ("holderId", "runId", "endpointId", "model") DO UPDATE
    SET "calls" = excluded."calls", "wanted" = excluded."wanted", "micros" = excluded."micros",
        "seenAt" = excluded."seenAt"`;
}
