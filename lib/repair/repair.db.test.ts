import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { markGold, setGoldShare } from "#lib/calibration/commands.ts";
import { placeOf } from "#lib/calibration/place-queries.ts";
import { db } from "#lib/db/client.ts";
import { readCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import type { ContinuationDialect } from "#lib/endpoints/schema.ts";
import { readCallView } from "#lib/generation/call-queries.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import { createTestProject, type TestProject } from "#lib/generation/test-project.ts";
import { thinkLonger } from "#lib/generation/think-longer-commands.ts";
import { thinkSimply } from "#lib/generation/think-simply-commands.ts";
import { writeQuestions } from "#lib/generation/write-questions-commands.ts";
import { beginDeletion, finishDeletion } from "#lib/projects/deletion-commands.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";
import { parametersOfCall } from "#lib/repair/asking.ts";
import { registerRepairJobs } from "#lib/repair/jobs.ts";
import { readRepair, readRepairSituation } from "#lib/repair/queries.ts";
import { failRepair, runRepair } from "#lib/repair/run-repair-commands.ts";
import { type RepairView, startRepairSchema } from "#lib/repair/schema.ts";
import { declineRepair, retryCandidate, takeRepair } from "#lib/repair/settle-repair-commands.ts";
import { startRepair } from "#lib/repair/start-repair-commands.ts";
import { claimNext, claimTrace, releaseClaims } from "#lib/review/claim-commands.ts";
import { giveVerdict } from "#lib/review/commands.ts";
import { editTrace } from "#lib/review/edit-commands.ts";
import { readGround } from "#lib/review/ground-queries.ts";
import { readTraceHistory } from "#lib/review/history-queries.ts";
import type { Who } from "#lib/review/judgement-queries.ts";
import { sendBack } from "#lib/review/referral-commands.ts";
import { editInputSchema, repairInputSchema, verdictInputSchema } from "#lib/review/schema.ts";
import { undoLast } from "#lib/review/undo-commands.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { readTrace } from "#lib/traces/queries.ts";

const database = await createTestDatabase();
const CALM = {
  rates: { wrong: 0.4, ungradable: 0, untagged: 0, leak: 0, ramble: 0, closing: 0, disagree: 0 },
};
const running = () => new AbortController().signal;
let simulator: Simulator;
let project: TestProject;
let owner: Who;
let reviewer: Who;
let longTrace: string;
let simpleTrace: string;
/** Requests that were sent before the test began. */
let before: number;

beforeAll(async () => {
  simulator = await startSimulator({ captureLimit: 100_000 });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  simulator.setMisbehaviour(CALM);
  project = await createTestProject(simulator.baseUrl);
  const { projectId } = project;
  const user = await db().user.create({ data: { email: "rita@example.org", name: "Rita" } });
  await db().membership.create({ data: { projectId, userId: user.id, role: "reviewer" } });
  owner = { projectId, reviewerId: project.userId };
  reviewer = { projectId, reviewerId: user.id };
  await db().modelAssignment.updateMany({ where: { projectId }, data: { inputPrice: 1, outputPrice: 2 } });
  ({ longTrace, simpleTrace } = await makeTraces());
  before = simulator.captured().length;
});

async function makeTraces() {
  const { projectId } = project;
  const config = await freezeConfig(projectId, { stages: [1, 2, 3] });
  const context = { projectId, config, seed: "seed", runId: null, userId: project.userId };
  const { questionIds } = await writeQuestions(context, { imageId: project.imageId });
  const { samples } = await thinkSimply(context, { questionId: questionIds[0] ?? "", sampleIndex: 0 });
  const [simple] = samples;
  if (!simple) throw new Error("no simple thought was made");
  const long = await thinkLonger(context, { simpleThoughtId: simple.simpleThoughtId, sampleIndex: 0 });
  return { longTrace: long.traceId, simpleTrace: simple.traceId };
}

const stepsOf = async (traceId: string) => (await readGround(db(), owner, traceId)).steps;
const see = (traceId = longTrace) => readTrace(project.projectId, traceId);

interface Asking {
  who?: Who;
  traceId?: string;
  at?: number;
  nudge?: string;
  repairId?: string;
  candidates?: number;
}

/** Cuts before the step of this number. */
async function ask({ who = reviewer, traceId = longTrace, at = 1, ...more }: Asking = {}): Promise<string> {
  const steps = await stepsOf(traceId);
  const part = steps.long.length > 0 ? steps.long : steps.simple;
  const role = who === owner ? "owner" : "reviewer";
  const input = startRepairSchema.parse({
    repairId: randomUUID(),
    traceId,
    stepKey: part[at]?.id ?? "none",
    cause: "not so",
    ...more,
  });
  return (await startRepair(who, role, input)).repairId;
}

async function repair(asking: Asking = {}): Promise<RepairView> {
  const id = await ask(asking);
  await runRepair(project.projectId, id, running());
  return readRepair(asking.who ?? reviewer, id);
}

async function take(view: RepairView, { who = reviewer, place = 0 }: { who?: Who; place?: number } = {}) {
  const { rowVersion } = await see(view.traceId);
  const candidateId = view.candidates[place]?.id ?? "";
  return takeRepair(who, { repairId: view.id, candidateId, rowVersion });
}

/** In the project, in millionths of a US dollar. */
const spentOn = async (purpose: string) =>
  Number((await readCounters(project.projectId, "cost|")).get(`cost|${purpose}`) ?? 0);
const bodies = () =>
  simulator
    .captured()
    .slice(before)
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe("a repair of a long thought", () => {
  it("has the model go on from the kept steps, three times with other seeds, through the ledger", async () => {
    const { long } = await stepsOf(longTrace);
    const old = await see();
    const spentBefore = await spentOn("reasoner");
    const view = await repair({ nudge: "count them from the left" });
    expect(view).toMatchObject({ state: "ready", part: "long", stepText: long[1]?.text, isOutdated: false });
    expect(view.kept).toBe(old.revision.body.slice(0, long[0]?.end));
    expect(view.original.tail).toBe(old.revision.body.slice(view.kept.length));
    expect(view.candidates).toHaveLength(3);
    for (const { state, result, costMicros, reused } of view.candidates) {
      expect({ state, reused }).toEqual({ state: "done", reused: false });
      expect(costMicros).toBeGreaterThan(0);
      expect(result?.words).toBeGreaterThan(0);
      expect(result?.grade).toMatch(/right|wrong/u);
      expect(result?.checks.map(({ check }) => check)).toEqual(
        expect.arrayContaining(["leak", "consistency", "duplicate", "token-limit", "answer-whole"]),
      );
    }
    const sent = bodies();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ seed }) => seed)).size).toBe(3);
    const preset = `${old.simple.text}${old.long?.joiner}${old.long?.cue}${view.kept}`;
    for (const body of sent) {
      const [asked = "", turn = ""] = String(body.prompt).split("<think>").slice(-2);
      expect(turn.endsWith(preset)).toBe(true);
      expect(asked).toContain("count them from the left");
      expect(turn).not.toContain("count them");
    }
    const calls = await db().modelCall.findMany({
      where: { id: { in: view.candidates.map(({ callId }) => callId ?? "") } },
      include: { body: true, reply: true },
    });
    expect(calls).toHaveLength(3);
    for (const call of calls) {
      expect(call).toMatchObject({
        status: "answered",
        purpose: "reasoner",
        stage: 3,
        runId: null,
        createdById: reviewer.reviewerId,
      });
      expect(call.reply?.reply).toContain("choices");
    }
    const ours = view.candidates.reduce((sum, { costMicros }) => sum + (costMicros ?? 0), 0);
    expect((await spentOn("reasoner")) - spentBefore).toBe(ours);
    expect(await db().traceRevision.count({ where: { traceId: longTrace } })).toBe(1);
    const origin = await readCallView(project.projectId, view.candidates[0]?.callId ?? "");
    expect(origin?.origin.traces).toMatchObject([{ id: longTrace }]);
    expect(origin?.origin.preset?.text.endsWith(preset)).toBe(true);
    expect(origin?.samples[0]?.thought?.thought.trim()).toBe(view.candidates[0]?.result?.tail.trim());
  });

  it("uses the parameters of the trace's own call", async () => {
    await db().modelAssignment.updateMany({
      where: { projectId: project.projectId, purpose: "reasoner" },
      data: { parameters: { temperature: 1.7, max_tokens: 99 } },
    });
    await repair({ candidates: 1 });
    const own = await db().longThought.findFirstOrThrow({ select: { call: true } });
    const { temperature, max_tokens } = parametersOfCall(own.call?.parameters);
    expect(temperature).not.toBe(1.7);
    expect(bodies()[0]).toMatchObject({ temperature, max_tokens });
  });

  it("at its first step begins behind the cue, and none begins in the simple thought", async () => {
    const view = await repair({ at: 0, candidates: 1 });
    expect(view.kept).toBe("");
    const { long } = await see();
    expect(String(bodies()[0]?.prompt).endsWith(long?.cue ?? "none")).toBe(true);
    const { simple } = await stepsOf(longTrace);
    const stepKey = simple[0]?.id ?? "";
    const input = startRepairSchema.parse({ repairId: randomUUID(), traceId: longTrace, stepKey });
    await expect(startRepair(reviewer, "reviewer", input)).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(/part of the simple thought/u),
    });
  });

  it("is asked by instruction, and marked so, where the endpoint can't go on with a turn", async () => {
    await useDialect("emulated");
    const view = await repair({ candidates: 2 });
    expect(view).toMatchObject({ state: "ready", isEmulated: true });
    for (const { result } of view.candidates) expect(result?.isEmulated).toBe(true);
    const [body] = bodies();
    expect(JSON.stringify(body?.messages)).toContain(JSON.stringify(view.kept.trim()).slice(1, -1));
    await take(view);
    expect((await see()).revision.body.startsWith(view.kept)).toBe(true);
  });
});

