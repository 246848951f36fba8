import "server-only";
import { BATCH_EVERY_MS, createBatcher, inPlace } from "#lib/db/batcher.ts";
import { raw } from "#lib/db/raw.ts";
import { type CallFailure, mayHaveBeenPaid } from "#lib/generation/call-failure.ts";
import { isOutage, whenDatabaseIsBack } from "#lib/generation/database-outage.ts";
import type { CallRequest } from "#lib/generation/ledger-commands.ts";
import type { ReplyEnvelope } from "#lib/generation/reply-envelope.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";

// Each step of a call's life is one statement for all calls that take it in the same moment, so that it happens wholly
// or not at all, in one journey to the database. Times are the database's own: the clocks of several machines differ.

/** How long a call stays in the hands of a process that gives no sign of life. */
export const LEASE_SECONDS = 20;
const MOST = 256;
/** Replies wait for company least of all: one that is not written down is lost with its process, and paid for again. */
const REPLIES_EVERY_MS = 20;

export type KnownCall = {
  id: string;
  status: "pending" | "answered" | "failed";
  isLeased: boolean;
  reply: string | null;
};

type CallKey = { projectId: string; identity: string };

const readMany = createBatcher<CallKey, KnownCall | null>({
  most: MOST,
  everyMs: BATCH_EVERY_MS,
  isShared: isOutage,
  flush: async (keys) => {
    const rows = await raw().$queryRaw<(KnownCall & { place: number })[]>`
      SELECT k."place", c."id"::text AS "id", c."status"::text AS "status", r."reply",
             coalesce(c."leaseUntil" > timezone('utc', clock_timestamp()), false) AS "isLeased"
      FROM json_to_recordset(${JSON.stringify(keys.map((key, place) => ({ ...key, place })))}::json)
             AS k("place" int, "projectId" uuid, "identity" text)
        JOIN "ModelCall" c ON c."projectId" = k."projectId" AND c."identity" = k."identity"
        LEFT JOIN "ModelCallReply" r ON r."callId" = c."id"`;
    return inPlace(keys.length, rows);
  },
});

/** The call of this identity as it stands, with its reply where it has one. */
export function readCall(projectId: string, identity: string): Promise<KnownCall | null> {
  return readMany({ projectId, identity });
}

export type Claim = { callId: string; attempt: number };
type Claiming = {
  request: CallRequest;
  identity: string;
  token: string;
  storedJson: string;
  ceilingMicros: bigint | null;
};

