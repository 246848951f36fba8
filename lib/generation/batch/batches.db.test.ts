import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { readCounters, sumCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { advanceBatches } from "#lib/generation/batch/advance-commands.ts";
import { collectCalls } from "#lib/generation/batch/collect-commands.ts";
import { readBatchRun } from "#lib/generation/batch/run-queries.ts";
import { BATCH_SETTINGS, type BatchSettings } from "#lib/generation/batch/schema.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { cancelRun, resumeRun } from "#lib/generation/run-control-commands.ts";
import { feedRun } from "#lib/generation/run-feed-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import type { NewRun } from "#lib/generation/run-schema.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import type { MisbehaviourInput } from "#lib/simulator/behaviour.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";
import { runUntilDone } from "#lib/worker/until-done.ts";

await createTestDatabase();

/** No waiting between looks: the simulator's batches move when they are looked at. */
const AT_ONCE: BatchSettings = { ...BATCH_SETTINGS, firstLookMs: 0, longestLookMs: 0, graceMs: 0, restMs: 0 };
const never = new AbortController().signal;
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ seed: "batches", captureLimit: 0 });
});
afterEach(() => simulator.close());
afterAll(() => disconnectBoss());

type Begin = { images?: number; batches?: MisbehaviourInput["batches"]; run?: Partial<NewRun> } & Omit<
  MisbehaviourInput,
  "batches"
>;

/** A run of stage 1 by batch, planned and not begun. One dollar for a million tokens either way. */
async function begin({ images = 6, batches, run, ...misbehaviour }: Begin) {
  simulator.setMisbehaviour({ ...misbehaviour, ...(batches ? { batches } : {}) });
  const { projectId, endpointId } = await makeTestProject(images, { baseUrl: simulator.baseUrl });
  await db().modelAssignment.updateMany({
    where: { projectId },
    data: { inputPrice: "1", outputPrice: "1" },
  });
  const config: NewRun = { stages: [1], viaBatch: [1], seed: "s", ...run };
  const { runId } = await startRun({ projectId, userId: null, config });
  await feedRun(runId, never);
  return { projectId, endpointId, runId };
}

/** Looks at the run's batches until all of them are settled, or so many times. */
async function drive(runId: string, settings: BatchSettings = AT_ONCE, looks = 60): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    await advanceBatches(runId, never, settings);
    const open = await db().modelBatch.count({ where: { runId, state: { not: "settled" } } });
    const held = await db().runTask.count({ where: { runId, isHeld: true, state: "waiting" } });
    const { state } = await db().run.findUniqueOrThrow({ where: { id: runId } });
    if (open === 0 && (held === 0 || state !== "running")) return;
    if (state === "stopped") return;
  }
}

/** Looks until a batch has reached this state at its provider. */
async function driveTo(runId: string, remoteState: string): Promise<void> {
  for (let look = 0; look < 20; look += 1) {
    await advanceBatches(runId, never, AT_ONCE);
    if (await db().modelBatch.findFirst({ where: { runId, remoteState } })) return;
  }
  throw new Error(`no batch became ${remoteState}`);
}

/** Fills the run's batch, and closes it, without sending anything. */
async function collect(runId: string): Promise<void> {
  const run = await readBatchRun(runId);
  if (!run) throw new Error("the run is gone");
  await collectCalls(run, 1, never, AT_ONCE);
}

const batchesOf = (runId: string) => db().modelBatch.findMany({ where: { runId }, orderBy: { id: "asc" } });
const counts = () => simulator.counts();
const costOf = async (runId: string) => {
  const { _sum } = await db().modelCall.aggregate({ where: { runId }, _sum: { costMicros: true } });
  return _sum.costMicros ?? 0n;
};

