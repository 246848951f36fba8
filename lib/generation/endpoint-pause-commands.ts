import "server-only";
import { db } from "#lib/db/client.ts";
import { waitAfterRateLimit } from "#lib/queue/backoff.ts";

/** For how many milliseconds an endpoint is to be left alone yet, whichever of its models was refused last; 0: it is not. */
export async function readEndpointPause(endpointId: string): Promise<number> {
  const [row] = await db().$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM max("blockedUntil") - timezone('utc', clock_timestamp())) * 1000)::float8 AS "ms"
    FROM "ModelLimit" WHERE "endpointId" = ${endpointId}::uuid`;
  return Math.max(0, row?.ms ?? 0);
}

/**
 * Has all workers leave every model of an endpoint alone: it refused something that was asked of no model. Never
 * shortens what was asked for before.
 * @param retryAfterMs what it asked for; null: it did not say
 */
export async function leaveEndpointAlone(endpointId: string, retryAfterMs: number | null): Promise<void> {
  const pauseMs = waitAfterRateLimit(retryAfterMs, 1, Math.random());
  await db().$executeRaw`
    UPDATE "ModelLimit"
    SET "blockedUntil" = greatest("blockedUntil",
      timezone('utc', clock_timestamp()) + ${pauseMs} * interval '1 millisecond')
    WHERE "endpointId" = ${endpointId}::uuid`;
}
