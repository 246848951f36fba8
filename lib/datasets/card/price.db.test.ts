import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { readCardFacts } from "#lib/datasets/card/facts-queries.ts";
import { makeCardVersion } from "#lib/datasets/card/test-facts.ts";
import { priceWords } from "#lib/datasets/card/words.ts";
import { RECIPE } from "#lib/datasets/test-records.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import { callModel } from "#lib/generation/ledger-commands.ts";
import type { FrozenModel } from "#lib/generation/schema.ts";
import { createTestProject, TEST_KEY, type TestProject } from "#lib/generation/test-project.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";

// What an approved trace cost, from calls that were really made: the ledger writes them, triggers count them.

const database = await createTestDatabase();

let simulator: Simulator;
let project: TestProject;
let model: FrozenModel;

beforeAll(async () => {
  simulator = await startSimulator({ apiKey: TEST_KEY });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  simulator.setMisbehaviour({});
  project = await createTestProject(simulator.baseUrl);
  const config = await freezeConfig(project.projectId, { stages: [2] });
  if (!config.stage2) throw new Error("no stage 2");
  model = { ...config.stage2.model, inputPrice: "1", outputPrice: "2" };
});

it("is all that answered calls cost, over the approved traces, and at least that where a price is not known", async () => {
  expect(await readPrice()).toMatchObject({ calls: 0, costMicros: 0, perApprovedMicros: null });

  await call("vlm", 1);
  await call("vlm", 2);
  await call("reasoner", 3);
  // The same request again is answered from the ledger and costs nothing.
  await call("vlm", 1);
  simulator.setMisbehaviour({ rules: [{ fault: { kind: "status", status: 400 } }] });
  await expect(call("judge", 4)).rejects.toThrow();
  simulator.setMisbehaviour({});

  const made = await db().modelCall.findMany({ where: { status: "answered" } });
  expect(made).toHaveLength(3);
  const cost = made.reduce((sum, { costMicros }) => sum + Number(costMicros ?? 0n), 0);
  expect(cost).toBeGreaterThan(0);
  expect(await readPrice()).toMatchObject({
    ...{ calls: 3, unpricedCalls: 0, costMicros: cost, approved: 0, perApprovedMicros: null },
  });

  const question = await makeQuestion(project.projectId, project.imageId);
  const place = { projectId: project.projectId, imageId: project.imageId, question };
  for (const state of ["approved", "approved", "rejected", "waiting"] as const)
    await makeTrace(place, { state });
  const known = await readPrice();
  expect(known).toMatchObject({ approved: 2, perApprovedMicros: Math.round(cost / 2) });
  expect(priceWords(known).headline).toMatch(/^\$[\d.]+ for each approved trace\.$/u);

  await call("judge", 5, { ...model, outputPrice: null });
  const partly = await readPrice();
  expect(partly).toMatchObject({
    ...{ calls: 4, unpricedCalls: 1, costMicros: cost, perApprovedMicros: Math.round(cost / 2) },
  });
  expect(priceWords(partly).headline).toMatch(/^At least /u);
});

it("is not known where no call has a price, and knows no other project's calls", async () => {
  const mine = project;
  project = await createTestProject(simulator.baseUrl);
  await call("vlm", 1, { ...model, endpointId: project.endpointId });
  expect(await readPrice()).toMatchObject({ calls: 1, unpricedCalls: 0 });
  project = mine;
  await call("vlm", 1, { ...model, inputPrice: null, outputPrice: null });
  const question = await makeQuestion(project.projectId, project.imageId);
  await makeTrace(
    { projectId: project.projectId, imageId: project.imageId, question },
    { state: "approved" },
  );
  const price = await readPrice();
  expect(price).toMatchObject({ ...{ calls: 1, unpricedCalls: 1, costMicros: 0, perApprovedMicros: null } });
  expect(priceWords(price).headline).toBe("What it cost is not known.");
});

async function call(purpose: "vlm" | "reasoner" | "judge", seed: number, priced = model): Promise<void> {
  await callModel({
    projectId: project.projectId,
    purpose,
    stage: null,
    model: priced,
    promptVersionId: null,
    promptHash: null,
    runId: null,
    userId: null,
    subject: `test:${seed}`,
    sampleIndex: 0,
    seed,
    dialect: null,
    route: "chat",
    parameters: { sent: {}, withheld: {} },
    body: {
      model: priced.model,
      messages: [{ role: "user", content: "Is the kite red?\n(A) Yes\n(B) No" }],
      seed,
    },
  });
}

async function readPrice() {
  const { projectId } = project;
  const dataset = await db().dataset.create({ data: { projectId, name: crypto.randomUUID() } });
  const { id: versionId } = await db().datasetVersion.create({
    data: {
      ...{ projectId, datasetId: dataset.id, number: 1, recipe: {}, summary: {}, recordCount: 0 },
      ...{ simulated: false, contentHash: "" },
    },
  });
  const { summary } = makeCardVersion();
  const facts = await db().$transaction((tx) =>
    readCardFacts(tx, projectId, { versionId, recipe: RECIPE, summary }),
  );
  return facts.price;
}
