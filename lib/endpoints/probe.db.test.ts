import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { applyProbe, probePurpose } from "#lib/endpoints/probe-commands.ts";
import { listProbes } from "#lib/endpoints/probe-queries.ts";
import type { Feature, Finding, ProbeResult } from "#lib/endpoints/probe-schema.ts";
import { listAssignments } from "#lib/endpoints/queries.ts";
import { createTestProject, TEST_KEY, type TestProject } from "#lib/generation/test-project.ts";
import { finishDeletion } from "#lib/projects/deletion-commands.ts";
import { DELETION_KEY } from "#lib/projects/schema.ts";
import type { MisbehaviourInput } from "#lib/simulator/behaviour.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";

// A busy machine is slow: only what never ends should fail.
vi.setConfig({ testTimeout: 120_000 });

const database = await createTestDatabase();
let simulator: Simulator;
let project: TestProject;
const actor = () => ({ projectId: project.projectId, actorId: project.userId });
const noWait = async () => {};
const probe = async (misbehaviour: MisbehaviourInput, purpose: "reasoner" | "vlm" = "reasoner") => {
  simulator.setMisbehaviour(misbehaviour);
  return probePurpose(actor(), purpose, { wait: noWait });
};
const found = ({ features }: ProbeResult, feature: Feature): Finding | undefined =>
  features.find((one) => one.feature === feature)?.finding;

beforeAll(async () => {
  simulator = await startSimulator({ seed: "probe", apiKey: TEST_KEY });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  project = await createTestProject(simulator.baseUrl);
});

describe("a probe finds how an endpoint continues a turn", () => {
  const quiet = { thinkingOff: true };
  const plain = { thinkingOff: false };
  it.each<[string, MisbehaviourInput, object]>([
    ["vLLM with raw completions", {}, { dialect: "completions", template: "deepseek-r1@1", ...plain }],
    ["vLLM's chat alone", { continuation: ["vllm"] }, { dialect: "continue_final_message", ...plain }],
    [
      "vLLM with a reasoning parser",
      { continuation: ["vllm"], reasoning: "reasoning" },
      { dialect: "continue_final_message", ...plain },
    ],
    [
      "SGLang with a reasoning parser",
      { continuation: ["sglang"], reasoning: "reasoning_content" },
      { dialect: "separate_reasoning", ...plain },
    ],
    ["a router that goes on unasked", { continuation: ["implicit"] }, { dialect: "implicit", ...plain }],
    [
      "llama.cpp, which thinks by default",
      { continuation: ["implicit-unless-thinking"] },
      { dialect: "implicit", ...quiet },
    ],
    ["DeepSeek's beta address", { continuation: ["prefix"] }, { dialect: "prefix", ...plain }],
    [
      "DeepSeek while thinking",
      { continuation: ["prefix-reasoning"], reasoning: "reasoning_content", withoutContinuation: "think" },
      { dialect: "prefix_reasoning", ...plain },
    ],
    [
      "Mistral, which sends the prefix along and refuses a last message without its mark",
      { continuation: ["prefix"], echoPrefix: true, withoutContinuation: "reject" },
      { dialect: "prefix", ...plain },
    ],
    ["DashScope", { continuation: ["partial"] }, { dialect: "partial", ...plain }],
    [
      "DashScope with a model that thinks by default",
      { continuation: ["partial-unless-thinking"] },
      { dialect: "partial", ...quiet },
    ],
    ["a server that begins anew", { continuation: [] }, { dialect: "emulated", ...plain }],
    [
      "a server that says it all again",
      { continuation: [], withoutContinuation: "echo" },
      { dialect: "emulated", ...plain },
    ],
    [
      "a server that thinks its own thought",
      { continuation: [], withoutContinuation: "think", reasoning: "reasoning" },
      { dialect: "emulated", ...plain },
    ],
    [
      "a server that refuses",
      { continuation: [], withoutContinuation: "reject" },
      { dialect: "emulated", ...plain },
    ],
  ])("%s", async (_, misbehaviour, expected) => {
    const { result } = await probe(misbehaviour);
    expect(result.problem).toBeNull();
    expect(result.chosen).toMatchObject(expected);
  });

  it("for the VLM too, whose reply is to be begun for it", async () => {
    const { result } = await probe({}, "vlm");
    expect(result.chosen).toEqual({ dialect: "continue_final_message", template: null, thinkingOff: false });
    expect(result.turns.map(({ dialect }) => dialect)).not.toContain("completions");
  });
});

