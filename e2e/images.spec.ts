import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { importImages } from "#lib/images/import-commands.ts";
import { makePicture, makePngBomb } from "#lib/images/test-pictures.ts";
import { writeZip } from "#lib/images/test-zip.ts";
import { alerts, expect, expectAccessible, test } from "./fixtures.ts";

let folder: string;

test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "images-"));
});

test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const DESCRIPTION = "A lighthouse stands on the left under a grey sky, and two boats lie before it.";

/** A folder with captions and pictures of several proportions; the odd ones in split "test". */
async function makeFolder(count: number): Promise<{ captions: string; images: string }> {
  const images = path.join(folder, "images");
  await mkdir(images, { recursive: true });
  const lines: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const width = 200 + (at % 5) * 60;
    await writeFile(path.join(images, `p${at}.jpg`), await makePicture(at, { width, height: 200 }));
    const split = at % 2 === 0 ? "train" : "test";
    const description = at === 1 ? DESCRIPTION : `A plain field number ${at} with a dark bar.`;
    lines.push(JSON.stringify({ example_id: `p${at}`, image_file: `p${at}.jpg`, description, split }));
  }
  const captions = path.join(folder, "captions.jsonlines");
  await writeFile(captions, lines.join("\n"));
  return { captions, images };
}

async function importFolder(projectId: string, userId: string, count: number): Promise<void> {
  const source = { kind: "folder" as const, ...(await makeFolder(count)) };
  expect(await importImages({ projectId, userId, source })).toMatchObject({ added: count, rejected: 0 });
}

test("a zip is uploaded, imported, reported on, and found unchanged the second time", async ({
  page,
  project,
}) => {
  const zip = path.join(folder, "set.zip");
  await writeZip(zip, [
    {
      name: "set/captions.csv",
      bytes: `id,image,description\na,a.jpg,"${DESCRIPTION}"\nbomb,bomb.png,Large\ngone,gone.jpg,Not there\n`,
    },
    { name: "set/images/a.jpg", bytes: await makePicture(1, { width: 300, height: 200 }) },
    { name: "set/images/bomb.png", bytes: makePngBomb(20_000, 20_000) },
  ]);

  await page.goto(`${project.path}/images`);
  await expect(page.getByText("No images yet")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Import images" }).click();
  await expect(page.getByRole("heading", { name: "Import images" })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Zip to import").setInputFiles(zip);

  await expect(page.getByText("The good rows came in; 2 rows did not.")).toBeVisible();
  await expect(
    page.getByRole("row", { name: /^3 set\/images\/bomb.png The image claims 20,000 × 20,000/ }),
  ).toBeVisible();
  await expect(page.getByRole("row", { name: /^4 gone.jpg There is no such file/ })).toBeVisible();
  await expectAccessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^import-problems-.*\.csv$/);

  await page.getByRole("link", { name: "Import more" }).click();
  await page.getByLabel("Zip to import").setInputFiles(zip);
  await expect(page.getByRole("definition").filter({ hasText: /^1$/ })).toBeVisible();
  await expect(page.getByText("Unchanged")).toBeVisible();
  await page.getByRole("link", { name: "See the images" }).click();
  await expect(page.getByRole("link", { name: /lighthouse/ })).toHaveCount(1);
});

test("a folder is uploaded file by file", async ({ page, project }) => {
  await makeFolder(3);
  await page.goto(`${project.path}/images/import`);
  await page.getByLabel("Folder to import").setInputFiles(folder);
  await expect(page.getByText("Done: 3 images came in.")).toBeVisible();
});

test("what cannot be imported is said before and after it is sent", async ({ page, project }) => {
  const notZip = path.join(folder, "set.zip");
  await writeFile(notZip, "not a zip at all");
  await page.goto(`${project.path}/images/import`);
  await page.getByLabel("Folder to import").setInputFiles(await onlyImages());
  await expect(alerts(page)).toContainText("There is no captions file among these files");
  await page.getByLabel("Zip to import").setInputFiles(notZip);
  await expect(alerts(page)).toContainText("The file is not a zip, or it is cut off.");
});

test("the gallery is searched, narrowed, paged, and sent as an address", async ({ page, project, owner }) => {
  await importFolder(project.id, owner.id, 50);
  await page.goto(`${project.path}/images`);
  await expect(page.getByText("50 images with a dense description each.")).toBeVisible();
  await expect(page.getByRole("listitem").getByRole("link")).toHaveCount(48);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByRole("listitem").getByRole("link")).toHaveCount(2);
  await page.getByRole("link", { name: "Previous page" }).click();
  await expect(page.getByRole("listitem").getByRole("link")).toHaveCount(48);

  await page.getByLabel("Split").selectOption("test");
  await expect(page).toHaveURL(/split=test/);
  await page.getByLabel("Search descriptions and names").fill("LIGHTHOUSE");
  await expect(page.getByText("1 of 50 fit this view.")).toBeVisible();
  await expect(page).toHaveURL(/q=LIGHTHOUSE/);
  await page.reload();
  await expect(page.getByRole("link", { name: /lighthouse/ })).toHaveCount(1);
  await page.getByLabel("Search descriptions and names").fill("nothing like it");
  await expect(page.getByText("No image fits this view")).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(page.getByRole("listitem").getByRole("link")).toHaveCount(48);
  await expectAccessible(page);
});

