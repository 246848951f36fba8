import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { exited, killWorkerProcesses, startWorkerProcess } from "#lib/worker/test-processes.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";
import { runUntilDone } from "#lib/worker/until-done.ts";

/** Real worker processes, killed in the middle of their work. */
await createTestDatabase();

const SLOTS = 8;
/** What a process takes with it: the calls in flight, and replies of the last moment that were not written down yet. */
const LOST = 2 * SLOTS;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: "processes", captureLimit: 0, misbehaviour: { latencyMs: 250 } });
});
afterEach(killWorkerProcesses);
afterAll(async () => {
  await disconnectBoss();
  await simulator.close();
});

/** Starts a run on a project of its own, and waits until some of its calls have been answered. */
async function startRunAndWait(images: number, done: number) {
  const { projectId } = await makeTestProject(images, { baseUrl: simulator.baseUrl, concurrency: 2 * SLOTS });
  const config = { stages: [1, 2, 3] as (1 | 2 | 3)[], simpleSamples: 2, longSamples: 1, seed: "s" };
  const { runId } = await startRun({ projectId, userId: null, config });
  const before = requests();
  const started = async () => (await readRunSummary(runId)).counts.done;
  await expect.poll(started, { timeout: 60_000, interval: 50 }).toBeGreaterThan(done);
  return { projectId, runId, before };
}

/** Calls that reached the simulator: what would have been paid for. */
function requests(): number {
  const counts = simulator.counts();
  return (counts.chat ?? 0) + (counts.completions ?? 0);
}

async function expectDone(runId: string): Promise<void> {
  await expect
    .poll(async () => (await readRunSummary(runId)).state, { timeout: 90_000, interval: 200 })
    .toBe("done");
  const { counts } = await readRunSummary(runId);
  expect(counts).toMatchObject({ waiting: 0, working: 0, failed: 0 });
  const calls = await db().modelCall.groupBy({ by: ["status"], where: { runId }, _count: true });
  expect(calls).toEqual([{ status: "answered", _count: counts.done }]);
}

describe("a worker process that is killed", { timeout: 180_000 }, () => {
  it("leaves its work to the other within 30 seconds, and no call is answered twice", async () => {
    const first = await startWorkerProcess(SLOTS);
    await startWorkerProcess(SLOTS);
    const { projectId, runId, before } = await startRunAndWait(6, 20);
    first.kill("SIGKILL");
    const killedAt = Date.now();
    await exited(first);
    const held = await db().runTask.findMany({ where: { runId, state: "waiting" }, select: { id: true } });

    const isTakenUp = async () =>
      db().runTask.count({ where: { id: { in: held.map((task) => task.id) }, state: { not: "done" } } });
    await expect.poll(isTakenUp, { timeout: 60_000, interval: 100 }).toBe(0);
    expect(Date.now() - killedAt).toBeLessThan(30_000);

    await expectDone(runId);
    const answered = await db().modelCall.count({ where: { projectId, status: "answered" } });
    // What the dead worker had sent and not yet got is sent again, once; everything else was sent once.
    expect(requests() - before).toBeLessThanOrEqual(answered + LOST);
    expect(await duplicates(projectId)).toBe(0);
  });

  it("held every slot of a model while another waited: that one begins within 30 seconds", async () => {
    simulator.setMisbehaviour({ latencyMs: 150_000 });
    const { projectId } = await makeTestProject(24, {
      baseUrl: simulator.baseUrl,
      concurrency: 1,
      timeoutMs: 200_000,
    });
    // With one slot each a process takes so few tasks ahead that some are left for the other.
    const first = await startWorkerProcess(1);
    const { runId } = await startRun({ projectId, userId: null, config: { stages: [1], seed: "held" } });
    const sent = (from: Date) =>
      db().callAttempt.count({ where: { runId, outcome: "sent", startedAt: { gte: from } } });
    await expect.poll(() => sent(new Date(0)), { timeout: 60_000, interval: 100 }).toBeGreaterThan(0);
    await startWorkerProcess(1);
    // The other wants a slot, and has none.
    const holds = () => db().callHold.findMany({ where: { runId }, select: { calls: true, wanted: true } });
    await expect.poll(holds, { timeout: 60_000, interval: 100 }).toContainEqual({ calls: 0, wanted: 1 });
    expect(await holds()).toContainEqual(expect.objectContaining({ calls: 1 }));
    first.kill("SIGKILL");
    const killedAt = new Date();
    await exited(first);
    simulator.setMisbehaviour({ latencyMs: 250 });
    await expect
      .poll(() => db().runTask.count({ where: { runId, state: "done" } }), { timeout: 60_000, interval: 100 })
      .toBeGreaterThan(0);
    expect(Date.now() - killedAt.getTime()).toBeLessThan(30_000);
    await expectDone(runId);
  });

  it("is the only one: the run goes on where it was when another starts", async () => {
    const first = await startWorkerProcess(SLOTS);
    const { projectId, runId, before } = await startRunAndWait(3, 10);
    first.kill("SIGKILL");
    await exited(first);
    const doneBefore = (await readRunSummary(runId)).counts.done;
    await startWorkerProcess(SLOTS);
    await expectDone(runId);
    expect((await readRunSummary(runId)).counts.done).toBeGreaterThan(doneBefore);
    const answered = await db().modelCall.count({ where: { projectId, status: "answered" } });
    expect(requests() - before).toBeLessThanOrEqual(answered + LOST);
    expect(await duplicates(projectId)).toBe(0);
  });
});

