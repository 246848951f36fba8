import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { resumeRun } from "#lib/generation/run-control-commands.ts";
import { readRunProgress, readRunSummary } from "#lib/generation/run-queries.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

await createTestDatabase();
let simulator: Simulator;
let worker: Worker;

beforeAll(async () => {
  simulator = await startSimulator({ seed: "reused", captureLimit: 0 });
  worker = await startWorker({ concurrency: 8 });
});
afterAll(async () => {
  await worker.stop();
  await disconnectBoss();
  await simulator.close();
});

async function atRest(runId: string): Promise<void> {
  await expect
    .poll(async () => (await readRunSummary(runId)).state, { timeout: 90_000, interval: 100 })
    .toBe("done");
}

it("does not count as answered from earlier calls what the run itself had asked before a crash", {
  timeout: 180_000,
}, async () => {
  const { projectId } = await makeTestProject(4, { baseUrl: simulator.baseUrl });
  const { runId } = await startRun({ projectId, userId: null, config: { stages: [1], seed: "s" } });
  await atRest(runId);
  const sent = simulator.counts().chat;

  // As a crash leaves it: the replies are there, and what was written down of their tasks is forgotten.
  await db().runTask.updateMany({ where: { runId }, data: { state: "waiting", endedAt: null, made: 0 } });
  await db().run.update({ where: { id: runId }, data: { state: "paused", endedAt: null } });
  await resumeRun(projectId, runId, null);
  await atRest(runId);
  expect(simulator.counts().chat).toBe(sent);
  expect((await readRunProgress(projectId, runId))?.stages[0]).toMatchObject({ done: 4, reused: 0 });
});
