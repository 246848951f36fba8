import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { resetEnv } from "#lib/env.ts";
import { connectHub, disconnectHub } from "#lib/hub/connection-commands.ts";
import { failPush, makePush, requestPush, stopPush } from "#lib/hub/push-commands.ts";
import { listPushes, readHubConnection } from "#lib/hub/queries.ts";
import { connectHubSchema } from "#lib/hub/schema.ts";
import { TestHub } from "#lib/hub/test-hub.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";
import { putFile, temporaryPath } from "#lib/storage/storage.ts";
import { registerJobs } from "#lib/worker/jobs.ts";

const database = await createTestDatabase();
const REPO = "my-lab/roofs";

let hub: TestHub;
let projectId: string;
let userId: string;
let versionId: string;

beforeEach(async () => {
  await database.truncate();
  hub = new TestHub();
  process.env.HUB_URL = await hub.start();
  resetEnv();
  registerJobs();
  userId = (await db().user.create({ data: { email: "pi@example.org", name: "Pi" } })).id;
  projectId = (await db().project.create({ data: { name: "Roofs" } })).id;
  const dataset = await db().dataset.create({ data: { projectId, name: "Roofs & walls" } });
  versionId = (
    await db().datasetVersion.create({
      data: {
        projectId,
        datasetId: dataset.id,
        number: 3,
        recipe: {},
        summary: {},
        recordCount: 1,
        simulated: false,
        contentHash: "",
      },
    })
  ).id;
  await connectHub({ projectId, actorId: userId }, hub.token);
});

afterEach(() => hub.stop());

describe("the project's account", () => {
  it("is looked up before its token is kept, sealed", async () => {
    expect(await readHubConnection(projectId)).toMatchObject({ accountName: "my-lab", tokenHint: "ites" });
    const { encryptedToken } = await db().hubConnection.findUniqueOrThrow({ where: { projectId } });
    expect(encryptedToken).not.toContain(hub.token);
    expect(JSON.stringify(await db().auditEvent.findMany())).not.toContain(hub.token);
  });

  it("takes no token that the Hub does not accept or that may only read", async () => {
    const actor = { projectId, actorId: userId };
    await expect(connectHub(actor, "hf_another_token")).rejects.toThrow("does not accept");
    expect(
      connectHubSchema.safeParse({ projectId, token: "api_org_token" }).error?.issues[0]?.message,
    ).toContain("begins with hf_");
    hub.role = "read";
    await expect(connectHub(actor, hub.token)).rejects.toThrow("This token of my-lab may only read.");
  });

  it("can be taken away, and nothing is pushed then", async () => {
    await disconnectHub({ projectId, actorId: userId });
    const exportId = await addExport({ "README.md": "# Roofs" });
    await expect(requestPush(push(exportId))).rejects.toThrow("no token of the Hub");
  });
});

