import "server-only";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations, explainUnreachable } from "#lib/db/migrate.ts";
import { listMigrations, readSchema, readSchemaSnapshot } from "#lib/db/migration-files.ts";
import { diffSchemas } from "#lib/db/schema-engine.ts";

export type TestServer = {
  /** The address of a database that has every migration and no rows; each test database is a copy of it. */
  templateUrl: string;
  /** A folder of this run, removed at the end. */
  folder: string;
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL of one test run, or uses the given server, and prepares the template database in it.
 * @param givenUrl an address on a server where this user may create databases
 */
export async function startTestServer(givenUrl: string | undefined): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "second-look-test-"));
  if (givenUrl) {
    const templateUrl = withDatabase(givenUrl, `second_look_template_${migrationsHash()}`);
    await ensureTemplate(givenUrl, templateUrl);
    return { templateUrl, folder, stop: async () => rmSync(folder, { recursive: true, force: true }) };
  }
  const server = await startEmbedded({ dataDir: folder, database: "template_migrated", isThrowaway: true });
  await applyMigrations(server.url);
  await addUnmigratedChanges(server.url);
  return {
    templateUrl: server.url,
    folder,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function withDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/**
 * While the schema is being worked on, the tests run on what it says now. A test of its own fails for as long as the
 * migration is missing, so that it cannot be forgotten.
 */
async function addUnmigratedChanges(url: string): Promise<void> {
  const sql = await findUnmigratedChanges(url);
  if (sql === "") return;
  process.stderr.write(
    "prisma/schema.prisma is ahead of the migrations: run npm run migrate:new -- a_name\n",
  );
  await execute(url, sql);
}

/** The SQL that is missing between the last migration and prisma/schema.prisma; empty when none is. */
export async function findUnmigratedChanges(url: string): Promise<string> {
  if (readSchema() === readSchemaSnapshot()) return "";
  const sql = await diffSchemas(url, readSchemaSnapshot(), readSchema());
  return sql.includes("This is an empty migration") ? "" : sql;
}

/** On a server that stays, the template is kept under a name that changes with the migrations and the schema. */
async function ensureTemplate(givenUrl: string, templateUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: givenUrl, connectionTimeoutMillis: 10_000 });
  await client.connect().catch((error) => {
    throw explainUnreachable(givenUrl, error);
  });
  try {
    const name = new URL(templateUrl).pathname.slice(1);
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount !== 0) return;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  await applyMigrations(templateUrl);
  await addUnmigratedChanges(templateUrl);
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function migrationsHash(): string {
  return createHash("sha256")
    .update(JSON.stringify([listMigrations().migrationDirectories, readSchema()]))
    .digest("hex")
    .slice(0, 12);
}
