import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { readCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeUser } from "#lib/db/test-records.ts";
import { capabilitiesSchema } from "#lib/endpoints/schema.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { cancelRun, pauseRun, resumeRun, retryFailed } from "#lib/generation/run-control-commands.ts";
import { readRunProgress, readRunSummary } from "#lib/generation/run-queries.ts";
import type { NewRun } from "#lib/generation/run-schema.ts";
import { finishRuns, takeTasks } from "#lib/generation/run-task-commands.ts";
import { beginDeletion, finishDeletion } from "#lib/projects/deletion-commands.ts";
import { boss, disconnectBoss, STAGE_QUEUE } from "#lib/queue/boss.ts";
import type { MisbehaviourInput } from "#lib/simulator/behaviour.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

await createTestDatabase();

let simulator: Simulator;
let worker: Worker | undefined;
beforeAll(async () => {
  simulator = await startSimulator({ seed: "runs", captureLimit: 0 });
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  simulator.setMisbehaviour({});
});
afterAll(async () => {
  await disconnectBoss();
  await simulator.close();
});

const small: NewRun = { stages: [1, 2, 3], simpleSamples: 2, longSamples: 1, seed: "s" };

async function prepare(images: number, endpoint: { concurrency?: number; timeoutMs?: number } = {}) {
  return makeTestProject(images, { baseUrl: simulator.baseUrl, ...endpoint });
}

/** Starts a run and a worker, and waits until the run is at rest. */
async function runThrough(projectId: string, config: NewRun, misbehaviour: MisbehaviourInput = {}) {
  simulator.setMisbehaviour(misbehaviour);
  const { runId } = await startRun({ projectId, userId: null, config });
  worker ??= await startWorker({ concurrency: 32 });
  await atRest(runId);
  return runId;
}

async function atRest(runId: string): Promise<void> {
  await expect
    .poll(async () => (await readRunSummary(runId)).state, { timeout: 110_000, interval: 200 })
    .not.toBe("running");
}

async function countsInTables(runId: string) {
  const tasks = await db().runTask.groupBy({ by: ["stage", "state"], where: { runId }, _count: true });
  return new Map(tasks.map((group) => [`task|${group.stage}|${group.state}`, group._count]));
}

