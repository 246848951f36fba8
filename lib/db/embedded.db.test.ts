import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedServer, findEmbedded, startEmbedded } from "#lib/db/embedded.ts";
import { isAlive } from "#lib/db/process-lock.ts";

let dataDir: string;
let servers: EmbeddedServer[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "second-look-embedded-"));
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options = { isThrowaway: true }): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, ...options });
  servers.push(server);
  return server;
}

async function stopAll(): Promise<void> {
  for (const server of servers.splice(0)) await server.stop();
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = () => path.join(dataDir, "postgres/cluster/postmaster.pid");
const postmaster = () => Number(readFileSync(pidFile(), "utf8").split("\n")[0]);

describe("startEmbedded", () => {
  it("keeps the data over a restart, and its password to itself", async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await stopAll();
    expect(await findEmbedded(dataDir)).toBeUndefined();
    const second = await start();
    expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    expect(statSync(path.join(dataDir, "postgres/password")).mode & 0o777).toBe(0o600);
    await expect(query(second.url.replace(/:[^:@/]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it("is shared: the server ends with the last that uses it", async () => {
    const first = await start();
    const second = await start();
    expect(second.port).toBe(first.port);
    await first.stop();
    expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await second.stop();
    servers = [];
    expect(existsSync(pidFile())).toBe(false);
  });

  it("lets several start at once, and makes one server", async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map((server) => server.port)).size).toBe(1);
  });

  it("takes over the server of an app that was killed", async () => {
    const script = `import { startEmbedded } from ${JSON.stringify(path.join(import.meta.dirname, "embedded.ts"))};
      await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, isThrowaway: true });
      process.kill(process.pid, "SIGKILL");`;
    const file = path.join(dataDir, "killed.ts");
    writeFileSync(file, script);
    await expect(
      promisify(execFile)(process.execPath, ["--conditions=react-server", file], {
        cwd: path.join(import.meta.dirname, "../.."),
      }),
    ).rejects.toMatchObject({ signal: "SIGKILL" });
    const pid = postmaster();
    expect(isAlive(pid)).toBe(true);
    const server = await start();
    expect(postmaster()).toBe(pid);
    expect(await query(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await stopAll();
    expect(existsSync(pidFile())).toBe(false);
  });

  it("recovers from a killed server whose number now belongs to another program", async () => {
    const first = await start({ isThrowaway: false });
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    const other = spawn("sleep", ["60"]);
    try {
      process.kill(postmaster(), "SIGKILL");
      while (isAlive(postmaster())) await new Promise((resolve) => setTimeout(resolve, 20));
      const [, ...rest] = readFileSync(pidFile(), "utf8").split("\n");
      writeFileSync(pidFile(), [other.pid, ...rest].join("\n"));
      const second = await start();
      expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  it("begins again where making the database was interrupted", async () => {
    mkdirSync(path.join(dataDir, "postgres/init-0123/cluster"), { recursive: true });
    writeFileSync(path.join(dataDir, "postgres/init-0123/cluster/PG_VERSION"), "18\n");
    const server = await start();
    expect(await query(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(existsSync(path.join(dataDir, "postgres/init-0123"))).toBe(false);
  });

  it("says in a sentence that a database is of another version, or that its password is gone", async () => {
    await start();
    await stopAll();
    rmSync(path.join(dataDir, "postgres/password"));
    await expect(start()).rejects.toThrow(
      /^The database's password file .* is gone: put it back from a copy\.$/,
    );
    writeFileSync(path.join(dataDir, "postgres/cluster/PG_VERSION"), "17\n");
    await expect(start()).rejects.toThrow(
      /was made by PostgreSQL 17, and this version of the app brings PostgreSQL 18/,
    );
  });

  it("says in a sentence that the data folder cannot be made", async () => {
    const file = path.join(dataDir, "file");
    writeFileSync(file, "");
    await expect(startEmbedded({ dataDir: path.join(file, "below") })).rejects.toThrow(
      /cannot be made: a file stands where a folder should be/,
    );
  });
});
