import type { Page } from "@playwright/test";
import { fingersOn, placeIn } from "#e2e/fingers.ts";
import { expect, expectAccessible, test } from "#e2e/fixtures.ts";
import { importPicture, makeTraces } from "#e2e/review-scene.ts";
import { db } from "#lib/db/client.ts";
import type { TraceOptions } from "#lib/db/test-records.ts";

/** Tablets upright: two columns on the larger, the picture above the reading on the smaller. */
const TABLETS = [
  { width: 1024, height: 1366 },
  { width: 820, height: 1180 },
];
/** What a finger hits, in CSS pixels each way. */
const FINGER = 44;

const BODY = " I look at the cloth of the kite again. It is one plain blue. So the answer is (B).";

async function setScene(projectId: string, userId: string, traces: TraceOptions[]) {
  const image = await importPicture(
    { projectId, userId },
    { name: "kite", description: "A blue kite over a beach.", width: 1600, height: 1200 },
  );
  return makeTraces(projectId, image.id, traces);
}

const button = (page: Page, name: RegExp | string) => page.getByRole("button", { name });
const step = (page: Page) => button(page, /^It is one plain blue/);

async function open(page: Page, path: string) {
  await page.goto(`${path}/review`);
  await expect(button(page, /^Approve/)).toBeEnabled();
}

/** Controls that a finger would miss, by name and size. Steps are words in a text; what is folded into them is theirs. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const all = document.querySelectorAll<HTMLElement>(
      "a, button, input, select, textarea, summary, [role=menuitem]",
    );
    return [...all].flatMap((element) => {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.matches(".sr-only, p a, [data-step] *")) return [];
      const { top, bottom, left, right, content } = getComputedStyle(element, "::before");
      const grow = content === "none" ? [0, 0] : [parse(left) + parse(right), parse(top) + parse(bottom)];
      const width = Math.round(box.width - (grow[0] ?? 0));
      const height = Math.round(box.height - (grow[1] ?? 0));
      const isSmall = width < least || height < least;
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return isSmall ? [`${name.trim()}: ${width} × ${height}`] : [];
    });
    function parse(pixels: string): number {
      return Number.parseFloat(pixels) || 0;
    }
  }, FINGER);
}

/** The page is no wider than the screen, and was not zoomed. */
async function expectWhole(page: Page) {
  const seen = await page.evaluate(() => ({
    over: document.documentElement.scrollWidth - window.innerWidth,
    zoom: window.visualViewport?.scale,
  }));
  expect(seen).toEqual({ over: 0, zoom: 1 });
}

