import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { readCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { CallError } from "#lib/generation/call-error.ts";
import { adviseRetry } from "#lib/generation/call-failure.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import {
  type AnsweredCall,
  type CallOptions,
  type CallOutcome,
  type CallRequest,
  callModel,
} from "#lib/generation/ledger-commands.ts";
import { claimCall } from "#lib/generation/ledger-rows-commands.ts";
import type { FrozenModel } from "#lib/generation/schema.ts";
import { createTestProject, TEST_KEY, type TestProject } from "#lib/generation/test-project.ts";
import type { MisbehaviourInput } from "#lib/simulator/behaviour.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";

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
  project = await createTestProject(simulator.baseUrl, { timeoutSeconds: 2 });
  const config = await freezeConfig(project.projectId, { stages: [2] });
  if (!config.stage2) throw new Error("no stage 2");
  model = { ...config.stage2.model, inputPrice: "1", outputPrice: "2" };
});

function request(more: Partial<CallRequest> = {}): CallRequest {
  return {
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
    body: {
      model: model.model,
      messages: [{ role: "user", content: "Is the kite red?\n(A) Yes\n(B) No" }],
      seed: 5,
    },
    ...more,
  };
}

async function failing(misbehaviour: MisbehaviourInput, options: CallOptions = {}): Promise<CallError> {
  simulator.setMisbehaviour(misbehaviour);
  const error: unknown = await callModel(request(), options).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CallError)) throw new Error(`no CallError but ${String(error)}`);
  return error;
}

const readOnly = () =>
  db().modelCall.findFirstOrThrow({
    include: { body: true, reply: true, attempts: { orderBy: { number: "asc" } } },
  });
const textOf = (answered: AnsweredCall) => answered.envelope.reply.content;

describe("a call that brings no reply", () => {
  const dropMidway = { kind: "drop", when: "mid-body" } as const;
  it.each([
    [
      "429 with seconds",
      { kind: "status", status: 429, retryAfter: { seconds: 7 } },
      "rate_limited",
      429,
      "wait",
    ],
    [
      "429 with a date",
      { kind: "status", status: 429, retryAfter: { httpDateIn: 30 } },
      "rate_limited",
      429,
      "wait",
    ],
    ["429 without a word", { kind: "status", status: 429 }, "rate_limited", 429, "wait"],
    ["500", { kind: "status", status: 500 }, "server_error", 500, "retry"],
    ["503", { kind: "status", status: 503, retryAfter: { seconds: 2 } }, "server_error", 503, "retry"],
    ["400", { kind: "status", status: 400, message: "No such thing." }, "refused", 400, "never"],
    ["403", { kind: "status", status: 403 }, "unauthorized", 403, "stop"],
    ["a cut before the status", { kind: "drop", when: "before-headers" }, "dropped", null, "retry"],
    ["a cut in the body", dropMidway, "dropped", null, "retry"],
    ["a body that is no JSON", { kind: "malformed-body" }, "malformed", 200, "retry"],
    ["nothing for 30 seconds", { kind: "silence", ms: 30_000 }, "timed_out", null, "retry"],
  ] as const)(
    "%s is told for what it is, kept as an attempt, and never taken for a reply",
    async (_, fault, kind, status, advice) => {
      const error = await failing({ rules: [{ fault }] });
      expect(error.failure).toMatchObject({ kind, httpStatus: status });
      expect(adviseRetry(error.failure)).toBe(advice);
      if ("retryAfter" in fault && "seconds" in fault.retryAfter) {
        expect(error.failure).toMatchObject({ retryAfterMs: fault.retryAfter.seconds * 1000 });
      }
      if ("retryAfter" in fault && "httpDateIn" in fault.retryAfter && "retryAfterMs" in error.failure) {
        expect(error.failure.retryAfterMs).toBeGreaterThan(25_000);
      }
      const call = await readOnly();
      expect(call).toMatchObject({
        status: "failed",
        answeredAt: null,
        leaseToken: null,
        reply: null,
      });
      expect(call.attempts).toMatchObject([
        { number: 1, outcome: kind, httpStatus: status, message: error.message },
      ]);
      expect(call.attempts[0]?.endedAt).not.toBeNull();

      simulator.setMisbehaviour({});
      const answered = await callModel(request());
      expect(answered).toMatchObject({ reused: false, callId: call.id });
      expect((await readOnly()).attempts.map(({ outcome }) => outcome)).toEqual([kind, "ok"]);
    },
  );

  it("does not retry by itself", async () => {
    const before = simulator.counts().chat ?? 0;
    await failing({ rules: [{ fault: { kind: "status", status: 500 } }] });
    expect((simulator.counts().chat ?? 0) - before).toBe(1);
  });

  it("a stream that is cut is an error, and what had come is shown but is no reply", async () => {
    const pieces: string[] = [];
    const onDelta = ({ text }: { text: string }) => pieces.push(text);
    const error = await failing({ rules: [{ fault: { kind: "drop", when: "mid-body" } }] }, { onDelta });
    expect(error.failure.kind).toBe("dropped");
    const call = await readOnly();
    expect(call.reply).toBeNull();
    expect(call.attempts[0]?.body).toContain("data:");
    expect(pieces.join("")).not.toBe("");
  });

  it("a stream with an event that is no JSON is malformed", async () => {
    const error = await failing(
      { rules: [{ fault: { kind: "malformed-body" } }] },
      { onDelta: () => undefined },
    );
    expect(error.failure.kind).toBe("malformed");
  });

  it("an address where nobody listens is unreachable", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    for (const baseUrl of [`http://127.0.0.1:${port}/v1`, "http://no-such-host.invalid/v1"]) {
      await db().endpoint.update({ where: { id: project.endpointId }, data: { baseUrl } });
      const error = await failing({});
      expect(error.failure.kind).toBe("unreachable");
      expect(error.message).toMatch(/can't be reached \((?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\)/u);
    }
  });

  it("a redirect is not followed: the key would go along", async () => {
    const asked: string[] = [];
    const thief = createServer((incoming, response) => {
      asked.push(String(incoming.headers.authorization));
      response.end("{}");
    });
    const server = createServer((_, response) => {
      response
        .writeHead(307, { location: `http://127.0.0.1:${(thief.address() as AddressInfo).port}/` })
        .end();
    });
    for (const one of [thief, server])
      await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await db().endpoint.update({
      where: { id: project.endpointId },
      data: { baseUrl: `http://127.0.0.1:${port}/v1` },
    });
    const error = await failing({});
    expect(error.message).toContain("redirect");
    expect(asked).toEqual([]);
    thief.close();
    server.close();
  });

  it("cancelling ends it at once, and says so", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const error = await failing(
      { rules: [{ fault: { kind: "silence", ms: 30_000 } }] },
      { signal: controller.signal },
    );
    expect(error.failure.kind).toBe("cancelled");
    expect((await readOnly()).attempts[0]?.outcome).toBe("cancelled");
  });
});