describe("a batch that completes", { timeout: 60_000 }, () => {
  it("answers every call in the ledger, and the tasks are then done from there", async () => {
    const { runId, projectId } = await begin({});
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([
      { state: "settled", remoteState: "completed", lines: 6, remoteCompleted: 6, remoteFailed: 0 },
    ]);
    expect(await db().modelCall.count({ where: { runId, status: "answered" } })).toBe(6);
    expect(counts()).toMatchObject({ batches: 1, files: 1, "batch lines": 6 });
    const summary = await runUntilDone(runId);
    expect(summary).toMatchObject({ state: "done", counts: { done: 6, failed: 0 } });
    expect(await db().question.count({ where: { projectId } })).toBeGreaterThan(20);
    // What the run's own batch has brought was not there before.
    expect(await db().runTask.count({ where: { runId, reused: true } })).toBe(0);
    // Nothing was sent beside the batch.
    expect(counts().chat ?? 0).toBe(0);
  });

  it("brings long thoughts: each goes on from what it was preset with, and nothing is sent beside the batch", async () => {
    const { projectId, runId: before } = await begin({
      images: 1,
      run: { stages: [1, 2], viaBatch: [], simpleSamples: 2 },
    });
    expect(await runUntilDone(before)).toMatchObject({ state: "done" });
    const sent = (counts().chat ?? 0) + (counts().completions ?? 0);
    const config: NewRun = { stages: [3], viaBatch: [3], longSamples: 2, seed: "long" };
    const { runId } = await startRun({ projectId, userId: null, config });
    await feedRun(runId, never);
    await drive(runId);
    const expandable = await db().simpleThought.count({
      where: { projectId, isParsed: true, grade: { not: "ungradable" } },
    });
    expect(expandable).toBeGreaterThan(4);
    const lines = (await batchesOf(runId)).reduce((sum, batch) => sum + batch.lines, 0);
    expect(lines).toBe(expandable * 2);
    expect(await runUntilDone(runId)).toMatchObject({ state: "done", counts: { done: lines, failed: 0 } });
    expect((counts().chat ?? 0) + (counts().completions ?? 0)).toBe(sent);
    const thoughts = await db().longThought.findMany({
      where: { simpleThought: { projectId } },
      include: { trace: true, call: true, simpleThought: true },
    });
    expect(thoughts).toHaveLength(lines);
    for (const { cue, continuation, isEmulated, call, trace, simpleThought } of thoughts) {
      expect(continuation.trim()).not.toBe("");
      expect(continuation).not.toContain(simpleThought.text);
      expect(continuation.startsWith(cue)).toBe(false);
      expect(isEmulated).toBe(false);
      expect(call).toMatchObject({ stage: 3, status: "answered" });
      expect(trace?.kind).toMatch(/^(OO|XO|OX|XX|ungradable)$/u);
    }
  });

  it("costs half, and keeps the reply as it came", async () => {
    const { runId } = await begin({ images: 2 });
    await drive(runId);
    const calls = await db().modelCall.findMany({
      where: { runId },
      include: { reply: true, attempts: true },
    });
    for (const call of calls) {
      const tokens = (call.promptTokens ?? 0) + (call.completionTokens ?? 0);
      expect(call.costMicros).toBe(BigInt(Math.ceil(tokens / 2)));
      expect(call.attempts).toMatchObject([{ number: 1, outcome: "ok", httpStatus: 200 }]);
      expect(JSON.parse(call.reply?.reply ?? "")).toMatchObject({ object: "chat.completion" });
    }
    expect(await db().callHold.count({ where: { runId } })).toBe(0);
  });

  it("is split where a file would hold too much", async () => {
    const { runId } = await begin({});
    await drive(runId, { ...AT_ONCE, maxLines: 4 });
    expect((await batchesOf(runId)).map((batch) => batch.lines)).toEqual([4, 2]);
    const { runId: other } = await begin({});
    const [{ bytes } = { bytes: 0n }] = await batchesOf(runId);
    await drive(other, { ...AT_ONCE, maxBytes: Number(bytes) });
    const split = await batchesOf(other);
    expect(split.length).toBeGreaterThan(1);
    for (const batch of split) expect(batch.bytes).toBeLessThanOrEqual(bytes);
    expect(counts()).toMatchObject({ "batch lines": 12 });
  });

  it("has no line for what was answered before", async () => {
    const { projectId, runId } = await begin({});
    await drive(runId);
    const before = counts()["batch lines"];
    const { runId: again } = await startRun({
      projectId,
      userId: null,
      config: { stages: [1], viaBatch: [1], seed: "s", images: { kind: "all" } },
    });
    await feedRun(again, never);
    await drive(again);
    expect(await batchesOf(again)).toEqual([]);
    expect(counts()["batch lines"]).toBe(before);
    expect(await runUntilDone(again)).toMatchObject({ state: "done", counts: { done: 6 } });
    expect(await db().runTask.count({ where: { runId: again, reused: true } })).toBe(6);
  });

  it("may lack lines: their calls may have been paid for, and go into another batch", async () => {
    const { runId } = await begin({ batches: { missing: 2 } });
    await advanceBatches(runId, never, AT_ONCE);
    await driveTo(runId, "completed");
    simulator.setMisbehaviour({});
    await drive(runId);
    expect((await batchesOf(runId)).map((batch) => [batch.lines, batch.remoteCompleted])).toEqual([
      [6, 4],
      [2, 2],
    ]);
    const lost = await db().callAttempt.findMany({ where: { call: { runId }, outcome: "dropped" } });
    expect(lost).toHaveLength(2);
    const [uncertain] = await db().$queryRaw<{ sum: bigint }[]>`
      SELECT sum("delta")::bigint AS "sum" FROM "Counter" WHERE "scope" = ${runId}::uuid AND "name" = 'uncertain'`;
    expect(uncertain?.sum).toBe(lost.reduce((sum, one) => sum + (one.ceilingMicros ?? 0n), 0n));
  });
});

