import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { readCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { dropDeadHolds, loseExpiredCalls } from "#lib/generation/allowance-commands.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { cancelRun, changeLimits, resumeRun } from "#lib/generation/run-control-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import type { NewRun } from "#lib/generation/run-schema.ts";
import { takeTasks } from "#lib/generation/run-task-commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";
import { killWorkerProcesses, startWorkerProcess } from "#lib/worker/test-processes.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

await createTestDatabase();

let simulator: Simulator;
let workers: Worker[] = [];
beforeAll(async () => {
  simulator = await startSimulator({ seed: "budget", captureLimit: 0 });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await killWorkerProcesses();
  simulator.setMisbehaviour({});
});
afterAll(async () => {
  await disconnectBoss();
  await simulator.close();
});

async function start(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) workers.push(await startWorker({ concurrency: 8 }));
}

async function prepare(images: number, endpoint: { concurrency?: number; timeoutMs?: number } = {}) {
  const { projectId } = await makeTestProject(images, { baseUrl: simulator.baseUrl, ...endpoint });
  await db().modelAssignment.updateMany({
    where: { projectId },
    data: { inputPrice: "50", outputPrice: "150" },
  });
  return projectId;
}

async function begin(projectId: string, config: Partial<NewRun>): Promise<string> {
  const { runId } = await startRun({
    projectId,
    userId: null,
    config: { stages: [1, 2, 3], simpleSamples: 2, longSamples: 2, seed: "b", ...config },
  });
  return runId;
}

async function atRest(runId: string) {
  await expect
    .poll(async () => (await readRunSummary(runId)).state, { timeout: 110_000, interval: 100 })
    .not.toBe("running");
  return db().run.findUniqueOrThrow({ where: { id: runId } });
}

/** What its calls cost, from the calls themselves. */
async function spent(runId: string): Promise<bigint> {
  const { _sum } = await db().modelCall.aggregate({ where: { runId }, _sum: { costMicros: true } });
  return _sum.costMicros ?? 0n;
}