describe("a repair of a simple thought that stands alone", () => {
  it("goes on with the model that looks at the image", async () => {
    await useDialect("continue_final_message", "vlm");
    const view = await repair({ traceId: simpleTrace, candidates: 1 });
    expect(view).toMatchObject({ state: "ready", part: "simple", isEmulated: false });
    const [body] = bodies();
    const turns = body?.messages as { role: string; content: unknown }[];
    expect(turns.at(-1)).toEqual({ role: "assistant", content: `<think> ${view.kept}` });
    expect(JSON.stringify(turns)).toContain("image_url");
    expect(JSON.stringify(turns)).not.toContain("<description>");
    await take(view);
    const after = await see(simpleTrace);
    expect(after.revision.body).toBe(`${view.kept}${view.candidates[0]?.result?.tail}`);
    expect(after.simple.text).not.toBe(after.revision.body);
  });
});

async function useDialect(dialect: ContinuationDialect, purpose: "reasoner" | "vlm" = "reasoner") {
  await db().modelAssignment.updateMany({
    where: { projectId: project.projectId, purpose },
    data: { dialect },
  });
}

describe("a continuation that is taken", () => {
  it("becomes a revision of the reviewer's; what stood there stays, and so does the pair", async () => {
    const old = await see();
    const { long } = await stepsOf(longTrace);
    const view = await repair();
    await take(view, { place: 1 });
    const after = await see();
    const result = view.candidates[1]?.result;
    expect(after.revision).toMatchObject({
      number: 2,
      body: `${view.kept}${result?.tail}`,
      answer: result?.answer,
      authorName: "Rita",
      note: "not so",
    });
    expect(after.revisions[0]).toMatchObject({ body: old.revision.body, authorName: null });
    expect({ simple: after.simple, long: { ...after.long, grade: null } }).toEqual({
      simple: old.simple,
      long: { ...old.long, grade: null },
    });
    expect(after.long?.grade).toBe(result?.grade);
    expect(after.rowVersion).toBeGreaterThan(old.rowVersion);
    expect((await stepsOf(longTrace)).long[0]?.id).toBe(long[0]?.id);
    const stored = await db().repair.findUniqueOrThrow({ where: { id: view.id } });
    expect(stored).toMatchObject({
      state: "taken",
      takenRevisionId: after.revision.id,
      takenCandidateId: view.candidates[1]?.id,
      traceRevisionId: old.revision.id,
      kept: view.kept,
      cause: "not so",
    });
    const revision = await db().traceRevision.findUniqueOrThrow({ where: { id: after.revision.id } });
    expect(revision.repairId).toBe(view.id);
    await expect(take(view, { place: 0 })).rejects.toMatchObject({ code: "conflict" });
    const events = await history();
    expect(events).toMatchObject([
      { kind: "repaired", callId: view.candidates[1]?.callId, isTakenBack: false, actorName: "Rita" },
    ]);
    await undoLast(reviewer);
    await declineRepair(reviewer, view.id);
    expect((await history()).map(({ kind }) => kind).sort()).toEqual(["repair-declined", "repaired"]);
  });

  /** What people did. */
  const history = async () => {
    const viewer = { userId: reviewer.reviewerId, name: "Rita", role: "reviewer", isJudging: true } as const;
    const events = await readTraceHistory(project.projectId, viewer, longTrace);
    return events.filter(({ kind }) => kind !== "checked");
  };

  it("sends verdicts back to be confirmed, settles the repair, and undo takes all of it back, step by step", async () => {
    const judge = async (who: Who) => {
      const { rowVersion } = await see();
      const input = { traceId: longTrace, rowVersion, decision: "approved", overrideChecks: true };
      return giveVerdict(who, verdictInputSchema.parse(input));
    };
    await db().trace.update({ where: { id: longTrace }, data: { state: "waiting" } });
    await judge(owner);
    const { rowVersion, revision } = await see();
    await sendBack(reviewer, repairInputSchema.parse({ traceId: longTrace, rowVersion, note: "mend it" }));
    expect((await see()).state).toBe("repair");
    const view = await repair({ who: owner });
    await take(view, { who: owner });
    expect((await see()).state).toBe("unconfirmed");
    expect(await db().traceReferral.findFirstOrThrow()).toMatchObject({ settledById: owner.reviewerId });
    await judge(owner);
    expect((await see()).state).toBe("approved");

    await undoLast(owner);
    expect(await undoLast(owner)).toMatchObject({ undone: "repair", traceId: longTrace });
    const undone = await see();
    expect(undone).toMatchObject({ state: "repair", revision: { id: revision.id } });
    expect(await db().traceReferral.findFirstOrThrow()).toMatchObject({ settledAt: null });
    const open = await readRepair(owner, view.id);
    expect(open).toMatchObject({ state: "ready", takenCandidateId: null, isOutdated: false });
    await take(open, { who: owner, place: 2 });
    expect((await see()).revision.body).toBe(`${view.kept}${view.candidates[2]?.result?.tail}`);
  });

  it("is refused once the text was changed, and its undo once somebody built on it", async () => {
    const view = await repair();
    const { rowVersion, question } = await see();
    const edit = {
      traceId: longTrace,
      rowVersion,
      questionRevisionId: question.current.id,
      trace: { body: " another thought.", answer: "(A)" },
    };
    await editTrace(owner, editInputSchema.parse(edit));
    await expect(take(view)).rejects.toMatchObject({ code: "conflict" });
    expect(await readRepair(reviewer, view.id)).toMatchObject({ isOutdated: true });
    await undoLast(owner);
    await releaseClaims({ ...owner, traceIds: [longTrace] });
    await take(view);
    const now = await see();
    await editTrace(
      owner,
      editInputSchema.parse({ ...edit, rowVersion: now.rowVersion, trace: { body: " third.", answer: "" } }),
    );
    await expect(undoLast(reviewer)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is taken once, however many windows take one at the same moment", async () => {
    const view = await repair();
    const { rowVersion } = await see();
    const settled = await Promise.allSettled(
      [0, 1, 2, 0, 1].map((place) =>
        takeRepair(reviewer, {
          repairId: view.id,
          candidateId: view.candidates[place]?.id ?? "",
          rowVersion,
        }),
      ),
    );
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().traceRevision.count({ where: { traceId: longTrace } })).toBe(2);
  });

  it("marks the trace as simulated where the simulator wrote it, until that is undone", async () => {
    const view = await repair({ candidates: 1 });
    const { config } = await db().repair.findUniqueOrThrow({ where: { id: view.id } });
    const { model, ...rest } = config as { model: object };
    await db().repair.update({
      where: { id: view.id },
      data: { config: { ...rest, model: { ...model, simulated: true } } },
    });
    await take(view);
    expect((await see()).simulated).toBe(true);
    await undoLast(reviewer);
    expect((await see()).simulated).toBe(false);
  });
});

