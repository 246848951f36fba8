import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { db, disconnectDb } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { resetEnv } from "#lib/env.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { startSimulator } from "#lib/simulator/server.ts";
import { startWorker } from "#lib/worker/start.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

// A real PgBouncer that lends a connection for one transaction at a time, where this machine has the program: of any
// version, since nothing is left on a connection.
const database = await createTestDatabase();
const hasPgBouncer = spawnSync("pgbouncer", ["--version"]).status === 0;
const folder = mkdtempSync(path.join(tmpdir(), "second-look-pooler-"));
const port = await findPort();
let pooler: ChildProcess | undefined;

afterAll(async () => {
  await disconnectBoss();
  await disconnectDb();
  pooler?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(!hasPgBouncer)(
  "a run goes through behind a pooler, over fewer connections than ask for one (pgbouncer is not on this machine)",
  {
    timeout: 180_000,
  },
  async () => {
    await startPooler();
    const { pathname } = new URL(database.url);
    process.env.DATABASE_URL = `postgresql://anybody@127.0.0.1:${port}${pathname}`;
    process.env.DATABASE_DIRECT_URL = database.url;
    resetEnv();
    const simulator = await startSimulator({ seed: "pooled", captureLimit: 0 });
    const worker = await startWorker({ concurrency: 16 });
    try {
      const { projectId } = await makeTestProject(6, { baseUrl: simulator.baseUrl });
      const { runId } = await startRun({
        projectId,
        userId: null,
        config: { stages: [1, 2, 3], simpleSamples: 2, longSamples: 1, seed: "p" },
      });
      await expect
        .poll(async () => (await readRunSummary(runId)).state, { timeout: 120_000, interval: 200 })
        .toBe("done");
      const { counts } = await readRunSummary(runId);
      expect(counts).toMatchObject({ failed: 0, waiting: 0 });
      // Nothing was tried twice, nor failed on the way: that is what a name on a strange connection would have done.
      const attempts = await db().callAttempt.groupBy({ by: ["outcome"], where: { runId }, _count: true });
      expect(attempts).toEqual([{ outcome: "ok", _count: counts.done }]);
      expect(await db().runTask.count({ where: { runId, attempts: { gt: 0 } } })).toBe(0);
    } finally {
      await worker.stop();
      await simulator.close();
    }
  },
);

async function startPooler(): Promise<void> {
  const { hostname, port: serverPort, username, password } = new URL(database.url);
  const file = path.join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
max_client_conn = 200
`,
  );
  // It refuses to run as root, and reads its settings as whoever it becomes.
  const isRoot = process.getuid?.() === 0;
  chmodSync(folder, 0o755);
  chmodSync(file, 0o644);
  pooler = spawn("pgbouncer", [...(isRoot ? ["-u", "nobody"] : []), file], { stdio: "ignore" });
  await expect.poll(() => answers(port), { timeout: 30_000 }).toBe(true);
}

function answers(at: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function findPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
