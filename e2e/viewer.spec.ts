import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { expect, expectAccessible, test } from "#e2e/fixtures.ts";
import { buildViewerPage, openViewerPage } from "#e2e/viewer-page/serve.ts";
import { db } from "#lib/db/client.ts";
import { makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { importImages } from "#lib/images/import-commands.ts";
import { type Region, regionSchema } from "#lib/images/region-schema.ts";

let pageFolder: string;

test.beforeAll(async () => {
  pageFolder = await mkdtemp(path.join(tmpdir(), "second-look-viewer-"));
  await buildViewerPage(pageFolder);
});

test.afterAll(async () => rm(pageFolder, { recursive: true, force: true }));

/** Squares of changing colours, so that each place looks different; with a line every other pixel at the right end. */
async function drawPicture(width: number, height: number, light = 60): Promise<Buffer> {
  const side = Math.max(1, Math.round(Math.min(width, height) / 8));
  const squares: string[] = [];
  for (let x = 0; x < width; x += side)
    for (let y = 0; y < height; y += side)
      squares.push(
        `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="hsl(${(x + 3 * y) % 360} 50% ${light}%)"/>`,
      );
  for (let at = 1; at <= 20; at += 1)
    squares.push(`<rect x="${width - 2 * at}" y="0" width="1" height="${height}" fill="#000"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${squares.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png({ compressionLevel: 3 }).toBuffer();
}

/** One picture in the project. */
async function importPicture(projectId: string, userId: string, name: string, bytes: Buffer) {
  const folder = await mkdtemp(path.join(tmpdir(), "second-look-picture-"));
  await writeFile(path.join(folder, `${name}.png`), bytes);
  const row = { example_id: name, image_file: `${name}.png`, description: "Squares of many colours." };
  const captions = path.join(folder, "captions.jsonl");
  await writeFile(captions, JSON.stringify(row));
  await importImages({ projectId, userId, source: { kind: "folder", captions, images: folder } });
  const image = await db().image.findFirstOrThrow({ where: { projectId, externalId: name } });
  const { id, externalId, width, height, placeholder } = image;
  return { id, externalId, width, height, placeholder, isMissing: false };
}

/** Where the picture lies on the screen, and how large. */
async function lie(page: Page) {
  const box = await page.locator("[data-stage]").boundingBox();
  if (!box) throw new Error("the picture is not on the screen");
  return box;
}

/** A point of the picture on the screen, from fractions of it. */
async function pointIn(page: Page, x: number, y: number) {
  const box = await lie(page);
  return { x: box.x + box.width * x, y: box.y + box.height * y };
}

async function dragIn(page: Page, from: [number, number], to: [number, number]) {
  const start = await pointIn(page, ...from);
  const end = await pointIn(page, ...to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 6 });
  await page.mouse.up();
}

/** The regions as the page around the viewer holds them, each of them one that can be stored. */
async function regionsOn(page: Page): Promise<Region[]> {
  return regionSchema.array().parse(JSON.parse((await page.locator("output").textContent()) ?? ""));
}

const expectLoaded = (page: Page, name: string) =>
  expect
    .poll(() => page.getByRole("img", { name }).evaluate((img: HTMLImageElement) => img.naturalWidth))
    .toBeGreaterThan(0);

const DOOR: Region = {
  id: "01890a5d-ac96-774b-bcce-b302099a8051",
  name: "red door",
  shape: { kind: "box", x: 0.1, y: 0.2, w: 0.3, h: 0.4 },
};
const ROOF: Region = {
  id: "01890a5d-ac96-774b-bcce-b302099a8052",
  name: "roof",
  shape: {
    kind: "polygon",
    points: [
      [0.5, 0.5],
      [0.8, 0.45],
      [0.7, 0.9],
    ],
  },
};

test("a panorama is fitted at once, zoomed to the pointer, and sharp at 1:1 on a trace's page", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(project.id, owner.id, "panorama", await drawPicture(6000, 800));
  const question = await makeQuestion(project.id, image.id);
  const trace = await makeTrace({ projectId: project.id, imageId: image.id, question });
  const asked: string[] = [];
  page.on("request", (request) => {
    const part = new URL(request.url()).pathname.split("/images/")[1];
    if (part) asked.push(part.split("/")[1] ?? "");
  });
  await page.goto(`${project.path}/traces/${trace.id}`);
  await expectLoaded(page, "panorama");
  expect(asked.filter((part) => part === "full")).toEqual([]);
  const fitted = await lie(page);
  expect(fitted.width / fitted.height).toBeCloseTo(7.5, 1);

  const pointer = await pointIn(page, 0.75, 0.5);
  await page.mouse.move(pointer.x, pointer.y);
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await lie(page)).width).toBeGreaterThan(fitted.width * 1.5);
  const closer = await lie(page);
  expect((pointer.x - closer.x) / closer.width).toBeCloseTo(0.75, 2);

  await page.getByRole("button", { name: "1:1, actual size" }).click();
  await expect.poll(async () => (await lie(page)).width).toBe(6000);
  await expect(page.locator("figure")).toHaveAttribute("data-detail", "sharp");
  const full = page.locator("img[data-tile]");
  await expect(full).toHaveJSProperty("naturalWidth", 6000);
  await expect(full).toBeVisible();

  // Every other pixel at the right end is black: only a picture that is shown at its own pixels has both beside each other.
  for (let drag = 0; drag < 8; drag += 1) {
    await page.mouse.move(600, 450);
    await page.mouse.down();
    await page.mouse.move(100, 450, { steps: 4 });
    await page.mouse.up();
  }
  const end = await lie(page);
  const shot = await sharp(
    await page.screenshot({ clip: { x: end.x + 6000 - 24, y: end.y + 400, width: 20, height: 1 } }),
  )
    .greyscale()
    .raw()
    .toBuffer();
  const steps = [...shot].slice(1).map((value, at) => Math.abs(value - (shot[at] ?? 0)));
  expect(Math.min(...steps)).toBeGreaterThan(60);

  await page.getByRole("button", { name: "Fit the picture" }).click();
  expect(await lie(page)).toEqual(fitted);
});

test("a picture of many megapixels comes in tiles, only where somebody looks", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(project.id, owner.id, "plan", await drawPicture(6400, 3200));
  const asked = new Set<string>();
  page.on("request", (request) => {
    const name = /\/(tile-[\d-]+|full)$/.exec(new URL(request.url()).pathname)?.[1];
    if (name) asked.add(name);
  });
  await page.goto(`${project.path}/images/${image.id}`);
  await expectLoaded(page, "plan");
  expect(asked.size).toBe(0);
  await page.getByRole("button", { name: "1:1, actual size" }).click();
  await expect(page.locator("figure")).toHaveAttribute("data-detail", "sharp", { timeout: 30_000 });
  const tiles = page.locator('img[data-tile^="tile-0-"]');
  const count = await tiles.count();
  expect(count).toBeGreaterThan(1);
  // 13 columns and 7 rows make the whole.
  expect(count).toBeLessThan(30);
  expect([...asked].filter((name) => name === "full")).toEqual([]);
  expect(await tiles.first().evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(512);
});

test("keys zoom, move and fit; Space looks closer while it is held; digits stay the screen's after a click", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(project.id, owner.id, "squares", await drawPicture(3000, 2000));
  await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [] });
  await expectLoaded(page, "squares");
  const fitted = await lie(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("group", { name: /^Picture squares/ })).toBeFocused();
  await page.keyboard.press("1");
  await expect.poll(async () => (await lie(page)).width).toBe(3000);
  const before = await lie(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await lie(page)).x).toBe(before.x - 60);
  await page.keyboard.press("+");
  await expect.poll(async () => (await lie(page)).width).toBeCloseTo(4200, 0);
  await page.keyboard.press("0");
  await expect.poll(() => lie(page)).toEqual(fitted);

  const pointer = await pointIn(page, 0.25, 0.5);
  await page.mouse.move(pointer.x, pointer.y);
  await page.keyboard.down(" ");
  await expect.poll(async () => (await lie(page)).width).toBe(3000);
  // All that the picture has is on the screen, not the smaller one enlarged.
  await expect(page.locator("figure")).toHaveAttribute("data-detail", "sharp", { timeout: 30_000 });
  const peeked = await lie(page);
  expect((pointer.x - peeked.x) / 3000).toBeCloseTo(0.25, 2);
  await page.keyboard.up(" ");
  await expect.poll(() => lie(page)).toEqual(fitted);

  // In a field Space writes a space, whatever the pointer is over.
  await page.getByLabel("Thought").focus();
  await page.keyboard.type("a b");
  await expect(page.getByLabel("Thought")).toHaveValue("a b");
  expect(await lie(page)).toEqual(fitted);

  await page.mouse.click(pointer.x, pointer.y);
  await page.keyboard.press("1");
  expect(await lie(page)).toEqual(fitted);
});

test("a tiny picture is enlarged to squares, and can be seen at its own size", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(project.id, owner.id, "tiny", await drawPicture(8, 8));
  await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [] });
  await expectLoaded(page, "tiny");
  expect((await lie(page)).height).toBe(900);
  await expect(page.getByRole("img", { name: "tiny" })).toHaveCSS("image-rendering", "pixelated");
  await page.getByRole("button", { name: "1:1, actual size" }).click();
  await expect.poll(async () => (await lie(page)).width).toBe(8);
  await page.getByRole("button", { name: "Fit the picture" }).click();
  // The pen's library would drop a box of three by three pixels as a slip of the hand.
  await page.getByRole("button", { name: "Draw a box" }).click();
  await expect(page.locator(".viewer-pen svg")).toBeVisible();
  await dragIn(page, [0.25, 0.25], [0.5, 0.5]);
  await expect(page.getByLabel("Name of the region")).toBeFocused();
  const [drawn] = await regionsOn(page);
  expect(drawn?.shape).toMatchObject({ kind: "box", w: expect.closeTo(0.25, 2), h: expect.closeTo(0.25, 2) });
});

test("brightness is offered on a dark picture alone, and remembered", async ({ page, project, owner }) => {
  const image = await importPicture(project.id, owner.id, "night", await drawPicture(640, 420, 5));
  const bright = await importPicture(project.id, owner.id, "day", await drawPicture(640, 420));
  await page.goto(`${project.path}/images/${image.id}`);
  await page.getByRole("button", { name: "Brighter" }).click();
  await page.getByRole("button", { name: "Brighter" }).click();
  await expect(page.getByRole("button", { name: "Brightened 1.6×" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Brightened 1.6×" })).toBeVisible();
  const filtered = page.locator('[style*="brightness(1.5625)"]');
  await expect(filtered).toHaveCount(1);
  await page.goto(`${project.path}/images/${bright.id}`);
  await expectLoaded(page, "day");
  await expect(page.getByRole("button", { name: "Brighter" })).toHaveCount(0);
  await expect(filtered).toHaveCount(0);
});

test("a region is drawn, named, changed and removed by keys alone", async ({ page, project, owner }) => {
  const image = await importPicture(project.id, owner.id, "squares", await drawPicture(640, 420));
  await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [DOOR] });
  await expectLoaded(page, "squares");
  await page.keyboard.press("Tab");
  await page.keyboard.press("b");
  await expect(
    page.getByText("Box: 33 % from the left, 33 % from the top, 33 % wide, 33 % high").first(),
  ).toBeVisible();
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"])
    await page.keyboard.press(key);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name of the region")).toBeFocused();
  await page.keyboard.type("blue b1 kite");
  await page.keyboard.press("Enter");
  const made = (await regionsOn(page))[1];
  expect(made).toMatchObject({
    name: "blue b1 kite",
    shape: { kind: "box", x: 0.293333, y: 0.313333, w: 0.353333, h: 0.353333 },
  });
  await expect(page.getByRole("button", { name: "blue b1 kite", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );

  // A box that is dropped was never there.
  await page.keyboard.press("b");
  await page.keyboard.press("Escape");
  expect(await regionsOn(page)).toHaveLength(2);

  // Tab goes through the regions; Enter chooses one, arrows move it, Enter keeps, Escape takes it back.
  await page.getByRole("group", { name: /^Picture squares/ }).focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "red door", exact: true })).toBeFocused();
  await expect(page.getByText("Hovered: red door")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Selected: red door")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Escape");
  expect((await regionsOn(page))[0]?.shape).toEqual(DOOR.shape);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  expect((await regionsOn(page))[0]?.shape).toEqual({ ...DOOR.shape, x: 0.12 });

  await page.keyboard.press("Backspace");
  expect(await regionsOn(page)).toHaveLength(2);
  await page.keyboard.press("Delete");
  expect((await regionsOn(page)).map(({ name }) => name)).toEqual(["blue b1 kite"]);
  await expect(page.getByText("Selected: none")).toBeVisible();
});

test("regions are drawn and changed by hand: boxes, outlines, handles, the edge", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(project.id, owner.id, "squares", await drawPicture(640, 420));
  await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [DOOR] });
  await expectLoaded(page, "squares");
  // Without a region to change or draw, the pen's library is not fetched.
  await expect(page.locator(".viewer-pen")).toHaveCount(0);

  await page.getByRole("button", { name: "red door", exact: true }).click();
  await expect(page.locator(".viewer-pen .a9s-corner-handle-topleft")).toBeVisible();
  await dragIn(page, [0.4, 0.6], [0.45, 0.7]);
  await expect
    .poll(async () => (await regionsOn(page))[0]?.shape)
    .toMatchObject({ x: 0.1, y: 0.2, w: expect.closeTo(0.35, 2), h: expect.closeTo(0.5, 2) });
  // Moved past the edge it stops there, whole.
  await dragIn(page, [0.2, 0.4], [-0.15, 0.4]);
  await expect
    .poll(async () => (await regionsOn(page))[0]?.shape)
    .toMatchObject({ x: 0, w: expect.closeTo(0.35, 2) });

  await page.getByRole("button", { name: "Draw an outline" }).click();
  await expect(page.locator('.viewer-pen[data-pen="polygon"] svg')).toBeVisible();
  for (const [x, y] of [
    [0.5, 0.5],
    [0.7, 0.5],
    [0.7, 0.8],
    [0.5, 0.5],
  ] as const) {
    const at = await pointIn(page, x, y);
    await page.mouse.move(at.x, at.y, { steps: 3 });
    await page.mouse.click(at.x, at.y, { delay: 20 });
  }
  await expect(page.getByLabel("Name of the region")).toBeFocused();
  await page.keyboard.type("sail");
  await page.keyboard.press("Enter");
  const outline = (await regionsOn(page))[1];
  expect(outline?.name).toBe("sail");
  expect(outline?.shape.kind === "polygon" && outline.shape.points).toHaveLength(3);

  // What the library would undo of itself while somebody types stays as it is.
  await page.getByLabel("Thought").focus();
  await page.keyboard.press("Control+z");
  expect(await regionsOn(page)).toHaveLength(2);
});

test("pointing goes both ways between regions and what is said of them", async ({ page, project, owner }) => {
  const image = await importPicture(project.id, owner.id, "squares", await drawPicture(640, 420));
  await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [DOOR, ROOF] });
  await expectLoaded(page, "squares");
  const inside = await pointIn(page, 0.68, 0.6);
  await page.mouse.move(inside.x, inside.y);
  await expect(page.getByText("Hovered: roof")).toBeVisible();
  // Beside the outline, within the rectangle around it, there is nothing.
  const beside = await pointIn(page, 0.52, 0.85);
  await page.mouse.move(beside.x, beside.y);
  await expect(page.getByText("Hovered: none")).toBeVisible();
  await page.mouse.click(inside.x, inside.y);
  await expect(page.getByText("Selected: roof")).toBeVisible();
  // Moving the picture is no click beside the region; a click is.
  await page.getByRole("button", { name: "Zoom in" }).click();
  await dragIn(page, [0.3, 0.9], [0.35, 0.92]);
  await expect(page.getByText("Selected: roof")).toBeVisible();
  const empty = await pointIn(page, 0.45, 0.9);
  await page.mouse.click(empty.x, empty.y);
  await expect(page.getByText("Selected: none")).toBeVisible();

  const label = page.locator("figure span", { hasText: "red door" });
  const rest = await label.evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.getByRole("button", { name: "Step on red door" }).hover();
  await expect
    .poll(() => label.evaluate((element) => getComputedStyle(element).backgroundColor))
    .not.toBe(rest);

  // Where the region is out of sight it is shown while somebody points at its step, and no longer.
  await page.getByRole("button", { name: "1:1, actual size" }).click();
  for (let press = 0; press < 4; press += 1) await page.getByRole("button", { name: "Zoom in" }).click();
  await dragIn(page, [0.5, 0.5], [0.3, 0.3]);
  await dragIn(page, [0.8, 0.8], [0.6, 0.6]);
  const away = await lie(page);
  const [left, right] = [0.1, 0.4].map((x) => away.x + away.width * x);
  expect(right).toBeLessThan(0);
  await page.getByRole("button", { name: "Step on red door" }).hover();
  await expect.poll(async () => (await pointIn(page, 0.1, 0.2)).x).toBeGreaterThan(0);
  await page.getByRole("heading", { name: "The screen around it" }).hover();
  await expect.poll(() => lie(page)).toEqual(away);
  expect(left).toBeLessThan(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`accessibility in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("of a picture with regions, while drawing, naming and changing", async ({
      page,
      project,
      owner,
    }) => {
      const image = await importPicture(project.id, owner.id, "night", await drawPicture(640, 420, 5));
      await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [DOOR, ROOF] });
      await expectLoaded(page, "night");
      await expectAccessible(page);
      await page.getByRole("button", { name: "Brighter" }).click();
      await page.getByRole("button", { name: "red door", exact: true }).click();
      await expect(page.locator(".viewer-pen .a9s-corner-handle-topleft")).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("b");
      await expect(page.getByRole("button", { name: /^Keep/ })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Enter");
      await expect(page.getByLabel("Name of the region")).toBeFocused();
      await expectAccessible(page);
    });
  });
}

test("a picture that could not be fetched says so, and is fetched again when asked", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(project.id, owner.id, "squares", await drawPicture(640, 420));
  let isDown = true;
  await page.route("**/images/*/view", (route) => (isDown ? route.abort() : route.continue()));
  await openViewerPage(page, pageFolder, { projectId: project.id, image, regions: [] });
  await expect(page.getByText("It could not be loaded.", { exact: false })).toBeVisible();
  isDown = false;
  await page.getByRole("button", { name: "Load it again" }).click();
  await expectLoaded(page, "squares");
});