describe("a probe finds what an endpoint takes", () => {
  it("where all of it is honoured", async () => {
    const { result } = await probe({});
    expect(found(result, "n")).toBe("yes");
    expect(found(result, "seed")).toBe("yes");
    expect(found(result, "topK")).toBe("yes");
    expect(found(result, "structuredOutput")).toBe("yes");
    expect(found(result, "badWords")).toBe("yes");
    expect(found(result, "streamUsage")).toBe("yes");
    // The simulator takes it and does nothing with it, which is what is said.
    expect(found(result, "repetitionPenalty")).toBe("not_refused");
    expect(result.maxTokensField).toBe("max_tokens");
  });

  it("where it is dropped in silence", async () => {
    const { result } = await probe({
      structuredOutput: "ignore",
      ignoredParameters: ["n", "seed", "top_k", "bad_words", "stream_options"],
    });
    for (const feature of ["n", "seed", "topK", "structuredOutput", "badWords", "streamUsage"] as const)
      expect([feature, found(result, feature)]).toEqual([feature, "no"]);
  });

  it("where it is refused", async () => {
    const { result } = await probe({
      unknownParameters: "reject",
      structuredOutput: "reject",
      refusedParameters: ["max_tokens", "n", "seed", "stream_options"],
    });
    const refused = ["n", "seed", "topK", "structuredOutput", "badWords", "repetitionPenalty", "streamUsage"];
    for (const feature of refused as Feature[])
      expect([feature, found(result, feature)]).toEqual([feature, "refused"]);
    expect(result.maxTokensField).toBe("max_completion_tokens");
    expect(result.chosen?.dialect).toBe("emulated");
  });
});

describe("a probe ends well", () => {
  const once = (fault: NonNullable<MisbehaviourInput["rules"]>[number]["fault"]) => ({ rules: [{ fault }] });
  it.each<[string, MisbehaviourInput, RegExp]>([
    ["429", once({ kind: "status", status: 429, retryAfter: { seconds: 3600 } }), /asked to be left alone/u],
    ["500", once({ kind: "status", status: 500 }), /failed on its side/u],
    ["401", once({ kind: "status", status: 401 }), /does not accept the key/u],
    ["404", once({ kind: "status", status: 404, message: "No such model." }), /No such model/u],
    ["a cut connection", once({ kind: "drop", when: "before-headers" }), /connection|reached/u],
    ["garbage", once({ kind: "malformed-body" }), /no reply/u],
  ])("against %s, and keeps why", async (_, misbehaviour, why) => {
    const { result, id } = await probe(misbehaviour);
    expect(result).toMatchObject({ isAnswered: false, chosen: null, problem: expect.stringMatching(why) });
    expect(result.calls).toBeLessThanOrEqual(2);
    await expect(applyProbe(actor(), id)).rejects.toMatchObject({ code: "bad_input" });
  });

  it("against silence, by its own clock", async () => {
    simulator.setMisbehaviour(once({ kind: "silence", ms: 3_600_000 }));
    const { result } = await probePurpose(actor(), "reasoner", { wait: noWait, callMs: 200 });
    expect(result).toMatchObject({
      isAnswered: false,
      calls: 1,
      problem: expect.stringMatching(/no whole reply/u),
    });
  });

  it("against a server that falls silent midway, with what was found until then", async () => {
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "silence", ms: 3_600_000 }, after: 5 }] });
    const { result } = await probePurpose(actor(), "reasoner", { wait: noWait, callMs: 300 });
    expect(result.isAnswered).toBe(true);
    expect(result.problem).toMatch(/ended before it was through/u);
    expect(found(result, "streamUsage")).toBe("unknown");
  });

  it("against a limit that passes: calls are sent again", async () => {
    const limited = { kind: "status", status: 429, retryAfter: { seconds: 1 } } as const;
    const { result } = await probe({
      rules: [
        { fault: limited, times: 1 },
        { fault: limited, times: 1, after: 6 },
      ],
    });
    expect(result.problem).toBeNull();
    expect(result.chosen?.dialect).toBe("completions");
    expect(result.isAnswered).toBe(true);
    expect(simulator.counts()["status 429"]).toBeGreaterThan(0);
  });
});