const claimMany = createBatcher<Claiming, Claim | null>({
  most: MOST,
  everyMs: BATCH_EVERY_MS,
  isShared: isOutage,
  keyOf: ({ request, identity }) => `${request.projectId} ${identity}`,
  flush: async (claims) => {
    const { asked, shared } = toRows(claims);
    const rows = await raw().$queryRaw<(Claim & { place: number })[]>`
    WITH asked AS (
      SELECT a.*, s.* FROM json_to_recordset(${JSON.stringify(asked)}::json) AS a(
        "place" int, "of" int, "id" uuid, "identity" text, "sampleIndex" int, "seed" int, "parameters" jsonb,
        "token" uuid, "ceilingMicros" bigint)
      JOIN json_to_recordset(${JSON.stringify(shared)}::json) AS s(
        "number" int, "projectId" uuid, "purpose" text, "stage" int, "check" text, "endpointId" uuid, "model" text,
        "promptVersionId" uuid, "runId" uuid, "dialect" text, "simulated" boolean, "userId" uuid)
        ON s."number" = a."of"
    ), mine AS (
      INSERT INTO "ModelCall" AS c
        ("id", "projectId", "identity", "purpose", "stage", "check", "status", "endpointId", "model", "promptVersionId",
         "runId", "sampleIndex", "seed", "parameters", "dialect", "simulated", "createdById", "createdAt", "leaseToken",
         "leaseUntil")
      SELECT "id", "projectId", "identity", "purpose"::"Purpose", "stage", "check", 'pending', "endpointId", "model",
         "promptVersionId", "runId", "sampleIndex", "seed", "parameters", "dialect"::"ContinuationDialect", "simulated",
         "userId", timezone('utc', clock_timestamp()), "token",
         timezone('utc', clock_timestamp()) + make_interval(secs => ${LEASE_SECONDS})
      FROM asked ORDER BY "projectId", "identity"
      ON CONFLICT ("projectId", "identity") DO UPDATE
        SET "status" = 'pending', "leaseToken" = excluded."leaseToken", "leaseUntil" = excluded."leaseUntil",
            -- Whoever sends it pays for it.
            "runId" = excluded."runId", "createdById" = excluded."createdById"
        WHERE c."status" <> 'answered'
          AND (c."leaseUntil" IS NULL OR c."leaseUntil" <= timezone('utc', clock_timestamp()))
      RETURNING c."id", c."leaseToken", c."projectId"
    ), claimed AS (
      SELECT mine."id" AS "callId", mine."id" <> asked."id" AS "isOld", asked.*
      FROM mine JOIN asked ON asked."token" = mine."leaseToken"
    ), body AS (
      -- Apart from the rest: each step of this statement copies its rows, and these are large.
      INSERT INTO "ModelCallBody" ("callId", "request")
      SELECT claimed."callId", b."request"
      FROM json_array_elements(${`[${claims.map(({ storedJson }) => storedJson).join(",")}]`}::json)
             WITH ORDINALITY AS b("request", "number")
        JOIN claimed ON claimed."place" = b."number" - 1
      ON CONFLICT ("callId") DO UPDATE SET "request" = excluded."request"
    ), lost AS (
      UPDATE "CallAttempt" a
      SET "outcome" = 'lost', "endedAt" = timezone('utc', clock_timestamp()),
          "message" = 'The process that had sent it gave no sign of life.'
      FROM claimed WHERE claimed."isOld" AND a."callId" = claimed."callId" AND a."endedAt" IS NULL
      RETURNING a."runId", a."ceilingMicros", claimed."projectId"
    ), uncertain AS (
      INSERT INTO "Counter" ("scope", "name", "delta")
      SELECT s.scope, 'uncertain', sum(lost."ceilingMicros")
      FROM lost, LATERAL unnest(ARRAY[lost."projectId", lost."runId"]) AS s(scope)
      WHERE s.scope IS NOT NULL GROUP BY s.scope HAVING sum(lost."ceilingMicros") > 0
    ), attempt AS (
      INSERT INTO "CallAttempt" ("callId", "number", "startedAt", "outcome", "runId", "ceilingMicros")
      SELECT "callId",
             CASE WHEN claimed."isOld"
               THEN coalesce((SELECT max(a."number") FROM "CallAttempt" a WHERE a."callId" = claimed."callId"), 0) ELSE 0
             END + 1,
             timezone('utc', clock_timestamp()), 'sent', "runId", "ceilingMicros"
      FROM claimed
      RETURNING "callId", "number"
    )
    SELECT claimed."place", claimed."callId"::text AS "callId", attempt."number" AS "attempt"
    FROM claimed JOIN attempt ON attempt."callId" = claimed."callId"`;
    return inPlace(claims.length, rows);
  },
});

/**
 * Takes the right to send a call, and stores its request and the attempt. Null where the call was answered, or is
 * in the hands of another process whose lease runs. What an attempt that was lost could have cost counts as uncertain.
 */
export function claimCall(
  request: CallRequest,
  claim: {
    identity: string;
    token: string;
    /** The request's body with its images replaced. */
    storedJson: string;
    ceilingMicros: bigint | null;
  },
): Promise<Claim | null> {
  return claimMany({ request, ...claim });
}

/** Calls of one batch are mostly of one run and stage: what such calls have in common is sent once. */
function toRows(claims: readonly Claiming[]) {
  const shared = new Map<string, { number: number }>();
  const asked = claims.map(({ request, identity, token, ceilingMicros }, place) => {
    const { projectId, purpose, stage, model, promptVersionId, runId, dialect, userId } = request;
    const common = {
      projectId,
      purpose,
      stage,
      check: request.check ?? null,
      endpointId: model.endpointId,
      model: model.model,
      promptVersionId,
      runId,
      dialect,
      simulated: model.simulated,
      userId,
    };
    const key = Object.values(common).join("\n");
    const { number } = shared.get(key) ?? { number: shared.size };
    if (number === shared.size) shared.set(key, { number, ...common });
    return {
      place,
      of: number,
      id: createUuid7(),
      identity,
      sampleIndex: request.sampleIndex,
      seed: request.seed,
      parameters: request.parameters,
      token,
      ceilingMicros: ceilingMicros === null ? null : Number(ceilingMicros),
    };
  });
  return { asked, shared: [...shared.values()] };
}

/**
 * Keeps calls in this process's hands while their replies are awaited, and returns the tokens of those that still are.
 * A row that somebody else is writing just now is passed over: to wait for it, with others locked, could be a deadlock.
 */
export async function renewLeases(
  held: readonly { callId: string; token: string }[],
): Promise<ReadonlySet<string>> {
  const rows = await raw().$queryRaw<{ token: string }[]>`
    WITH mine AS (
      SELECT c."id"
      FROM json_to_recordset(${JSON.stringify(held)}::json) AS h("callId" uuid, "token" uuid)
        JOIN "ModelCall" c ON c."id" = h."callId" AND c."leaseToken" = h."token" AND c."status" = 'pending'
      FOR NO KEY UPDATE OF c SKIP LOCKED
    )
    UPDATE "ModelCall" c
    SET "leaseUntil" = timezone('utc', clock_timestamp()) + make_interval(secs => ${LEASE_SECONDS})
    FROM mine WHERE c."id" = mine."id"
    RETURNING c."leaseToken"::text AS "token"`;
  return new Set(rows.map(({ token }) => token));
}

