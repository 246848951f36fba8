import "server-only";
import type { Transaction } from "#lib/db/client.ts";

/**
 * Lets one transaction at a time make something of a call's reply. Whoever comes second finds the rows there, so the
 * same reply never becomes two thoughts.
 */
export async function lockCall(tx: Transaction, callId: string): Promise<void> {
  await tx.$queryRaw`SELECT "id" FROM "ModelCall" WHERE "id" = ${callId}::uuid FOR NO KEY UPDATE`;
}
