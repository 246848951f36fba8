import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

await createTestDatabase();

let simulator: Simulator;
let worker: Worker;
beforeAll(async () => {
  simulator = await startSimulator({ seed: "keys", captureLimit: 0 });
  worker = await startWorker({ concurrency: 8 });
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await disconnectBoss();
  await simulator.close();
});

/** Rows of the tables without a foreign key that name a row which is gone. */
async function countOrphans(): Promise<Record<string, number>> {
  const [row] = await db().$queryRaw<Record<string, bigint>[]>`
    SELECT
      (SELECT count(*) FROM "CheckResult" c
        WHERE NOT EXISTS (SELECT 1 FROM "TraceRevision" r WHERE r."id" = c."traceRevisionId")) AS checks,
      (SELECT count(*) FROM "TraceRevision" r
        WHERE NOT EXISTS (SELECT 1 FROM "Trace" t WHERE t."id" = r."traceId")) AS revisions,
      (SELECT count(*) FROM "Trace" t WHERE
        NOT EXISTS (SELECT 1 FROM "Image" i WHERE i."id" = t."imageId" AND i."projectId" = t."projectId")
        OR NOT EXISTS (SELECT 1 FROM "Question" q WHERE q."id" = t."questionId")
        OR NOT EXISTS (SELECT 1 FROM "SimpleThought" s WHERE s."id" = t."simpleThoughtId")
        OR NOT EXISTS (SELECT 1 FROM "TraceRevision" r WHERE r."id" = t."currentRevisionId")
        OR (t."longThoughtId" IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM "LongThought" l WHERE l."id" = t."longThoughtId"))) AS traces,
      (SELECT count(*) FROM "LongThought" l WHERE
        NOT EXISTS (SELECT 1 FROM "SimpleThought" s WHERE s."id" = l."simpleThoughtId")
        OR (l."callId" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."id" = l."callId"))) AS longs,
      (SELECT count(*) FROM "RunTask" t
        WHERE NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."id" = t."runId")) AS tasks,
      (SELECT count(*) FROM "ModelCallBody" b
        WHERE NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."id" = b."callId")) AS bodies,
      (SELECT count(*) FROM "ModelCallReply" r
        WHERE NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."id" = r."callId")) AS replies,
      (SELECT count(*) FROM "CallAttempt" a
        WHERE NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."id" = a."callId")) AS attempts,
      (SELECT count(*) FROM "ModelCall" c WHERE
        NOT EXISTS (SELECT 1 FROM "Project" p WHERE p."id" = c."projectId")
        OR NOT EXISTS (SELECT 1 FROM "Endpoint" e WHERE e."id" = c."endpointId")
        OR NOT EXISTS (SELECT 1 FROM "PromptVersion" p WHERE p."id" = c."promptVersionId")
        OR NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."id" = c."runId")) AS calls`;
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, count]) => [name, Number(count)]));
}

const NONE = {
  checks: 0,
  revisions: 0,
  traces: 0,
  longs: 0,
  tasks: 0,
  bodies: 0,
  replies: 0,
  attempts: 0,
  calls: 0,
};

async function countRows() {
  return {
    traces: await db().trace.count(),
    revisions: await db().traceRevision.count(),
    checks: await db().checkResult.count(),
    longs: await db().longThought.count(),
    tasks: await db().runTask.count(),
    calls: await db().modelCall.count(),
    bodies: await db().modelCallBody.count(),
    replies: await db().modelCallReply.count(),
    attempts: await db().callAttempt.count(),
  };
}

