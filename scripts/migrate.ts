// The migrations of the database, made and applied by Prisma's schema engine in its WebAssembly build.
//   npm run migrate            applies what is missing to DATABASE_URL, or to the embedded database
//   npm run migrate:new NAME   writes the SQL that leads from the last migration to prisma/schema.prisma
//   npm run migrate:status     says how the database stands

import { sessionAddress } from "#lib/db/connection.ts";
import { startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations, readMigrationStatus } from "#lib/db/migrate.ts";
import { readSchema, readSchemaSnapshot, writeMigration } from "#lib/db/migration-files.ts";
import { diffSchemas } from "#lib/db/schema-engine.ts";
import { env } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";

const [command = "apply", name] = process.argv.slice(2);

try {
  if (command === "new") await withDatabase((url) => makeNew(url, name));
  else if (command === "status") await withDatabase(showStatus);
  else if (command === "apply") await withDatabase(apply);
  else fail(`There is no migration command "${command}": use new, status or apply.`);
} catch (error) {
  if (!isAppError(error)) throw error;
  fail(error.message);
}
// The engine leaves a ten-second timer behind that would keep the process waiting.
process.exit();

// The engine connects before it compares two schemas, though it reads nothing from the database.
async function makeNew(url: string, given: string | undefined): Promise<void> {
  if (!given || !/^[a-z][a-z0-9_]*$/.test(given)) {
    return fail("Name the migration in lower case with underscores: npm run migrate:new -- add_regions");
  }
  const schema = readSchema();
  const sql = await diffSchemas(url, readSchemaSnapshot(), schema);
  if (sql.includes("This is an empty migration"))
    return fail("prisma/schema.prisma has not changed since the last migration.");
  const folder = writeMigration(given, sql, schema, new Date());
  process.stdout.write(
    `${folder}/migration.sql\nRead it, and append what Prisma cannot say (triggers, partial indexes, checks).\n`,
  );
}

async function showStatus(url: string): Promise<void> {
  process.stdout.write(`${JSON.stringify(await readMigrationStatus(url), null, 2)}\n`);
}

async function apply(url: string): Promise<void> {
  const names = await applyMigrations(url);
  process.stdout.write(
    names.length === 0 ? "The database is up to date.\n" : `Applied ${names.join(", ")}.\n`,
  );
}

async function withDatabase(use: (url: string) => Promise<void>): Promise<void> {
  const given = sessionAddress();
  if (given) return use(given);
  const server = await startEmbedded({ dataDir: env().SECOND_LOOK_DATA });
  try {
    await use(server.url);
  } finally {
    await server.stop();
  }
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