describe("a run", { timeout: 180_000 }, () => {
  it("takes images through all three stages, and its counts are those of the tables", async () => {
    const { projectId } = await prepare(4);
    const runId = await runThrough(projectId, small);
    const progress = await readRunProgress(projectId, runId);
    expect(progress?.state).toBe("done");
    expect(progress?.failures).toEqual([]);

    const questions = await db().question.count({ where: { projectId } });
    const simple = await db().simpleThought.count({ where: { projectId } });
    const long = await db().longThought.count({ where: { projectId } });
    expect(questions).toBeGreaterThan(4);
    expect(simple).toBe(questions * 2);
    const expandable = await db().simpleThought.count({ where: { projectId, longThoughts: { some: {} } } });
    expect(long).toBe(expandable);
    expect(await db().trace.count({ where: { projectId, state: "waiting" } })).toBeGreaterThan(0);

    const [first, second, third] = progress?.stages ?? [];
    expect(first).toMatchObject({ stage: 1, done: 4, failed: 0, waiting: 0, made: questions });
    expect(second).toMatchObject({ stage: 2, done: simple, made: expandable });
    expect(third).toMatchObject({ stage: 3, done: long });
    expect(await readCounters(runId, "task|")).toEqual(await countsInTables(runId));
    const calls = await db().modelCall.count({ where: { runId, status: "answered" } });
    expect(progress?.spending.calls).toBe(calls);
    expect(calls).toBe(4 + simple + long);
    const instance = await boss();
    expect(await instance.findJobs(STAGE_QUEUE)).toEqual([]);
  });

  it("takes only the stages and the images that were chosen, and finds nothing to do twice", async () => {
    const { projectId, imageIds } = await prepare(5);
    const first = await runThrough(projectId, { stages: [1], images: { kind: "first", count: 3 } });
    expect((await readRunSummary(first)).counts.done).toBe(3);
    const rest = await runThrough(projectId, { stages: [1], images: { kind: "not_run" } });
    expect((await readRunSummary(rest)).counts.done).toBe(2);
    await expect(
      startRun({ projectId, userId: null, config: { stages: [1], images: { kind: "not_run" } } }),
    ).rejects.toThrow("Every image with a description has questions already");

    const [imageId = ""] = imageIds;
    const second = await runThrough(projectId, {
      stages: [2],
      simpleSamples: 3,
      images: { kind: "selected", imageIds: [imageId] },
    });
    const questions = await db().question.count({ where: { imageId } });
    expect((await readRunSummary(second)).counts.done).toBe(questions * 3);
    expect(await db().longThought.count({ where: { projectId } })).toBe(0);
  });

  it.each([
    ["honours it", false],
    ["ignores it without a word", true],
  ])(
    "asks an endpoint for all samples of a question in one call, and has them all where it %s",
    async (_, ignoreN) => {
      const { projectId, endpointId } = await prepare(2);
      const { capabilities } = await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } });
      await db().endpoint.update({
        where: { id: endpointId },
        data: { capabilities: { ...capabilitiesSchema.parse(capabilities), n: true } },
      });
      const runId = await runThrough(projectId, { stages: [1, 2], simpleSamples: 3, seed: "n" }, { ignoreN });
      const questions = await db().question.count({ where: { projectId } });
      expect(questions).toBeGreaterThan(2);
      const thoughts = await db().simpleThought.groupBy({
        by: ["questionId", "sampleIndex"],
        where: { projectId },
        _count: true,
      });
      // Each question has each of its samples, once.
      expect(thoughts).toHaveLength(questions * 3);
      expect(thoughts.every(({ _count }) => _count === 1)).toBe(true);
      expect(new Set(thoughts.map(({ sampleIndex }) => sampleIndex))).toEqual(new Set([0, 1, 2]));
      const looks = await db().modelCall.findMany({
        where: { runId, stage: 2 },
        select: { sampleIndex: true, body: { select: { request: true } } },
      });
      const asked = looks.map(({ body }) => (body?.request as { n?: number } | undefined)?.n ?? 1);
      expect(asked.filter((n) => n === 3)).toHaveLength(questions);
      // What did not come is asked for one by one.
      expect(asked.filter((n) => n === 1)).toHaveLength(ignoreN ? questions * 2 : 0);
      expect((await readRunSummary(runId)).counts).toMatchObject({ failed: 0, done: 2 + looks.length });
    },
  );

  it("pays nothing again for what the ledger has", async () => {
    const { projectId } = await prepare(2);
    await runThrough(projectId, { ...small, images: { kind: "all" } });
    const before = await db().modelCall.count({ where: { projectId } });
    const again = await runThrough(projectId, { ...small, images: { kind: "all" } });
    const progress = await readRunProgress(projectId, again);
    expect(progress?.state).toBe("done");
    expect(await db().modelCall.count({ where: { projectId } })).toBe(before);
    expect(progress?.stages[0]).toMatchObject({ done: 2, reused: 2 });
    expect(progress?.spending.calls).toBe(0);
  });

  it("pauses, goes on, and ends complete", async () => {
    const { projectId } = await prepare(6, { concurrency: 4 });
    simulator.setMisbehaviour({ latencyMs: 40 });
    const { runId } = await startRun({ projectId, userId: null, config: small });
    worker = await startWorker({ concurrency: 16 });
    await expect
      .poll(async () => (await readRunSummary(runId)).counts.done, { timeout: 30_000 })
      .toBeGreaterThan(5);
    await pauseRun(projectId, runId, null);
    await expect.poll(async () => (await readRunSummary(runId)).counts.working, { timeout: 15_000 }).toBe(0);
    const paused = await readRunSummary(runId);
    expect(paused.state).toBe("paused");
    expect(paused.counts.waiting).toBeGreaterThan(0);
    await resumeRun(projectId, runId, null);
    await atRest(runId);
    const done = await readRunSummary(runId);
    expect(done.state).toBe("done");
    expect(done.counts).toMatchObject({ waiting: 0, working: 0, failed: 0, cancelled: 0 });
    expect(done.counts.done).toBeGreaterThan(paused.counts.done + paused.counts.waiting - 1);
  });

  it("keeps what is in flight when it is cancelled, and gives up the rest", async () => {
    const { projectId } = await prepare(6, { concurrency: 3 });
    simulator.setMisbehaviour({ latencyMs: 60 });
    const { runId } = await startRun({ projectId, userId: null, config: small });
    worker = await startWorker({ concurrency: 16 });
    await expect
      .poll(async () => (await readRunSummary(runId)).counts.done, { timeout: 30_000 })
      .toBeGreaterThan(3);
    await cancelRun(projectId, runId, null);
    await expect
      .poll(async () => (await readRunSummary(runId)).counts, { timeout: 20_000 })
      .toMatchObject({ waiting: 0, working: 0 });
    const summary = await readRunSummary(runId);
    expect(summary.state).toBe("cancelled");
    expect(summary.counts.cancelled).toBeGreaterThan(0);
    await expect(resumeRun(projectId, runId, null)).rejects.toThrow(
      "This run is cancelled: it cannot be resumed.",
    );
    // What was in flight still comes in, and is counted then.
    const [answered, done] = [
      () => db().modelCall.count({ where: { runId, status: "answered" } }),
      async () => (await readRunSummary(runId)).counts.done,
    ];
    await expect.poll(async () => (await answered()) - (await done()), { timeout: 20_000 }).toBe(0);
    // What stood ready was not sent, and nobody holds it.
    await expect
      .poll(() => db().modelCall.count({ where: { runId, status: "pending" } }), { timeout: 20_000 })
      .toBe(0);
  });
});

