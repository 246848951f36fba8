import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { writeStageFiles } from "#lib/interchange/test-stage-files.ts";

const database = await createTestDatabase();
const ROOT = path.join(import.meta.dirname, "../..");
const PHOTOS = path.join(ROOT, "../shared/photos");
const CAPTIONS = path.join(PHOTOS, "photo_descriptions.jsonlines");

type Result = { code: number; stdout: string; stderr: string; json: Record<string, unknown> };

/** Runs the real program, as a person would, with `--json`. */
function secondLook(...words: string[]): Promise<Result> {
  return run([...words, "--json"]);
}

function run(words: string[], extraEnv: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...extraEnv };
    execFile(
      process.execPath,
      [path.join(ROOT, "bin/second-look.mjs"), ...words],
      { env, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? 1) : 0;
        const parsed = words.includes("--json")
          ? z.record(z.string(), z.unknown()).parse(JSON.parse(stdout))
          : {};
        resolve({ code, stdout, stderr, json: parsed });
      },
    );
  });
}

const text = (value: unknown) => z.string().parse(value);
const errorOf = (result: Result) =>
  z.object({ code: z.string(), message: z.string() }).parse(result.json.error);

const shareGptSchema = z.array(
  z.object({
    messages: z.array(z.object({ role: z.string(), content: z.string() })).optional(),
    conversations: z.array(z.object({ from: z.string(), value: z.string() })).optional(),
    images: z.array(z.string()).length(1),
  }),
);

describe.skipIf(!existsSync(CAPTIONS))("the whole job by the command line (needs ../shared/photos)", () => {
  it("imports, runs, approves and exports, and each step says how it stands", {
    timeout: 300_000,
  }, async () => {
    const early = await secondLook(
      "import",
      "--project",
      "Photos",
      "--captions",
      CAPTIONS,
      "--images",
      path.join(PHOTOS, "images"),
    );
    expect([early.code, early.json.ok]).toEqual([1, false]);
    expect(errorOf(early).message).toMatch(/Nobody has an account yet/);

    const setUp = await secondLook("set-up", "--email", "ada@example.org", "--name", "Ada");
    expect(setUp.code).toBe(0);
    expect(text(setUp.json.password).length).toBeGreaterThanOrEqual(16);
    expect((await secondLook("set-up", "--email", "eve@example.org")).code).toBe(1);

    const imported = await secondLook(
      "import",
      "--project",
      "Photos",
      "--captions",
      CAPTIONS,
      "--images",
      path.join(PHOTOS, "images"),
      "--licence",
      "CC BY 4.0",
      "--source",
      "our own photographs",
    );
    expect(imported.stderr).toContain('Made the project "Photos".');
    expect([imported.code, imported.json]).toMatchObject([
      0,
      { ok: true, project: { name: "Photos", isNew: true }, import: { added: 4, rejected: 0 }, problems: [] },
    ]);
    const again = await secondLook(
      "import",
      "--project",
      "Photos",
      "--captions",
      CAPTIONS,
      "--images",
      path.join(PHOTOS, "images"),
    );
    expect([again.code, again.json]).toMatchObject([
      0,
      { project: { isNew: false }, import: { added: 0, unchanged: 4 } },
    ]);

    const ran = await secondLook(
      "run",
      "--project",
      "Photos",
      "--stages",
      "1,2,3",
      "--images",
      "2",
      "--simple-samples",
      "2",
      "--long-samples",
      "2",
      "--seed",
      "s",
      "--wait",
    );
    expect([ran.code, ran.json]).toMatchObject([0, { run: { state: "done", failures: [] } }]);
    expect(ran.stderr).toMatch(/tasks done/);

    const projectId = (await db().project.findUniqueOrThrow({ where: { name: "Photos" } })).id;
    const waiting = await db().trace.count({ where: { projectId, state: "waiting" } });
    expect(waiting).toBeGreaterThan(0);
    const status = await secondLook("status", "--project", "Photos");
    expect([status.code, status.json]).toMatchObject([
      0,
      { images: { present: 4 }, traces: { byState: { waiting } }, runs: [{ state: "done" }] },
    ]);

    const asked = await secondLook("approve", "--project", "Photos", "--all-passing");
    expect(asked.code).toBe(1);
    expect(errorOf(asked).message).toMatch(/add --yes/);
    expect(await db().verdict.count({ where: { projectId } })).toBe(0);
    const approved = await secondLook(
      "approve",
      "--project",
      "Photos",
      "--all-passing",
      "--yes",
      "--as",
      "ada@example.org",
    );
    const verdicts = await db().verdict.findMany({ where: { projectId }, include: { reviewer: true } });
    expect([approved.code, approved.json]).toMatchObject([
      0,
      { approved: verdicts.length, by: "ada@example.org" },
    ]);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.every((one) => one.source === "bulk" && one.reviewer.email === "ada@example.org")).toBe(
      true,
    );

    const out = path.join(database.dataDir, "out");
    const refused = await secondLook(
      "export",
      "--project",
      "Photos",
      "--format",
      "llamafactory",
      "--out",
      out,
    );
    expect([refused.code, existsSync(out)]).toEqual([1, false]);
    expect(errorOf(refused)).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/written by the simulator.*add --allow-simulated/),
    });
    const exported = await secondLook(
      "export",
      "--project",
      "Photos",
      "--format",
      "llamafactory",
      "--out",
      out,
      "--allow-simulated",
    );
    expect([exported.code, exported.json]).toMatchObject([
      0,
      { records: verdicts.length, dataset: { name: "Photos", version: 1 } },
    ]);
    checkTrainingSet(out, verdicts.length);

    const full = await secondLook(
      "export",
      "--project",
      "Photos",
      "--format",
      "llamafactory",
      "--out",
      out,
      "--allow-simulated",
    );
    expect(errorOf(full).message).toMatch(/is not empty/);
  });
});