describe("a run's budget", { timeout: 180_000 }, () => {
  it("is never exceeded, by eight worker processes at once, and says why the run stopped; raised, the run goes on", async () => {
    const projectId = await prepare(6);
    const whole = await prepare(6);
    // Real processes: they share nothing but the database.
    await Promise.all(Array.from({ length: 8 }, () => startWorkerProcess(4)));
    // What the whole costs, to choose a budget that ends in its midst.
    const free = await begin(whole, { seed: "whole" });
    await atRest(free);
    const cost = await spent(free);
    const budget = Number(cost) / 2e6;

    const runId = await begin(projectId, { budget: budget.toFixed(6) });
    const run = await atRest(runId);
    expect(run.state).toBe("stopped");
    expect(run.reason).toMatch(
      /^The budget of \$[\d.]+ is used up: \$[\d.]+ spent.*Raise the budget, then resume the run\.$/u,
    );
    const used = await spent(runId);
    expect(used).toBeLessThanOrEqual(run.budgetMicros ?? 0n);
    // What was held back has been given on: what is left over would not have done for one call more.
    const { _max } = await db().callAttempt.aggregate({ where: { runId }, _max: { ceilingMicros: true } });
    const uncertain = BigInt((await readCounters(runId)).get("uncertain") ?? 0);
    const left = (run.budgetMicros ?? 0n) - used - uncertain;
    // The next one's own ceiling is not known here; it differs by the length of its text.
    expect(Number(left), run.reason ?? "").toBeLessThan(Number(_max.ceilingMicros ?? 0n) * 1.05);
    const senders = await db().workerHeartbeat.groupBy({ by: ["pid"] });
    expect(senders).toHaveLength(8);
    await expect.poll(() => db().callHold.count({ where: { runId } }), { timeout: 60_000 }).toBe(0);

    await db().run.update({ where: { id: runId }, data: { budgetMicros: cost * 4n } });
    await resumeRun(projectId, runId, null);
    expect((await atRest(runId)).state).toBe("done");
    expect(await db().runTask.count({ where: { runId, state: { not: "done" } } })).toBe(0);
  });

  it("holds where pictures are billed by tiles, tens of thousands of tokens each, and no call costs more than was set aside", async () => {
    const projectId = await prepare(4);
    // What OpenAI bills of a picture of this shape for gpt-4o-mini: four tiles of 5,667, and 2,833.
    simulator.setMisbehaviour({ pictureTokens: 25_501 });
    await start(4);
    const runId = await begin(projectId, { stages: [1, 2], budget: "20" });
    const run = await atRest(runId);
    const used = await spent(runId);
    expect(run).toMatchObject({
      state: "stopped",
      reason: expect.stringMatching(/^The budget of \$20\.00 is used up/u),
    });
    expect(used).toBeGreaterThan(15_000_000n);
    expect(used).toBeLessThanOrEqual(20_000_000n);
    const calls = await db().modelCall.findMany({
      where: { runId, status: "answered" },
      select: { costMicros: true, attempts: { select: { ceilingMicros: true } } },
    });
    for (const { costMicros, attempts } of calls)
      expect(costMicros ?? 0n).toBeLessThanOrEqual(attempts[0]?.ceilingMicros ?? 0n);
  });

  it("counts what was sent and brought no reply as perhaps spent", async () => {
    const projectId = await prepare(2);
    simulator.setMisbehaviour({
      rules: [
        { fault: { kind: "drop", when: "mid-body" }, times: 3 },
        { fault: { kind: "status", status: 503 }, times: 2 },
      ],
    });
    await start(1);
    const runId = await begin(projectId, { stages: [1, 2], budget: "100" });
    const run = await atRest(runId);
    expect(run.state).toBe("done");
    const dropped = await db().callAttempt.findMany({ where: { runId, outcome: "dropped" } });
    expect(dropped).toHaveLength(3);
    const ceilings = dropped.reduce((sum, { ceilingMicros }) => sum + (ceilingMicros ?? 0n), 0n);
    expect(ceilings).toBeGreaterThan(0n);
    await expect
      .poll(async () => (await db().run.findUniqueOrThrow({ where: { id: runId } })).uncertainMicros, {
        timeout: 20_000,
      })
      .toBe(ceilings);
  });

  it("counts the calls of a worker that died, and lets go of what else it held", async () => {
    const projectId = await prepare(1);
    const runId = await begin(projectId, { stages: [1], budget: "1" });
    const endpoint = await db().endpoint.findFirstOrThrow({ where: { projectId } });
    await db().callHold.create({
      data: {
        holderId: randomUUID(),
        runId,
        endpointId: endpoint.id,
        model: "m",
        calls: 5,
        micros: 900_000n,
        seenAt: new Date(Date.now() - 60_000),
      },
    });
    const call = await db().modelCall.create({
      data: {
        projectId,
        identity: "lost",
        purpose: "question_writer",
        model: "m",
        endpointId: endpoint.id,
        runId,
        leaseToken: randomUUID(),
        leaseUntil: new Date(Date.now() - 1_000),
        attempts: {
          create: { number: 1, startedAt: new Date(), outcome: "sent", runId, ceilingMicros: 30_000n },
        },
      },
    });
    // As long as its call is not accounted for, its money stays held.
    expect(await dropDeadHolds()).toBe(0);
    expect(await loseExpiredCalls([runId])).toBe(1);
    expect(await dropDeadHolds()).toBe(1);
    expect(await db().callAttempt.findFirst({ where: { callId: call.id } })).toMatchObject({
      outcome: "lost",
    });
    expect(
      await db().counter.aggregate({ where: { scope: runId, name: "uncertain" }, _sum: { delta: true } }),
    ).toMatchObject({ _sum: { delta: 30_000n } });
  });
});