export type Answer = {
  body: string;
  httpStatus: number;
  durationMs: number;
  envelope: Pick<ReplyEnvelope, "finishReason" | "promptTokens" | "completionTokens">;
  costMicros: bigint | null;
};

const storeManyReplies = createBatcher<{ claim: Claim; answer: Answer }, boolean>({
  most: MOST,
  everyMs: REPLIES_EVERY_MS,
  isShared: isOutage,
  keyOf: ({ claim }) => claim.callId,
  flush: async (replies) => {
    const given = replies.map(({ claim, answer: { envelope, costMicros, ...answer } }) => ({
      ...claim,
      ...answer,
      finishReason: envelope.finishReason,
      promptTokens: envelope.promptTokens,
      completionTokens: envelope.completionTokens,
      costMicros: costMicros === null ? null : Number(costMicros),
    }));
    const rows = await whenDatabaseIsBack(
      () => raw().$queryRaw<{ id: string }[]>`
    WITH given AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(given)}::json) AS g(
        "callId" uuid, "attempt" int, "body" text, "httpStatus" int, "durationMs" int, "finishReason" text,
        "promptTokens" int, "completionTokens" int, "costMicros" bigint)
    ), done AS (
      UPDATE "ModelCall" c
      SET "status" = 'answered', "answeredAt" = timezone('utc', clock_timestamp()), "durationMs" = g."durationMs",
          "finishReason" = g."finishReason", "promptTokens" = g."promptTokens",
          "completionTokens" = g."completionTokens", "costMicros" = g."costMicros",
          "leaseToken" = NULL, "leaseUntil" = NULL
      FROM given g
      WHERE c."id" = g."callId" AND c."status" <> 'answered'
      RETURNING c."id", c."identity"
    ), reply AS (
      -- What was asked about an image that was taken down meanwhile has cost what it cost, and its words are not kept.
      INSERT INTO "ModelCallReply" ("callId", "reply")
      SELECT done."id", g."body" FROM done JOIN given g ON g."callId" = done."id"
      WHERE done."identity" NOT LIKE 'taken down %'
    ), attempt AS (
      UPDATE "CallAttempt" a SET
        "outcome" = CASE WHEN done."id" IS NULL THEN 'superseded' ELSE 'ok' END,
        "endedAt" = timezone('utc', clock_timestamp()), "httpStatus" = g."httpStatus", "message" = NULL,
        "body" = CASE WHEN done."id" IS NULL AND NOT EXISTS (
            SELECT 1 FROM "ModelCall" c WHERE c."id" = g."callId" AND c."identity" LIKE 'taken down %')
          THEN g."body" ELSE NULL END
      FROM given g LEFT JOIN done ON done."id" = g."callId"
      WHERE a."callId" = g."callId" AND a."number" = g."attempt"
        -- A connection that broke may have hidden that all this was written already.
        AND a."outcome" NOT IN ('ok', 'superseded')
      RETURNING a."callId", a."runId", done."id" AS "doneId", g."costMicros"
    ), uncertain AS (
      -- Taken for lost, and then it came after all: now it is known what it cost. Unless the reply does not say what it
      -- used; then it may have cost as much as it could.
      INSERT INTO "Counter" ("scope", "name", "delta")
      SELECT s.scope, 'uncertain', sum(CASE WHEN g."costMicros" IS NULL THEN a."ceilingMicros" ELSE -a."ceilingMicros" END)
      FROM given g JOIN "CallAttempt" a ON a."callId" = g."callId" AND a."number" = g."attempt"
        JOIN "ModelCall" c ON c."id" = g."callId",
        LATERAL unnest(ARRAY[c."projectId", a."runId"]) AS s(scope)
      WHERE (a."outcome" = 'lost') = (g."costMicros" IS NOT NULL) AND a."outcome" NOT IN ('ok', 'superseded')
        AND s.scope IS NOT NULL
      GROUP BY s.scope HAVING sum(a."ceilingMicros") > 0
    ), second AS (
      -- A reply that came second is of no use, and paid for all the same.
      INSERT INTO "Counter" ("scope", "name", "delta")
      SELECT s.scope, 'cost|superseded', sum(attempt."costMicros")
      FROM attempt JOIN "ModelCall" c ON c."id" = attempt."callId",
        LATERAL unnest(ARRAY[c."projectId", attempt."runId"]) AS s(scope)
      WHERE attempt."doneId" IS NULL AND s.scope IS NOT NULL
      GROUP BY s.scope HAVING sum(attempt."costMicros") > 0
    )
    SELECT "id"::text AS "id" FROM done
    UNION ALL
    SELECT a."callId"::text AS "id" FROM given g
      JOIN "CallAttempt" a ON a."callId" = g."callId" AND a."number" = g."attempt" AND a."outcome" = 'ok'`,
    );
    const done = new Set(rows.map(({ id }) => id));
    return replies.map(({ claim }) => done.has(claim.callId));
  },
});