describe("taking none", () => {
  it("keeps the record, and asks for others the next time", async () => {
    const first = await repair();
    await declineRepair(reviewer, first.id);
    await declineRepair(reviewer, first.id);
    expect(await readRepair(reviewer, first.id)).toMatchObject({
      state: "declined",
      candidates: first.candidates,
    });
    const second = await repair();
    const tails = (view: RepairView) => view.candidates.map(({ result }) => result?.tail);
    expect(new Set(bodies().map(({ seed }) => seed)).size).toBe(6);
    expect(tails(second)).not.toEqual(tails(first));
    await take(second);
    await expect(declineRepair(reviewer, second.id)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("asking", () => {
  it("twice for the same is done and paid for once", async () => {
    const repairId = randomUUID();
    const asked = await Promise.all([ask({ repairId }), ask({ repairId }), ask()]);
    expect(new Set(asked).size).toBe(1);
    const [id = ""] = asked;
    await runRepair(project.projectId, id, running());
    expect(await ask()).toBe(id);
    expect(bodies()).toHaveLength(3);
    const others = await repair({ who: owner });
    expect(others.id).not.toBe(id);
    expect(others.candidates.map(({ reused }) => reused)).toEqual([true, true, true]);
    expect(bodies()).toHaveLength(3);
  });

  it("is refused while somebody else holds the trace, for another's repair, and for a step that is gone", async () => {
    const view = await repair({ candidates: 1 });
    await expect(readRepair(owner, view.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(declineRepair(owner, view.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(take(view, { who: owner })).rejects.toMatchObject({ code: "not_found" });
    await expect(ask({ who: owner, repairId: view.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(ask({ at: 99 })).rejects.toMatchObject({ code: "bad_input" });
    await claimTrace({ ...owner, traceId: longTrace });
    await expect(ask({ at: 2 })).rejects.toMatchObject({ code: "conflict" });
    await expect(take(view)).rejects.toMatchObject({ code: "conflict" });
  });

  it("ends with the day's allowance, for reviewers, however many ask at once", async () => {
    const { projectId } = project;
    await db().project.update({ where: { id: projectId }, data: { repairAllowance: 2 } });
    const steps = (await stepsOf(longTrace)).long;
    expect(steps.length).toBeGreaterThan(3);
    const asked = await Promise.allSettled([0, 1, 2, 3].map((at) => ask({ at })));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    const refusal = asked.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(refusal.reason).toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/all 2 repairs that the owner allows/u),
    });
    const viewer = { userId: reviewer.reviewerId, name: "Rita", role: "reviewer", isJudging: true } as const;
    const situation = await readRepairSituation(viewer, projectId, longTrace);
    expect(situation).toMatchObject({ allowance: { limit: 2, used: 2 }, asks: { isEmulated: false } });
    for (const at of [0, 1, 2]) await ask({ who: owner, at });
    // Yesterday's don't count.
    await db().repair.updateMany({ data: { createdAt: new Date(Date.now() - 86_400_000) } });
    await ask({ at: 3, nudge: "left" });
  });

  it("is the worker's to carry out, and is done when its page is long gone", async () => {
    registerRepairJobs();
    const id = await ask();
    await runJobsUntilIdle();
    expect(await readRepair(reviewer, id)).toMatchObject({ state: "ready" });
    const viewer = { userId: reviewer.reviewerId, name: "Rita", role: "reviewer", isJudging: true } as const;
    const { open } = await readRepairSituation(viewer, project.projectId, longTrace);
    expect(open?.id).toBe(id);
  });
});

describe("an endpoint that misbehaves", () => {
  it("is asked again after a refusal and a cut connection, and nothing of that is taken for a reply", async () => {
    simulator.setMisbehaviour({
      ...CALM,
      rules: [
        { stage: 3, fault: { kind: "status", status: 429, retryAfter: { seconds: 0.05 } }, times: 1 },
        { stage: 3, fault: { kind: "drop", when: "mid-body" }, times: 1 },
        { stage: 3, fault: { kind: "malformed-body" }, times: 1 },
      ],
    });
    const view = await repair();
    expect(view.candidates.map(({ state }) => state)).toEqual(["done", "done", "done"]);
    const outcomes = await db().callAttempt.findMany({
      where: { callId: { in: view.candidates.map(({ callId }) => callId ?? "") } },
      select: { outcome: true },
    });
    expect(
      outcomes
        .map(({ outcome }) => outcome)
        .filter((outcome) => outcome !== "ok")
        .sort(),
    ).toEqual(["dropped", "malformed", "rate_limited"]);
  });

  it("that refuses leaves the reason with each continuation; a second try is no new repair", async () => {
    const { projectId } = project;
    await db().project.update({ where: { id: projectId }, data: { repairAllowance: 1 } });
    simulator.setMisbehaviour({ ...CALM, rules: [{ stage: 3, fault: { kind: "status", status: 400 } }] });
    const failed = await repair();
    expect(failed).toMatchObject({ state: "failed", error: expect.stringMatching(/refused/u) });
    expect(failed.candidates.map(({ error }) => error)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/refused/u)),
    );
    await expect(take(failed)).rejects.toMatchObject({ code: "bad_input" });
    simulator.setMisbehaviour(CALM);
    const candidateId = failed.candidates[1]?.id ?? "";
    await retryCandidate(reviewer, { repairId: failed.id, candidateId });
    await expect(retryCandidate(reviewer, { repairId: failed.id, candidateId })).rejects.toMatchObject({
      code: "conflict",
    });
    await runRepair(projectId, failed.id, running());
    const view = await readRepair(reviewer, failed.id);
    expect(view).toMatchObject({ state: "ready", error: null });
    expect(view.candidates.map(({ state }) => state)).toEqual(["failed", "done", "failed"]);
    await expect(ask({ at: 2 })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("shows what it has written so far, and a process that dies is followed by one that pays for nothing twice", async () => {
    simulator.setMisbehaviour({
      ...CALM,
      eventDelayMs: 30,
      rules: [{ stage: 3, fault: { kind: "slow", latencyMs: 600_000 }, times: 1 }],
    });
    const id = await ask();
    const dying = new AbortController();
    const died = runRepair(project.projectId, id, dying.signal).catch((error: unknown) => error);
    let seen = "";
    await vi.waitFor(
      async () => {
        const { candidates } = await readRepair(reviewer, id);
        seen = candidates.map(({ written }) => written).find((written) => written !== "") ?? seen;
        expect(candidates.filter(({ state }) => state === "done")).toHaveLength(2);
      },
      { timeout: 60_000, interval: 25 },
    );
    dying.abort();
    await died;
    expect(seen).not.toBe("");
    const left = await readRepair(reviewer, id);
    expect(left.state).toBe("working");
    expect(left.candidates.filter(({ state }) => state === "waiting")).toHaveLength(1);

    simulator.setMisbehaviour(CALM);
    await runRepair(project.projectId, id, running());
    expect(await readRepair(reviewer, id)).toMatchObject({ state: "ready" });
    expect(bodies()).toHaveLength(4);
    const calls = await db().modelCall.count({ where: { stage: 3, status: "answered" } });
    expect(calls).toBe(4);
  }, 120_000);

  it("and a repair that nobody can carry out has failed, and says so", async () => {
    const id = await ask();
    await failRepair(id, "No worker could do it.");
    expect(await readRepair(reviewer, id)).toMatchObject({
      state: "failed",
      error: "No worker could do it.",
    });
    const { questionId } = await db().trace.findUniqueOrThrow({ where: { id: longTrace } });
    const other = await ask({ at: 2 });
    await db().question.update({ where: { id: questionId }, data: { rejectedAt: new Date() } });
    await runRepair(project.projectId, other, running());
    expect(await readRepair(reviewer, other)).toMatchObject({
      state: "failed",
      error: expect.stringMatching(/question was rejected/u),
    });
  });
});

/** Makes the long trace gold, and takes traces for the reviewer until they meet it. */
async function meetGold(): Promise<{ traceId: string; projectId: string }> {
  const { projectId } = project;
  await db().trace.update({ where: { id: simpleTrace }, data: { state: "waiting" } });
  const { currentRevisionId, question } = await db().trace.update({
    where: { id: longTrace },
    data: { state: "approved" },
    select: { currentRevisionId: true, question: { select: { currentRevisionId: true } } },
  });
  await db().verdict.create({
    data: {
      projectId,
      traceId: longTrace,
      traceRevisionId: currentRevisionId ?? "",
      questionRevisionId: question.currentRevisionId ?? "",
      reviewerId: owner.reviewerId,
      decision: "approved",
      actionId: randomUUID(),
      previousState: "waiting",
      rowVersionAfter: 1,
    },
  });
  await markGold(owner.reviewerId, { projectId, traceId: longTrace });
  await setGoldShare(owner.reviewerId, { projectId, share: 0.5, seed: "s" });
  for (let turn = 0; turn < 60; turn += 1) {
    const [traceId = ""] = await claimNext({ ...reviewer, want: 1, held: [] });
    const place = await placeOf(reviewer, { traceId });
    if (place !== projectId) return { traceId, projectId: place };
    await releaseClaims({ ...reviewer, traceIds: [traceId] });
  }
  throw new Error("no gold was met");
}

it("works on gold as on any other trace, with the project's own model and money", async () => {
  const gold = await meetGold();
  const { steps } = await readGround(db(), { ...reviewer, projectId: gold.projectId }, gold.traceId);
  const stepKey = steps.long[1]?.id ?? "";
  const input = startRepairSchema.parse({ repairId: randomUUID(), traceId: gold.traceId, stepKey });
  const { repairId } = await startRepair(reviewer, "reviewer", input);
  await runRepair(gold.projectId, repairId, running());
  const view = await readRepair(reviewer, repairId);
  expect(view).toMatchObject({ state: "ready", stepText: steps.long[1]?.text });
  const viewer = { userId: reviewer.reviewerId, name: "Rita", role: "reviewer", isJudging: true } as const;
  const situation = await readRepairSituation(viewer, project.projectId, gold.traceId);
  expect(situation).toMatchObject({ open: { id: repairId }, allowance: { used: 1 } });
  const [first] = view.candidates;
  const call = await db().modelCall.findUniqueOrThrow({ where: { id: first?.callId ?? "" } });
  expect(call.projectId).toBe(project.projectId);
  const old = await readTrace(gold.projectId, gold.traceId);
  await takeRepair(reviewer, { repairId, candidateId: first?.id ?? "", rowVersion: old.rowVersion });
  const body = async () => (await readTrace(gold.projectId, gold.traceId)).revision.body;
  expect(await body()).toBe(`${view.kept}${first?.result?.tail}`);
  expect(await undoLast(reviewer)).toMatchObject({ undone: "repair" });
  expect(await body()).toBe(old.revision.body);
});

it("goes with its project", async () => {
  await repair({ candidates: 1 });
  const { projectId } = project;
  const { name } = await db().project.findUniqueOrThrow({ where: { id: projectId } });
  await beginDeletion(owner.reviewerId, projectId, name);
  await finishDeletion(projectId);
  expect([await db().repair.count(), await db().repairCandidate.count()]).toEqual([0, 0]);
});