describe("a run of stage 3 alone", { timeout: 60_000 }, () => {
  it("takes the thoughts that can be gone on from, and leaves the others alone", async () => {
    const { projectId } = await prepare(3);
    await runThrough(
      projectId,
      { stages: [1, 2], simpleSamples: 2 },
      { rates: { ungradable: 0.5, untagged: 0.1 } },
    );
    const [changed] = await db().question.findMany({
      where: { projectId, simpleThoughts: { some: { isParsed: true, grade: { not: "ungradable" } } } },
      include: { currentRevision: true },
    });
    if (!changed?.currentRevision) throw new Error("no question has a thought to go on from");
    const { id: _, number, createdAt: __, ...revision } = changed.currentRevision;
    const next = await db().questionRevision.create({ data: { ...revision, number: number + 1 } });
    await db().question.update({ where: { id: changed.id }, data: { currentRevisionId: next.id } });

    const fits = { projectId, isParsed: true, text: { not: "" }, questionId: { not: changed.id } };
    const expandable = await db().simpleThought.count({ where: { ...fits, grade: { not: "ungradable" } } });
    expect(await db().simpleThought.count({ where: { ...fits, grade: "ungradable" } })).toBeGreaterThan(0);
    const runId = await runThrough(projectId, { stages: [3], longSamples: 1 });
    const { state, counts } = await readRunSummary(runId);
    expect(state).toBe("done");
    expect(counts).toMatchObject({ done: expandable, failed: 0, waiting: 0 });
    expect(expandable).toBeGreaterThan(0);
  });
});

describe("failed calls that are tried again while somebody looks whether the run is over", () => {
  it("are done: the run does not end over them", async () => {
    const { projectId } = await prepare(1);
    const { runId } = await startRun({ projectId, userId: null, config: { stages: [1] } });
    await db().run.update({ where: { id: runId }, data: { plannedAt: new Date() } });
    const task = await db().runTask.create({
      data: { runId, projectId, stage: 1, inputId: randomUUID(), state: "failed", errorCode: "refused" },
    });
    for (const state of ["running", "done"] as const) {
      await db().runTask.update({ where: { id: task.id }, data: { state: "failed" } });
      await db().run.update({ where: { id: runId }, data: { state } });
      const hold = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const holding = db().$transaction(async (tx) => {
        await tx.$queryRaw`SELECT "id" FROM "RunTask" WHERE "id" = ${task.id}::uuid FOR UPDATE`;
        held.resolve();
        await hold.promise;
      }, PATIENT_TRANSACTION);
      await held.promise;
      const retrying = retryFailed(projectId, runId, null);
      await expect.poll(countWaiting).toBe(1);
      const finishing = finishRuns([runId]).then((ended) => ({ ended }));
      await expect.poll(async () => (await countWaiting()) === 2 || (await isSettled(finishing))).toBe(true);
      hold.resolve();
      await Promise.all([holding, retrying]);
      expect(await finishing).toEqual({ ended: [] });
      expect(await readRunSummary(runId)).toMatchObject({
        state: "running",
        counts: { waiting: 1, failed: 0 },
      });
    }
    await cancelRun(projectId, runId, null);
  });
});

