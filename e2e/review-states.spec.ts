import type { Page, Route } from "@playwright/test";
import { expectAccessible, test } from "#e2e/fixtures.ts";
import { approveButton, bodyOf, expect, meet, press, settle } from "#e2e/review-hands.ts";
import { importPicture, makeTraces } from "#e2e/review-scene.ts";
import { db } from "#lib/db/client.ts";
import { makeImage, type TraceOptions } from "#lib/db/test-records.ts";
import { editTrace } from "#lib/review/edit-commands.ts";
import { HEARTBEAT_MS } from "#lib/review/lease.ts";
import { editInputSchema } from "#lib/review/schema.ts";
import { readTrace } from "#lib/traces/queries.ts";

test.describe.configure({ timeout: 180_000 });

const REVIEW = "**/api/projects/*/review/*";
const cut = (route: Route) => route.abort("internetdisconnected");

async function setScene(projectId: string, userId: string, traces: TraceOptions[]) {
  const image = await importPicture(
    { projectId, userId },
    { name: "kite", description: "A blue kite over a beach, seen from below." },
  );
  const made = await makeTraces(projectId, image.id, traces);
  return made.traces.map(({ id }) => id);
}

const openAt = async (page: Page, path: string, traceId = "") => {
  await page.goto(`${path}/review?trace=${traceId}`);
  await expect(approveButton(page)).toBeEnabled();
  await settle(page);
};

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`accessibility in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("of a confirmation, a sending back, a diff, a conflict, a lost network and a missing picture", async ({
      page,
      project,
      owner,
    }) => {
      const [leaky, edited, plain] = await setScene(project.id, owner.id, [
        { body: " the description says blue. So the answer is (B)." },
        { body: bodyOf("two") },
        { body: bodyOf("three") },
      ]);
      const before = await readTrace(project.id, edited ?? "");
      await editTrace(
        { projectId: project.id, reviewerId: owner.id },
        editInputSchema.parse({
          traceId: before.id,
          rowVersion: before.rowVersion,
          questionRevisionId: before.question.current.id,
          trace: { body: " I look again. It is dark blue. So the answer is (B).", answer: "(B)" },
        }),
      );
      await openAt(page, project.path, leaky);
      await press(page, "a");
      await expect(page.getByText("Approve although checks failed?")).toBeVisible();
      await expect(page.getByRole("button", { name: /^Approve all the same/ })).toBeEnabled();
      await expectAccessible(page);
      await press(page, "Escape m");
      await expect(page.getByLabel("What has to be mended?").last()).toBeVisible();
      await expectAccessible(page);

      await openAt(page, project.path, edited);
      await press(page, "d");
      await expect(page.getByText(/crossed out, .* put in and underlined/)).toBeVisible();
      await expectAccessible(page);

      await openAt(page, project.path, plain);
      await db().trace.update({ where: { id: plain ?? "" }, data: { rowVersion: { increment: 1 } } });
      await press(page, "a");
      await expect(page.getByText("This trace changed while", { exact: false })).toBeVisible();
      await expectAccessible(page);

      await openAt(page, project.path, plain);
      await page.route(REVIEW, cut);
      await press(page, "a");
      await expect(page.getByText("1 verdict waits to be sent")).toBeVisible();
      await expectAccessible(page);
      await page.unroute(REVIEW, cut);
      await expect(page.getByText("1 verdict waits to be sent")).toBeHidden();

      const gone = await makeImage(project.id, { state: "missing" });
      const { traces } = await makeTraces(project.id, gone.id, [{}]);
      await page.goto(`${project.path}/review?trace=${traces[0]?.id}`);
      await expect(page.getByText("This image has no picture in the project")).toBeVisible();
      await expectAccessible(page);
    });

    test("of a question to be answered from the image first", async ({ page, project, owner }) => {
      await setScene(project.id, owner.id, [{ body: bodyOf("one") }]);
      await db().project.update({ where: { id: project.id }, data: { asksBlindAnswer: true } });
      await page.goto(`${project.path}/review`);
      await expect(page.getByRole("button", { name: /Blue/ })).toBeEnabled();
      await expectAccessible(page);
    });
  });
}

test("keeps a trace in hand by a sign of life, and says by the next one that it was lost", async ({
  page,
  project,
  owner,
  makeUser,
}) => {
  const [id = ""] = await setScene(project.id, owner.id, [{ body: bodyOf("one") }]);
  const rita = await makeUser({ role: "reviewer", name: "Rita Reviewer" });
  await page.clock.install();
  await page.goto(`${project.path}/review`);
  await meet(page, "one");
  await settle(page);
  const ends = async () => (await db().reviewClaim.findFirstOrThrow({ where: { traceId: id } })).expiresAt;
  const soon = new Date(Date.now() + 5_000);
  await db().reviewClaim.updateMany({ where: { traceId: id }, data: { expiresAt: soon } });
  await page.clock.fastForward(HEARTBEAT_MS);
  await expect.poll(async () => (await ends()).getTime()).toBeGreaterThan(soon.getTime());
  await db().reviewClaim.updateMany({ where: { traceId: id }, data: { reviewerId: rita.id } });
  await page.clock.fastForward(HEARTBEAT_MS);
  await expect(page.getByText("Rita Reviewer has this trace now", { exact: false })).toBeVisible();
  await meet(page, "one");
});