describe("a call that was answered", () => {
  it("is answered from the ledger from then on, in whatever way it is asked", async () => {
    const first = await callModel(request());
    const sent = simulator.counts().chat;
    const pieces: string[] = [];
    const second = await callModel(request(), { onDelta: ({ text }) => pieces.push(text) });
    expect(second).toEqual({ ...first, reused: true });
    expect(pieces.join("")).toBe(textOf(first));
    expect(simulator.counts().chat).toBe(sent);
    await callModel(request({ sampleIndex: 1 }));
    await callModel(request({ subject: "test:2" }));
    expect(await db().modelCall.count()).toBe(3);
  });

  it("streamed, gives its text in pieces and the same reply, with its tokens and its price", async () => {
    const pieces: string[] = [];
    const answered = await callModel(request(), { onDelta: ({ text }) => pieces.push(text) });
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join("")).toBe(textOf(answered));
    const call = await readOnly();
    expect(call.body?.request).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(call.costMicros).toBe(BigInt((call.promptTokens ?? 0) + 2 * (call.completionTokens ?? 0)));
    expect(call.completionTokens).toBeGreaterThan(0);
  });

  it("of an unknown price has an unknown cost, not none", async () => {
    await callModel(request({ model: { ...model, outputPrice: null } }));
    expect((await readOnly()).costMicros).toBeNull();
  });

  it("is stored before it is sent: the request stands there while the reply is awaited", async () => {
    simulator.setMisbehaviour({ latencyMs: 400 });
    const pending = callModel(request());
    await expect.poll(() => db().modelCall.count()).toBe(1);
    expect(await readOnly()).toMatchObject({
      status: "pending",
      body: { request: request().body },
      reply: null,
      attempts: [{ number: 1, outcome: "sent", endedAt: null }],
    });
    await pending;
  });
});

