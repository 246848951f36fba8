import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestApi, type TestApi } from "#lib/api/test-server.ts";
import { partKey } from "#lib/datasets/keys.ts";
import { takeDownImage } from "#lib/datasets/takedown-commands.ts";
import { makeRandomProject } from "#lib/datasets/test-random-project.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { readWithdrawnHeader, WITHDRAWN_HEADER } from "#lib/datasets/withdrawal.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { resetEnv } from "#lib/env.ts";
import { connectHub } from "#lib/hub/connection-commands.ts";
import { makePush } from "#lib/hub/push-commands.ts";
import { TestHub } from "#lib/hub/test-hub.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { putBytes } from "#lib/storage/storage.ts";
import { createToken } from "#lib/tokens/commands.ts";
import { type ApiScope, scopesOf } from "#lib/tokens/schema.ts";

const database = await createTestDatabase();
let api: TestApi;
let projectId: string;
let userId: string;
let versionId: string;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  await database.truncate();
  ({ projectId, userId } = await makeRandomProject("three kites"));
  await db().membership.upsert({
    where: { projectId_userId: { projectId, userId } },
    create: { projectId, userId, role: "owner" },
    update: { role: "owner" },
  });
  ({ versionId } = await createDatasetVersion({ projectId, userId, name: "kites" }));
  token = await tokenWith(scopesOf("owner"));
});
afterAll(async () => {
  await disconnectBoss();
  await api.close();
});

async function tokenWith(scopes: ApiScope[]): Promise<string> {
  const made = await createToken({ userId, role: "owner" }, { projectId, name: "test", scopes, days: null });
  return made.token;
}

async function ask(method: string, path: string, body?: unknown, by = token) {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${by}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  const json = isJson ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {};
  return { status: response.status, headers: response.headers, json, text };
}

const messageOf = ({ json }: { json: Record<string, unknown> }) =>
  z.object({ message: z.string() }).parse(json.error).message;