/** What a trainer reads: the set named in dataset_info.json, each record with its one picture beside it. */
function checkTrainingSet(folder: string, records: number): void {
  const info = z
    .record(z.string(), z.looseObject({ file_name: z.string() }))
    .parse(JSON.parse(readFileSync(path.join(folder, "dataset_info.json"), "utf8")));
  const rows = Object.values(info).flatMap((set) =>
    shareGptSchema.parse(JSON.parse(readFileSync(path.join(folder, set.file_name), "utf8"))),
  );
  expect(rows.length).toBe(records);
  for (const row of rows) expect(existsSync(path.join(folder, row.images[0] ?? ""))).toBe(true);
  expect(readdirSync(folder).some((name) => /manifest/.test(name))).toBe(true);
}

describe("the command line", () => {
  it("takes the good rows, and ends with 1 and the causes when others can't be taken", async () => {
    if ((await db().user.count()) === 0) await secondLook("set-up", "--email", "ada@example.org");
    const captions = path.join(database.dataDir, "captions.jsonl");
    writeFileSync(
      captions,
      '{"example_id":"a","image_file":"nowhere.jpg","description":"A picture."}\nnot json\n',
    );
    const result = await secondLook(
      "import",
      "--project",
      "Broken",
      "--captions",
      captions,
      "--images",
      database.dataDir,
    );
    expect(result.code).toBe(1);
    expect(result.json).toMatchObject({ ok: false, import: { added: 0 } });
    expect(
      z
        .array(z.object({ line: z.number() }))
        .parse(result.json.problems)
        .map((problem) => problem.line),
    ).toEqual([1, 2]);
  });

  it("imports stage files as a run, and the same again as nothing new", async () => {
    if ((await db().user.count()) === 0) await secondLook("set-up", "--email", "ada@example.org");
    const folder = path.join(database.dataDir, "stage-files");
    await writeStageFiles(folder);
    const first = await secondLook(
      "import-stages",
      folder,
      "--project",
      "Elsewhere",
      "--name",
      "From a paper",
    );
    expect([first.code, first.json]).toMatchObject([
      0,
      { ok: true, counts: { added: 10, rejected: 0 }, summary: { questions: { total: 3, valid: 3 } } },
    ]);
    const again = await secondLook("import-stages", folder, "--project", "Elsewhere");
    expect([again.code, again.json]).toMatchObject([
      0,
      { runId: first.json.runId, counts: { added: 0, unchanged: 10 } },
    ]);
    const run = await db().run.findUniqueOrThrow({ where: { id: text(first.json.runId) } });
    expect(run).toMatchObject({ name: "From a paper", kind: "imported", state: "done" });
  });

  it("tries a table of others first, then imports it by the same mapping", async () => {
    if ((await db().user.count()) === 0) await secondLook("set-up", "--email", "ada@example.org");
    const file = path.join(database.dataDir, "table.csv");
    writeFileSync(
      file,
      'q,opts,right,img,t,a\n"What?","(A) x (B) y",1,a/one.png,It is y.,B\n"What?",x,1,one.png,It is y.,B\n"What?","(A) x (B) y",1,b/one.png,It is y.,B\n',
    );
    const map = [
      "--map",
      "question=q,choices=opts,key=right,imagePath=img,longThought=t,answer=a",
      "--key-form",
      "index0",
    ];
    const tried = await secondLook("import-traces", file, "--project", "Tables", "--dry-run", ...map);
    expect([tried.code, tried.json]).toMatchObject([
      1,
      {
        dryRun: true,
        rows: { good: 1, bad: 2 },
        problems: [
          { line: 3, code: "bad_choices" },
          { line: 4, code: "same_file_name" },
        ],
      },
    ]);
    expect(await db().project.count({ where: { name: "Tables" } })).toBe(0);
    const done = await secondLook("import-traces", file, "--project", "Tables", ...map);
    expect([done.code, done.json]).toMatchObject([1, { counts: { added: 1, rejected: 2 } }]);
    const trace = await db().trace.findFirstOrThrow({ where: { runId: text(done.json.runId) } });
    expect(trace.kind).toBe("O");
  });

  it.each([
    [["import-stages", "/no/such", "--project", "x"], 1, /There is no folder \/no\/such/],
    [["fly"], 2, /There is no command "fly"/],
    [["run", "--project", "x"], 2, /needs --stages LIST/],
    [["run", "--project", "x", "--stages", "1,3"], 1, /stages that follow on each other/],
    [["run", "--project", "x", "--stages", "1", "--checks", "magic"], 1, /--checks takes two-choices/],
    [["run", "--project", "x", "--stages", "1", "--budget", "5 dollars"], 1, /an amount in US dollars/],
    [["run", "--project", "x", "--stages", "1", "--dry-run", "0"], 1, /whole number from 1 for --dry-run/],
    [["status", "--project", "No such"], 1, /There is no project "No such"/],
    [["status", "--project", "x", "--as", "nobody@example.org"], 1, /There is no user nobody@example.org/],
    [
      ["import", "--project", "x", "--captions", "/no/such", "--images", "/tmp"],
      1,
      /The captions file \/no\/such is not there/,
    ],
    [
      ["export", "--project", "x", "--format", "csv", "--out", "/tmp/x"],
      1,
      /--format takes llamafactory, trl, .* or steps, not "csv"/,
    ],
    [["inspect-reference", "/no/such"], 1, /There is no folder \/no\/such/],
  ])("answers %o with one sentence", async (words, code, sentence) => {
    if ((await db().user.count()) === 0) await secondLook("set-up", "--email", "ada@example.org");
    const result = await secondLook(...words);
    expect(result.code).toBe(code);
    expect(errorOf(result).message).toMatch(sentence);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.stdout.trim().split("\n")).toHaveLength(1);
  });

  it("says that the database of DATABASE_URL does not answer", async () => {
    const result = await run(["status", "--project", "x", "--json"], {
      DATABASE_URL: "postgresql://a:hunter2@127.0.0.1:1/x",
    });
    expect(result.code).toBe(1);
    expect(errorOf(result).message).toBe(
      "The database in DATABASE_URL does not answer: nothing listens at 127.0.0.1:1.",
    );
  });
});