describe("several at once", () => {
  it("send it once; the others wait for the reply", async () => {
    simulator.setMisbehaviour({ latencyMs: 300 });
    const before = simulator.counts().chat ?? 0;
    const answers = await Promise.all(Array.from({ length: 12 }, () => callModel(request())));
    expect((simulator.counts().chat ?? 0) - before).toBe(1);
    expect(new Set(answers.map(textOf)).size).toBe(1);
    expect(answers.filter(({ reused }) => !reused)).toHaveLength(1);
    expect((await readOnly()).attempts).toHaveLength(1);
  });

  it("a dead process's call is taken over when its lease ends, and its attempt says that it was lost", async () => {
    const { identity } = await (async () => {
      await callModel(request());
      const call = await readOnly();
      await db().modelCall.delete({ where: { id: call.id } });
      return call;
    })();
    const claim = await claimCall(request(), {
      identity,
      token: randomUUID(),
      storedJson: JSON.stringify(request().body),
      ceilingMicros: null,
    });
    expect(claim).toMatchObject({ attempt: 1 });
    const before = simulator.counts().chat ?? 0;
    const pending = callModel(request());
    await expect.poll(async () => (await readOnly()).leaseUntil).not.toBeNull();
    expect((simulator.counts().chat ?? 0) - before).toBe(0);
    await db()
      .$executeRaw`UPDATE "ModelCall" SET "leaseUntil" = timezone('utc', now()) - interval '1 second'`;
    expect(await pending).toMatchObject({ reused: false });
    expect((await readOnly()).attempts.map(({ outcome }) => outcome)).toEqual(["lost", "ok"]);
  });

  it("a reply that comes after another's stays out: the first one counts", async () => {
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "slow", latencyMs: 600 }, times: 1 }] });
    const slow = callModel(request());
    await expect.poll(() => db().modelCall.count()).toBe(1);
    // As if the slow one's machine had slept: its lease is over, and another has sent the same call.
    await db()
      .$executeRaw`UPDATE "ModelCall" SET "leaseUntil" = timezone('utc', now()) - interval '1 second'`;
    const fast = await callModel(request());
    expect(fast.reused).toBe(false);
    const late = await slow;
    expect(late).toMatchObject({ callId: fast.callId, reused: true });
    expect(textOf(late)).toBe(textOf(fast));
    expect((await readOnly()).attempts.map(({ outcome }) => outcome)).toEqual(["superseded", "ok"]);
  });
});

describe("who pays", () => {
  it("is who had the reply come, not who had asked first in vain", async () => {
    const run = { projectId: project.projectId, config: {}, seed: "s" };
    const first = await db().run.create({ data: { ...run, name: "first" } });
    const second = await db().run.create({ data: { ...run, name: "second" } });
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "status", status: 500 }, times: 1 }] });
    const asOwner = request({ runId: first.id, userId: project.userId });
    await expect(callModel(asOwner)).rejects.toThrow(CallError);
    await callModel(request({ runId: second.id }));
    await callModel(asOwner);
    expect(await readOnly()).toMatchObject({ runId: second.id, createdById: null });
    const [unpaid, paid] = await Promise.all([readCounters(first.id), readCounters(second.id)]);
    expect([unpaid.get("call|vlm|failed") ?? 0, unpaid.get("cost|vlm") ?? 0]).toEqual([0, 0]);
    expect(paid.get("call|vlm|answered")).toBe(1);
    expect(paid.get("cost|vlm")).toBeGreaterThan(0);
  });
});

describe("the gate", () => {
  it("stands around what is sent, knows the ceiling, and is left whatever happens", async () => {
    const seen: { ceiling: bigint | null; begun?: boolean; ended?: boolean; outcome?: CallOutcome }[] = [];
    const gate: CallOptions["gate"] = {
      enter: async ({ ceilingMicros }) => {
        const entry: (typeof seen)[number] = { ceiling: ceilingMicros };
        seen.push(entry);
        return {
          begin: async () => {
            entry.begun = true;
          },
          end: () => {
            entry.ended = true;
          },
          leave: (outcome) => {
            entry.outcome = outcome;
          },
        };
      },
    };
    await callModel(request(), { gate });
    await callModel(request(), { gate });
    expect(seen).toHaveLength(1);
    const { costMicros } = await readOnly();
    expect(seen[0]).toMatchObject({ begun: true, ended: true });
    expect(seen[0]?.outcome).toEqual({ kind: "answered", costMicros, tokens: expect.any(Number) });
    expect(seen[0]?.ceiling).toBeGreaterThan(costMicros ?? 0n);

    simulator.setMisbehaviour({ rules: [{ fault: { kind: "status", status: 500 } }] });
    await expect(callModel(request({ sampleIndex: 1 }), { gate })).rejects.toThrow(CallError);
    expect(seen[1]?.outcome).toMatchObject({ kind: "failed", failure: { kind: "server_error" } });
  });
});

