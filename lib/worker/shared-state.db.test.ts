import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import type { NewRun } from "#lib/generation/run-schema.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { killWorkerProcesses, startWorkerProcess } from "#lib/worker/test-processes.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

/** What worker processes know of each other by the database alone. */
await createTestDatabase();

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: "shared", captureLimit: 0 });
});
afterEach(async () => {
  await killWorkerProcesses();
  simulator.setMisbehaviour({});
});
afterAll(async () => {
  await disconnectBoss();
  await simulator.close();
});

async function begin(config: NewRun, images: number) {
  const { projectId } = await makeTestProject(images, { baseUrl: simulator.baseUrl, concurrency: 12 });
  // One model for all stages, so that they share its rows.
  await db().modelAssignment.updateMany({ where: { projectId }, data: { model: "simulated-vlm" } });
  const { runId } = await startRun({ projectId, userId: null, config });
  return runId;
}

function requests(): number {
  const { chat = 0, completions = 0 } = simulator.counts();
  return chat + completions;
}

describe("worker processes", { timeout: 240_000 }, () => {
  it("all leave an endpoint alone for as long as it asked one of them", async () => {
    const pauseMs = 30_000;
    simulator.setMisbehaviour({
      latencyMs: 200,
      rules: [
        {
          fault: { kind: "status", status: 429, retryAfter: { seconds: pauseMs / 1_000 } },
          after: 40,
          times: 1,
        },
      ],
    });
    await Promise.all([startWorkerProcess(4), startWorkerProcess(4), startWorkerProcess(4)]);
    const runId = await begin({ stages: [1, 2], simpleSamples: 4, seed: "pause" }, 6);
    const refused = () => db().callAttempt.findFirst({ where: { runId, outcome: "rate_limited" } });
    await expect.poll(refused, { timeout: 90_000, interval: 50 }).not.toBeNull();
    const refusedAt = (await refused())?.endedAt?.getTime() ?? 0;
    // By then the others have heard of it, and what was in flight has ended.
    const past = (ms: number) =>
      expect.poll(() => Date.now() - refusedAt, { timeout: 60_000 }).toBeGreaterThan(ms);
    await past(8_000);
    const before = requests();
    expect((await readRunSummary(runId)).state).toBe("running");
    await past(pauseMs - 3_000);
    expect(requests()).toBe(before);
    await expect
      .poll(async () => (await readRunSummary(runId)).state, { timeout: 120_000, interval: 200 })
      .toBe("done");
    expect(requests()).toBeGreaterThan(before);
    expect(await db().callAttempt.count({ where: { runId, outcome: "rate_limited" } })).toBe(1);
  });

  it("together stop a run whose endpoint fails, after as many calls as one of them would have made", async () => {
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "drop", when: "before-headers" } }] });
    await Promise.all(Array.from({ length: 4 }, () => startWorkerProcess(2)));
    const runId = await begin({ stages: [1], seed: "fails" }, 24);
    await expect
      .poll(async () => (await readRunSummary(runId)).state, { timeout: 120_000, interval: 50 })
      .toBe("stopped");
    expect((await readRunSummary(runId)).reason).toMatch(/^\d+ of the last 20 calls failed/u);
    // Twenty, and what was in flight or on its way when they had failed; each by itself would have made twenty.
    expect(await db().runTrouble.count({ where: { runId } })).toBeLessThan(60);
  });
});
