import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { db, disconnectDb } from "#lib/db/client.ts";
import { type EmbeddedServer, startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations } from "#lib/db/migrate.ts";
import { resetEnv } from "#lib/env.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { startSimulator } from "#lib/simulator/server.ts";
import { startWorker } from "#lib/worker/start.ts";
import { exited, killWorkerProcesses, startWorkerProcess } from "#lib/worker/test-processes.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

// A database server of this test's own, to be killed, behind an address that stays the same when it comes back. As
// durable as the app's: the quick one of other tests forgets what it had confirmed.
const dataDir = mkdtempSync(path.join(tmpdir(), "second-look-outage-"));
let server: EmbeddedServer = await startEmbedded({ dataDir });
const sockets = new Set<Socket>();
const relay = createServer((near) => {
  const far = connect(server.port, "127.0.0.1");
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    sockets.add(one);
    one.pipe(other);
    one.on("error", () => other.destroy());
    one.on("close", () => {
      sockets.delete(one);
      other.destroy();
    });
  }
});
await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
const address = relay.address();
if (typeof address !== "object" || !address) throw new Error("The relay has no port.");
process.env.DATABASE_URL = server.url.replace(`:${server.port}/`, `:${address.port}/`);
process.env.SECOND_LOOK_DATA = dataDir;
resetEnv();
await applyMigrations(process.env.DATABASE_URL);
const simulator = await startSimulator({ seed: "outage", captureLimit: 0 });

afterAll(async () => {
  await disconnectBoss();
  await disconnectDb();
  for (const socket of sockets) socket.destroy();
  relay.close();
  await simulator.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function killDatabase(): Promise<void> {
  const pid = readFileSync(path.join(dataDir, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0];
  process.kill(Number(pid), "SIGKILL");
  for (const socket of sockets) socket.destroy();
  const isThere = () => {
    try {
      return process.kill(Number(pid), 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isThere, { timeout: 20_000 }).toBe(false);
}

it("a database that is killed under a run is waited for: the run ends complete, each call answered once", {
  timeout: 240_000,
}, async () => {
  const { projectId } = await makeTestProject(6, { baseUrl: simulator.baseUrl });
  simulator.setMisbehaviour({ latencyMs: 150 });
  const worker = await startWorker({ concurrency: 8 });
  try {
    const { runId } = await startRun({
      projectId,
      userId: null,
      config: { stages: [1, 2, 3], simpleSamples: 2, longSamples: 1, seed: "o" },
    });
    const done = () => db().runTask.count({ where: { runId, state: "done" } });
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(20);

    // Calls that were in flight are answered while nobody can write that down.
    await killDatabase();
    server = await startEmbedded({ dataDir });

    await expect
      .poll(async () => (await db().run.findUnique({ where: { id: runId } }))?.state, {
        timeout: 180_000,
        interval: 500,
      })
      .toBe("done");
    const undone = await db().runTask.findMany({ where: { runId, state: { not: "done" } } });
    expect(
      undone.map(({ state, attempts, errorCode, error }) => ({ state, attempts, errorCode, error })),
    ).toEqual([]);
    // A task that met the outage was not tried in vain: else twenty of them would stop the run.
    expect(await db().runTask.count({ where: { runId, attempts: { gt: 0 } } })).toBe(0);
    const calls = await db().modelCall.findMany({ where: { runId }, include: { attempts: true } });
    expect(calls.every(({ status }) => status === "answered")).toBe(true);
    expect(
      calls.every(({ attempts }) => attempts.filter(({ outcome }) => outcome === "ok").length === 1),
    ).toBe(true);
    expect(await db().simpleThought.count({ where: { projectId } })).toBe(
      await db().runTask.count({ where: { runId, stage: 2 } }),
    );
  } finally {
    await worker.stop();
  }
});

it("a database and a worker that are killed together under a run: both come back, and each call is answered once", {
  timeout: 240_000,
}, async () => {
  const { projectId } = await makeTestProject(6, { baseUrl: simulator.baseUrl });
  simulator.setMisbehaviour({ latencyMs: 150 });
  const first = await startWorkerProcess(8);
  try {
    const { runId } = await startRun({
      projectId,
      userId: null,
      config: { stages: [1, 2, 3], simpleSamples: 2, longSamples: 1, seed: "both" },
    });
    const done = () => db().runTask.count({ where: { runId, state: "done" } });
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(20);

    first.kill("SIGKILL");
    await killDatabase();
    await exited(first);
    server = await startEmbedded({ dataDir });
    await startWorkerProcess(8);

    await expect
      .poll(async () => (await db().run.findUnique({ where: { id: runId } }))?.state, {
        timeout: 180_000,
        interval: 500,
      })
      .toBe("done");
    expect(await db().runTask.count({ where: { runId, state: { not: "done" } } })).toBe(0);
    const calls = await db().modelCall.findMany({ where: { runId }, include: { attempts: true } });
    expect(calls.every(({ status }) => status === "answered")).toBe(true);
    expect(
      calls.every(({ attempts }) => attempts.filter(({ outcome }) => outcome === "ok").length === 1),
    ).toBe(true);
    // What was in flight when both died is known to have been lost.
    const others = calls.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome !== "ok"));
    for (const { outcome } of others) expect(outcome).toBe("lost");
    expect(await db().simpleThought.count({ where: { projectId } })).toBe(
      await db().runTask.count({ where: { runId, stage: 2 } }),
    );
    expect(await db().longThought.count({ where: { simpleThought: { projectId } } })).toBe(
      await db().runTask.count({ where: { runId, stage: 3 } }),
    );
  } finally {
    await killWorkerProcesses();
  }
});

// Last: nothing leads to the database any more.
it("a worker that is told to stop while the database is away ends within seconds, and leaves its jobs to others", {
  timeout: 120_000,
}, async () => {
  const { projectId } = await makeTestProject(4, { baseUrl: simulator.baseUrl });
  simulator.setMisbehaviour({ latencyMs: 300 });
  const worker = await startWorker({ concurrency: 8, patienceMs: 500 });
  const { runId } = await startRun({
    projectId,
    userId: null,
    config: { stages: [1, 2], simpleSamples: 4, seed: "stop", budget: null },
  });
  await expect
    .poll(() => db().runTask.count({ where: { runId, state: "done" } }), { timeout: 60_000 })
    .toBeGreaterThan(5);
  relay.close();
  for (const socket of sockets) socket.destroy();
  const began = performance.now();
  await worker.stop();
  expect(performance.now() - began).toBeLessThan(30_000);
});
