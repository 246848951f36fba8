import "server-only";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { sessionAddress } from "#lib/db/connection.ts";
import { type EmbeddedServer, startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations } from "#lib/db/migrate.ts";
import { type Lock, takeLock } from "#lib/db/process-lock.ts";
import { env, resetEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { provideSecrets } from "#lib/launch/secrets.ts";

export type PreparedDatabase = { isEmbedded: boolean; applied: string[]; stop(): Promise<void> };

/** Makes the data folder, and the secrets in it. Whatever runs on this data goes through here first. */
export function prepareData(defaults: { logLevel?: string } = {}): string {
  if (defaults.logLevel) process.env.LOG_LEVEL ||= defaults.logLevel;
  // Beside the program, wherever it is called from.
  process.env.SECOND_LOOK_DATA ||= path.join(import.meta.dirname, "../../.data");
  resetEnv();
  const dataDir = env().SECOND_LOOK_DATA;
  mkdirSync(dataDir, { recursive: true });
  // Children start elsewhere or later: they must mean the same folder.
  process.env.SECOND_LOOK_DATA = dataDir;
  provideSecrets(dataDir);
  return dataDir;
}

/** Makes this process the only web server on the data folder. */
export function lockData(dataDir: string): Lock {
  const taken = takeLock(path.join(dataDir, "app.lock"));
  if ("release" in taken) return taken;
  throw new AppError(
    "conflict",
    `Second Look already runs on the data folder ${dataDir} (process ${taken.heldBy.pid}): stop that one first, or start another with SECOND_LOOK_DATA=other-folder PORT=3001.`,
  );
}

/** The database of DATABASE_URL, or else the embedded one, started or shared; migrated, and named in DATABASE_URL. */
export async function prepareDatabase(): Promise<PreparedDatabase> {
  const given = sessionAddress();
  if (given) return { isEmbedded: false, applied: await applyMigrations(given), stop: async () => undefined };
  const server: EmbeddedServer = await startEmbedded({ dataDir: env().SECOND_LOOK_DATA });
  try {
    const applied = await applyMigrations(server.url);
    process.env.DATABASE_URL = server.url;
    resetEnv();
    return { isEmbedded: true, applied, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