/** A finished export of the version, as storage keeps it. */
async function addExport(id = versionId): Promise<string> {
  const bytes = Buffer.from("an archive");
  const row = await db().export.create({
    data: {
      ...{ projectId, versionId: id, format: "jsonl", state: "done", fileName: "kites-v1.zip" },
      ...{ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
    },
  });
  const storageKey = `projects/${projectId}/exports/${row.id}.zip`;
  await putBytes(storageKey, bytes);
  await db().export.update({ where: { id: row.id }, data: { storageKey } });
  return row.id;
}

describe("a version that is withdrawn", () => {
  it("is withdrawn once, by whoever may, and says so with the reason wherever it is read", async () => {
    const exportId = await addExport();
    const path = `/versions/${versionId}/withdraw`;
    expect((await ask("POST", path, { reason: "no" })).status).toBe(400);
    const reading = await tokenWith(scopesOf("owner").filter((scope) => scope !== "datasets:write"));
    expect((await ask("POST", path, { reason: "A key was wrong." }, reading)).status).toBe(403);
    expect((await ask("GET", `/exports/${exportId}`)).json).toMatchObject({ withdrawn: null });
    expect((await ask("GET", `/exports/${exportId}/file`)).headers.has(WITHDRAWN_HEADER)).toBe(false);

    expect((await ask("POST", path, { reason: "Ein Schlüssel war falsch." })).status).toBe(204);
    expect((await ask("POST", path, { reason: "Again." })).status).toBe(409);
    const withdrawn = { at: expect.any(String), reason: "Ein Schlüssel war falsch." };
    expect((await ask("GET", `/versions/${versionId}`)).json).toMatchObject({ withdrawn });
    expect((await ask("GET", "/versions")).json).toMatchObject({ items: [{ withdrawn }] });
    expect((await ask("GET", `/exports/${exportId}`)).json).toMatchObject({ withdrawn });
    expect((await ask("GET", "/exports")).json).toMatchObject({ items: [{ withdrawn }] });
    const file = await ask("GET", `/exports/${exportId}/file`);
    expect([file.status, file.text]).toEqual([200, "an archive"]);
    expect(readWithdrawnHeader(file.headers.get(WITHDRAWN_HEADER))).toEqual(withdrawn);
    expect(file.headers.get("content-disposition")).toContain("kites-v1-withdrawn.zip");
    const lines = await ask("GET", `/versions/${versionId}/parts/sft`);
    expect(readWithdrawnHeader(lines.headers.get(WITHDRAWN_HEADER))).toEqual(withdrawn);

    const refused = await ask("POST", "/exports", { versionId, format: "jsonl", allowSimulated: true });
    expect([refused.status, messageOf(refused)]).toEqual([409, expect.stringContaining("Schlüssel")]);
    const pushed = await ask("POST", "/pushes", { exportId, repo: "my-lab/kites" });
    expect([pushed.status, messageOf(pushed)]).toEqual([409, expect.stringContaining("Schlüssel")]);
    const events = await db().auditEvent.findMany({ where: { action: "dataset.version-withdrawn" } });
    expect(events).toMatchObject([{ actorId: userId, subjectId: versionId }]);
  });
});

describe("the preview of a line", () => {
  it("is the line as the chat template writes it, with its tokens, by number and by trace", async () => {
    const first = await ask("GET", `/versions/${versionId}/preview`);
    expect(first.status, first.text).toBe(200);
    const count = await db().datasetRecord.count({ where: { versionId, part: "sft" } });
    expect(first.json).toMatchObject({ part: "sft", line: 1, lines: count, family: "qwen2.5-vl", gap: null });
    const rendered = z
      .object({
        record: z.looseObject({ ordinal: z.literal(0) }),
        isExact: z.literal(true),
        tokens: z.object({ source: z.number().min(10), picture: z.number(), target: z.number().min(5) }),
        sides: z.array(
          z.object({
            name: z.literal("record"),
            source: z.array(z.object({ role: z.string(), text: z.string(), isLost: z.literal(false) })),
            target: z.array(z.looseObject({ role: z.string(), text: z.string() })),
          }),
        ),
      })
      .parse(first.json.rendered);
    expect(rendered.sides[0]?.source.map(({ text }) => text).join("")).toContain("<|im_start|>system");
    expect(rendered.sides[0]?.target.map(({ role }) => role)).toContain("trained");

    const last = await db().datasetRecord.findFirstOrThrow({
      where: { versionId, part: "sft", ordinal: count - 1 },
    });
    const byTrace = await ask("GET", `/versions/${versionId}/preview?trace=${last.traceId}&cutoff=64`);
    expect(byTrace.json).toMatchObject({
      line: count,
      cutoff: 64,
      rendered: { record: { traceId: last.traceId } },
    });
    expect(byTrace.text).toContain('"isLost":true');
  });

  it("is a gap where the image was taken down, and refused with a sentence where there is none", async () => {
    const row = await db().datasetRecord.findFirstOrThrow({ where: { versionId, part: "sft", ordinal: 0 } });
    const image = await db().image.findUniqueOrThrow({ where: { id: row.imageId } });
    await takeDownImage({
      projectId,
      userId,
      imageId: image.id,
      reason: "asked to",
      confirm: image.externalId,
    });
    expect((await ask("GET", `/versions/${versionId}/preview`)).json).toMatchObject({
      line: 1,
      gap: { reason: "asked to" },
      rendered: null,
    });
    for (const [query, status] of [
      ["line=100000", 404],
      ["part=preference", 404],
      ["line=0", 400],
      ["cutoff=1", 400],
      ["family=other", 400],
      [`line=1&trace=${row.traceId}`, 400],
      [`trace=${versionId}`, 404],
    ] as const) {
      const reply = await ask("GET", `/versions/${versionId}/preview?${query}`);
      expect([reply.status, messageOf(reply).length > 10], query).toEqual([status, true]);
    }
    await db().datasetVersion.update({ where: { id: versionId }, data: { state: "freezing" } });
    expect((await ask("GET", `/versions/${versionId}/preview`)).status).toBe(409);
  });

  it("needs the scope of exports: it names keys that a reviewer may have to judge blind", async () => {
    const without = await tokenWith(scopesOf("owner").filter((scope) => scope !== "exports:read"));
    const reply = await ask("GET", `/versions/${versionId}/preview`, undefined, without);
    expect([reply.status, reply.json.error]).toMatchObject([403, { details: { scope: "exports:read" } }]);
  });

  it("says so where the file was changed since", async () => {
    await putBytes(partKey(projectId, versionId, "sft"), Buffer.from('{"ordinal":0}\n'));
    const reply = await ask("GET", `/versions/${versionId}/preview`);
    expect([reply.status, messageOf(reply)]).toEqual([409, expect.stringContaining("not what was frozen")]);
  });
});

describe("pushes to the Hub", () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = new TestHub();
    process.env.HUB_URL = await hub.start();
    resetEnv();
  });
  afterEach(async () => {
    await hub.stop();
    delete process.env.HUB_URL;
    resetEnv();
  });

  it("are asked for, followed, stopped and listed, and never tell the Hub's token", async () => {
    const exportId = await addExport();
    const body = { exportId, repo: "my-lab/kites" };
    expect((await ask("POST", "/pushes", body)).status).toBe(409);
    await connectHub({ projectId, actorId: userId }, hub.token);
    const asked = await ask("POST", "/pushes", body);
    expect(asked.status).toBe(202);
    const pushId = String(asked.json.pushId);
    expect((await ask("POST", "/pushes", body)).json).toEqual({ pushId });
    expect((await ask("GET", `/pushes/${pushId}`)).json).toMatchObject({ state: "waiting", repo: body.repo });
    expect((await ask("POST", `/pushes/${pushId}/stop`)).status).toBe(204);
    expect((await ask("POST", `/pushes/${pushId}/stop`)).status).toBe(409);
    expect((await ask("GET", `/pushes/${pushId}`)).json).toMatchObject({ state: "failed", tag: null });
    const page = await ask("GET", `/pushes?version=${versionId}`);
    expect(page.json).toMatchObject({ items: [{ id: pushId, versionId, withdrawn: null }], next: null });
    expect((await ask("GET", `/pushes?version=${exportId}`)).json).toEqual({ items: [], next: null });
    expect((await ask("POST", "/pushes", { exportId, repo: "no repository" })).status).toBe(400);
    expect(page.text).not.toContain(hub.token);
  });

  it("tell the tag of what arrived, and that the version was withdrawn since", async () => {
    const made = await ask("POST", "/exports", { versionId, format: "jsonl", allowSimulated: true });
    expect(made.status, made.text).toBe(202);
    const exportId = await addExport();
    await connectHub({ projectId, actorId: userId }, hub.token);
    const { json } = await ask("POST", "/pushes", { exportId, repo: "my-lab/kites" });
    // The archive of this test is none that could be unpacked.
    await expect(makePush(String(json.pushId))).rejects.toThrow();
    await db().hubPush.update({
      where: { id: String(json.pushId) },
      data: { state: "done", tag: "kites-v1.2" },
    });
    await ask("POST", `/versions/${versionId}/withdraw`, { reason: "A key was wrong." });
    expect((await ask("GET", `/pushes/${json.pushId}`)).json).toMatchObject({
      tag: "kites-v1.2",
      tagKept: "kites-v1",
      withdrawn: { reason: "A key was wrong." },
    });
  });
});