/**
 * Stores a reply, as it arrived. The first one counts, whoever's lease runs: it is paid for. False where there was one
 * already, which then stays. A database that is away is waited for: the reply exists nowhere else.
 */
export function storeReply(claim: Claim, answer: Answer): Promise<boolean> {
  return storeManyReplies({ claim, answer });
}

type Failing = { claim: Claim; token: string; failure: CallFailure; body: string | null };

const storeManyFailures = createBatcher<Failing, void>({
  most: MOST,
  everyMs: BATCH_EVERY_MS,
  isShared: isOutage,
  keyOf: ({ claim }) => claim.callId,
  flush: async (failures) => {
    const given = failures.map(({ claim, token, failure, body }) => ({
      ...claim,
      token,
      kind: failure.kind,
      httpStatus: failure.httpStatus,
      message: failure.message.replaceAll("\u0000", "\ufffd").toWellFormed(),
      retryAfterMs: "retryAfterMs" in failure ? failure.retryAfterMs : null,
      body: body?.slice(0, 65_536).replaceAll("\u0000", "\ufffd").toWellFormed() ?? null,
      isUncertain: mayHaveBeenPaid(failure),
    }));
    await whenDatabaseIsBack(
      () => raw().$executeRaw`
    WITH given AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(given)}::json) AS g(
        "callId" uuid, "attempt" int, "token" uuid, "kind" text, "httpStatus" int, "message" text, "retryAfterMs" int,
        "body" text, "isUncertain" boolean)
    ), attempt AS (
      UPDATE "CallAttempt" a
      SET "outcome" = g."kind", "endedAt" = timezone('utc', clock_timestamp()), "httpStatus" = g."httpStatus",
          "message" = g."message", "retryAfterMs" = g."retryAfterMs",
          "body" = CASE WHEN g."body" IS NULL OR EXISTS (
              SELECT 1 FROM "ModelCall" c WHERE c."id" = g."callId" AND c."identity" LIKE 'taken down %')
            THEN NULL ELSE g."body" END
      FROM given g WHERE a."callId" = g."callId" AND a."number" = g."attempt"
        -- Where somebody else took it for lost, what it could have cost is counted already.
        AND a."endedAt" IS NULL
      RETURNING a."callId", a."runId", a."ceilingMicros", g."isUncertain"
    ), uncertain AS (
      INSERT INTO "Counter" ("scope", "name", "delta")
      SELECT s.scope, 'uncertain', sum(attempt."ceilingMicros")
      FROM attempt JOIN "ModelCall" c ON c."id" = attempt."callId",
        LATERAL unnest(ARRAY[c."projectId", attempt."runId"]) AS s(scope)
      WHERE attempt."isUncertain" AND s.scope IS NOT NULL
      GROUP BY s.scope HAVING sum(attempt."ceilingMicros") > 0
    )
    UPDATE "ModelCall" c SET "status" = 'failed', "leaseToken" = NULL, "leaseUntil" = NULL
    FROM given g
    WHERE c."id" = g."callId" AND c."leaseToken" = g."token" AND c."status" = 'pending'`,
    );
    return failures.map(() => undefined);
  },
});

/** Notes why an attempt brought no reply, and lets the call go. What had arrived is kept with the attempt. */
export function storeFailure(
  claim: Claim,
  token: string,
  failure: CallFailure,
  body: string | null,
): Promise<void> {
  return storeManyFailures({ claim, token, failure, body });
}

/** Lets a call go that was claimed and not sent: as if nobody had asked for it. */
export async function releaseClaim(claim: Claim, token: string): Promise<void> {
  await raw().transaction(async (tx) => {
    const mine = await tx.$queryRaw<{ id: string }[]>`
      UPDATE "ModelCall" SET "status" = 'failed', "leaseToken" = NULL, "leaseUntil" = NULL
      WHERE "id" = ${claim.callId}::uuid AND "leaseToken" = ${token}::uuid AND "status" = 'pending'
      RETURNING "id"::text AS "id"`;
    if (mine.length === 0) return;
    await tx.$executeRaw`
      DELETE FROM "CallAttempt" WHERE "callId" = ${claim.callId}::uuid AND "number" = ${claim.attempt}`;
    await tx.$executeRaw`
      DELETE FROM "ModelCall" c WHERE c."id" = ${claim.callId}::uuid
        AND NOT EXISTS (SELECT 1 FROM "CallAttempt" a WHERE a."callId" = c."id")`;
  });
}
