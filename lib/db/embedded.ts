import "server-only";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import {
  initCluster,
  readPassword,
  startPostmaster,
  stopPostmaster,
  waitForPostmaster,
} from "#lib/db/embedded-cluster.ts";
import { isMarkAlive, markProcess, type ProcessMark, waitForLock } from "#lib/db/process-lock.ts";
import { AppError } from "#lib/errors.ts";

export type EmbeddedServer = {
  /** The connection address of the database that was asked for. */
  url: string;
  port: number;
  /** The address of another database on the same server. */
  urlOf(database: string): string;
  /** Gives the server back. It ends when no other process of ours uses it. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** The app's data folder; the server lives in `postgres` below it. */
  dataDir: string;
  /** The database to make sure of. */
  database?: string;
  /** For tests: quick, and lost in a power cut. */
  isThrowaway?: boolean;
};

const SUPERUSER = "second_look";
/** Taking the lock covers making the cluster and recovering from a crash, either of which may take a while. */
const LOCK_TIMEOUT_MS = 180_000;

/**
 * Starts the PostgreSQL server that comes with the app, or takes part in the one that already runs on this data
 * folder: the app, its workers and the command line share it, and the last to leave stops it. A server left by a
 * killed app is taken over. Throws AppError("unavailable") with one sentence for whoever started the app.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = path.join(prepareFolder(options.dataDir), "postgres");
  mkdirSync(path.join(home, "users"), { recursive: true });
  const lock = await lockHome(home);
  try {
    await initCluster(home, SUPERUSER);
    const port =
      (await waitForPostmaster(home)) ??
      (await startPostmaster(home, { isThrowaway: options.isThrowaway === true }));
    const mark = joinUsers(home);
    const password = readPassword(home);
    const urlOf = (database: string) => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
    await ensureDatabase(urlOf, options.database ?? SUPERUSER);
    return { url: urlOf(options.database ?? SUPERUSER), port, urlOf, stop: () => leave(home, mark) };
  } finally {
    lock.release();
  }
}

/** The address of the embedded server that runs on this data folder, or undefined when none does. */
export async function findEmbedded(
  dataDir: string,
  database: string = SUPERUSER,
): Promise<string | undefined> {
  const home = path.join(dataDir, "postgres");
  const port = await waitForPostmaster(home);
  return port === undefined
    ? undefined
    : `postgresql://${SUPERUSER}:${readPassword(home)}@127.0.0.1:${port}/${database}`;
}

function prepareFolder(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true });
    return realpathSync(dataDir);
  } catch (error) {
    throw new AppError("unavailable", `The data folder ${dataDir} cannot be made: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOSPC") return "the disk is full";
  if (code === "EACCES" || code === "EPERM") return "this user may not write there";
  if (code === "EROFS") return "the disk is read-only";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file stands where a folder should be";
  return error instanceof Error ? error.message : String(error);
}

async function lockHome(home: string) {
  try {
    return await waitForLock(path.join(home, "lock"), LOCK_TIMEOUT_MS);
  } catch (error) {
    throw new AppError("unavailable", `The database folder ${home} cannot be used: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** Leaves this process's mark, so that no other stops the server while it is in use here. */
function joinUsers(home: string): string {
  const file = path.join(home, "users", `${process.pid}-${randomBytes(4).toString("hex")}`);
  writeFileSync(file, JSON.stringify(markProcess()), { mode: 0o600 });
  return file;
}

async function leave(home: string, mark: string): Promise<void> {
  const lock = await lockHome(home);
  try {
    rmSync(mark, { force: true });
    if (!hasLiveUser(home)) await stopPostmaster(home);
  } finally {
    lock.release();
  }
}

function hasLiveUser(home: string): boolean {
  let isUsed = false;
  for (const name of readdirSync(path.join(home, "users"))) {
    const file = path.join(home, "users", name);
    const mark: ProcessMark = JSON.parse(readFileSync(file, "utf8"));
    if (isMarkAlive(mark)) isUsed = true;
    else rmSync(file, { force: true });
  }
  return isUsed;
}

async function ensureDatabase(urlOf: (database: string) => string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf("postgres") });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
