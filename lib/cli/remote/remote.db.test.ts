import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestApi, type TestApi } from "#lib/api/test-server.ts";
import { partKey } from "#lib/datasets/keys.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeQuestion, makeTrace, makeUser } from "#lib/db/test-records.ts";
import { resetEnv } from "#lib/env.ts";
import { connectHub } from "#lib/hub/connection-commands.ts";
import { TestHub } from "#lib/hub/test-hub.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { createProject } from "#lib/projects/commands.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";
import { putBytes, readBytes } from "#lib/storage/storage.ts";
import { createToken } from "#lib/tokens/commands.ts";
import { SCOPE_NAMES } from "#lib/tokens/schema.ts";
import { startWorker, type Worker } from "#lib/worker/start.ts";

const database = await createTestDatabase();
const ROOT = path.join(import.meta.dirname, "../../..");

let api: TestApi;
let worker: Worker;
let simulator: Simulator;
let projectId: string;
let token: string;
beforeAll(async () => {
  simulator = await startSimulator({ seed: "remote", captureLimit: 0 });
  api = await startTestApi();
  worker = await startWorker({ concurrency: 4 });
  const olga = await makeUser("Olga");
  ({ id: projectId } = await createProject(olga.id, { name: "Far away" }));
  await db().endpoint.updateMany({
    where: { projectId },
    data: { isSimulator: false, baseUrl: simulator.baseUrl },
  });
  ({ token } = await createToken(
    { userId: olga.id, role: "owner" },
    { projectId, name: "command line", scopes: SCOPE_NAMES, days: null },
  ));
}, 120_000);
afterAll(async () => {
  await worker.stop();
  await api.close();
  await simulator.close();
  await disconnectBoss();
});

type Result = { code: number; stdout: string; stderr: string; json: Record<string, unknown> };

/** The real program in a process of its own, which knows a server and a token and no database. */
function secondLook(words: string[], extra: Record<string, string> = {}): Promise<Result> {
  const { DATABASE_URL: _url, SECOND_LOOK_DATA: _data, ...inherited } = process.env;
  const env = {
    ...inherited,
    // Whoever touched a database here would fail.
    DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
    SECOND_LOOK_SERVER: api.url,
    SECOND_LOOK_TOKEN: token,
    ...extra,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(ROOT, "bin/second-look.mjs"), ...words, "--json"],
      { env, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        const json = z.record(z.string(), z.unknown()).parse(JSON.parse(stdout || "{}"));
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr, json });
      },
    );
  });
}

const errorOf = ({ json }: Result) => z.object({ code: z.string(), message: z.string() }).parse(json.error);