describe("a batch that does not complete", { timeout: 60_000 }, () => {
  it("expires: what was answered is kept, the rest goes into another, and each call is answered once", async () => {
    const { runId } = await begin({ batches: { end: "expired", times: 1, answeredShare: 0.5 } });
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([
      { remoteState: "expired", lines: 6, remoteCompleted: 3, remoteFailed: 0 },
      { remoteState: "completed", lines: 3, remoteCompleted: 3 },
    ]);
    expect(counts()["batch lines"]).toBe(6);
    const outcomes = await db().callAttempt.groupBy({
      by: ["outcome"],
      where: { call: { runId } },
      _count: true,
      orderBy: { outcome: "asc" },
    });
    expect(outcomes).toEqual([
      { outcome: "batch_ended", _count: 3 },
      { outcome: "ok", _count: 6 },
    ]);
    expect(await runUntilDone(runId)).toMatchObject({ counts: { done: 6, failed: 0 } });
  });

  it("is cancelled at the provider while its run goes on: what was answered is kept, the rest goes into another", async () => {
    const { runId } = await begin({ batches: { end: "stuck", times: 1, answeredShare: 0.5 } });
    await driveTo(runId, "in_progress");
    const [{ remoteId } = { remoteId: null }] = await batchesOf(runId);
    // By somebody else, in the provider's own console.
    const answer = await fetch(`${simulator.baseUrl}/batches/${remoteId}/cancel`, { method: "POST" });
    expect(await answer.json()).toMatchObject({ status: "cancelling" });
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([
      { state: "settled", remoteState: "cancelled", lines: 6, remoteCompleted: 3 },
      { state: "settled", remoteState: "completed", lines: 3, remoteCompleted: 3 },
    ]);
    expect((await db().run.findUniqueOrThrow({ where: { id: runId } })).state).toBe("running");
    expect(counts()["batch lines"]).toBe(6);
    expect(await db().callAttempt.count({ where: { runId, outcome: "ok" } })).toBe(6);
    expect((await readCounters(runId)).get("uncertain") ?? 0).toBe(0);
    expect(await runUntilDone(runId)).toMatchObject({ state: "done", counts: { done: 6, failed: 0 } });
    expect(counts().chat ?? 0).toBe(0);
  });

  it("fails in validation for a line: its task fails with the reason, the others go into another", async () => {
    const error = { code: "invalid_json_line", message: "This line is odd.", line: 2 };
    const { runId } = await begin({ images: 4, batches: { end: "failed", times: 1, errors: [error] } });
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([
      { remoteState: "failed" },
      { remoteState: "completed", lines: 3 },
    ]);
    const failed = await db().runTask.findMany({ where: { runId, state: "failed" } });
    expect(failed).toMatchObject([{ errorCode: "refused" }]);
    expect(failed[0]?.error).toContain("This line is odd.");
    expect(counts()["batch lines"]).toBe(3);
  });

  it("fails as a whole: the run stops with the reason, and goes on when it is resumed", async () => {
    const error = {
      code: "billing_hard_limit_reached",
      message: "Billing hard limit has been reached.",
      line: null,
    };
    const { runId, projectId } = await begin({
      images: 3,
      batches: { end: "failed", times: 1, errors: [error] },
    });
    await drive(runId);
    const stopped = await db().run.findUniqueOrThrow({ where: { id: runId } });
    expect(stopped.state).toBe("stopped");
    expect(stopped.reason).toContain("Billing hard limit");
    expect(counts()["batch lines"] ?? 0).toBe(0);
    expect(await costOf(runId)).toBe(0n);
    await resumeRun(projectId, runId, null);
    await drive(runId);
    expect(await runUntilDone(runId)).toMatchObject({ state: "done", counts: { done: 3 } });
  });

  it("finds no room at the provider: the same file is submitted again", async () => {
    const error = { code: "token_limit_exceeded", message: "Enqueued token limit reached.", line: null };
    const { runId } = await begin({ images: 3, batches: { end: "failed", times: 2, errors: [error] } });
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([{ remoteState: "completed", lines: 3 }]);
    expect(counts()).toMatchObject({ files: 1, batches: 3, "batch lines": 3 });
  });

  it("is cancelled with its run: the provider is told, and what it had done is kept", async () => {
    const { runId, projectId } = await begin({ batches: { end: "stuck", answeredShare: 0.5 } });
    await driveTo(runId, "in_progress");
    await cancelRun(projectId, runId, null);
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([
      { state: "settled", remoteState: "cancelled", remoteCompleted: 3 },
    ]);
    expect(await db().modelCall.count({ where: { runId, status: "answered" } })).toBe(3);
    expect(await db().modelCall.count({ where: { runId, status: "pending" } })).toBe(0);
    const { counts: tasks } = await readRunSummary(runId);
    expect(tasks).toMatchObject({ waiting: 0, working: 0, cancelled: 6 });
    expect(await db().callHold.count({ where: { runId } })).toBe(0);
  });

  it.each([
    ["half of it is done", "in_progress", { end: "stuck", answeredShare: 0.5 }, 3],
    ["it is too late to end it", "finalizing", {}, 6],
  ] as const)(
    "is paid for as far as it came when its run is cancelled while %s, and answers later calls",
    async (_, state, batches, answered) => {
      const { runId, projectId } = await begin({ batches });
      await driveTo(runId, state);
      await cancelRun(projectId, runId, null);
      await drive(runId);
      expect(await batchesOf(runId)).toMatchObject([{ state: "settled", remoteCompleted: answered }]);
      const cost = await costOf(runId);
      expect(cost).toBeGreaterThan(0n);
      const ofRun = await readCounters(runId);
      const ofProject = await readCounters(projectId);
      for (const counters of [ofRun, ofProject]) {
        expect(BigInt(sumCounters(counters, "cost|"))).toBe(cost);
        // What the provider did not come to costs nothing.
        expect(counters.get("uncertain") ?? 0).toBe(0);
      }
      expect(await db().question.count({ where: { projectId } })).toBe(0);

      const { runId: later } = await startRun({
        projectId,
        userId: null,
        config: { stages: [1], seed: "s" },
      });
      expect(await runUntilDone(later)).toMatchObject({ state: "done", counts: { done: 6 } });
      expect(await db().runTask.count({ where: { runId: later, reused: true } })).toBe(answered);
      expect(counts().chat ?? 0).toBe(6 - answered);
      expect(await db().question.count({ where: { projectId } })).toBeGreaterThan(20);
      // Counted where it was paid for, and not a second time.
      expect(await costOf(runId)).toBe(cost);
      expect(BigInt(sumCounters(await readCounters(projectId), "cost|"))).toBe(cost + (await costOf(later)));
    },
  );

  it("is ended before it was sent, where its run is cancelled first", async () => {
    const { runId, projectId } = await begin({ images: 2 });
    await collect(runId);
    expect(await batchesOf(runId)).toMatchObject([{ state: "ready", lines: 2 }]);
    await cancelRun(projectId, runId, null);
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([{ state: "settled", remoteId: null }]);
    expect(counts().files ?? 0).toBe(0);
    expect(await db().modelCall.count({ where: { runId, status: "pending" } })).toBe(0);
    expect((await readRunSummary(runId)).counts).toMatchObject({ waiting: 0, working: 0, cancelled: 2 });
  });
});

