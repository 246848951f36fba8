import "server-only";
import { hostname } from "node:os";
import { db } from "#lib/db/client.ts";
import { removeExpiredClaims } from "#lib/review/claim-commands.ts";

/** A worker that was not seen for this long is not there any more. */
export const ALIVE_SECONDS = 15;

/** Says that this worker is there. */
export async function writeHeartbeat(id: string): Promise<void> {
  await db().$executeRaw`
    INSERT INTO "WorkerHeartbeat" ("id", "host", "pid", "startedAt", "seenAt")
    VALUES (${id}::uuid, ${hostname()}, ${process.pid}, (now() AT TIME ZONE 'UTC'), (now() AT TIME ZONE 'UTC'))
    ON CONFLICT ("id") DO UPDATE SET "seenAt" = excluded."seenAt"`;
}

export async function removeHeartbeat(id: string): Promise<void> {
  await db().workerHeartbeat.deleteMany({ where: { id } });
}

/** Removes what ended without being told so: workers that were killed, claims on traces whose lease is over. */
export async function expireLeases(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM "WorkerHeartbeat" WHERE "seenAt" < (now() AT TIME ZONE 'UTC') - interval '10 minutes'`;
  await removeExpiredClaims();
}