describe("contamination", () => {
  it("is started, read, and its finds are listed page by page", async () => {
    expect((await ask("GET", "/contamination")).json).toEqual({
      check: null,
      found: { images: 0, questions: 0, dismissed: 0 },
      benchmarks: [],
    });
    expect((await ask("POST", "/contamination", {})).status).toBe(409);
    const benchmark = await db().benchmark.create({
      data: { projectId, name: "A benchmark", state: "ready", itemCount: 3, questionCount: 3 },
    });
    const questions = await db().question.findMany({ where: { projectId }, take: 3 });
    for (const [place, question] of questions.entries()) {
      const item = await db().benchmarkItem.create({
        data: {
          ...{ benchmarkId: benchmark.id, externalId: `row ${place}`, identity: `${place}`, question: "?" },
        },
      });
      await db().contaminationHit.create({
        data: { projectId, benchmarkItemId: item.id, questionId: question.id, overlap: 0.75 },
      });
    }
    expect((await ask("POST", "/contamination", { mostDistance: 99 })).status).toBe(400);
    expect((await ask("POST", "/contamination", { leastOverlap: 0.7 })).status).toBe(202);
    expect((await ask("POST", "/contamination", {})).status).toBe(409);
    expect((await ask("GET", "/contamination")).json).toMatchObject({
      check: { state: "waiting", options: { mostDistance: 6, leastOverlap: 0.7 } },
      found: { questions: questions.length },
      benchmarks: [{ name: "A benchmark", isCompared: false }],
    });
    const pageSchema = z.object({
      items: z.array(z.looseObject({ id: z.string() })),
      next: z.string().nullable(),
    });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const reply = await ask(
        "GET",
        `/contamination/finds?of=questions&limit=1${cursor ? `&cursor=${cursor}` : ""}`,
      );
      const page = pageSchema.parse(reply.json);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(new Set(seen).size).toBe(questions.length);
    expect((await ask("GET", "/contamination/finds")).json).toEqual({ items: [], next: null });
    const reading = await tokenWith(["datasets:read"]);
    expect((await ask("POST", "/contamination", {}, reading)).status).toBe(403);
  });
});
