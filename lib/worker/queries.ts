import "server-only";
import { db } from "#lib/db/client.ts";
import { ALIVE_SECONDS } from "#lib/worker/commands.ts";

export type WorkerLine = { id: string; host: string; pid: number; startedAt: Date };

/** The workers that were seen within the last seconds, by the database's clock. */
export async function readWorkers(): Promise<WorkerLine[]> {
  return db().$queryRaw<WorkerLine[]>`
    SELECT "id"::text, "host", "pid", "startedAt" FROM "WorkerHeartbeat"
    WHERE "seenAt" > (now() AT TIME ZONE 'UTC') - ${ALIVE_SECONDS} * interval '1 second'
    ORDER BY "startedAt"`;
}

export async function isAnyWorkerAlive(): Promise<boolean> {
  return (await readWorkers()).length > 0;
}