describe("pushing an export", () => {
  it("makes a private repository and sends every file as it is, small, large and in parts", async () => {
    const files = {
      "README.md": "# Roofs",
      "data/train-00000.parquet": "p".repeat(5_000),
      "data/train-00001.parquet": "q".repeat(130_000),
      "card/kinds.svg": "<svg/>",
      "manifest.json": JSON.stringify({ files: { "README.md": {} } }),
    };
    const { pushId } = await requestPush(push(await addExport(files)));
    await runJobsUntilIdle();
    for (const [path, text] of Object.entries(files))
      expect(hub.contentOf(REPO, path)?.toString(), path).toBe(text);
    expect(hub.repositories.get(REPO)).toMatchObject({
      isPrivate: true,
      commits: ["Roofs & walls, version 3"],
      tags: ["roofs-walls-v3"],
    });
    const [shown] = await listPushes(projectId, versionId);
    expect(shown).toMatchObject({
      id: pushId,
      state: "done",
      url: `${hub.url}/datasets/${REPO}`,
      progress: { filesDone: 5, filesTotal: 5 },
    });
    expect(shown?.progress?.bytesDone).toBe(shown?.progress?.bytesTotal);
    expect(shown?.commitUrl).toContain("/commit/");
  });

  it("sends nothing twice, and takes away only what an earlier push had put there", async () => {
    const shard = "p".repeat(5_000);
    const manifest = JSON.stringify({
      files: { "README.md": {}, "data/a.parquet": {}, "data/b.parquet": {} },
    });
    await pushed({
      "README.md": "# 1",
      "data/a.parquet": shard,
      "data/b.parquet": "b",
      "manifest.json": manifest,
    });
    hub.repositories.get(REPO)?.files.set("notes.md", { content: Buffer.from("by hand") });
    const before = hub.requests.length;
    await pushed({ "README.md": "# 2", "data/a.parquet": shard, "manifest.json": "{}" });
    expect([...(hub.repositories.get(REPO)?.files.keys() ?? [])].sort()).toEqual([
      "README.md",
      "data/a.parquet",
      "manifest.json",
      "notes.md",
    ]);
    expect(hub.requests.slice(before).filter((asked) => asked.includes("/storage/"))).toEqual([]);
    const again = hub.repositories.get(REPO)?.commits.length;
    await pushed({ "README.md": "# 2", "data/a.parquet": shard, "manifest.json": "{}" });
    expect(hub.repositories.get(REPO)?.commits).toHaveLength(again ?? -1);
  });

  it("leaves a tag where it is: another format of the version gets a name of its own, and says so", async () => {
    await pushed({ "README.md": "# parquet" });
    await pushed({ "README.md": "# jsonl" });
    expect(hub.repositories.get(REPO)?.tags).toEqual(["roofs-walls-v3", "roofs-walls-v3.2"]);
    const [second, first] = await listPushes(projectId, versionId);
    expect(first).toMatchObject({ tag: "roofs-walls-v3", tagKept: null });
    expect(second).toMatchObject({ tag: "roofs-walls-v3.2", tagKept: "roofs-walls-v3" });
    // What changes nothing is the state that has a name already.
    await pushed({ "README.md": "# jsonl" });
    expect((await listPushes(projectId, versionId))[0]).toMatchObject({ tag: "roofs-walls-v3.2" });
    expect(hub.repositories.get(REPO)?.tags).toHaveLength(2);
  });

  it("takes the tag that its own earlier try had made", async () => {
    const { pushId } = await requestPush(push(await addExport({ "README.md": "#" })));
    await makePush(pushId);
    await db().hubPush.update({ where: { id: pushId }, data: { state: "working", tag: null } });
    await makePush(pushId);
    expect((await listPushes(projectId, versionId))[0]).toMatchObject({
      tag: "roofs-walls-v3",
      tagKept: null,
    });
    expect(hub.repositories.get(REPO)?.tags).toEqual(["roofs-walls-v3"]);
  });

  it("lets no two projects push to one repository at once, and tells neither of the other", async () => {
    const exportId = await addExport({ "README.md": "#" });
    const stranger = await db().project.create({ data: { name: "Zanzibar" } });
    const theirs = await db().export.findUniqueOrThrow({
      where: { id: exportId },
      include: { version: true },
    });
    const dataset = await db().dataset.create({ data: { projectId: stranger.id, name: "d" } });
    const version = await db().datasetVersion.create({
      data: {
        ...{ projectId: stranger.id, datasetId: dataset.id, number: 1, recipe: {}, summary: {} },
        ...{ recordCount: 1, simulated: false, contentHash: "" },
      },
    });
    const other = await db().export.create({
      data: {
        ...{ projectId: stranger.id, versionId: version.id, format: "parquet", state: "done" },
        storageKey: theirs.storageKey,
      },
    });
    await connectHub({ projectId: stranger.id, actorId: userId }, hub.token);
    const asked = await Promise.allSettled([
      requestPush(push(exportId)),
      requestPush({ ...push(other.id), projectId: stranger.id, repo: "My-Lab/Roofs" }),
    ]);
    expect(asked.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [refused] = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/^Something else on this server is on its way to my-lab\/roofs/i),
    });
    expect(String(refused)).not.toMatch(/Zanzibar|Roofs & walls/);
    for (const one of asked) if (one.status === "fulfilled") await makePush(one.value.pushId);
    expect(await requestPush({ ...push(other.id), projectId: stranger.id })).toMatchObject({
      pushId: expect.any(String),
    });
  });

  it.each([
    ["a cut connection", "drop" as const],
    ["a failing storage", 503],
    ["a Hub that wants less", 429],
  ])("goes on after %s where it was", async (_name, kind) => {
    const files = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`data/${index}.parquet`, String(index).repeat(5_000)]),
    );
    const { pushId } = await requestPush(push(await addExport({ ...files, "README.md": "#" })));
    hub.misbehave(/^PUT \/storage\//, kind);
    await expect(makePush(pushId)).rejects.toMatchObject({ code: "unavailable" });
    expect(await db().hubPush.findUniqueOrThrow({ where: { id: pushId } })).toMatchObject({
      state: "working",
    });
    const arrived = hub.objects.size;
    const before = hub.requests.length;
    await makePush(pushId);
    const sent = hub.requests.slice(before).filter((asked) => asked.startsWith("PUT /storage/"));
    expect(sent).toHaveLength(6 - arrived);
    for (const [path, text] of Object.entries(files))
      expect(hub.contentOf(REPO, path)?.toString()).toBe(text);
  });

  it("goes on after a commit of many was cut, without sending again what the commits before it brought", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 230 }, (_, index) => [`images/${index}.txt`, `picture ${index}`]),
    );
    const { pushId } = await requestPush(push(await addExport(files)));
    await fails(hub, /\/commit\/main$/, 2, () => makePush(pushId));
    expect(hub.repositories.get(REPO)?.files.size).toBe(100);
    await makePush(pushId);
    expect(hub.repositories.get(REPO)?.files.size).toBe(230);
    expect(hub.repositories.get(REPO)?.commits).toEqual([
      "Roofs & walls, version 3 (part 1 of 3)",
      "Roofs & walls, version 3 (part 1 of 2)",
      "Roofs & walls, version 3 (part 2 of 2)",
    ]);
  });

  it("says in a sentence what the Hub refuses, without a secret", async () => {
    const { pushId } = await requestPush(push(await addExport({ "README.md": "#" })));
    hub.misbehave(/repos\/create/, 403, 10);
    const refused = await makePush(pushId).catch((error: unknown) => error);
    // The code by which the queue knows that trying again is no use.
    expect(refused).toMatchObject({ code: "bad_input" });
    await failPush(pushId, refused);
    const row = await db().hubPush.findUniqueOrThrow({ where: { id: pushId } });
    expect(row.state).toBe("failed");
    expect(row.error).toContain("may not write to my-lab/roofs");
    expect(JSON.stringify(row)).not.toContain(hub.token);
    expect(hub.requests.filter((asked) => asked.includes("repos/create"))).toHaveLength(1);
  });

  it("sends nothing that is meant for members to a repository that everybody can see", async () => {
    const exportId = await addExport({ "README.md": "#" });
    hub.repositories.set(REPO, { isPrivate: false, files: new Map(), commits: [], tags: [] });
    const { pushId } = await requestPush(push(exportId));
    const refused = await makePush(pushId).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "bad_input",
      message: expect.stringContaining("everybody can see it"),
    });
    await failPush(pushId, refused);
    expect(hub.repositories.get(REPO)?.commits).toEqual([]);
    const open = await requestPush({ ...push(exportId), isPrivate: false });
    await makePush(open.pushId);
    expect(hub.contentOf(REPO, "README.md")?.toString()).toBe("#");
  });

  it("stops when a person says so, and leaves it at that", async () => {
    const { pushId } = await requestPush(push(await addExport({ "data/a.parquet": "p".repeat(5_000) })));
    hub.misbehave(/^PUT \/storage\//, "hang");
    const running = makePush(pushId);
    await expect.poll(() => hub.requests.some((asked) => asked.startsWith("PUT /storage/"))).toBe(true);
    await stopPush(projectId, pushId);
    await running;
    expect(await db().hubPush.findUniqueOrThrow({ where: { id: pushId } })).toMatchObject({
      state: "failed",
      error: expect.stringContaining("Stopped."),
    });
    await expect(stopPush(projectId, pushId)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is asked for once at a time, and not of a withdrawn version or another project", async () => {
    const exportId = await addExport({ "README.md": "#" });
    const first = await requestPush(push(exportId));
    expect(await requestPush(push(exportId))).toEqual(first);
    const other = await addExport({ "README.md": "##" });
    await expect(requestPush(push(other))).rejects.toThrow("Another export is on its way");
    await failPush(first.pushId, new Error("given up"));
    const stranger = (await db().project.create({ data: { name: "Other" } })).id;
    await expect(requestPush({ ...push(exportId), projectId: stranger })).rejects.toMatchObject({
      code: "not_found",
    });
    await db().datasetVersion.update({ where: { id: versionId }, data: { withdrawnAt: new Date() } });
    await expect(requestPush(push(exportId))).rejects.toThrow("withdrawn");
  });
});

function push(exportId: string) {
  return { projectId, userId, exportId, repo: REPO, isPrivate: true };
}

async function pushed(files: Record<string, string>): Promise<void> {
  await requestPush(push(await addExport(files)));
  await runJobsUntilIdle();
}

/** Lets the n-th request of a kind fail, and expects the work to fail with it. */
async function fails(
  server: TestHub,
  matches: RegExp,
  nth: number,
  work: () => Promise<void>,
): Promise<void> {
  server.misbehave(matches, "drop", 1, nth - 1);
  await expect(work()).rejects.toMatchObject({ code: "unavailable" });
}

/** A finished export with these files, in the form in which exports are stored. */
async function addExport(files: Record<string, string>): Promise<string> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), `roofs-v3/${name}`);
  zip.end();
  const file = await temporaryPath();
  await pipeline(zip.outputStream, createWriteStream(file));
  const row = await db().export.create({ data: { projectId, versionId, format: "parquet", state: "done" } });
  const storageKey = `projects/${projectId}/exports/${row.id}.zip`;
  await putFile(storageKey, file, { move: true });
  await db().export.update({ where: { id: row.id }, data: { storageKey, fileName: "roofs-v3.zip" } });
  return row.id;
}