describe("an endpoint that is not what was chosen any more", () => {
  it("is not called: what it answered would bear the wrong mark", async () => {
    const disguised = request({ model: { ...model, simulated: true } });
    await expect(callModel(disguised)).rejects.toMatchObject({
      failure: { kind: "endpoint_unusable", message: expect.stringContaining("no longer the simulator") },
    });
    // As if its name had come to stand for another address since it was entered.
    const { baseUrl } = await db().endpoint.findFirstOrThrow();
    await db().endpoint.updateMany({ data: { baseUrl: "http://169.254.169.254/v1" } });
    await expect(callModel(request())).rejects.toMatchObject({
      failure: { kind: "endpoint_unusable", message: expect.stringContaining("link-local") },
    });
    await db().modelCall.deleteMany();
    await db().endpoint.updateMany({ data: { baseUrl, archivedAt: new Date() } });
    await expect(callModel(request())).rejects.toMatchObject({
      failure: { kind: "endpoint_unusable", message: expect.stringContaining("archived") },
    });
    expect(await db().modelCall.count()).toBe(0);
  });
});

/** A server that answers every request with the same body and status 200. */
async function answerAlways<T>(body: string, work: () => Promise<T>): Promise<T> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await db().endpoint.updateMany({ data: { baseUrl: `http://127.0.0.1:${port}/v1` } });
  try {
    return await work();
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("an error with status 200", () => {
  it.each([
    ['{"error":{"message":"slow down","code":"rate_limit_exceeded"}}', "rate_limited", "wait"],
    ['{"error":{"message":"slow down","code":429}}', "rate_limited", "wait"],
    ['{"error":{"message":"no credit","type":"insufficient_quota","code":null}}', "quota_exhausted", "stop"],
    ['{"error":{"message":"out of memory"}}', "server_error", "retry"],
    ['data: {"error":{"message":"slow down","code":"rate_limit_exceeded"}}\n\n', "rate_limited", "wait"],
  ] as const)("is told for what it says: %s", async (body, kind, advice) => {
    const error: unknown = await answerAlways(body, () => callModel(request()).catch((reason) => reason));
    if (!(error instanceof CallError)) throw new Error(`no CallError but ${String(error)}`);
    expect(error.failure.kind).toBe(kind);
    expect(adviseRetry(error.failure)).toBe(advice);
    expect(await readOnly()).toMatchObject({ status: "failed", reply: null });
  });
});

describe("the key", () => {
  it("does not stand in what is kept of a body that was no reply", async () => {
    const echo = JSON.stringify({ headers: { authorization: `Bearer ${TEST_KEY}` } });
    const failed = answerAlways(echo, () => callModel(request()));
    await expect(failed).rejects.toMatchObject({ failure: { kind: "malformed" } });
    const call = await readOnly();
    expect(call.attempts[0]?.body).toBe('{"headers":{"authorization":"Bearer [key]"}}');
    expect(await dumpDatabase()).not.toContain(TEST_KEY);
  });

  it("stands in no row and in no error, whatever the endpoint says", async () => {
    const errors: unknown[] = [];
    const echo = `Incorrect API key provided: ${TEST_KEY}. Authorization: Bearer ${TEST_KEY}`;
    for (const status of [400, 401, 429, 500]) {
      errors.push(await failing({ rules: [{ fault: { kind: "status", status, message: echo } }] }));
    }
    simulator.setMisbehaviour({});
    await callModel(request());
    const shown = errors.map((error) =>
      error instanceof CallError
        ? JSON.stringify([error.message, error.stack, error.failure, error.details, error.cause])
        : "",
    );
    expect(shown.join("")).toContain("Incorrect API key provided: [key]");
    expect(shown.join("")).not.toContain(TEST_KEY);
    const dump = await dumpDatabase();
    expect(dump).toContain("Incorrect API key provided: [key]");
    expect(dump).toContain(simulator.baseUrl);
    expect(dump).not.toContain(TEST_KEY);
    expect(dump).not.toContain(Buffer.from(TEST_KEY).toString("base64url"));
    expect(dump).not.toContain(Buffer.from(TEST_KEY).toString("hex"));
  });
});

/** Every row of every table, as text. */
async function dumpDatabase(): Promise<string> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const tables = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    const texts: string[] = [];
    for (const { tablename } of tables.rows) {
      const rows = await client.query(`SELECT row_to_json(t)::text AS row FROM "${tablename}" t`);
      texts.push(...rows.rows.map(({ row }: { row: string }) => row));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}
