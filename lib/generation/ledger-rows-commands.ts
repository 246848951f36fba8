import "server-only";
import { db } from "#lib/db/client.ts";
import type { CallFailure } from "#lib/generation/call-failure.ts";
import { whenDatabaseIsBack } from "#lib/generation/database-outage.ts";
import type { CallRequest } from "#lib/generation/ledger-commands.ts";
import type { ReplyEnvelope } from "#lib/generation/reply-envelope.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";

// Each step of a call's life is one statement, so that it happens wholly or not at all, in one journey to the
// database. Times are the database's own: the clocks of several machines differ.

/** How long a call stays in the hands of a process that gives no sign of life. */
const LEASE_SECONDS = 20;

export type KnownCall = {
  id: string;
  status: "pending" | "answered" | "failed";
  isLeased: boolean;
  reply: string | null;
};

/** The call of this identity as it stands, with its reply where it has one. */
export async function readCall(projectId: string, identity: string): Promise<KnownCall | null> {
  const rows = await db().$queryRaw<KnownCall[]>`
    SELECT c."id"::text AS "id", c."status"::text AS "status", b."reply",
           coalesce(c."leaseUntil" > timezone('utc', clock_timestamp()), false) AS "isLeased"
    FROM "ModelCall" c LEFT JOIN "ModelCallBody" b ON b."callId" = c."id"
    WHERE c."projectId" = ${projectId}::uuid AND c."identity" = ${identity}`;
  return rows[0] ?? null;
}

export type Claim = { callId: string; attempt: number };

/**
 * Takes the right to send a call, and stores its request and the attempt. Null where the call was answered, or is
 * in the hands of another process whose lease runs.
 */
export async function claimCall(
  request: CallRequest,
  claim: { identity: string; token: string; storedBody: Record<string, unknown> },
): Promise<Claim | null> {
  const { model } = request;
  const rows = await db().$queryRaw<{ callId: string; attempt: number }[]>`
    WITH mine AS (
      INSERT INTO "ModelCall" AS c
        ("id", "projectId", "identity", "purpose", "stage", "status", "endpointId", "model", "promptVersionId", "runId",
         "sampleIndex", "seed", "parameters", "dialect", "simulated", "createdById", "createdAt", "leaseToken", "leaseUntil")
      VALUES
        (${createUuid7()}::uuid, ${request.projectId}::uuid, ${claim.identity}, ${request.purpose}::"Purpose", ${request.stage},
         'pending', ${model.endpointId}::uuid, ${model.model}, ${request.promptVersionId}::uuid, ${request.runId}::uuid,
         ${request.sampleIndex}, ${request.seed}, ${JSON.stringify(request.parameters)}::jsonb,
         ${request.dialect}::"ContinuationDialect", ${model.simulated}, ${request.userId}::uuid,
         timezone('utc', clock_timestamp()), ${claim.token}::uuid,
         timezone('utc', clock_timestamp()) + make_interval(secs => ${LEASE_SECONDS}))
      ON CONFLICT ("projectId", "identity") DO UPDATE
        SET "status" = 'pending', "leaseToken" = excluded."leaseToken", "leaseUntil" = excluded."leaseUntil",
            -- Whoever sends it pays for it.
            "runId" = excluded."runId", "createdById" = excluded."createdById"
        WHERE c."status" <> 'answered'
          AND (c."leaseUntil" IS NULL OR c."leaseUntil" <= timezone('utc', clock_timestamp()))
      RETURNING c."id"
    ), body AS (
      INSERT INTO "ModelCallBody" ("callId", "request")
      SELECT "id", ${JSON.stringify(claim.storedBody)}::jsonb FROM mine
      ON CONFLICT ("callId") DO UPDATE SET "request" = excluded."request"
    ), lost AS (
      UPDATE "CallAttempt" a
      SET "outcome" = 'lost', "endedAt" = timezone('utc', clock_timestamp()),
          "message" = 'The process that had sent it gave no sign of life.'
      FROM mine WHERE a."callId" = mine."id" AND a."endedAt" IS NULL
    ), attempt AS (
      INSERT INTO "CallAttempt" ("id", "callId", "number", "startedAt", "outcome")
      SELECT ${createUuid7()}::uuid, mine."id",
             coalesce((SELECT max(a."number") FROM "CallAttempt" a WHERE a."callId" = mine."id"), 0) + 1,
             timezone('utc', clock_timestamp()), 'sent'
      FROM mine
      RETURNING "number"
    )
    SELECT mine."id"::text AS "callId", attempt."number" AS "attempt" FROM mine, attempt`;
  return rows[0] ?? null;
}

