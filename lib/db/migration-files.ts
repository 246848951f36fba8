import "server-only";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MigrationList } from "@prisma/schema-engine-wasm";

const PRISMA_FOLDER = path.join(import.meta.dirname, "../../prisma");
const MIGRATIONS = path.join(PRISMA_FOLDER, "migrations");
/** Prisma's own mark of the database kind, so that its command line can use the same folder. */
const LOCK_FILE = 'provider = "postgresql"\n';

/** The migrations as the engine takes them: Prisma's usual `<time>_<name>/migration.sql`, oldest first. */
export function listMigrations(folder: string = MIGRATIONS): MigrationList {
  const names = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];
  return {
    baseDir: folder,
    lockfile: { path: "migration_lock.toml", content: LOCK_FILE },
    shadowDbInitScript: "",
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(path.join(folder, name, "migration.sql"), "utf8") },
      },
    })),
  };
}

/** The schema that the migrations so far lead to; empty before the first. */
export function readSchemaSnapshot(folder: string = MIGRATIONS): string {
  const file = path.join(folder, "snapshot.prisma");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

export function readSchema(): string {
  return readFileSync(path.join(PRISMA_FOLDER, "schema.prisma"), "utf8");
}

/** Writes a migration and the schema that it leads to. Returns the migration's folder. */
export function writeMigration(
  name: string,
  sql: string,
  schema: string,
  now: Date,
  folder: string = MIGRATIONS,
): string {
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const target = path.join(folder, `${stamp}_${name}`);
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, "migration.sql"), sql);
  writeFileSync(path.join(folder, "migration_lock.toml"), LOCK_FILE);
  writeFileSync(path.join(folder, "snapshot.prisma"), schema);
  return target;
}