for (const viewport of TABLETS) {
  test.describe(`on a tablet of ${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport, hasTouch: true, isMobile: true });

    test("approves, rejects, marks, folds and takes back by taps alone", async ({ page, project, owner }) => {
      const { traces } = await setScene(project.id, owner.id, [{ body: BODY }, { body: BODY }]);
      await open(page, project.path);
      await expectWhole(page);

      await step(page).tap();
      await expect(step(page)).toHaveAttribute("aria-current", "step");
      await button(page, "Good").tap();
      await expect(button(page, /^It is one plain blue.*\(good\)/)).toBeVisible();
      await expect.poll(() => db().stepMark.count({ where: { projectId: project.id } })).toBe(1);

      await button(page, "First look").tap();
      await expect(button(page, "First look")).toHaveAttribute("aria-expanded", "false");
      await button(page, "First look").tap();
      await expect(button(page, "First look")).toHaveAttribute("aria-expanded", "true");

      await button(page, /^Reject/).tap();
      const reasons = page.getByRole("region", { name: "Reasons for rejecting" });
      const reason = reasons.getByRole("button", { name: "Contradicts itself" });
      await reason.tap();
      await expect(reason).toHaveAttribute("aria-pressed", "true");
      expect(await smallTargets(page)).toEqual([]);
      await reasons.getByRole("button", { name: /^Reject/ }).tap();
      await expect(page.getByText("1 judged by you today")).toBeVisible();

      await expect(button(page, /^Approve/)).toBeEnabled();
      await button(page, /^Approve/).tap();
      await expect(page.getByText("Nothing waits for you")).toBeVisible();
      await expect
        .poll(() => db().trace.findMany({ where: { projectId: project.id }, select: { state: true } }))
        .toEqual(expect.arrayContaining([{ state: "approved" }, { state: "rejected" }]));

      await button(page, "Undo your last approval").tap();
      await expect(button(page, /^Approve/)).toBeEnabled();
      await expect.poll(() => countWaiting(traces.map(({ id }) => id))).toBe(1);
      await expectWhole(page);
    });

    test("has targets for fingers, and menus and panels that open under them", async ({
      page,
      project,
      owner,
    }) => {
      await setScene(project.id, owner.id, [{ body: BODY }]);
      await open(page, project.path);
      expect(await smallTargets(page)).toEqual([]);
      await expectAccessible(page);

      await button(page, "More to do about this trace").tap();
      await expect(page.getByRole("menuitem", { name: "Reject the question" })).toBeVisible();
      expect(await smallTargets(page)).toEqual([]);
      await page.getByRole("menuitem", { name: "Reject the question" }).tap();
      await expect(page.getByText("What is wrong with the question?")).toBeVisible();
      await button(page, /^Cancel/).tap();

      await button(page, "Comments").tap();
      const panel = page.getByRole("complementary", { name: "Comments" });
      await expect(panel).toBeVisible();
      await expectWhole(page);
      await panel.getByRole("button", { name: "Close comments" }).tap();
      await expect(panel).toBeHidden();
    });
  });
}

test.describe("with more than one finger", () => {
  test.use({ viewport: TABLETS[0] ?? null, hasTouch: true, isMobile: true });

  test("zooms the picture with two fingers, moves it with one, and boxes a place in it", async ({
    page,
    project,
    owner,
  }) => {
    test.slow();
    const { traces } = await setScene(project.id, owner.id, [{ body: BODY }]);
    await open(page, project.path);
    const fingers = await fingersOn(page);
    const picture = page.locator("[data-stage]");
    const widthOf = async () => (await picture.boundingBox())?.width ?? 0;
    const leftOf = async () => (await picture.boundingBox())?.x ?? 0;
    const fit = await widthOf();
    // A tap that comes a tenth of a second after a swing is the browser's: it takes it for what ends that.
    const fitAgain = () =>
      expect(async () => {
        await button(page, "Fit the picture").tap();
        await expect.poll(widthOf, { timeout: 2_000 }).toBeCloseTo(fit, 0);
      }).toPass();

    const centre = await placeIn(picture, 0.5, 0.5);
    await fingers.move(
      [
        { x: centre.x - 40, y: centre.y },
        { x: centre.x - 120, y: centre.y },
      ],
      [
        { x: centre.x + 40, y: centre.y },
        { x: centre.x + 120, y: centre.y },
      ],
    );
    await expect.poll(widthOf).toBeGreaterThan(fit * 2);
    const before = await leftOf();
    await fingers.move([centre, { x: centre.x + 60, y: centre.y }]);
    await expect.poll(leftOf).toBeCloseTo(before + 60, -1);
    await fitAgain();

    await fingers.tap(centre, 2);
    await expect.poll(widthOf).toBeGreaterThan(fit * 1.2);
    await expectWhole(page);
    await fitAgain();

    await step(page).tap();
    await expect(step(page)).toHaveAttribute("aria-current", "step");
    await button(page, "Draw a box").tap();
    await expect(page.locator(".viewer-pen .a9s-annotationlayer")).toBeVisible();
    await fingers.move([await placeIn(picture, 0.25, 0.3), await placeIn(picture, 0.75, 0.7)]);
    await expect(page.getByLabel("Name of the region")).toBeVisible();
    await page.getByLabel("Name of the region").fill("cloth");
    await expect(async () => {
      const keep = button(page, "Keep the name");
      if (await keep.isVisible()) await keep.tap();
      await expect(keep).toBeHidden({ timeout: 2_000 });
    }).toPass();
    await expect(button(page, /^It is one plain blue.*\(good, cloth\)/)).toBeVisible();
    await expect
      .poll(() =>
        db().imageRegion.findMany({ where: { traceId: traces[0]?.id ?? "" }, select: { name: true } }),
      )
      .toEqual([{ name: "cloth" }]);
    await expectWhole(page);
  });
});

function countWaiting(ids: string[]): Promise<number> {
  return db().trace.count({ where: { id: { in: ids }, state: "waiting" } });
}