describe("tasks that several change at once", () => {
  it("are locked in one order, so that parking them and cancelling their run never wait for each other", async () => {
    const { projectId } = await prepare(1);
    const { runId } = await startRun({ projectId, userId: null, config: { stages: [1] } });
    await db().runTask.deleteMany({ where: { runId } });
    const [low = "", high = ""] = [randomUUID(), randomUUID()].sort();
    // The table's own order is the other way round.
    for (const id of [high, low]) {
      await db().runTask.create({ data: { id, runId, projectId, stage: 1, inputId: randomUUID() } });
    }
    const jobs = [high, low].map((id) => ({ id, data: { runId }, retryCount: 0 }));
    await pauseRun(projectId, runId, null);
    for (const change of [() => takeTasks(jobs), () => cancelRun(projectId, runId, null)]) {
      const hold = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const holding = db().$transaction(async (tx) => {
        await tx.$queryRaw`SELECT "id" FROM "RunTask" WHERE "id" = ${low}::uuid FOR UPDATE`;
        held.resolve();
        await hold.promise;
      }, PATIENT_TRANSACTION);
      await held.promise;
      await db().$executeRaw`UPDATE "RunTask" SET "state" = 'waiting' WHERE "id" = ${high}::uuid`;
      const changing = change();
      await expect.poll(countWaiting).toBe(1);
      const free = await db().$queryRaw<unknown[]>`
        SELECT "id" FROM "RunTask" WHERE "id" = ${high}::uuid FOR UPDATE SKIP LOCKED`;
      hold.resolve();
      await Promise.all([holding, changing]);
      expect(free).toHaveLength(1);
      await db().$executeRaw`UPDATE "RunTask" SET "state" = 'waiting' WHERE "runId" = ${runId}::uuid`;
    }
  });
});