/** Keeps a call in this process's hands while its reply is awaited. */
export async function renewLease(callId: string, token: string): Promise<void> {
  await db().$executeRaw`
    UPDATE "ModelCall" SET "leaseUntil" = timezone('utc', clock_timestamp()) + make_interval(secs => ${LEASE_SECONDS})
    WHERE "id" = ${callId}::uuid AND "leaseToken" = ${token}::uuid AND "status" = 'pending'`;
}

/**
 * Stores a reply, as it arrived. The first one counts, whoever's lease runs: it is paid for. False where there was one
 * already, which then stays. A database that is away is waited for: the reply exists nowhere else.
 */
export async function storeReply(
  claim: Claim,
  answer: {
    body: string;
    httpStatus: number;
    durationMs: number;
    envelope: ReplyEnvelope;
    costMicros: bigint | null;
  },
): Promise<boolean> {
  const { envelope } = answer;
  const rows = await whenDatabaseIsBack(
    () => db().$queryRaw<{ id: string }[]>`
    WITH done AS (
      UPDATE "ModelCall"
      SET "status" = 'answered', "answeredAt" = timezone('utc', clock_timestamp()), "durationMs" = ${answer.durationMs},
          "finishReason" = ${envelope.finishReason}, "promptTokens" = ${envelope.promptTokens},
          "completionTokens" = ${envelope.completionTokens}, "costMicros" = ${answer.costMicros},
          "leaseToken" = NULL, "leaseUntil" = NULL
      WHERE "id" = ${claim.callId}::uuid AND "status" <> 'answered'
      RETURNING "id"
    ), body AS (
      UPDATE "ModelCallBody" b SET "reply" = ${answer.body} FROM done WHERE b."callId" = done."id"
    ), attempt AS (
      UPDATE "CallAttempt" SET
        "outcome" = CASE WHEN EXISTS (SELECT 1 FROM done) THEN 'ok' ELSE 'superseded' END,
        "endedAt" = timezone('utc', clock_timestamp()), "httpStatus" = ${answer.httpStatus}, "message" = NULL,
        "body" = CASE WHEN EXISTS (SELECT 1 FROM done) THEN NULL ELSE ${answer.body} END
      WHERE "callId" = ${claim.callId}::uuid AND "number" = ${claim.attempt}
    )
    SELECT "id"::text AS "id" FROM done`,
  );
  return rows.length > 0;
}

/** Notes why an attempt brought no reply, and lets the call go. What had arrived is kept with the attempt. */
export async function storeFailure(
  claim: Claim,
  token: string,
  failure: CallFailure,
  body: string | null,
): Promise<void> {
  const retryAfterMs = "retryAfterMs" in failure ? failure.retryAfterMs : null;
  const kept = body?.slice(0, 65_536).replaceAll("\u0000", "\ufffd").toWellFormed() ?? null;
  await whenDatabaseIsBack(
    () => db().$executeRaw`
    WITH attempt AS (
      UPDATE "CallAttempt"
      SET "outcome" = ${failure.kind}, "endedAt" = timezone('utc', clock_timestamp()), "httpStatus" = ${failure.httpStatus},
          "message" = ${failure.message}, "retryAfterMs" = ${retryAfterMs}, "body" = ${kept}
      WHERE "callId" = ${claim.callId}::uuid AND "number" = ${claim.attempt}
    )
    UPDATE "ModelCall" SET "status" = 'failed', "leaseToken" = NULL, "leaseUntil" = NULL
    WHERE "id" = ${claim.callId}::uuid AND "leaseToken" = ${token}::uuid AND "status" = 'pending'`,
  );
}