describe("a line that fails", { timeout: 60_000 }, () => {
  it("for what it is: its task fails, and the attempt says why", async () => {
    const { runId } = await begin({
      rules: [{ fault: { kind: "status", status: 400, message: "The prompt is too long." }, times: 1 }],
    });
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([{ lines: 6, remoteCompleted: 5, remoteFailed: 1 }]);
    const [failed] = await db().runTask.findMany({ where: { runId, state: "failed" } });
    expect(failed).toMatchObject({ errorCode: "refused" });
    expect(failed?.error).toContain("The prompt is too long.");
    const attempts = await db().callAttempt.findMany({ where: { callId: failed?.callId ?? "" } });
    expect(attempts).toMatchObject([{ outcome: "refused", httpStatus: 400 }]);
  });

  it("for a moment: it goes into another batch, as often as a direct call would be tried", async () => {
    const { runId } = await begin({
      images: 2,
      rules: [{ fault: { kind: "status", status: 500 }, times: 1 }],
    });
    await drive(runId);
    expect((await batchesOf(runId)).map((batch) => batch.lines)).toEqual([2, 1]);
    expect(await runUntilDone(runId)).toMatchObject({ counts: { done: 2, failed: 0 } });
    const { runId: other } = await begin({ images: 1, rules: [{ fault: { kind: "status", status: 500 } }] });
    await drive(other);
    expect(await batchesOf(other)).toHaveLength(5);
    expect(await db().runTask.findMany({ where: { runId: other } })).toMatchObject([
      { state: "failed", errorCode: "server_error", attempts: 5 },
    ]);
  });
});

