import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { db } from "#lib/db/client.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { longJsonl, TEST_QUESTIONS, writeStageFiles } from "#lib/interchange/test-stage-files.ts";
import { alerts, expect, expectAccessible, test } from "./fixtures.ts";

let folder: string;

test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "stages-"));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("stage files are uploaded as a zip and become a finished run whose funnel and traces can be read", async ({
  page,
  project,
}) => {
  const [boat, rope, cup] = TEST_QUESTIONS;
  if (!boat || !rope || !cup) throw new Error("the fixture is empty");
  // One row of stage 3 goes on from a thought that no row of stage 2 has.
  const long = `${longJsonl()}${longJsonl([{ ...cup, simple: [{ thought: "Never given.", answer: "(A)", long: [{ words: " Wait, no.", answer: "(B)" }] }] }])}`;
  const files = await writeStageFiles(path.join(folder, "set"), { long });
  const zip = path.join(folder, "published.zip");
  await writeZip(
    zip,
    files.map((file) => ({ name: `set/${path.basename(file)}`, path: file })),
  );

  await page.goto(`${project.path}/runs`);
  await page.getByRole("link", { name: "Import a run" }).click();
  await expect(page.getByRole("heading", { name: "Import a run", level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Zip of stage files").setInputFiles(zip);

  await expect(page.getByText("The good rows came in; 1 row did not.")).toBeVisible();
  await expect(
    page.getByRole("row", { name: /stage_3_expand_cot\.jsonl .*was not imported/u }),
  ).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "See the run" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("published.zip");
  const funnel = page.getByRole("listitem").filter({ hasText: "Long thoughts" });
  await expect(funnel).toContainText("unfinished");
  await expect(page.getByText("This run was made elsewhere")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Place of the key" })).toBeVisible();
  await expect(page.getByText(/3 questions with 4 choices/u)).toBeVisible();
  await expect(page.getByRole("button", { name: "Resume" })).toHaveCount(0);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectAccessible(page);
  }

  await page.getByRole("link", { name: "Traces of this run" }).click();
  const trace = await db().trace.findFirstOrThrow({ where: { projectId: project.id, kind: "XO" } });
  await page.goto(`${project.path}/traces/${trace.id}`);
  await expect(page.getByText(/Long thought: imported/u)).toBeVisible();
  await expect(page.getByText(/stage_3_expand_cot\.jsonl, line 1, reply/u)).toBeVisible();

  // The same again changes nothing.
  await page.goto(`${project.path}/runs/import`);
  await page.getByLabel("Zip of stage files").setInputFiles(zip);
  await expect(page.getByRole("heading", { name: "published.zip" })).toBeVisible();
  await expect(page.getByText("What the files held")).toBeVisible();
  expect(await db().run.count({ where: { projectId: project.id } })).toBe(1);

  // It is taken back, having said what goes.
  const traces = await db().trace.count({ where: { projectId: project.id } });
  await page.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText(`${traces} traces, 3 questions`)).toContainText("would go");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("Taken back", { exact: true })).toBeVisible();
  await expect(page.getByText("Nothing of it stayed.")).toBeVisible();
  expect(await db().trace.count({ where: { projectId: project.id } })).toBe(0);
});

test("what is no stage file is refused in a sentence, and a viewer imports nothing", async ({
  page,
  project,
  makeUser,
  openAs,
}) => {
  await page.goto(`${project.path}/runs/import`);
  await page.getByLabel("Zip of stage files").setInputFiles({
    name: "notes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("nothing"),
  });
  await expect(alerts(page)).toContainText("There is no zip and no .csv or .jsonl file");
  const viewer = await openAs(await makeUser({ role: "viewer" }));
  await viewer.goto(`${project.path}/runs/import`);
  await expect(viewer.getByText("Only an owner of this project imports runs.")).toBeVisible();
});
