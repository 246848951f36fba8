import "server-only";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll } from "vitest";
import { disconnectDb } from "#lib/db/client.ts";
import { withDatabase } from "#lib/db/test-server.ts";
import { resetEnv } from "#lib/env.ts";

export type TestDatabase = {
  url: string;
  /** A data folder of this test file's own (files, secrets). */
  dataDir: string;
  /** Empties every table; for files whose tests each want a clean start. */
  truncate(): Promise<void>;
};

/**
 * Makes a fresh database with every migration for the test file that calls it, points `env()` and `db()` at it, and
 * drops it after the file's last test. Call it at the top of a `*.db.test.ts` file: `await createTestDatabase()`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const templateUrl = process.env.SECOND_LOOK_TEST_TEMPLATE_URL;
  const folder = process.env.SECOND_LOOK_TEST_FOLDER;
  if (!templateUrl || !folder) throw new Error("run database tests with: npx vitest run --project db");

  const name = `test_${randomBytes(6).toString("hex")}`;
  const template = new URL(templateUrl).pathname.slice(1);
  const adminUrl = withDatabase(templateUrl, "postgres");
  await execute(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);

  const url = withDatabase(templateUrl, name);
  const dataDir = path.join(folder, name);
  mkdirSync(dataDir, { recursive: true });
  process.env.DATABASE_URL = url;
  // Whoever develops behind a pooler: it would lead to their own.
  delete process.env.DATABASE_DIRECT_URL;
  process.env.SECOND_LOOK_DATA = dataDir;
  process.env.NEXTAUTH_SECRET = "a secret for tests only";
  process.env.SECOND_LOOK_SECRET_KEY = "another secret for tests only";
  resetEnv();

  afterAll(async () => {
    await disconnectDb();
    await execute(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  return { url, dataDir, truncate: () => truncateAll(url) };
}

async function truncateAll(url: string): Promise<void> {
  await execute(
    url,
    `DO $$ BEGIN
       EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' RESTART IDENTITY CASCADE'
                FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations');
     END $$`,
  );
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
