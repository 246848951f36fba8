import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { API_ROUTES, OPERATION_IDS } from "#lib/api/routes.ts";
import { startTestApi, type TestApi } from "#lib/api/test-server.ts";
import type { ProjectRole } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import {
  makeImage,
  makeProject,
  makeQuestion,
  makeReviewProject,
  makeTrace,
  makeUser,
} from "#lib/db/test-records.ts";
import { resetEnv } from "#lib/env.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { openUpload } from "#lib/images/upload-commands.ts";
import { createProject } from "#lib/projects/commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { createToken } from "#lib/tokens/commands.ts";
import { type ApiScope, SCOPE_NAMES, scopesOf } from "#lib/tokens/schema.ts";

const database = await createTestDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(() => database.truncate());
afterAll(async () => {
  await disconnectBoss();
  await api.close();
});

interface Reply {
  status: number;
  headers: Headers;
  json: Record<string, unknown>;
  text: string;
}

async function ask(
  token: string | null,
  method: string,
  path: string,
  more: { json?: unknown; body?: BodyInit; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(more.json === undefined ? {} : { "content-type": "application/json" }),
      ...more.headers,
    },
    ...(more.json === undefined
      ? more.body
        ? { body: more.body }
        : {}
      : { body: JSON.stringify(more.json) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  const json = isJson ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {};
  return { status: response.status, headers: response.headers, json, text };
}

const errorOf = ({ json }: Reply) =>
  z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
    .parse(json.error);
const itemsOf = ({ json }: Reply) => z.array(z.looseObject({ id: z.string() })).parse(json.items);

async function tokenFor(
  projectId: string,
  userId: string,
  role: ProjectRole = "owner",
  scopes: ApiScope[] = scopesOf(role),
): Promise<string> {
  const { token } = await createToken({ userId, role }, { projectId, name: "test", scopes, days: null });
  return token;
}

async function prepare(traces: Parameters<typeof makeReviewProject>[0] = [{}], verdictsPerTrace = 1) {
  const made = await makeReviewProject(traces, verdictsPerTrace);
  const token = await tokenFor(made.project.id, made.owner.id);
  const reviewerToken = await tokenFor(made.project.id, made.reviewer.id, "reviewer");
  const [trace] = made.traces;
  if (!trace) throw new Error("a trace");
  return { ...made, trace, token, reviewerToken };
}

describe("who asks", () => {
  it("is said by a token alone: no cookie, no other scheme, none that has ended", async () => {
    const { project, owner, token } = await prepare();
    for (const [given, headers] of [
      [null, {}],
      [null, { cookie: "second-look.session=x" }],
      [null, { authorization: `Basic ${Buffer.from(`a:${token}`).toString("base64")}` }],
      ["slk_nonsense", {}],
      [`slk_${"a".repeat(43)}`, {}],
    ] as const) {
      const reply = await ask(given, "GET", "/project", { headers });
      expect(reply.status).toBe(401);
      expect(errorOf(reply).code).toBe("not_signed_in");
      expect(reply.headers.get("www-authenticate")).toContain("Bearer");
      expect(reply.text).not.toContain(project.name);
    }
    expect((await ask(token, "GET", "/project")).status).toBe(200);
    await db().apiToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });
    expect(errorOf(await ask(token, "GET", "/project")).message).toContain("expired");
    await db().apiToken.updateMany({ data: { expiresAt: null } });
    await db().user.update({ where: { id: owner.id }, data: { disabledAt: new Date() } });
    expect((await ask(token, "GET", "/project")).status).toBe(401);
    await db().user.update({ where: { id: owner.id }, data: { disabledAt: null } });
    await db().membership.deleteMany({ where: { userId: owner.id } });
    expect((await ask(token, "GET", "/project")).status).toBe(401);
  });

  it("is held to the token's scopes and to its maker's role at that moment, on every route", async () => {
    const { project, owner, token } = await prepare();
    const nothing = "00000000-0000-7000-8000-000000000000";
    for (const id of OPERATION_IDS) {
      const { method, path, scope } = API_ROUTES[id];
      if (scope === "open" || scope === "any") continue;
      const others = SCOPE_NAMES.filter((one) => one !== scope);
      const without = await tokenFor(project.id, owner.id, "owner", others);
      const address = path
        .replace("{variant}", "view")
        .replace("{part}", "sft")
        .replace(/\{\w+\}/g, nothing);
      const reply = await ask(without, method, address);
      expect([reply.status, errorOf(reply).details], `${method} ${path}`).toEqual([403, { scope }]);
      await db().apiToken.deleteMany({ where: { scopes: { equals: others } } });
    }
    await db().membership.updateMany({ where: { userId: owner.id }, data: { role: "viewer" } });
    const start = await ask(token, "POST", "/runs", { json: { stages: [1] } });
    expect([start.status, errorOf(start).message]).toEqual([403, expect.stringContaining("viewer")]);
    expect((await ask(token, "GET", "/runs")).status).toBe(200);
  });

  it("can only read an archived project", async () => {
    const { project, token } = await prepare();
    await db().project.update({ where: { id: project.id }, data: { archivedAt: new Date() } });
    expect((await ask(token, "GET", "/images")).status).toBe(200);
    expect((await ask(token, "POST", "/imports", { json: { source: "x" } })).status).toBe(403);
  });

  it("is noted with time and address, and may ask so often in a minute, over all processes", async () => {
    const { project, token } = await prepare();
    process.env.SECOND_LOOK_API_REQUESTS_PER_MINUTE = "5";
    resetEnv();
    try {
      const replies = await Promise.all(Array.from({ length: 12 }, () => ask(token, "GET", "/project")));
      const good = replies.filter(({ status }) => status === 200);
      const refused = replies.filter(({ status }) => status === 429);
      expect(good.length + refused.length).toBe(12);
      expect(good.length).toBeGreaterThanOrEqual(5);
      expect(refused.length).toBeGreaterThan(0);
      for (const reply of refused) {
        expect(Number(reply.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
        expect(errorOf(reply).code).toBe("rate_limited");
      }
      expect(good[0]?.headers.get("ratelimit-limit")).toBe("5");
      // Another token of the same project has a bucket of its own.
      const other = await tokenFor(project.id, (await db().user.findFirstOrThrow()).id);
      expect((await ask(other, "GET", "/project")).status).toBe(200);
    } finally {
      delete process.env.SECOND_LOOK_API_REQUESTS_PER_MINUTE;
      resetEnv();
    }
    const use = await db().apiTokenUse.findFirstOrThrow();
    expect(use.lastFrom).toContain("127.0.0.1");
    expect(Math.abs(use.lastAt.getTime() - Date.now())).toBeLessThan(600_000);
  });
});

describe("what is answered", () => {
  it("has one form for every error", async () => {
    const { token } = await prepare();
    for (const [method, path, status] of [
      ["GET", "/nowhere", 404],
      ["GET", "/images/not-an-id", 404],
      ["GET", "/images?limit=0", 400],
      ["GET", "/images?colour=red", 400],
      ["GET", "/images?cursor=x", 400],
      ["GET", "/images?q=%00", 400],
      ["GET", "/traces?state=odd", 400],
      ["GET", "/traces?cursor=x", 400],
      ["GET", "/traces?state=waiting&state=approved", 400],
      ["POST", "/runs", 400],
    ] as const) {
      const reply = await ask(token, method, path, method === "POST" ? { json: { stages: [9] } } : {});
      expect(reply.status, `${method} ${path}`).toBe(status);
      expect(errorOf(reply).message.length).toBeGreaterThan(10);
      expect(reply.headers.get("access-control-allow-origin")).toBeNull();
    }
    const broken = await ask(token, "POST", "/runs", {
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect(errorOf(broken)).toMatchObject({ code: "bad_input", message: "The body is not JSON." });
    const zero = await ask(token, "POST", "/imports", { json: { source: "a\0b" } });
    expect([zero.status, errorOf(zero).message]).toEqual([400, expect.stringContaining("U+0000")]);
  });

  it("describes itself without a token", async () => {
    const reply = await ask(null, "GET", "/openapi.json");
    expect([reply.status, reply.json.openapi]).toEqual([200, "3.1.1"]);
  });

  it("says how the project stands and what the token may do", async () => {
    const { project, token } = await prepare([{}, { state: "approved" }]);
    const reply = await ask(token, "GET", "/project");
    expect(reply.json).toMatchObject({
      project: { id: project.id, name: project.name, isArchived: false },
      user: { role: "owner" },
      traces: { total: 2, byState: { waiting: 1, approved: 1 } },
    });
  });

  it("has nothing of another project: neither its rows nor a word of them", async () => {
    const { token } = await prepare();
    const other = await makeReviewProject([{ body: " Zanzibar says another project." }]);
    const run = await db().run.create({
      data: { projectId: other.project.id, name: "Zanzibar", config: {}, seed: "s" },
    });
    const importRow = await db().import.create({ data: { projectId: other.project.id, source: "Zanzibar" } });
    const dataset = await db().dataset.create({ data: { projectId: other.project.id, name: "Zanzibar" } });
    const version = await db().datasetVersion.create({
      data: {
        projectId: other.project.id,
        datasetId: dataset.id,
        number: 1,
        recipe: {},
        summary: {},
        recordCount: 0,
        simulated: false,
        contentHash: "0",
      },
    });
    const exported = await db().export.create({
      data: {
        projectId: other.project.id,
        versionId: version.id,
        format: "llamafactory",
        state: "done",
        fileName: "Zanzibar",
      },
    });
    const pushed = await db().hubPush.create({
      data: {
        ...{ projectId: other.project.id, exportId: exported.id, repo: "zanzibar/Zanzibar" },
        ...{ isPrivate: true, state: "working" },
      },
    });
    await db().benchmark.create({ data: { projectId: other.project.id, name: "Zanzibar" } });
    const ids: Record<string, string> = {
      pushId: pushed.id,
      imageId: other.image.id,
      importId: importRow.id,
      runId: run.id,
      traceId: other.traces[0]?.id ?? "",
      versionId: version.id,
      exportId: exported.id,
      variant: "view",
      part: "sft",
    };
    const bodies: Record<string, unknown> = {
      startImport: { files: [{ path: "a.zip", fileId: run.id }] },
      giveVerdict: { rowVersion: 1, decision: "approved" },
      answerQuestion: { questionRevisionId: other.question.currentRevisionId, choiceIndex: 1 },
      requestExport: { versionId: version.id, format: "llamafactory" },
      requestPush: { exportId: exported.id, repo: "my-lab/kites" },
      withdrawVersion: { reason: "A key was wrong." },
    };
    let tried = 0;
    for (const id of OPERATION_IDS) {
      const { method, path } = API_ROUTES[id];
      const isNamed = path.includes("{") || id === "requestExport" || id === "requestPush";
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = ids[name];
        if (!value) throw new Error(`this test knows no ${name} of another project`);
        return value;
      });
      if (!isNamed && method !== "GET") continue;
      const more = bodies[id] === undefined ? (method === "PUT" ? { body: "x" } : {}) : { json: bodies[id] };
      const reply = await ask(token, method, address, more);
      if (isNamed) expect(reply.status, `${method} ${path}: ${reply.text}`).toBe(404);
      expect(reply.text, `${method} ${path}`).not.toContain("Zanzibar");
      tried += 1;
    }
    expect(tried).toBeGreaterThan(25);
    expect(await db().verdict.count()).toBe(0);
    expect(await db().datasetVersion.count({ where: { withdrawnAt: { not: null } } })).toBe(0);
    expect(await db().hubPush.count({ where: { state: "working" } })).toBe(1);
  });

  it("never tells a token: not in an error, not in what is stored of a request", async () => {
    const { token } = await prepare();
    await ask(token, "POST", "/imports", { json: { source: "x" }, headers: { "idempotency-key": "k" } });
    await ask(token, "GET", `/images?q=x&colour=${token}`);
    const stored = JSON.stringify([
      await db().apiAnswer.findMany(),
      await db().apiToken.findMany(),
      await db().apiTokenUse.findMany(),
      await db().auditEvent.findMany(),
    ]);
    expect(stored).not.toContain(token);
  });
});

describe("a key for what is made", () => {
  it("makes it once, answers the same again, and belongs to one request", async () => {
    const { token, reviewerToken } = await prepare();
    const open = (key: string, source = "photos", by = token) =>
      ask(by, "POST", "/imports", { json: { source }, headers: { "idempotency-key": key } });
    const [first, second] = [await open("one"), await open("one")];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual(first.json);
    expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([
      null,
      "true",
    ]);
    expect(await db().import.count()).toBe(1);
    expect((await open("one", "others")).status).toBe(409);
    expect((await open("two")).json).not.toEqual(first.json);
    expect((await open("has blanks")).status).toBe(400);
    // A key of another token is another key.
    expect((await open("one", "photos", reviewerToken)).status).toBe(403);

    await db().apiAnswer.updateMany({ data: { createdAt: new Date(Date.now() - 25 * 3_600_000) } });
    expect((await open("one")).json).not.toEqual(first.json);
  });

  it("is carried out once when it comes many times at once", async () => {
    const { token } = await prepare();
    const replies = await Promise.all(
      Array.from({ length: 8 }, () =>
        ask(token, "POST", "/imports", { json: { source: "x" }, headers: { "idempotency-key": "same" } }),
      ),
    );
    expect(await db().import.count()).toBe(1);
    for (const reply of replies) expect([201, 409]).toContain(reply.status);
    const ids = replies.filter(({ status }) => status === 201).map(({ json }) => json.importId);
    expect(new Set(ids).size).toBe(1);
  });

  it("keeps a refusal too, and nothing that failed on the server's side", async () => {
    const { token, trace } = await prepare();
    const stale = () =>
      ask(token, "POST", `/traces/${trace.id}/verdicts`, {
        json: { decision: "approved", rowVersion: 99 },
        headers: { "idempotency-key": "v" },
      });
    expect((await stale()).status).toBe(409);
    const again = await stale();
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([409, "true"]);
    await db().apiAnswer.update({
      where: { tokenId_key: { tokenId: (await db().apiAnswer.findFirstOrThrow()).tokenId, key: "v" } },
      data: { status: null, body: {}, createdAt: new Date(Date.now() - 11 * 60_000) },
    });
    // Whoever had it died with its process: it is carried out again.
    expect((await stale()).headers.get("idempotency-replayed")).toBeNull();
  });
});

describe("images", () => {
  it("go in one by one with their description, and are read back with their picture", async () => {
    const { token } = await prepare();
    const upload = async (seed: number, description: string, id = "photo-1") => {
      const form = new FormData();
      form.set("id", id);
      form.set("description", description);
      form.set("licence", "CC BY 4.0");
      form.set("image", new File([new Uint8Array(await makePicture(seed))], "../über photo.jpg"));
      return ask(token, "POST", "/images", { body: form });
    };
    const first = await upload(1, "A kite.");
    expect([first.status, first.json]).toMatchObject([
      201,
      {
        outcome: "added",
        image: { externalId: "photo-1", fileName: "über photo.jpg", licence: "CC BY 4.0" },
      },
    ]);
    expect((await upload(1, "A kite.")).json.outcome).toBe("unchanged");
    expect((await upload(1, "A red kite.")).json.outcome).toBe("updated");
    const other = await upload(2, "A boat.");
    expect([other.status, errorOf(other).details]).toEqual([409, { problem: "other_image" }]);
    const { id } = z.object({ id: z.string() }).parse(first.json.image);
    expect((await ask(token, "GET", `/images/${id}`)).json).toMatchObject({ description: "A red kite." });
    const picture = await ask(token, "GET", `/images/${id}/thumb`);
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect(picture.headers.get("cache-control")).not.toContain("immutable");

    const empty = new FormData();
    empty.set("id", "x");
    empty.set("description", "x");
    expect((await ask(token, "POST", "/images", { body: empty })).status).toBe(400);
    empty.set("image", new File(["no picture"], "x.jpg"));
    expect((await ask(token, "POST", "/images", { body: empty })).status).toBe(400);
  });

  it("are listed by key to the last", async () => {
    const { project, token } = await prepare();
    for (let index = 0; index < 6; index += 1) await makeImage(project.id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const reply = await ask(token, "GET", `/images?limit=3${cursor ? `&cursor=${cursor}` : ""}`);
      expect(reply.status).toBe(200);
      seen.push(...itemsOf(reply).map(({ id }) => id));
      cursor = z.string().nullable().parse(reply.json.next);
    } while (cursor);
    expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
  });

  it("leaves the start of an import of traces to its page", async () => {
    const { project, owner, token } = await prepare();
    const { importId } = await openUpload(project.id, owner.id, "traces.jsonl", "traces");
    const files = [{ path: "traces.jsonl", fileId: crypto.randomUUID() }];
    const reply = await ask(token, "POST", `/imports/${importId}/start`, { json: { files } });
    expect([reply.status, errorOf(reply).message]).toEqual([409, expect.stringContaining("on its page")]);
  });

  it("come in bulk by an import: opened, sent, started", async () => {
    const { token } = await prepare();
    const opened = await ask(token, "POST", "/imports", { json: { source: "kites.zip" } });
    const importId = String(opened.json.importId);
    const sent = await ask(token, "PUT", `/imports/${importId}/files`, { body: "not really a zip" });
    expect([sent.status, sent.json.bytes]).toEqual([201, 16]);
    const files = [{ path: "kites.zip", fileId: sent.json.fileId }];
    expect((await ask(token, "POST", `/imports/${importId}/start`, { json: { files } })).status).toBe(202);
    expect((await ask(token, "GET", `/imports/${importId}`)).json).toMatchObject({ state: "working" });
    expect((await ask(token, "DELETE", `/imports/${importId}`)).status).toBe(409);
    expect((await ask(token, "GET", `/imports/${importId}/problems`)).json).toEqual({
      items: [],
      next: null,
    });
    expect(z.array(z.unknown()).parse((await ask(token, "GET", "/imports")).json.items)).toHaveLength(1);
  });
});

describe("runs", () => {
  it("are estimated, started once, looked at, paused, resumed and cancelled", async () => {
    const owner = await makeUser("Olga");
    const { id: projectId } = await createProject(owner.id, { name: "Kites" });
    await makeImage(projectId, { description: "A red kite over a beach." });
    const token = await tokenFor(projectId, owner.id);
    const estimate = await ask(token, "POST", "/runs/estimate", {
      json: { stages: [1], images: { kind: "all" }, simpleSamples: 1, longSamples: 1 },
    });
    expect([estimate.status, estimate.json.inputs]).toEqual([200, 1]);
    const start = () =>
      ask(token, "POST", "/runs", {
        json: { stages: [1], name: "By program", seed: "s" },
        headers: { "idempotency-key": "run" },
      });
    const started = await start();
    expect([started.status, (await start()).json]).toEqual([201, started.json]);
    const runId = String(started.json.runId);
    expect(itemsOf(await ask(token, "GET", "/runs"))).toMatchObject([{ id: runId, name: "By program" }]);
    expect((await ask(token, "GET", `/runs/${runId}`)).json).toMatchObject({ runId, state: "running" });
    expect((await ask(token, "POST", `/runs/${runId}/pause`)).status).toBe(204);
    expect((await ask(token, "POST", `/runs/${runId}/pause`)).status).toBe(409);
    expect((await ask(token, "POST", `/runs/${runId}/resume`)).status).toBe(204);
    expect((await ask(token, "POST", `/runs/${runId}/cancel`)).status).toBe(204);
    expect((await ask(token, "GET", `/runs/${runId}`)).json).toMatchObject({ state: "cancelled" });
    const events = await db().auditEvent.findMany({ where: { subjectId: runId }, orderBy: { id: "asc" } });
    expect(events.map(({ actorId }) => actorId)).toEqual(Array.from({ length: 4 }, () => owner.id));
  });
});

describe("traces and verdicts", () => {
  it("are listed by the table's filters, and read with texts and checks", async () => {
    const { token, trace } = await prepare([{}, { simple: "right", long: null, state: "approved" }]);
    expect(itemsOf(await ask(token, "GET", "/traces"))).toHaveLength(2);
    expect(itemsOf(await ask(token, "GET", "/traces?kind=XO&state=waiting"))).toMatchObject([
      { id: trace.id },
    ]);
    const one = await ask(token, "GET", `/traces/${trace.id}`);
    expect(one.headers.get("etag")).toBe('"1"');
    expect(one.json).toMatchObject({
      unanswered: null,
      trace: { rowVersion: 1, long: { cue: "Wait," }, question: { current: { keyIndex: 1 } } },
    });
  });

  it("go by cursor to the last", async () => {
    const { project, image, question, token } = await prepare();
    for (let index = 0; index < 64; index += 1)
      await makeTrace({ projectId: project.id, imageId: image.id, question });
    const first = await ask(token, "GET", "/traces");
    const second = await ask(token, "GET", `/traces?cursor=${first.json.next}`);
    const ids = [...itemsOf(first), ...itemsOf(second)].map(({ id }) => id);
    expect([itemsOf(first).length, new Set(ids).size, second.json.next]).toEqual([60, 65, null]);
    // As many at once as are asked for, in the same order.
    const few = await ask(token, "GET", "/traces?limit=7");
    expect([itemsOf(few).map(({ id }) => id), few.json.next]).toEqual([ids.slice(0, 7), ids[6]]);
    const next = await ask(token, "GET", `/traces?limit=9&cursor=${few.json.next}`);
    expect(itemsOf(next).map(({ id }) => id)).toEqual(ids.slice(7, 16));
    const all = await ask(token, "GET", "/traces?limit=1000");
    expect([itemsOf(all).map(({ id }) => id), all.json.next]).toEqual([ids, null]);
    expect((await ask(token, "GET", "/traces?limit=1001")).status).toBe(400);
  });

  it("are judged once, on the version that was read", async () => {
    const { token, trace, reviewerToken, reviewer } = await prepare();
    const path = `/traces/${trace.id}/verdicts`;
    expect((await ask(token, "POST", path, { json: { decision: "approved" } })).status).toBe(400);
    const late = await ask(token, "POST", path, {
      json: { decision: "approved" },
      headers: { "if-match": '"7"' },
    });
    expect([late.status, errorOf(late).details]).toMatchObject([412, { rowVersion: 1 }]);
    const good = await ask(reviewerToken, "POST", path, {
      json: { decision: "approved" },
      headers: { "if-match": '"1"' },
    });
    expect([good.status, good.json.state]).toEqual([201, "approved"]);
    const twice = await ask(reviewerToken, "POST", path, { json: { decision: "approved", rowVersion: 1 } });
    expect([twice.status, errorOf(twice).code]).toEqual([409, "conflict"]);
    expect(itemsOf(await ask(token, "GET", "/verdicts"))).toMatchObject([
      { id: good.json.verdictId, traceId: trace.id, reviewerId: reviewer.id, decision: "approved" },
    ]);
    expect(itemsOf(await ask(token, "GET", "/verdicts?standing=no"))).toEqual([]);
    expect(itemsOf(await ask(token, "GET", "/verdicts?decision=rejected"))).toEqual([]);
    const viewer = await makeUser("Vera");
    await db().membership.create({ data: { projectId: trace.projectId, userId: viewer.id, role: "viewer" } });
    const reading = await tokenFor(trace.projectId, viewer.id, "viewer");
    expect((await ask(reading, "POST", path, { json: { decision: "approved", rowVersion: 2 } })).status).toBe(
      403,
    );
  });

  it("of others are kept back from whoever is still to judge", async () => {
    const { token, trace, traces, reviewerToken } = await prepare([{}, {}], 2);
    const path = `/traces/${trace.id}/verdicts`;
    const other = await ask(token, "POST", `/traces/${traces[1]?.id}/verdicts`, {
      json: { decision: "approved", rowVersion: 1 },
    });
    expect(other.status).toBe(201);
    const first = await ask(token, "POST", path, {
      json: { decision: "rejected", comment: "Zanzibar", rowVersion: 1 },
    });
    expect(first.status).toBe(201);
    for (const address of ["/verdicts", `/traces/${trace.id}`, "/traces"]) {
      const reply = await ask(reviewerToken, "GET", address);
      expect(reply.status).toBe(200);
      expect(reply.text, address).not.toContain("Zanzibar");
      expect(reply.text, address).not.toContain("Olga");
    }
    expect((await ask(reviewerToken, "GET", "/verdicts?limit=1")).json).toEqual({ items: [], next: null });
    const own = await ask(reviewerToken, "POST", path, {
      json: { decision: "approved", rowVersion: 2 },
    });
    expect(own.status).toBe(201);
    const page = await ask(reviewerToken, "GET", "/verdicts?limit=1");
    expect(itemsOf(page)).toHaveLength(1);
    const rest = await ask(reviewerToken, "GET", `/verdicts?limit=1&cursor=${page.json.next}`);
    expect([itemsOf(rest).length, rest.json.next]).toEqual([1, null]);
    expect(itemsOf(await ask(reviewerToken, "GET", "/verdicts"))).toHaveLength(2);
  });

  it("give out neither key nor thoughts before the question was answered from the image", async () => {
    const { project, trace, question, reviewerToken, token } = await prepare();
    await db().project.update({ where: { id: project.id }, data: { asksBlindAnswer: true } });
    const path = `/traces/${trace.id}`;
    const hidden = await ask(reviewerToken, "GET", path);
    expect(hidden.json).toMatchObject({
      trace: null,
      unanswered: { question: { text: expect.any(String) } },
    });
    for (const address of [path, "/traces", "/verdicts"]) {
      const { text } = await ask(reviewerToken, "GET", address);
      expect(text, address).not.toMatch(/keyIndex|looks plain|look again/u);
    }
    const early = await ask(reviewerToken, "POST", `${path}/verdicts`, {
      json: { decision: "approved", rowVersion: 1 },
    });
    expect([early.status, errorOf(early).details]).toMatchObject([409, { mustAnswerFirst: true }]);
    // What an owner looks at is open; what they judge is not.
    expect((await ask(token, "GET", path)).json.trace).not.toBeNull();
    expect(
      (await ask(token, "POST", `${path}/verdicts`, { json: { decision: "approved", rowVersion: 1 } }))
        .status,
    ).toBe(409);
    const answered = await ask(reviewerToken, "POST", `${path}/answer`, {
      json: { questionRevisionId: question.currentRevisionId, choiceIndex: 1 },
    });
    expect([answered.status, answered.json]).toEqual([200, { agrees: true }]);
    expect((await ask(reviewerToken, "GET", path)).json.trace).not.toBeNull();
  });
});

it("keeps the other projects of its maker out of a token's reach", async () => {
  const { token, owner } = await prepare();
  const other = await makeProject([{ userId: owner.id, role: "owner" }]);
  const image = await makeImage(other.id);
  await makeQuestion(other.id, image.id);
  // The same person's other project is as foreign to the token as anybody's.
  expect((await ask(token, "GET", `/images/${image.id}`)).status).toBe(404);
});
