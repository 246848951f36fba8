import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { capabilitiesSchema } from "#lib/endpoints/schema.ts";
import { resetEnv } from "#lib/env.ts";
import { freezeConfig, freezePurpose } from "#lib/generation/config-queries.ts";
import { showImageToModel } from "#lib/generation/image-part-queries.ts";
import { type CallRequest, callModel } from "#lib/generation/ledger-commands.ts";
import {
  createTestImage,
  createTestProject,
  TEST_KEY,
  type TestProject,
} from "#lib/generation/test-project.ts";
import { thinkSimply } from "#lib/generation/think-simply-commands.ts";
import { writeQuestions } from "#lib/generation/write-questions-commands.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { startBucketServer } from "#lib/storage/test-bucket.ts";

const database = await createTestDatabase();
let simulator: Simulator;
let project: TestProject;

beforeAll(async () => {
  simulator = await startSimulator({ apiKey: TEST_KEY });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  project = await createTestProject(simulator.baseUrl);
});

const LIMITS = { maxPixels: 512 * 512 };

async function ask(part: object, addressImages: CallRequest["addressImages"]) {
  const model = await freezePurpose(project.projectId, "vlm");
  return callModel({
    projectId: project.projectId,
    purpose: "vlm",
    stage: null,
    model,
    promptVersionId: null,
    promptHash: null,
    runId: null,
    userId: project.userId,
    subject: "test",
    sampleIndex: 0,
    seed: 1,
    dialect: null,
    route: "chat",
    parameters: { sent: {}, withheld: {} },
    addressImages,
    body: {
      model: model.model,
      messages: [{ role: "user", content: [part, { type: "text", text: "Hm?" }] }],
    },
  });
}

it("sends an image by its address, and keeps its hash: the same picture is the same call either way", async () => {
  const { part } = await showImageToModel(project.imageId, LIMITS, { imageUrls: false });
  const address = "https://bucket.example.org/picture?signature=secret";
  const first = await ask(part, async () => new Map([[part.image_url.url, address]]));
  const sent = simulator.captured().at(-1)?.body ?? "";
  expect(sent).toContain(address);
  expect(sent).not.toContain("data:image");
  const stored = await db().modelCallBody.findUniqueOrThrow({ where: { callId: first.callId } });
  expect(JSON.stringify(stored.request)).toContain("sha256:");
  expect(JSON.stringify(stored)).not.toContain("signature=secret");
  expect(await ask(part, undefined)).toMatchObject({ callId: first.callId, reused: true });
});

it("sends an address that is signed as the call is sent, from which a server fetches the very picture", async () => {
  const bucket = await startBucketServer();
  const { port } = bucket.address() as AddressInfo;
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("STORAGE_URL", `s3://bucket/some/prefix?endpoint=http://127.0.0.1:${port}&region=eu-west-1`);
  resetEnv();
  try {
    const imageId = await createTestImage(project.projectId, "in-a-bucket", "A red chair by a window.");
    const { id: endpointId } = await db().endpoint.findFirstOrThrow({
      where: { projectId: project.projectId },
    });
    const { capabilities } = await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } });
    await db().endpoint.update({
      where: { id: endpointId },
      data: { capabilities: { ...capabilitiesSchema.parse(capabilities), imageUrls: true } },
    });
    // As a run does it: from the picture in the bucket to the wire.
    const config = await freezeConfig(project.projectId, { stages: [1, 2] });
    const context = { projectId: project.projectId, config, seed: "s", runId: null, userId: project.userId };
    const { questionIds } = await writeQuestions(context, { imageId });
    await thinkSimply(context, { questionId: questionIds[0] ?? "", sampleIndex: 0 });
    const sent = simulator.captured().at(-1)?.body ?? "";
    expect(sent).not.toContain("data:image");
    const address = /"url":"(?<url>[^"]+)"/u.exec(sent)?.groups?.url ?? "";
    const url = new URL(address);
    expect(url.pathname).toMatch(/^\/bucket\/some\/prefix\/images\//u);
    expect(url.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/u);
    // Whoever has it needs no key: it is what a model's server does.
    const fetched = Buffer.from(await (await fetch(url)).arrayBuffer());
    const { part } = await showImageToModel(imageId, LIMITS, { imageUrls: false });
    expect(`data:image/jpeg;base64,${fetched.toString("base64")}`).toBe(part.image_url.url);
    const stored = JSON.stringify(await db().modelCallBody.findMany({}));
    expect(stored).not.toContain("X-Amz-Signature");
  } finally {
    vi.unstubAllEnvs();
    resetEnv();
    bucket.closeAllConnections();
    await new Promise((resolve) => bucket.close(resolve));
  }
});

it("sends the image itself where the files have no address, whatever the endpoint takes", async () => {
  const shown = await showImageToModel(project.imageId, LIMITS, { imageUrls: true });
  expect(shown.part.image_url.url).toMatch(/^data:image\/jpeg;base64,/u);
  expect(await shown.addressImages?.()).toEqual(new Map());
  await ask(shown.part, shown.addressImages);
  expect(simulator.captured().at(-1)?.body).toContain("data:image/jpeg;base64,");
});