describe("a worker process that is asked to stop", { timeout: 120_000 }, () => {
  it("finishes or hands back what it holds, ends with 0, and the command line's wait does the rest itself", async () => {
    const worker = await startWorkerProcess(SLOTS);
    const { projectId, runId } = await startRunAndWait(2, 5);
    worker.kill("SIGTERM");
    expect(await exited(worker)).toBe(0);
    const { counts } = await readRunSummary(runId);
    expect(counts.working).toBe(0);
    expect(await db().workerHeartbeat.count({ where: { pid: worker.pid ?? 0 } })).toBe(0);

    const summary = await runUntilDone(runId);
    expect(summary.state).toBe("done");
    await expectDone(runId);
    expect(await duplicates(projectId)).toBe(0);
  });
});

describe("two worker processes and a short run of slow calls", { timeout: 180_000 }, () => {
  it("share it: the first to look leaves the other as much as keeps its slots filled", async () => {
    await startWorkerProcess(4);
    await startWorkerProcess(4);
    simulator.setMisbehaviour({ latencyMs: 40_000 });
    const { projectId } = await makeTestProject(40, {
      baseUrl: simulator.baseUrl,
      concurrency: 8,
      timeoutMs: 100_000,
    });
    const before = requests();
    const { runId } = await startRun({ projectId, userId: null, config: { stages: [1], seed: "shared" } });
    const sent = () => requests() - before;
    await expect.poll(sent, { timeout: 30_000, interval: 100 }).toBe(8);
    // What either would take with it if it were killed: its calls in flight, and a few that stand ready.
    const open = await db().callAttempt.count({ where: { runId, outcome: "sent" } });
    expect(open).toBeLessThanOrEqual(8 + 2 * 8);
    simulator.setMisbehaviour({ latencyMs: 0 });
    await expectDone(runId);
  });
});

/** Thoughts beyond the one for each task. */
async function duplicates(projectId: string): Promise<number> {
  const questions = await db().question.count({ where: { projectId } });
  const simple = await db().simpleThought.count({ where: { projectId } });
  const long = await db().longThought.groupBy({
    by: ["simpleThoughtId"],
    where: { projectId },
    _count: true,
  });
  return simple - questions * 2 + long.reduce((sum, group) => sum + group._count - 1, 0);
}
