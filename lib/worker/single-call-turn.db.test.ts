import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import type { CallPass } from "#lib/generation/ledger-commands.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import { createSingleCallGate } from "#lib/generation/single-call-gate-commands.ts";
import { writeQuestions } from "#lib/generation/write-questions-commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { Allowance, Slots } from "#lib/worker/allowance.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

/** Somebody who asks for one call, where runs would have every slot for hours. */
await createTestDatabase();

const WORKER = fileURLToPath(new URL("./main.ts", import.meta.url));
const MODEL = "looker";
const IMAGES = 40;
const workers = new Set<ChildProcess>();
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: "turns", captureLimit: 0 });
});
afterEach(() => {
  for (const worker of workers) worker.kill("SIGKILL");
  workers.clear();
});
afterAll(async () => {
  await disconnectBoss();
  await simulator.close();
});

/** A process that has a run's calls without end, each of so many milliseconds. */
function keepBusy(
  endpointId: string,
  seen: { inFlight: number; most: number; begun: number },
  callMs: number,
) {
  const allowance = new Allowance(
    { runId: randomUUID(), endpointId, model: MODEL },
    randomUUID(),
    new Slots(8),
    () => undefined,
  );
  const stop = new AbortController();
  const one = async () => {
    while (!stop.signal.aborted) {
      const pass = await allowance.enter({ ceilingMicros: null, tokens: 1 }, stop.signal);
      await pass.begin();
      seen.begun += 1;
      seen.inFlight += 1;
      seen.most = Math.max(seen.most, seen.inFlight);
      await wait(callMs);
      seen.inFlight -= 1;
      pass.leave({ kind: "answered", costMicros: 0n, tokens: 1 });
    }
  };
  const loops = Array.from({ length: 12 }, () => one().catch(() => undefined));
  return {
    end: async () => {
      stop.abort();
      await Promise.race([Promise.all(loops), wait(2_000)]);
      await allowance.release();
    },
  };
}

describe("a single call, where runs hold every slot", { timeout: 120_000 }, () => {
  it.each([
    [1, 1],
    [1, 3],
    [2, 3],
    [8, 1],
  ])(
    "gets a turn of %i slots that %i processes hold, again and again, and so do they",
    async (concurrency, processes) => {
      const { endpointId } = await makeTestProject(0, { baseUrl: simulator.baseUrl, concurrency });
      const seen = { inFlight: 0, most: 0, begun: 0 };
      const busy = Array.from({ length: processes }, () => keepBusy(endpointId, seen, 40));
      try {
        await expect.poll(() => seen.begun, { timeout: 30_000 }).toBeGreaterThan(5);
        const gate = createSingleCallGate({ longestWaitMs: 60_000 });
        for (let turn = 0; turn < 3; turn += 1) {
          const pass = await gate.enter({ endpointId, model: MODEL, ceilingMicros: null, tokens: 1 });
          await pass.begin();
          seen.inFlight += 1;
          seen.most = Math.max(seen.most, seen.inFlight);
          const before = seen.begun;
          // One that keeps its slot while the runs have the others.
          if (concurrency > 1)
            await expect.poll(() => seen.begun, { timeout: 30_000 }).toBeGreaterThan(before);
          seen.inFlight -= 1;
          pass.leave({ kind: "answered", costMicros: 0n, tokens: 1 });
          await expect.poll(() => seen.begun, { timeout: 30_000 }).toBeGreaterThan(before + 2);
        }
        expect(seen.most).toBeLessThanOrEqual(concurrency);
        // Nobody waits any more: the runs have all slots again.
        if (processes === 1)
          await expect.poll(() => seen.inFlight, { timeout: 30_000, interval: 5 }).toBe(concurrency);
      } finally {
        await Promise.all(busy.map((one) => one.end()));
      }
    },
  );

  it("is one of many: they have no more than a quarter of the slots at once, and the run keeps the others", async () => {
    const { endpointId } = await makeTestProject(0, { baseUrl: simulator.baseUrl, concurrency: 8 });
    const seen = { inFlight: 0, most: 0, begun: 0 };
    const busy = keepBusy(endpointId, seen, 40);
    const stop = new AbortController();
    const gate = createSingleCallGate({ longestWaitMs: 100_000 });
    const passes: CallPass[] = [];
    try {
      await expect.poll(() => seen.begun, { timeout: 30_000 }).toBeGreaterThan(20);
      const call = { endpointId, model: MODEL, ceilingMicros: null, tokens: 1 };
      const asking = Array.from({ length: 6 }, () =>
        gate.enter(call, stop.signal).then(
          (pass) => passes.push(pass),
          () => undefined,
        ),
      );
      await expect.poll(() => passes.length, { timeout: 60_000 }).toBe(2);
      // Long enough for each of the others to have looked several times.
      const before = seen.begun;
      await expect.poll(() => seen.begun, { timeout: 60_000 }).toBeGreaterThan(before + 150);
      expect(passes).toHaveLength(2);
      await expect.poll(() => seen.inFlight, { timeout: 30_000, interval: 5 }).toBe(6);
      stop.abort();
      await Promise.all(asking);
    } finally {
      stop.abort();
      for (const pass of passes) pass.leave({ kind: "answered", costMicros: 0n, tokens: 1 });
      await busy.end();
    }
  });

  it("is answered within a few of the calls of real worker processes, with no limit passed and nothing sent twice", async () => {
    const { projectId, imageIds, endpointId } = await makeTestProject(IMAGES, {
      baseUrl: simulator.baseUrl,
      concurrency: 1,
    });
    // A second call at the same time would be refused, and be on record as that.
    simulator.setMisbehaviour({ latencyMs: 400, maxConcurrent: 1 });
    await Promise.all([startWorkerProcess(), startWorkerProcess()]);
    const { runId } = await startRun({
      projectId,
      userId: null,
      config: { stages: [1], seed: "s" },
    });
    const answered = () => db().modelCall.count({ where: { runId, status: "answered" } });
    await expect.poll(answered, { timeout: 60_000, interval: 50 }).toBeGreaterThan(2);

    const before = await answered();
    const imageId = imageIds[0] ?? "";
    const { callId } = await writeQuestions(
      {
        projectId,
        config: await freezeConfig(projectId, { stages: [1] }),
        seed: "now",
        runId: null,
        userId: null,
        gate: createSingleCallGate({ longestWaitMs: 60_000 }),
      },
      { imageId, sampleIndex: 0 },
    );
    expect((await answered()) - before).toBeLessThanOrEqual(6);
    expect(await db().callAttempt.findMany({ where: { callId } })).toMatchObject([{ outcome: "ok" }]);

    simulator.setMisbehaviour({ maxConcurrent: 1 });
    await expect
      .poll(async () => (await readRunSummary(runId)).state, { timeout: 90_000, interval: 200 })
      .toBe("done");
    const attempts = await db().callAttempt.groupBy({
      by: ["outcome"],
      where: { call: { projectId } },
      _count: true,
    });
    expect(attempts).toEqual([{ outcome: "ok", _count: IMAGES + 1 }]);
    expect(await db().modelLimit.findFirst({ where: { endpointId } })).toMatchObject({
      concurrencyNow: null,
    });
  });
});

async function startWorkerProcess(): Promise<void> {
  const worker = fork(WORKER, [], {
    execArgv: ["--conditions=react-server"],
    env: { ...process.env, SECOND_LOOK_CONCURRENCY: "8", LOG_LEVEL: "error" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  workers.add(worker);
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("exit", (code) => reject(new Error(`the worker ended with ${code} before it was ready`)));
  });
}