describe("the command line on a server", { timeout: 240_000 }, () => {
  it("sends images, from a folder and from a zip, and says which rows could not be taken", async () => {
    const folder = path.join(database.dataDir, "send");
    mkdirSync(path.join(folder, "pictures"), { recursive: true });
    const rows = [];
    for (const index of [1, 2, 3]) {
      writeFileSync(path.join(folder, "pictures", `p${index}.jpg`), await makePicture(index));
      rows.push({
        id: `p${index}`,
        image: `pictures/p${index}.jpg`,
        description: `A red kite, number ${index}.`,
      });
    }
    const captions = path.join(folder, "captions.jsonl");
    const bad = ["not json", JSON.stringify({ id: "p4", image: "nowhere.jpg", description: "x" })];
    writeFileSync(captions, [...rows.map((row) => JSON.stringify(row)), ...bad].join("\n"));
    const first = await secondLook(["import", "--captions", captions, "--images", folder]);
    expect([first.code, first.json], first.stderr).toMatchObject([1, { added: 3, rejected: 2 }]);
    const problems = z.array(z.object({ line: z.number() })).parse(first.json.problems);
    expect(problems.map(({ line }) => line).sort()).toEqual([4, 5]);

    const zip = path.join(folder, "more.zip");
    await writeZip(zip, [
      {
        name: "captions.jsonl",
        bytes: Buffer.from(JSON.stringify({ id: "p9", image: "p9.jpg", description: "A boat." })),
      },
      { name: "p9.jpg", bytes: await makePicture(9) },
    ]);
    const second = await secondLook(["import", "--zip", zip]);
    expect([second.code, second.json], second.stderr).toMatchObject([0, { added: 1, rejected: 0 }]);
    expect(await db().image.count({ where: { projectId, state: "present" } })).toBe(4);
  });

  it("starts a run, follows it to its end, and lists what it made", async () => {
    const run = await secondLook([
      "run",
      ...[
        "--stages",
        "1,2",
        "--simple-samples",
        "1",
        "--images",
        "2",
        "--seed",
        "s",
        "--name",
        "From afar",
        "--wait",
      ],
    ]);
    expect([run.code, run.json], run.stderr).toMatchObject([
      0,
      { run: { name: "From afar", state: "done" } },
    ]);
    const { runId } = z.object({ runId: z.string() }).parse(run.json.run);
    const watched = await secondLook(["watch", runId]);
    expect([watched.code, watched.json]).toMatchObject([0, { run: { runId, state: "done" } }]);
    const status = await secondLook(["status"]);
    expect([status.code, status.json]).toMatchObject([
      0,
      { project: { name: "Far away" }, images: { present: 4 } },
    ]);
    const all = await secondLook(["traces", "--run", runId, "--limit", "500"]);
    const made = z.array(z.object({ id: z.string() })).parse(all.json.traces);
    expect(made.length).toBe(await db().trace.count({ where: { runId } }));
    const few = await secondLook(["traces", "--limit", "1", "--order", "oldest"]);
    expect([few.json.traces, few.json.hasMore]).toMatchObject([[{ id: made.at(-1)?.id }], true]);
  });

  it("freezes a version, has it exported, and downloads it though the line breaks twice", async () => {
    await approveOne();
    const version = await secondLook(["create-version", "Kites"]);
    expect([version.code, version.json], version.stderr).toMatchObject([
      0,
      { version: { datasetName: "Kites", number: 1, state: "ready", records: 1 } },
    ]);
    const { id: versionId } = z.object({ id: z.string() }).parse(version.json.version);
    await readLines(versionId);
    const out = path.join(database.dataDir, "exports", "kites.zip");
    api.cuts.push(1_000, 700);
    const words = ["export", "--version", "latest", "--format", "llamafactory", "--out", out];
    const exported = await secondLook(words);
    expect(exported.code, exported.stderr).toBe(0);
    expect(api.cuts).toEqual([]);
    expect(api.asked.filter((one) => one.endsWith("/file"))).toHaveLength(3);
    const bytes = readFileSync(out);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(exported.json.sha256);
    expect(readdirSync(path.dirname(out))).toEqual(["kites.zip"]);
    expect(errorOf(await secondLook(words)).message).toMatch(/something at .*already/);

    // What stands beside it from a command that was killed is gone on with, and not fetched again.
    const again = path.join(database.dataDir, "exports", "again.zip");
    const partial = `${again}.${String(exported.json.sha256).slice(0, 12)}.partial`;
    writeFileSync(partial, bytes.subarray(0, bytes.length - 10));
    api.cuts.push(10);
    expect((await secondLook([...words.slice(0, -1), again])).code).toBe(0);
    expect(readFileSync(again).equals(bytes)).toBe(true);
  });

  it("pushes a version to the Hub, lists versions, and withdraws one, which then goes nowhere", async () => {
    const hub = new TestHub();
    process.env.HUB_URL = await hub.start();
    resetEnv();
    const owner = await db().user.findFirstOrThrow();
    await connectHub({ projectId, actorId: owner.id }, hub.token);
    const push = ["push", "--version", "latest", "--format", "jsonl", "--repo", "my-lab/kites"];
    const pushed = await secondLook(push);
    expect([pushed.code, pushed.json], pushed.stderr).toMatchObject([
      0,
      { push: { state: "done", tag: "kites-v1", tagKept: null, repo: "my-lab/kites" } },
    ]);
    expect(hub.contentOf("my-lab/kites", "README.md")?.toString()).toContain("Kites, version 1");
    expect(hub.repositories.get("my-lab/kites")?.isPrivate).toBe(true);
    expect(pushed.stdout + pushed.stderr).not.toContain(hub.token);

    const versionSchema = z.object({
      id: z.string(),
      withdrawn: z.object({ reason: z.string() }).nullable(),
    });
    const listed = await secondLook(["versions"]);
    const [version] = z.array(versionSchema).parse(listed.json.versions);
    expect([listed.code, version?.withdrawn]).toEqual([0, null]);
    const withdraw = ["withdraw", version?.id ?? "", "--reason", "A key was wrong."];
    const withdrawn = await secondLook(withdraw);
    expect([withdrawn.code, withdrawn.json], withdrawn.stderr).toMatchObject([
      0,
      { version: { withdrawn: { reason: "A key was wrong." } } },
    ]);
    expect((await secondLook(withdraw)).code).toBe(1);
    expect((await secondLook(["versions"])).json.versions).toMatchObject([
      { withdrawn: { reason: "A key was wrong." } },
    ]);
    const out = path.join(database.dataDir, "exports", "withdrawn.zip");
    for (const words of [
      ["export", "--version", version?.id ?? "", "--format", "jsonl", "--out", out],
      ["push", "--version", version?.id ?? "", "--format", "jsonl", "--repo", "my-lab/kites"],
    ])
      expect(errorOf(await secondLook(words)).message).toMatch(/withdrawn.*A key was wrong\./);
    expect(errorOf(await secondLook(push)).message).toMatch(/no version that could be exported/);
    await hub.stop();
    delete process.env.HUB_URL;
    resetEnv();
  });

  it("says in a sentence what cannot be done", async () => {
    for (const [words, extra, code, sentence] of [
      [["status"], { SECOND_LOOK_TOKEN: `slk_${"x".repeat(43)}` }, 1, /not known to this server/],
      [["status"], { SECOND_LOOK_SERVER: "http://127.0.0.1:1" }, 1, /does not answer/],
      [["status"], { SECOND_LOOK_TOKEN: "" }, 2, /needs a token/],
      [["approve", "--all-passing"], {}, 2, /no command "approve" for a server/],
      [["status", "--project", "x"], {}, 2, /no option --project/],
      [["watch", "x"], {}, 1, /no id of a run/],
      [["watch", "00000000-0000-7000-8000-000000000000"], {}, 1, /no such run/],
      [["traces", "--state", "odd"], {}, 1, /--state cannot be that/],
      [["import", "--zip", "/no/such.zip"], {}, 1, /is not there/],
      [["withdraw", "x", "--reason", "A key was wrong."], {}, 1, /no id of a version/],
      [
        ["withdraw", "00000000-0000-7000-8000-000000000000", "--reason", "A key was wrong."],
        {},
        1,
        /no such dataset version/,
      ],
      [["push", "--version", "latest", "--format", "jsonl", "--repo", "no repo"], {}, 1, /--repo cannot/],
    ] as const) {
      const result = await secondLook([...words], extra);
      expect([result.code, errorOf(result).message], result.stderr).toEqual([
        code,
        expect.stringMatching(sentence),
      ]);
      expect(result.stderr).not.toMatch(/\n\s+at /);
      expect(result.stdout + result.stderr).not.toContain(token);
    }
  });
});

