import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { archiveEndpoint, createEndpoint } from "#lib/endpoints/commands.ts";
import { readEndpoint } from "#lib/endpoints/queries.ts";
import { endpointInputSchema } from "#lib/endpoints/schema.ts";
import { testEndpoint, testPurpose } from "#lib/endpoints/test-call-commands.ts";
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
