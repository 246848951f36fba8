import "server-only";
import { disconnectDb } from "#lib/db/client.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";

/** Closes what a process of ours keeps open to the database, so that it can end or the database can. */
export async function closeConnections(): Promise<void> {
  await disconnectBoss();
  await disconnectDb();
}