/** Statements that wait for a lock in this test's database. */
async function countWaiting(): Promise<number> {
  const [row] = await db().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return Number(row?.count ?? 0);
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

describe("a project that is deleted while it is run", { timeout: 60_000 }, () => {
  it("takes its run, tasks and counters with it, and leaves nothing to do", async () => {
    const { projectId } = await prepare(4, { concurrency: 4 });
    simulator.setMisbehaviour({ latencyMs: 150 });
    const { runId } = await startRun({ projectId, userId: null, config: small });
    worker = await startWorker({ concurrency: 8 });
    await expect
      .poll(async () => (await readRunSummary(runId)).counts.done, { timeout: 30_000 })
      .toBeGreaterThan(2);
    const [{ name }, actor] = [
      await db().project.findUniqueOrThrow({ where: { id: projectId }, select: { name: true } }),
      await makeUser(),
    ];
    await beginDeletion(actor.id, projectId, name);
    await finishDeletion(projectId);
    const instance = await boss();
    const jobsLeft = async () => (await instance.findJobs(STAGE_QUEUE)).length;
    await expect.poll(jobsLeft, { timeout: 30_000, interval: 200 }).toBe(0);
    expect(await db().runTask.count({ where: { runId } })).toBe(0);
    expect((await readCounters(runId)).size).toBe(0);
    // What no foreign key holds together is gone all the same, late replies of calls in flight included.
    expect([
      await db().modelCallBody.count({ where: { call: { projectId } } }),
      await db().callAttempt.count({ where: { runId } }),
      await db().checkResult.count({ where: { projectId } }),
      await db().trace.count({ where: { projectId } }),
    ]).toEqual([0, 0, 0, 0]);
  });
});

describe("an endpoint that misbehaves", { timeout: 180_000 }, () => {
  it("may throttle as much as it likes: no try is used up, and the run ends complete", async () => {
    const { projectId } = await prepare(3);
    const runId = await runThrough(projectId, small, {
      rules: [
        { fault: { kind: "status", status: 429, retryAfter: { seconds: 1 } }, probability: 0.3, times: 40 },
      ],
    });
    const tasks = await db().runTask.findMany({ where: { runId } });
    expect(new Set(tasks.map((task) => task.state))).toEqual(new Set(["done"]));
    expect(Math.max(...tasks.map((task) => task.attempts))).toBe(0);
    expect(await db().callAttempt.count({ where: { outcome: "rate_limited" } })).toBeGreaterThan(3);
    expect((await readRunSummary(runId)).state).toBe("done");
  });

  it("may fail, drop, cut, garble and fall silent now and then: each task is done in the end", async () => {
    const { projectId } = await prepare(3, { timeoutMs: 1_500 });
    const times = 4;
    const runId = await runThrough(projectId, small, {
      rules: [
        { fault: { kind: "status", status: 500 }, probability: 0.1, times },
        { fault: { kind: "drop", when: "before-headers" }, probability: 0.1, times },
        { fault: { kind: "drop", when: "mid-body" }, probability: 0.1, times },
        { fault: { kind: "malformed-body" }, probability: 0.1, times },
        { fault: { kind: "silence", ms: 4_000, end: "drop" }, probability: 0.1, times: 2 },
        { fault: { kind: "truncate", tokens: 20 }, stage: 3, probability: 0.2, times },
      ],
    });
    const summary = await readRunSummary(runId);
    expect(summary.state).toBe("done");
    expect(summary.counts).toMatchObject({ waiting: 0, working: 0, failed: 0 });
    expect(await db().runTask.count({ where: { runId, attempts: { gt: 0 } } })).toBeGreaterThan(3);
    const answered = await db().modelCall.count({ where: { runId, status: "answered" } });
    expect(answered).toBe(summary.counts.done);
  });

  it("may say nothing for 30 seconds: the answers that come then are used, and dropped calls are made again", async () => {
    const { projectId } = await prepare(2, { timeoutMs: 60_000 });
    const runId = await runThrough(
      projectId,
      { ...small, stages: [1, 2] },
      {
        rules: [
          { fault: { kind: "silence", ms: 30_000 }, stage: 1, times: 1 },
          { fault: { kind: "silence", ms: 30_000, end: "drop" }, stage: 2, times: 1 },
        ],
      },
    );
    const summary = await readRunSummary(runId);
    expect(summary).toMatchObject({ state: "done", counts: { waiting: 0, working: 0, failed: 0 } });
    const waited = await db().modelCall.findMany({ where: { runId, durationMs: { gte: 29_000 } } });
    expect(waited.map(({ stage, status }) => ({ stage, status }))).toEqual([
      { stage: 1, status: "answered" },
    ]);
    expect(await db().callAttempt.count({ where: { runId, outcome: "dropped" } })).toBe(1);
  });

  it("fails for good on one stage: the run ends with the failures, by cause, and they can be retried", async () => {
    const { projectId } = await prepare(2);
    const runId = await runThrough(
      projectId,
      { ...small, stages: [1, 2] },
      {
        rules: [
          {
            fault: { kind: "status", status: 400, message: "this picture is not for me" },
            stage: 2,
            times: 3,
          },
        ],
      },
    );
    const progress = await readRunProgress(projectId, runId);
    expect(progress?.state).toBe("done");
    expect(progress?.failures).toHaveLength(1);
    expect(progress?.failures[0]).toMatchObject({ code: "refused", count: 3 });
    expect(progress?.failures[0]?.examples[0]?.message).toContain("refused the request");
    expect(progress?.failures[0]?.examples[0]?.imageId).toBeTruthy();

    simulator.setMisbehaviour({});
    expect(await retryFailed(projectId, runId, null, "refused")).toBe(3);
    await atRest(runId);
    const after = await readRunSummary(runId);
    expect(after.state).toBe("done");
    expect(after.counts).toMatchObject({ failed: 0, waiting: 0 });
  });

  it("fails nearly always: the run stops by itself with a reason, and can be resumed", async () => {
    const { projectId } = await prepare(30);
    const runId = await runThrough(
      projectId,
      { stages: [1] },
      {
        rules: [{ fault: { kind: "status", status: 500 } }],
      },
    );
    const stopped = await readRunSummary(runId);
    expect(stopped.state).toBe("stopped");
    expect(stopped.reason).toMatch(/of the last 20 calls failed.*failed on its side/);
    expect(stopped.counts.waiting + stopped.counts.failed + stopped.counts.working).toBe(30);

    simulator.setMisbehaviour({});
    await resumeRun(projectId, runId, null);
    await atRest(runId);
    expect((await readRunSummary(runId)).counts).toMatchObject({ done: 30, failed: 0 });
  });

  it("is archived while it is needed: the run stops instead of failing call by call", async () => {
    const { projectId, endpointId } = await prepare(4);
    await db().endpoint.update({ where: { id: endpointId }, data: { archivedAt: new Date() } });
    const runId = await runThrough(projectId, { stages: [1] });
    const stopped = await readRunSummary(runId);
    expect(stopped.state).toBe("stopped");
    expect(stopped.reason).toContain("archived");
    expect(stopped.counts.failed).toBe(0);

    await db().endpoint.update({ where: { id: endpointId }, data: { archivedAt: null } });
    await resumeRun(projectId, runId, null);
    await atRest(runId);
    expect((await readRunSummary(runId)).counts).toMatchObject({ done: 4, failed: 0 });
  });

  it("does not accept the key: the run stops at once and says so", async () => {
    const { projectId } = await prepare(3);
    const runId = await runThrough(
      projectId,
      { stages: [1] },
      {
        rules: [{ fault: { kind: "status", status: 401 } }],
      },
    );
    const stopped = await readRunSummary(runId);
    expect(stopped.state).toBe("stopped");
    expect(stopped.reason).toContain("does not accept the key");
    expect(stopped.counts.failed).toBe(0);
  });
});