describe("a probe beside others", () => {
  it("keeps to what the endpoint takes at once, and waits where runs have it all", async () => {
    const of = { where: { projectId: project.projectId, purpose: "reasoner" } } as const;
    const { endpointId, model } = await db().modelAssignment.findFirstOrThrow(of);
    await db().endpoint.update({ where: { id: endpointId }, data: { concurrency: 1 } });
    const hold = { holderId: crypto.randomUUID(), runId: crypto.randomUUID(), endpointId, model };
    await db().callHold.create({
      data: { ...hold, calls: 1, wanted: 1, seenAt: new Date(Date.now() + 600_000) },
    });
    simulator.setMisbehaviour({ maxConcurrent: 1, latencyMs: 20 });
    const refused = () => simulator.counts()["status 429"] ?? 0;
    const before = { calls: simulator.counts().chat, refused: refused() };
    const waits: (string | null)[] = [];
    const probing = probePurpose(actor(), "reasoner", {
      wait: noWait,
      onWait: (message) => waits.push(message),
    });
    await expect.poll(() => waits[0]).toContain("takes at once are in use");
    expect(simulator.counts().chat).toBe(before.calls);
    await db().callHold.deleteMany({ where: hold });
    const { result } = await probing;
    expect(result).toMatchObject({ problem: null, isAnswered: true });
    expect(waits.at(-1)).toBeNull();
    expect(refused()).toBe(before.refused);
  });

  it("is not made where its turn does not come, and is not kept", async () => {
    const of = { where: { projectId: project.projectId, purpose: "reasoner" } } as const;
    const { endpointId, model } = await db().modelAssignment.findFirstOrThrow(of);
    const blockedUntil = new Date(Date.now() + 3_600_000);
    await db().modelLimit.create({ data: { endpointId, model, blockedUntil } });
    simulator.setMisbehaviour({});
    await expect(probePurpose(actor(), "reasoner", { wait: noWait })).rejects.toThrow(
      /left alone for now\. Try again in 60 minutes\./u,
    );
    expect(await db().endpointProbe.count()).toBe(0);
  });
});

describe("what a probe leaves behind", () => {
  it("a record of every call, a result with its date, and settings that one press changes", async () => {
    await db().modelAssignment.updateMany({
      where: { purpose: "reasoner" },
      data: { inputPrice: "1", outputPrice: "2" },
    });
    const { id, result, endpointId, model } = await probe({
      continuation: ["prefix"],
      ignoredParameters: ["seed"],
    });
    const calls = await db().modelCall.findMany({ where: { projectId: project.projectId } });
    expect(calls.length).toBe(result.calls);
    expect(calls.every(({ stage, createdById }) => stage === null && createdById === project.userId)).toBe(
      true,
    );
    const cost = calls.reduce((sum, { costMicros }) => sum + (costMicros ?? 0n), 0n);
    expect(result.costMicros).toBe(cost.toString());
    expect(cost).toBeGreaterThan(0n);
    expect(await listProbes(project.projectId, { endpointId, model, purpose: "reasoner" })).toMatchObject([
      { id, result: { chosen: { dialect: "prefix" } } },
    ]);

    await applyProbe(actor(), id);
    const assignment = (await listAssignments(project.projectId)).find(
      ({ purpose }) => purpose === "reasoner",
    );
    expect(assignment).toMatchObject({
      dialect: "prefix",
      template: null,
      capabilities: { n: true, seed: false, structuredOutput: true, repetitionPenalty: true },
    });
    const audit = await db().auditEvent.findMany({ where: { action: "endpoint.probe_used" } });
    expect(audit).toMatchObject([{ actorId: project.userId, subjectId: endpointId }]);
  });

  it("is not used for a model that was not probed, nor from another project", async () => {
    const { id } = await probe({ continuation: ["prefix"] });
    const other = await createTestProject(simulator.baseUrl);
    await expect(applyProbe({ projectId: other.projectId, actorId: other.userId }, id)).rejects.toMatchObject(
      { code: "not_found" },
    );
    await db().modelAssignment.updateMany({ where: { purpose: "reasoner" }, data: { model: "another" } });
    const before = await db().endpoint.findFirstOrThrow({ where: { id: project.endpointId } });
    await expect(applyProbe(actor(), id)).rejects.toMatchObject({ code: "conflict" });
    const after = await db().endpoint.findFirstOrThrow({ where: { id: project.endpointId } });
    expect(after.capabilities).toEqual(before.capabilities);
  });

  it("goes with its project", async () => {
    await probe({ continuation: ["vllm"] });
    const { projectId } = project;
    await db().serverState.create({
      data: { key: DELETION_KEY + projectId, value: { name: "P", actorId: null } },
    });
    await finishDeletion(projectId);
    expect(await db().endpointProbe.count()).toBe(0);
  });
});
