import "server-only";
import pg from "pg";
import { listMigrations } from "#lib/db/migration-files.ts";
import { withSchemaEngine } from "#lib/db/schema-engine.ts";
import { AppError } from "#lib/errors.ts";

export type MigrationStatus = {
  /** Migrations of this version of the app that the database has not had. */
  pending: string[];
  /** Migrations that the database has had and this version of the app does not know: a newer version made it. */
  unknown: string[];
  /** Migrations that broke off. */
  failed: string[];
  /** Migrations whose file is no longer what was applied. */
  edited: string[];
};

/** Any number that nothing else locks: two processes that start at once must not migrate at once. */
const LOCK_KEY = 5_215_840_110;
const NO_FILTER = { externalTables: [], externalEnums: [] };

/**
 * Brings the database up to this version's migrations, and returns the names of those applied. Waits while another
 * process does the same. Throws AppError("unavailable") for a database that it cannot reach or must not touch.
 */
export async function applyMigrations(connectionString: string, folder?: string): Promise<string[]> {
  return withLock(connectionString, async () => {
    const status = await readMigrationStatus(connectionString, folder);
    refuseUnfit(status);
    if (status.pending.length === 0 && status.failed.length === 0) return [];
    try {
      return await withSchemaEngine(connectionString, async (engine) => {
        const migrationsList = listMigrations(folder);
        // A migration is one transaction: one that broke off, or was killed, left nothing and can be tried again.
        for (const migrationName of status.failed) await engine.markMigrationRolledBack({ migrationName });
        const result = await engine.applyMigrations({ migrationsList, filters: NO_FILTER });
        return result.appliedMigrationNames;
      });
    } catch (error) {
      throw new AppError(
        "unavailable",
        `The database could not be brought up to date, and was left as it was: ${firstLine(error)}.`,
        {
          cause: error,
        },
      );
    }
  });
}

/** How the database's history stands to the migrations in the folder. Changes nothing. */
export async function readMigrationStatus(
  connectionString: string,
  folder?: string,
): Promise<MigrationStatus> {
  return withSchemaEngine(connectionString, async (engine) => {
    const migrationsList = listMigrations(folder);
    const found = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: NO_FILTER,
    });
    const history = found.history;
    return {
      pending: history && "unappliedMigrationNames" in history ? history.unappliedMigrationNames : [],
      unknown: history && "unpersistedMigrationNames" in history ? history.unpersistedMigrationNames : [],
      failed: found.failedMigrationNames,
      edited: found.editedMigrationNames,
    };
  });
}

function refuseUnfit(status: MigrationStatus): void {
  if (status.unknown.length > 0) {
    throw new AppError(
      "unavailable",
      `The database was made by a newer version of Second Look (it has the migration ${status.unknown.at(-1)}): start that version.`,
    );
  }
}

async function withLock<T>(connectionString: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    throw explainUnreachable(connectionString, error);
  }
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
    return await work();
  } finally {
    // Ending the connection gives the lock back, whatever state the connection is in.
    await client.end();
  }
}

/** One sentence for a DATABASE_URL that leads nowhere; it names host and database, never the password. */
export function explainUnreachable(connectionString: string, error: unknown): AppError {
  const address = new URL(connectionString);
  const where = `${address.hostname}:${address.port || "5432"}`;
  const database = decodeURIComponent(address.pathname.slice(1));
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = (): string => {
    if (code === "ECONNREFUSED" || /ECONNREFUSED/.test(String(error))) return `nothing listens at ${where}`;
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `no machine is called ${address.hostname}`;
    if (code === "28P01" || code === "28000") return `${where} refuses this user or password`;
    if (code === "3D000") return `${where} has no database called ${database}`;
    if (code === "53300") return `${where} takes no more connections`;
    if (code === "57P03") return `${where} is starting up or shutting down`;
    return `${where} cannot be reached (${firstLine(error)})`;
  };
  return new AppError("unavailable", `The database in DATABASE_URL does not answer: ${why()}.`, {
    cause: error,
  });
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .trim()
      .split("\n")
      .find((line) => line.trim() !== "") ?? "no reason given"
  );
}