describe("an answer that was lost", { timeout: 60_000 }, () => {
  it("leads to no second file and no second batch", async () => {
    const { runId } = await begin({ batches: { lostUploadAnswers: 1, lostCreateAnswers: 1 } });
    await drive(runId);
    expect(counts()).toMatchObject({ files: 1, batches: 1, "batch lines": 6 });
    expect(await batchesOf(runId)).toMatchObject([{ remoteState: "completed", remoteCompleted: 6 }]);
  });

  it("is waited for before the batch is asked for again", async () => {
    const { runId } = await begin({ images: 1 });
    await collect(runId);
    // As a process leaves it that died while it asked for the batch.
    const asked = (submitBegunAt: Date) =>
      db().modelBatch.updateMany({
        where: { runId },
        data: { state: "uploaded", inputFileId: "file-1", submitBegunAt, nextLookAt: new Date() },
      });
    await asked(new Date());
    await advanceBatches(runId, never, { ...AT_ONCE, graceMs: 60_000 });
    expect(counts().batches ?? 0).toBe(0);
    const [waiting] = await batchesOf(runId);
    expect(waiting?.nextLookAt.getTime()).toBeGreaterThan(Date.now() + 30_000);
    await asked(new Date(Date.now() - 120_000));
    await advanceBatches(runId, never, { ...AT_ONCE, graceMs: 60_000 });
    expect(counts().batches).toBe(1);
  });

  it("of the results changes nothing when they are taken in again", async () => {
    const { runId } = await begin({});
    await drive(runId);
    const cost = await costOf(runId);
    // As a process leaves it that died after the replies were stored and before the lines were.
    await db().modelBatchLine.updateMany({ where: { batch: { runId } }, data: { state: "waiting" } });
    await db().modelBatch.updateMany({ where: { runId }, data: { state: "submitted", endedAt: null } });
    await drive(runId);
    expect(await batchesOf(runId)).toMatchObject([{ state: "settled", remoteCompleted: 6 }]);
    expect(await costOf(runId)).toBe(cost);
    const superseded = await db().counter.count({ where: { scope: runId, name: "cost|superseded" } });
    expect(superseded).toBe(0);
    expect(await db().callAttempt.count({ where: { call: { runId }, outcome: { not: "ok" } } })).toBe(0);
  });
});

describe("a budget", { timeout: 60_000 }, () => {
  it("sends what it reaches for, stops the run, and is never passed", async () => {
    const { runId: free } = await begin({ images: 1 });
    await drive(free);
    const [line] = await db().modelBatchLine.findMany({ where: { batch: { runId: free } } });
    const ceiling = Number(line?.ceilingMicros ?? 0n);
    // Enough for two calls and a half at once.
    const budget = ((ceiling * 2.5) / 1_000_000).toFixed(6);
    const { runId } = await begin({ images: 5, run: { budget } });
    await drive(runId);
    const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
    const batches = await batchesOf(runId);
    expect(batches[0]?.lines).toBe(2);
    expect(Number(await costOf(runId))).toBeLessThanOrEqual(Number(budget) * 1_000_000);
    const answered = await db().modelCall.count({ where: { runId, status: "answered" } });
    expect(answered).toBeGreaterThanOrEqual(2);
    // What settled for less than its ceiling was given on to further calls, as far as it went.
    if (answered < 5)
      expect(run).toMatchObject({ state: "stopped", reason: expect.stringContaining("budget") });
    expect(await db().callHold.count({ where: { runId } })).toBe(0);
  });
});