describe("limits that workers share", { timeout: 180_000 }, () => {
  it("keep calls in flight to what the endpoint takes, and to what the run may", async () => {
    const projectId = await prepare(8, { concurrency: 5 });
    // One model for all: the limit is a model's, and the simulator counts what comes in for any of them.
    await db().modelAssignment.updateMany({ where: { projectId }, data: { model: "simulated-vlm" } });
    // It refuses what is more than it takes, so that one call too many would be seen.
    simulator.setMisbehaviour({ latencyMs: 40, maxConcurrent: 5 });
    await start(4);
    const runId = await begin(projectId, { stages: [1, 2] });
    expect((await atRest(runId)).state).toBe("done");
    simulator.setMisbehaviour({ latencyMs: 40, maxConcurrent: 2 });
    const wide = await prepare(3, { concurrency: 50 });
    const slow = await begin(wide, { stages: [1, 2], concurrency: 2 });
    expect((await atRest(slow)).state).toBe("done");
    const others = await db().callAttempt.findMany({
      where: { runId: { in: [runId, slow] }, outcome: { not: "ok" } },
      select: { outcome: true, message: true, httpStatus: true, startedAt: true, endedAt: true },
    });
    expect(others).toEqual([]);
  });

  it("keep to the requests of a minute", async () => {
    const projectId = await prepare(3, { concurrency: 50 });
    await db().endpoint.updateMany({ where: { projectId }, data: { requestsPerMinute: 600 } });
    await start(3);
    const runId = await begin(projectId, { stages: [1, 2], simpleSamples: 4 });
    expect((await atRest(runId)).state).toBe("done");
    const attempts = await db().callAttempt.findMany({ where: { runId }, orderBy: { startedAt: "asc" } });
    expect(attempts.length).toBeGreaterThan(60);
    // A bucket of 50, and 550 a minute: 100 calls can't be sent in less than five seconds.
    for (let at = 0; at + 100 < attempts.length; at += 1) {
      const [from, to] = [attempts[at]?.startedAt, attempts[at + 100]?.startedAt];
      expect((to?.getTime() ?? 0) - (from?.getTime() ?? 0)).toBeGreaterThan(4_000);
    }
  });

  it("keep to the tokens of a minute, whatever the moment one begins to count at", async () => {
    const projectId = await prepare(3, { concurrency: 50 });
    const perMinute = 240_000;
    await db().endpoint.updateMany({ where: { projectId }, data: { tokensPerMinute: perMinute } });
    await db().modelAssignment.updateMany({ where: { projectId }, data: { model: "simulated-vlm" } });
    await start(3);
    const runId = await begin(projectId, { stages: [1, 2], simpleSamples: 6 });
    expect((await atRest(runId)).state).toBe("done");
    const calls = await db().callAttempt.findMany({
      where: { runId, outcome: "ok" },
      orderBy: { startedAt: "asc" },
      select: { startedAt: true, call: { select: { promptTokens: true, completionTokens: true } } },
    });
    const tokens = calls.map(({ call }) => (call.promptTokens ?? 0) + (call.completionTokens ?? 0));
    const bucket = perMinute / 12;
    expect(tokens.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(2 * bucket);
    // What a bucket holds at once, and what it fills with; a call is written down a moment after it was allowed.
    const perMs = (perMinute - bucket) / 60_000;
    let used = 0;
    for (const [at, { startedAt }] of calls.entries()) {
      used += tokens[at] ?? 0;
      const passedMs = startedAt.getTime() - (calls[0]?.startedAt.getTime() ?? 0);
      expect(used).toBeLessThanOrEqual(bucket + perMs * (passedMs + 3_000));
    }
  });

  it("follow a change of how many calls of a run may be in flight while it runs, both ways", async () => {
    const projectId = await prepare(8, { concurrency: 50 });
    simulator.setMisbehaviour({ latencyMs: 300 });
    await start(2);
    const runId = await begin(projectId, { stages: [1, 2], simpleSamples: 16, concurrency: 2 });
    const done = async () => (await readRunSummary(runId)).counts.done;
    const moreDone = async (count: number) => {
      const before = await done();
      await expect.poll(done, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(before + count);
    };
    const peak = () => simulator.takePeak();
    // Of what other tests have sent.
    peak();
    await moreDone(12);
    expect(peak()).toBe(2);
    await changeLimits(projectId, runId, null, { concurrency: 8 });
    await expect.poll(peak, { timeout: 60_000, interval: 100 }).toBe(8);
    await moreDone(24);
    expect(peak()).toBe(8);
    await changeLimits(projectId, runId, null, { concurrency: 1 });
    await expect.poll(peak, { timeout: 60_000, interval: 500 }).toBe(1);
    await moreDone(4);
    expect(peak()).toBe(1);
    expect((await readRunSummary(runId)).state).toBe("running");
    await cancelRun(projectId, runId, null);
  });

  it("narrow on refusals and widen again, and no refusal counts as a try", async () => {
    const projectId = await prepare(4, { concurrency: 16 });
    simulator.setMisbehaviour({
      latencyMs: 20,
      rules: [
        { fault: { kind: "status", status: 429, retryAfter: { seconds: 0.2 } }, probability: 0.5, times: 20 },
      ],
    });
    await start(2);
    const runId = await begin(projectId, { stages: [1, 2], simpleSamples: 4 });
    await expect
      .poll(() => db().modelLimit.count({ where: { concurrencyNow: { lt: 16 }, endpoint: { projectId } } }), {
        timeout: 60_000,
        interval: 20,
      })
      .toBeGreaterThan(0);
    expect((await atRest(runId)).state).toBe("done");
    expect(await db().runTask.count({ where: { runId, attempts: { gt: 0 } } })).toBe(0);
  });
});

describe("a run until so many traces are accepted", { timeout: 180_000 }, () => {
  it("ends when they are there, and leaves the rest undone", async () => {
    const projectId = await prepare(8);
    simulator.setMisbehaviour({ latencyMs: 30 });
    await start(2);
    const runId = await begin(projectId, { untilAccepted: 6, concurrency: 4 });
    const run = await atRest(runId);
    expect(run).toMatchObject({
      state: "done",
      reason: expect.stringMatching(/^6 traces were wanted, and \d+ passed/u),
    });
    const accepted = await db().trace.count({
      where: { runId, failedChecks: { isEmpty: true }, longThoughtId: { not: null } },
    });
    expect(accepted).toBeGreaterThanOrEqual(6);
    expect(await db().runTask.count({ where: { runId, state: "cancelled" } })).toBeGreaterThan(0);
    await expect
      .poll(() => db().runTask.count({ where: { runId, state: { in: ["waiting", "working"] } } }), {
        timeout: 30_000,
      })
      .toBe(0);
    expect(await db().trace.count({ where: { runId, state: "waiting" } })).toBeGreaterThan(0);
  });

  it("ends at its budget where that comes first, never above it, and says how many there are", async () => {
    const projectId = await prepare(4);
    await start(2);
    const runId = await begin(projectId, { untilAccepted: 1_000_000, budget: "6" });
    const run = await atRest(runId);
    expect(run).toMatchObject({
      state: "stopped",
      reason: expect.stringMatching(
        /^The budget of \$6\.00 is used up.* 1,000,000 traces were wanted, and only \d+ passed the checks\.$/u,
      ),
    });
    expect(await spent(runId)).toBeLessThanOrEqual(6_000_000n);
  });

  it("says where its inputs are used up before", async () => {
    const projectId = await prepare(1);
    await start(1);
    const runId = await begin(projectId, { untilAccepted: 1_000_000, simpleSamples: 1, longSamples: 1 });
    expect(await atRest(runId)).toMatchObject({
      state: "done",
      reason: expect.stringMatching(
        /^1,000,000 traces were wanted, and only \d+ passed the checks\. All that the run had to work on is used up\./u,
      ),
    });
  });

  it("gives up what was written down as next while the run ended", async () => {
    const projectId = await prepare(1);
    const runId = await begin(projectId, { untilAccepted: 1 });
    await db().run.update({ where: { id: runId }, data: { state: "done", plannedAt: new Date() } });
    const { id } = await db().runTask.create({ data: { runId, projectId, stage: 2, inputId: randomUUID() } });
    expect(await takeTasks([{ id, data: { runId }, retryCount: 0 }])).toEqual([]);
    expect(await db().runTask.findUnique({ where: { id } })).toMatchObject({ state: "cancelled" });
  });
});
