import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { readCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import { type CallOutcome, type CallRequest, callModel } from "#lib/generation/ledger-commands.ts";
import { type Answer, claimCall, renewLeases, storeReply } from "#lib/generation/ledger-rows-commands.ts";
import type { FrozenModel } from "#lib/generation/schema.ts";
import { createTestProject, type TestProject } from "#lib/generation/test-project.ts";

const database = await createTestDatabase();

// A server that answers what a test wants it to, and counts.
let answer: { status: number; body: string } = { status: 200, body: "" };
let requests = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    requests += 1;
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(() => server.close());

let project: TestProject;
let model: FrozenModel;
beforeEach(async () => {
  await database.truncate();
  requests = 0;
  const { port } = server.address() as AddressInfo;
  project = await createTestProject(`http://127.0.0.1:${port}/v1`);
  const config = await freezeConfig(project.projectId, { stages: [2] });
  if (!config.stage2) throw new Error("no stage 2");
  model = { ...config.stage2.model, inputPrice: "1", outputPrice: "2" };
});

const request = (): CallRequest => ({
  projectId: project.projectId,
  purpose: "vlm",
  stage: null,
  model,
  promptVersionId: null,
  promptHash: null,
  runId: null,
  userId: null,
  subject: "test:1",
  sampleIndex: 0,
  seed: 5,
  dialect: null,
  route: "chat",
  parameters: { sent: {}, withheld: {} },
  body: { model: model.model, messages: [{ role: "user", content: "Is it?" }], max_tokens: 9 },
});
const reply = (more: object = {}) => ({
  choices: [{ index: 0, message: { role: "assistant", content: "Yes." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
  ...more,
});
const claim = (token = randomUUID()) =>
  claimCall(request(), { identity: "one", token, storedJson: "{}", ceilingMicros: 500n });
const stored = (more: Partial<Answer> = {}): Answer => ({
  body: JSON.stringify(reply()),
  httpStatus: 200,
  durationMs: 1,
  envelope: { finishReason: "stop", promptTokens: 3, completionTokens: 2 },
  costMicros: 7n,
  ...more,
});
const money = async () => {
  const counters = await readCounters(project.projectId);
  return {
    cost: counters.get("cost|vlm") ?? 0,
    second: counters.get("cost|superseded") ?? 0,
    uncertain: counters.get("uncertain") ?? 0,
  };
};

it("a reply that is written twice, since a broken connection hid the first time, is one reply and paid once", async () => {
  const mine = await claim();
  if (!mine) throw new Error("no claim");
  expect(await storeReply(mine, stored())).toBe(true);
  expect(await storeReply(mine, stored())).toBe(true);
  expect(await db().callAttempt.findMany()).toMatchObject([{ outcome: "ok", body: null }]);
  expect(await money()).toEqual({ cost: 7, second: 0, uncertain: 0 });
});

it("a reply that does not say what it used counts with all that it could have cost", async () => {
  const mine = await claim();
  if (!mine) throw new Error("no claim");
  await storeReply(mine, stored({ costMicros: null }));
  await storeReply(mine, stored({ costMicros: null }));
  expect(await money()).toEqual({ cost: 0, second: 0, uncertain: 500 });
});

it("a reply that was taken for lost is paid for as it says, or stays uncertain where it does not", async () => {
  const first = await claim();
  if (!first) throw new Error("no claim");
  const lose = () =>
    db().$executeRaw`UPDATE "ModelCall" SET "leaseUntil" = timezone('utc', now()) - interval '1 second'`;
  await lose();
  const second = await claim();
  if (!second) throw new Error("no second claim");
  expect((await money()).uncertain).toBe(500);
  await storeReply(first, stored());
  expect((await money()).uncertain).toBe(0);
  await storeReply(second, stored({ costMicros: null }));
  expect(await money()).toEqual({ cost: 7, second: 0, uncertain: 500 });
});

it("a lease is renewed by its token alone, and one that is being written just now is passed over", async () => {
  const token = randomUUID();
  const mine = await claim(token);
  if (!mine) throw new Error("no claim");
  const { callId } = mine;
  expect(await renewLeases([{ callId, token }])).toEqual(new Set([token]));
  expect(await renewLeases([{ callId, token: randomUUID() }])).toEqual(new Set());
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT "id" FROM "ModelCall" WHERE "id" = ${callId}::uuid FOR UPDATE`;
    expect(await renewLeases([{ callId, token }])).toEqual(new Set());
  });
});

it.each([
  ["a count that no column holds", { usage: { prompt_tokens: 9e12, completion_tokens: 1e300 } }, "stop"],
  [
    "a finish reason with NUL and half a pair",
    { choices: [{ message: { content: "Yes." }, finish_reason: "st\u0000op\ud83d" }] },
    "stop\ufffd",
  ],
])("a reply with %s is stored all the same", async (_what, more, finishReason) => {
  answer = { status: 200, body: JSON.stringify(reply(more)) };
  expect(await callModel(request())).toMatchObject({ reused: false });
  expect(await db().modelCall.findFirst()).toMatchObject({ status: "answered", finishReason });
});

it("an error whose text can't be stored as it is, is stored readable", async () => {
  const said = `${"x".repeat(298)}\u{1f600} and more\u0000`;
  answer = { status: 400, body: JSON.stringify({ error: { message: said } }) };
  await expect(callModel(request())).rejects.toThrow(/refused the request/u);
  expect(await db().callAttempt.findFirst()).toMatchObject({ outcome: "refused" });
});

// Last: it moves this process's clock.
it("a call that waited for its slot while its lease ran out, and that another has had answered, is not sent", async () => {
  answer = { status: 200, body: JSON.stringify(reply()) };
  const outcomes: CallOutcome[] = [];
  let now = 0;
  const clock = performance.now.bind(performance);
  performance.now = () => clock() + now;
  try {
    const waited = await callModel(request(), {
      gate: {
        enter: async () => ({
          end: () => undefined,
          begin: async () => {
            // As after a minute without the database: the lease is over, and somebody else was faster.
            await db()
              .$executeRaw`UPDATE "ModelCall" SET "leaseUntil" = timezone('utc', now()) - interval '1 second'`;
            await callModel(request());
            now = 60_000;
          },
          leave: (outcome) => outcomes.push(outcome),
        }),
      },
    });
    expect(waited.reused).toBe(true);
  } finally {
    performance.now = clock;
  }
  expect(requests).toBe(1);
  expect(outcomes).toEqual([{ kind: "unsent" }]);
});