/** The frozen lines over HTTP: as they were frozen, from behind a cursor, and broken off where they were changed since. */
async function readLines(versionId: string): Promise<void> {
  const ask = (query = "", part = "sft") =>
    fetch(`${api.url}/api/v1/versions/${versionId}/parts/${part}${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const key = partKey(projectId, versionId, "sft");
  const stored = Buffer.from(await readBytes(key));
  const whole = await ask();
  expect([whole.status, whole.headers.get("content-type")]).toEqual([
    200,
    "application/x-ndjson; charset=utf-8",
  ]);
  expect(Buffer.from(await whole.arrayBuffer()).equals(stored)).toBe(true);
  expect(await (await ask("?limit=1")).text()).toBe(stored.toString());
  expect(await (await ask("?after=0")).text()).toBe("");
  expect(await (await ask("", "preference")).text()).toBe("");
  expect((await ask("", "nonsense")).status).toBe(404);
  await putBytes(key, Buffer.from(stored.toString().replace("kite", "boat")));
  await expect(ask().then((response) => response.text())).rejects.toThrow();
  await putBytes(key, stored);
}

/** An approved trace that ends right, with its picture in storage: what a version is frozen from. */
async function approveOne(): Promise<void> {
  const reviewer = await db().user.findFirstOrThrow();
  const picture = await makePicture(77, { format: "png", width: 400, height: 300 });
  const storageKey = `images/${projectId}/seventy-seven/original.png`;
  await putBytes(storageKey, picture, { contentType: "image/png" });
  const image = await makeImage(projectId);
  await db().image.update({
    where: { id: image.id },
    data: {
      storageKey,
      mime: "image/png",
      bytes: picture.length,
      width: 400,
      height: 300,
      sha256: createHash("sha256").update(picture).digest("hex"),
    },
  });
  const question = await makeQuestion(projectId, image.id);
  const trace = await makeTrace({ projectId, imageId: image.id, question });
  await db().verdict.create({
    data: {
      projectId,
      traceId: trace.id,
      traceRevisionId: trace.currentRevisionId ?? "",
      questionRevisionId: question.currentRevisionId,
      reviewerId: reviewer.id,
      decision: "approved",
      actionId: crypto.randomUUID(),
      previousState: "waiting",
      rowVersionAfter: 2,
    },
  });
  await db().trace.update({ where: { id: trace.id }, data: { state: "approved", rowVersion: 2 } });
}