test("an image is looked at, gone on from by key, and deleted by its owner", async ({
  page,
  project,
  owner,
}) => {
  await importFolder(project.id, owner.id, 3);
  await page.goto(`${project.path}/images?sort=oldest`);
  await page.getByRole("link", { name: /lighthouse/ }).click();
  await expect(page.getByRole("heading", { name: "p1", level: 1 })).toBeVisible();
  await expect(page.getByText(DESCRIPTION)).toBeVisible();
  const picture = page.getByRole("img", { name: "p1" });
  await expect(picture).toHaveJSProperty("naturalWidth", 260);
  await expectAccessible(page);
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { name: "p2", level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Next image" })).toBeDisabled();
  await page.keyboard.press("k");
  await expect(page.getByRole("heading", { name: "p1", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("button", { name: "Delete the image" })).toBeDisabled();
  await dialog.getByLabel("Type p1 to confirm").fill("p1");
  await dialog.getByRole("button", { name: "Delete the image" }).click();
  await expect(page.getByText("2 images with a dense description each.")).toBeVisible();
});

test("pictures and imports are for members alone; importing is for owners", async ({
  page,
  project,
  owner,
  makeUser,
  openAs,
  database,
}) => {
  await importFolder(project.id, owner.id, 1);
  const image = await database.image.findFirstOrThrow({ where: { projectId: project.id } });
  const picture = `/api${project.path}/images/${image.id}`;
  const mine = await page.request.get(`${picture}/thumb`);
  expect(mine.status()).toBe(200);
  expect(mine.headers()["content-type"]).toBe("image/webp");
  expect(mine.headers()["cache-control"]).toContain("immutable");
  expect(
    (
      await page.request.get(`${picture}/thumb`, { headers: { "if-none-match": mine.headers().etag ?? "" } })
    ).status(),
  ).toBe(304);

  const stranger = await openAs(await makeUser());
  for (const address of [
    `${picture}/thumb`,
    `${picture}/full`,
    `/api${project.path}/imports/${randomUUID()}`,
  ]) {
    expect((await stranger.request.get(address)).status(), address).toBe(404);
  }
  const nobody = await openAs(null);
  expect((await nobody.request.get(`${picture}/view`)).status()).toBe(401);

  const reviewer = await openAs(await makeUser({ role: "reviewer" }));
  expect((await reviewer.request.get(`${picture}/view`)).status()).toBe(200);
  const open = (as: typeof page, headers: Record<string, string> = {}) =>
    as.request.post(`/api${project.path}/imports`, { data: { source: "x.zip" }, headers });
  expect((await open(reviewer)).status()).toBe(403);
  expect((await open(page, { origin: "https://elsewhere.example" })).status()).toBe(403);
  await reviewer.goto(`${project.path}/images`);
  await expect(reviewer.getByRole("link", { name: /plain field/ })).toBeVisible();
  await expect(reviewer.getByRole("link", { name: "Import images" })).toHaveCount(0);
  await reviewer.goto(`${project.path}/images/${image.id}`);
  await expect(reviewer.getByRole("heading", { level: 1 })).toHaveText("p0");
  await expect(reviewer.getByRole("button", { name: "Delete" })).toHaveCount(0);
});

async function onlyImages(): Promise<string> {
  const images = path.join(folder, "only-images");
  await mkdir(images);
  await writeFile(path.join(images, "a.jpg"), await makePicture(1));
  return images;
}
