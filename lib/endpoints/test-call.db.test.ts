import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { archiveEndpoint, createEndpoint } from "#lib/endpoints/commands.ts";
import { readEndpoint } from "#lib/endpoints/queries.ts";
import { endpointInputSchema } from "#lib/endpoints/schema.ts";
import { testEndpoint, testPurpose } from "#lib/endpoints/test-call-commands.ts";
import { createSingleCallGate } from "#lib/generation/single-call-gate-commands.ts";
import { createTestProject, TEST_KEY, type TestProject } from "#lib/generation/test-project.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";

const database = await createTestDatabase();
let simulator: Simulator;
let project: TestProject;
const actor = () => ({ projectId: project.projectId, actorId: project.userId });

beforeAll(async () => {
  simulator = await startSimulator({ apiKey: TEST_KEY });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  simulator.setMisbehaviour({ rates: { ungradable: 0, untagged: 0, ramble: 0 } });
  project = await createTestProject(simulator.baseUrl);
});

describe("the test button", () => {
  it("makes a real call for each purpose, the VLM's with an image, and says what came back", async () => {
    const before = simulator.captured().length;
    const results = await testEndpoint(actor(), project.endpointId);
    expect(results.map(({ purpose, ok }) => [purpose, ok])).toEqual([
      ["question_writer", true],
      ["vlm", true],
      ["reasoner", true],
      ["judge", true],
    ]);
    expect(results.map(({ message }) => message).join("\n")).toMatch(
      /wrote \d+ usable questions in structured output[\s\S]*looked at a red square[\s\S]*after “Wait,” and answered[\s\S]*answered “(?:Yes|No)/u,
    );
    const sent = simulator.captured().slice(before);
    expect(sent).toHaveLength(4);
    expect(sent.some(({ body }) => body.includes("data:image/png;base64,"))).toBe(true);
    expect((await readEndpoint(project.projectId, project.endpointId)).lastTest).toMatchObject({
      ok: true,
      latencyMs: expect.any(Number),
    });
    await testEndpoint(actor(), project.endpointId);
    expect(simulator.captured().length).toBe(before + 8);
    expect(await db().modelCall.count({ where: { stage: null } })).toBe(8);
  });

  it("says what is wrong: a wrong key, no tags, a turn that is begun anew", async () => {
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "status", status: 401 } }] });
    expect(await testPurpose(actor(), "vlm")).toMatchObject({
      ok: false,
      message: expect.stringContaining("does not accept the key"),
    });
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "truncate", tokens: 3 } }] });
    expect(await testPurpose(actor(), "vlm")).toMatchObject({
      ok: false,
      message: expect.stringContaining("no thought and answer in tags"),
    });
    await db().modelAssignment.updateMany({
      where: { purpose: "reasoner" },
      data: { dialect: "continue_final_message", template: null },
    });
    simulator.setMisbehaviour({ continuation: [], withoutContinuation: "echo", rates: { ungradable: 0 } });
    expect(await testPurpose(actor(), "reasoner")).toMatchObject({
      ok: false,
      message: expect.stringContaining("choose another way of continuing"),
    });
  });

  it("lists the models of an endpoint that serves nothing yet", async () => {
    const { id } = await createEndpoint(
      actor(),
      endpointInputSchema.parse({
        name: "Spare",
        baseUrl: simulator.baseUrl,
        apiKey: TEST_KEY,
        capabilities: {},
        concurrency: 1,
        timeoutSeconds: 5,
      }),
    );
    expect(await testEndpoint(actor(), id)).toMatchObject([
      { ok: true, message: expect.stringContaining("4 models: simulated-writer") },
    ]);
    await archiveEndpoint(actor(), id, true);
    await expect(testEndpoint(actor(), id)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a test beside runs that use the endpoint", () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
  const sent = () => simulator.captured().length;

  async function looker(): Promise<{ endpointId: string; model: string }> {
    const { endpointId, model } = await db().modelAssignment.findFirstOrThrow({
      where: { projectId: project.projectId, purpose: "vlm" },
    });
    return { endpointId, model };
  }

  it("waits for a slot that a run holds, says so, and takes it when it is free", async () => {
    const hold = { ...(await looker()), holderId: crypto.randomUUID(), runId: crypto.randomUUID() };
    await db().endpoint.update({ where: { id: hold.endpointId }, data: { concurrency: 1 } });
    await db().callHold.create({ data: { ...hold, calls: 1, wanted: 1, seenAt: inSeconds(600) } });
    const before = sent();
    const waits: (string | null)[] = [];
    const testing = testPurpose(actor(), "vlm", { onWait: (message) => waits.push(message) });
    await expect.poll(() => waits).toEqual([expect.stringContaining("takes at once are in use")]);
    expect(sent()).toBe(before);
    await db().callHold.deleteMany({ where: hold });
    expect(await testing).toMatchObject({ ok: true, isMade: true });
    expect(waits).toEqual([expect.any(String), null]);
  });

  it("draws from the rates, and its refusal is one for all", async () => {
    const room = { where: { endpointId_model: await looker() } };
    // Each bucket holds less than a test takes, and fills within minutes.
    await db().endpoint.updateMany({ data: { requestsPerMinute: 1, tokensPerMinute: 60 } });
    await testPurpose(actor(), "vlm");
    const drawn = await db().modelLimit.findUniqueOrThrow(room);
    expect(drawn.requestsLeft).toBeLessThan(0.9);
    expect(drawn.tokensLeft).toBeLessThan(0);
    await db().endpoint.updateMany({ data: { requestsPerMinute: null, tokensPerMinute: null } });

    const fault = { kind: "status", status: 429, retryAfter: { seconds: 600 } } as const;
    simulator.setMisbehaviour({ rules: [{ fault }] });
    expect(await testPurpose(actor(), "vlm")).toMatchObject({
      ok: false,
      isMade: true,
      message: expect.stringContaining("asks for fewer calls"),
    });
    const blocked = async () => (await db().modelLimit.findUniqueOrThrow(room)).blockedUntil?.getTime() ?? 0;
    await expect.poll(blocked).toBeGreaterThan(Date.now() + 300_000);
    // Whoever else asks for that model leaves it alone, too.
    const call = { ...(await looker()), ceilingMicros: null, tokens: 1 };
    await expect(createSingleCallGate({ longestWaitMs: 0 }).enter(call)).rejects.toThrow(/left alone/u);
  });

  it("is not made where the endpoint is to be left alone for long, and what is known of it stays", async () => {
    await testPurpose(actor(), "vlm");
    const known = await readEndpoint(project.projectId, project.endpointId);
    expect(known.lastTest?.ok).toBe(true);
    const blockedUntil = inSeconds(600);
    await db().modelLimit.update({ where: { endpointId_model: await looker() }, data: { blockedUntil } });
    const before = sent();
    expect(await testPurpose(actor(), "vlm")).toMatchObject({
      ok: false,
      isMade: false,
      latencyMs: null,
      message: expect.stringMatching(/asked to be left alone for now\. Try again in 10 minutes\./u),
    });
    expect(sent()).toBe(before);
    expect((await readEndpoint(project.projectId, project.endpointId)).lastTest).toEqual(known.lastTest);
  });

  it("of one that serves nothing any more: a refused list of models is told to those who still use it", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(429, { "retry-after": "600", "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await db().endpoint.updateMany({ data: { baseUrl: `http://127.0.0.1:${port}/v1` } });
    await db().modelAssignment.deleteMany();
    const { endpointId } = project;
    await db().modelLimit.create({ data: { endpointId, model: "still in use" } });
    try {
      expect(await testEndpoint(actor(), endpointId)).toMatchObject([{ ok: false, isMade: true }]);
      const { blockedUntil } = await db().modelLimit.findFirstOrThrow({ where: { endpointId } });
      expect(blockedUntil?.getTime()).toBeGreaterThan(Date.now() + 300_000);
      expect(await testEndpoint(actor(), endpointId)).toMatchObject([{ ok: false, isMade: false }]);
      expect(asked).toBe(1);
    } finally {
      server.close();
    }
  });
});
