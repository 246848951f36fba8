import type { Page } from "@playwright/test";
import { test } from "#e2e/fixtures.ts";
import { approveButton, bodyOf, box, expect, meet, press, settle, step } from "#e2e/review-hands.ts";
import { importPicture, makeTraces } from "#e2e/review-scene.ts";
import { db } from "#lib/db/client.ts";

test.describe.configure({ timeout: 180_000 });

test("pointing at a step shows its region, and pointing at the region shows its steps", async ({
  page,
  project,
  owner,
}) => {
  const image = await importPicture(
    { projectId: project.id, userId: owner.id },
    { name: "kite", description: "A blue kite over a beach, seen from below." },
  );
  await makeTraces(project.id, image.id, [{ body: bodyOf("one") }]);
  await page.goto(`${project.path}/review`);
  await meet(page, "one");
  await step(page, /^It is one plain blue/)
    .first()
    .click();
  await box(page, "ArrowRight", "the kite");
  await settle(page);
  const label = page.locator("figure span", { hasText: "the kite" });
  const colourOf = (of: typeof label) => of.evaluate((element) => getComputedStyle(element).backgroundColor);
  await step(page, /^A flag flies/)
    .first()
    .click();
  await page.getByRole("heading", { name: "Checks" }).hover();
  await expect(label).toBeVisible();
  const rest = await colourOf(label);
  await step(page, /^It is one plain blue/)
    .first()
    .hover();
  await expect.poll(() => colourOf(label)).not.toBe(rest);
  const proved = step(page, /^It is one plain blue/).first();
  await page.getByRole("heading", { name: "Checks" }).hover();
  const unlit = await colourOf(proved);
  await page.locator("figure").getByRole("button", { name: "the kite" }).hover();
  await expect.poll(() => colourOf(proved)).not.toBe(unlit);
});

/** As long as the longest of published questions, and a good deal longer. */
const LONG_CHOICES = [
  "A wooden sign with white letters that points to the left, where the path goes down between two dry-stone walls, with a smaller and much older sign of painted tin below it that points the other way",
  "Blue",
  "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkundenausstellung",
  "Both of them at the same time, though the one that stands nearer to the camera is partly hidden by a bicycle that leans on it and by the shadow of the tree",
];

test.describe("1,024 pixels wide", () => {
  test.use({ viewport: { width: 1024, height: 768 } });

  for (const { name, width, height, body, text } of [
    { name: "long", width: 640, height: 420, body: longThought(), text: undefined },
    { name: "rtl", width: 640, height: 420, body: rightToLeft(), text: "ما لون الطائرة الورقية فوق الشاطئ؟" },
    { name: "panorama", width: 6_000, height: 700, body: bodyOf("one"), text: undefined },
    { name: "tiny", width: 16, height: 12, body: bodyOf("one"), text: undefined },
  ]) {
    test(`nothing runs out of its place: ${name}`, async ({ page, project, owner }, testInfo) => {
      const image = await importPicture(
        { projectId: project.id, userId: owner.id },
        { name, description: "A blue kite over a beach, seen from below.", width, height },
      );
      const { question, traces } = await makeTraces(project.id, image.id, [{ body }]);
      await db().questionRevision.update({
        where: { id: question.currentRevisionId },
        data: { choices: LONG_CHOICES, ...(text ? { text } : {}) },
      });
      await page.goto(`${project.path}/review?trace=${traces[0]?.id}`);
      await expect(approveButton(page)).toBeEnabled();
      await settle(page);
      await expectAllInside(page);
      await page.screenshot({ path: testInfo.outputPath(`${name}-reading.png`) });
      await press(page, "e");
      await expect(page.getByLabel("What follows the cue")).toBeVisible();
      await page.getByRole("button", { name: "Edit the question too" }).click();
      await expect(page.getByLabel("Choice A")).toBeVisible();
      await expectAllInside(page);
      await page.screenshot({ path: testInfo.outputPath(`${name}-editing.png`) });
      await page.getByLabel("What follows the cue").press("Escape");
      await press(page, "r");
      await expect(page.getByText("What is wrong with it?")).toBeVisible();
      await expectAllInside(page);
      await page.screenshot({ path: testInfo.outputPath(`${name}-rejecting.png`) });
    });
  }
});

/** Nothing of the reading is wider than its column, which would cut it off, and the page scrolls to no side. */
async function expectAllInside(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const article = document.querySelector("article");
    const column = article?.parentElement?.getBoundingClientRect();
    if (!article || !column) return ["there is no reading"];
    return [...article.querySelectorAll("*"), ...document.querySelectorAll("section[aria-label] *")]
      .filter((element) => !element.closest(".truncate, .sr-only, svg, [aria-hidden=true]"))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (right > column.right + 1 || left < column.left - 1);
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
  expect(wide).toEqual([]);
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over).toBe(0);
}

function longThought(): string {
  const sentences = Array.from(
    { length: 150 },
    (_, index) => `Sentence ${index + 1} looks once more at the kite, which stays blue.`,
  );
  return ` ${sentences.join(" ")} So the answer is (B).`;
}

function rightToLeft(): string {
  return " أنظر إلى الطائرة الورقية مرة أخرى. لونها أزرق فاتح فوق البحر. لا يظهر أي لون آخر على القماش. So the answer is (B).";
}