it("what hangs on a deleted row goes with it, where no foreign key says so", {
  timeout: 120_000,
}, async () => {
  const { projectId, imageIds } = await makeTestProject(3, { baseUrl: simulator.baseUrl });
  const { runId } = await startRun({
    projectId,
    userId: null,
    config: { stages: [1, 2, 3], simpleSamples: 2, longSamples: 1, seed: "k" },
  });
  await expect
    .poll(async () => (await readRunSummary(runId)).state, { timeout: 110_000, interval: 200 })
    .toBe("done");
  expect(await countOrphans()).toEqual(NONE);
  const made = await countRows();
  for (const count of Object.values(made)) expect(count).toBeGreaterThan(3);

  // An image takes its questions along, and with them their traces.
  await db().image.delete({ where: { id: imageIds[0] ?? "" } });
  expect(await countOrphans()).toEqual(NONE);
  const left = await countRows();
  expect(left.traces).toBeLessThan(made.traces);
  expect(left).toMatchObject({ calls: made.calls, bodies: made.bodies, attempts: made.attempts });

  const trace = await db().trace.findFirstOrThrow({ where: { longThoughtId: { not: null } } });
  await db().longThought.delete({ where: { id: trace.longThoughtId ?? "" } });
  expect(await db().trace.count({ where: { id: trace.id } })).toBe(0);
  const other = await db().trace.findFirstOrThrow({
    where: { longThoughtId: { not: null } },
    include: { longThought: true },
  });
  await db().modelCall.delete({ where: { id: other.longThought?.callId ?? "" } });
  expect(await db().longThought.findUnique({ where: { id: other.longThoughtId ?? "" } })).toMatchObject({
    callId: null,
  });
  expect(await countOrphans()).toEqual(NONE);

  await db().project.delete({ where: { id: projectId } });
  expect(Object.values(await countRows())).toEqual(Object.values(made).map(() => 0));
});

describe("a row that names a parent", () => {
  it("is refused where the parent is not there", async () => {
    const { id: projectId } = await makeProject();
    const { id: imageId } = await makeImage(projectId);
    const question = await makeQuestion(projectId, imageId);
    await makeTrace({ projectId, imageId, question });
    const { id: runId } = await db().run.create({ data: { projectId, name: "Run", config: {}, seed: "s" } });
    const { id: _of, ...trace } = await db().trace.findFirstOrThrow({ where: { projectId } });
    const { id: _l, ...long } = await db().longThought.findFirstOrThrow({ where: { projectId } });
    const nobody = crypto.randomUUID();
    const call = { model: "m", identity: "i", purpose: "reasoner" as const };
    const task = { projectId, stage: 1, inputId: imageId };
    const own = { longThoughtId: null, currentRevisionId: null };
    const refused = /foreign key/i;
    await expect(db().modelCall.create({ data: { ...call, projectId: nobody } })).rejects.toThrow(refused);
    await expect(db().runTask.create({ data: { ...task, runId: nobody } })).rejects.toThrow(refused);
    await expect(
      db().longThought.create({ data: { ...long, callId: null, simpleThoughtId: nobody } }),
    ).rejects.toThrow(refused);
    await expect(db().trace.create({ data: { ...trace, ...own, questionId: nobody } })).rejects.toThrow(
      refused,
    );
    await expect(db().trace.create({ data: { ...trace, ...own, simpleThoughtId: nobody } })).rejects.toThrow(
      refused,
    );
    await db().modelCall.create({ data: { ...call, projectId } });
    await db().runTask.create({ data: { ...task, runId } });
    await db().longThought.create({ data: { ...long, callId: null, sampleIndex: 7 } });
    await db().trace.create({ data: { ...trace, ...own } });
  });

  it("goes with a parent that is deleted while it is being written", async () => {
    const { id: projectId } = await makeProject();
    const { id: runId } = await db().run.create({ data: { projectId, name: "Run", config: {}, seed: "s" } });
    let deleting: Promise<unknown> | undefined;
    await db().$transaction(async (tx) => {
      await tx.runTask.create({ data: { projectId, runId, stage: 1, inputId: crypto.randomUUID() } });
      // Sent only when somebody wants its result.
      deleting = Promise.resolve(db().run.delete({ where: { id: runId } }));
      // It waits for this transaction, whose row names the run.
      await expect
        .poll(async () => {
          const [row] = await db().$queryRaw<{ waiting: bigint }[]>`
            SELECT count(*) AS waiting FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DELETE%'`;
          return Number(row?.waiting);
        })
        .toBe(1);
    });
    await deleting;
    expect(await db().runTask.count({ where: { runId } })).toBe(0);
  });
});
