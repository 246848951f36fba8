import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { db } from "#lib/db/client.ts";
import { makeImage, makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { alerts, expect, expectAccessible, test } from "./fixtures.ts";
import { importPicture, makeTraces } from "./review-scene.ts";

/** A verdict as the review screen would have left it, with the state that the trace then has. */
async function judge(
  projectId: string,
  trace: { id: string; currentRevisionId: string | null; questionRevisionId: string },
  reviewerId: string,
  decision: "approved" | "rejected",
  reasonId?: string,
) {
  await db().verdict.create({
    data: {
      id: createUuid7(),
      projectId,
      traceId: trace.id,
      traceRevisionId: trace.currentRevisionId ?? "",
      questionRevisionId: trace.questionRevisionId,
      reviewerId,
      decision,
      previousState: "waiting",
      rowVersionAfter: 2,
      actionId: randomUUID(),
      ...(reasonId ? { reasons: { create: [{ reasonId }] } } : {}),
    },
  });
}

/** Two reviewers on 40 traces of 20 images: they differ on the first two, and on no other. */
async function makeJudged(projectId: string, reviewers: [string, string]) {
  await db().project.update({ where: { id: projectId }, data: { verdictsPerTrace: 2 } });
  const reason = await db().rejectReason.findFirstOrThrow({
    where: { projectId },
    orderBy: { position: "asc" },
  });
  for (let at = 0; at < 20; at += 1) {
    const image = await makeImage(projectId);
    const question = await makeQuestion(projectId, image.id);
    for (let of = 0; of < 2; of += 1) {
      const isRejected = of === 0 && at % 2 === 0;
      const differ = at < 4 && isRejected;
      const made = await makeTrace({ projectId, imageId: image.id, question }, {});
      const trace = { ...made, questionRevisionId: question.currentRevisionId };
      const [first, second] = reviewers;
      await judge(
        projectId,
        trace,
        first,
        isRejected ? "rejected" : "approved",
        isRejected ? reason.id : undefined,
      );
      const follows = isRejected && !differ;
      await judge(
        projectId,
        trace,
        second,
        follows ? "rejected" : "approved",
        follows ? reason.id : undefined,
      );
      await db().trace.update({
        where: { id: trace.id },
        data: { state: differ ? "disputed" : isRejected ? "rejected" : "approved" },
      });
    }
  }
}

/** Both themes, each as somebody sees it. */
async function expectAccessibleInBoth(page: Page) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectAccessible(page);
  }
}

test("a PI reads whether the data can be trusted, and goes to the traces on which reviewers differ", async ({
  page,
  project,
  makeUser,
  openAs,
}) => {
  await page.goto(`${project.path}/insights`);
  await expect(
    page.getByRole("heading", { name: /It cannot be told yet whether this data can be trusted/ }),
  ).toBeVisible();

  const [ada, bea, cy] = await Promise.all([
    makeUser({ role: "reviewer", name: "Ada Reads" }),
    makeUser({ role: "reviewer", name: "Bea Looks" }),
    makeUser({ role: "reviewer", name: "Cy Waits" }),
  ]);
  await makeJudged(project.id, [ada.id, bea.id]);
  await page.reload();
  const trust = page.getByRole("region", { name: /of the traces are rejected/ });
  // 10 of 40 are rejected by the first, two of them in dispute: 8 of 38.
  await expect(trust).toContainText("21 % of the traces are rejected");
  await expect(trust).toContainText("38 traces on 20 images were judged one at a time");
  await expect(trust).toContainText("Independent verdicts on 40 traces agree in 95 % of pairs");
  await expect(trust).toContainText("2 traces are in dispute or flagged and not decided.");
  // 40 traces, 38 agree; 10 and 8 of 40 rejected: p_e = .25·.2 + .75·.8 = .65, κ = (.95 − .65)/.35.
  await expect(page.getByRole("row", { name: /Approved or rejected/ })).toContainText("0.86");
  await expectAccessibleInBoth(page);

  await page.getByRole("link", { name: /^Compared, all: 40 traces/ }).click();
  await expect(page.getByRole("heading", { name: "Compared verdicts" })).toBeVisible();
  const rows = page.getByRole("row").filter({ hasText: "They " });
  await expect(rows).toHaveCount(40);
  await expect(rows.nth(0)).toContainText("They differ");
  await expect(rows.nth(1)).toContainText("They differ");
  await expect(rows.nth(2)).toContainText("They agree");
  await expect(rows.nth(0)).toContainText("Ada Reads rejected (Wrong answer)");
  await expectAccessibleInBoth(page);

  // Cy may still be asked about the two that are in dispute, and is not told of them.
  const others = await openAs(cy);
  await others.goto(`${project.path}/insights/compared`);
  await expect(others.getByText("Traces that you may still judge by yourself are left out")).toBeVisible();
  await expect(others.getByText("They differ", { exact: true })).toHaveCount(0);
});

test("guidelines with an example, written by an owner, are read beside the trace with G", async ({
  page,
  project,
  owner,
  makeUser,
  openAs,
}) => {
  const image = await importPicture(
    { projectId: project.id, userId: owner.id },
    { name: "kite", description: "A blue kite over a beach." },
  );
  const { traces } = await makeTraces(project.id, image.id, [{}, { state: "rejected" }]);
  await page.goto(`${project.path}/settings/review`);
  await page
    .getByLabel("Guidelines")
    .fill("# Approve\nWhen every step can be seen.\n\n- the count\n- <b>the side</b>");
  await page.getByLabel("Repairs per reviewer and day").fill("many");
  await page.getByRole("button", { name: "Save review settings" }).click();
  await expect(page.getByText("A whole number up to 99999, or nothing.")).toBeVisible();
  await page.getByLabel("Repairs per reviewer and day").fill("12");
  await page.getByRole("button", { name: "Save review settings" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expectAccessibleInBoth(page);
  expect(await db().project.findUniqueOrThrow({ where: { id: project.id } })).toMatchObject({
    repairAllowance: 12,
  });

  await page.goto(`${project.path}/traces/${traces[1]?.id}`);
  await page.getByRole("button", { name: "Show it to reviewers as an example" }).click();
  await page.getByLabel("What it teaches").fill("It names a colour that nobody can see.");
  await page.getByRole("button", { name: "Save the example" }).click();
  await expect(page.getByText("A bad example:")).toBeVisible();

  const reviewer = await makeUser({ role: "reviewer" });
  const screen = await openAs(reviewer);
  await screen.goto(`${project.path}/review`);
  await expect(screen.getByRole("button", { name: /^Approve/ })).toBeEnabled();
  await screen.keyboard.press("g");
  const panel = screen.getByRole("complementary", { name: "Guidelines" });
  await expect(panel.getByRole("heading", { name: "Approve" })).toBeVisible();
  await expect(panel.getByText("<b>the side</b>")).toBeVisible();
  await expect(panel.getByText("It names a colour that nobody can see.")).toBeVisible();
  await expect(panel.getByText("Not like this")).toBeVisible();
  await expectAccessibleInBoth(screen);
  await screen.keyboard.press("g");
  await expect(panel).toHaveCount(0);
});

test("comments from the keyboard: kept unsent, sent without judging, answered, resolved, told of", async ({
  page,
  project,
  owner,
  makeUser,
  openAs,
}) => {
  const image = await importPicture(
    { projectId: project.id, userId: owner.id },
    { name: "kite", description: "A blue kite over a beach." },
  );
  const { traces } = await makeTraces(project.id, image.id, [{}]);
  const [trace] = traces;
  if (!trace) throw new Error("There is no trace.");
  const reviewer = await makeUser({ role: "reviewer", name: "Rita Reviews" });
  const screen = await openAs(reviewer);
  await screen.goto(`${project.path}/review`);
  const approve = screen.getByRole("button", { name: /^Approve/ });
  await expect(approve).toBeEnabled();
  await screen.keyboard.press("c");
  const field = screen.getByLabel("Comment", { exact: true });
  await expect(field).toBeFocused();
  await screen.keyboard.type("Is this a kite");
  await screen.reload();
  await expect(approve).toBeEnabled();
  await screen.keyboard.press("c");
  await expect(field).toHaveValue("Is this a kite");
  await expect(field).toBeFocused();
  await screen.keyboard.press("End");
  await screen.keyboard.type(" or a bird?");
  await screen.keyboard.press("Control+Enter");
  await expect(screen.getByText("Is this a kite or a bird?")).toBeVisible();
  await expect(field).toHaveValue("");
  // The same keys approve outside of the field; here they sent, and nothing else.
  expect((await db().trace.findUniqueOrThrow({ where: { id: trace.id } })).state).toBe("waiting");
  await expectAccessibleInBoth(screen);
  await screen.keyboard.press("Escape");
  await screen.keyboard.press("a");
  await expect
    .poll(async () => (await db().trace.findUniqueOrThrow({ where: { id: trace.id } })).state)
    .toBe("approved");

  await page.goto(`${project.path}/insights`);
  await page.getByRole("link", { name: "1 open comment" }).click();
  await expectAccessibleInBoth(page);
  await page.getByRole("link", { name: "Is this a kite or a bird?" }).click();
  await expect(page).toHaveURL(new RegExp(`/traces/${trace.id}`));
  await page.getByRole("button", { name: "Answer" }).click();
  await page.keyboard.type("A kite.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("A kite.", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /^Resolve: Is this a kite/ }).click();
  await expect(page.getByText(/Resolved by/)).toBeVisible();
  await page.reload();
  await expect(page.getByText("resolved a comment", { exact: false })).toBeVisible();
  await expectAccessibleInBoth(page);

  const bell = await openAs(reviewer);
  await bell.goto("/notifications");
  await expect(bell.getByText("Olga Owner answered you on a trace")).toBeVisible();
  await bell.getByText("Olga Owner answered you on a trace").click();
  await expect(bell).toHaveURL(new RegExp(`/traces/${trace.id}`));
  await expect(bell.getByText("commented: “A kite.”", { exact: false })).toBeVisible();
  await expect(alerts(bell)).toHaveCount(0);
});

test("the sitting is summed up when nothing waits any more", async ({ page, project, owner }) => {
  const image = await importPicture(
    { projectId: project.id, userId: owner.id },
    { name: "kite", description: "A blue kite over a beach." },
  );
  await makeTraces(project.id, image.id, [{}, {}]);
  await page.goto(`${project.path}/review`);
  const approve = page.getByRole("button", { name: /^Approve/ });
  await expect(page.getByText("2 waiting")).toBeVisible();
  await expect(approve).toBeEnabled();
  await page.keyboard.press("a");
  await expect(page.getByText("1 waiting")).toBeVisible();
  await expect(approve).toBeEnabled();
  await page.keyboard.press("r");
  await expect(page.getByText("What is wrong with it?")).toBeVisible();
  await page.keyboard.press("1");
  const counted = Promise.withResolvers<void>();
  await page.route("**/review/sitting", async (route) => {
    await counted.promise;
    await route.continue();
  });
  await page.keyboard.press("Enter");
  const undo = page.getByRole("button", { name: "Undo your last rejection" });
  await expect(page.getByText("Counting what you did…")).toBeVisible();
  const place = await undo.boundingBox();
  counted.resolve();
  await expect(page.getByText("You judged 2 traces: 1 approved, 1 rejected.")).toBeVisible();
  // What came late moved nothing from under a finger.
  expect(await undo.boundingBox()).toEqual(place);
  await expect(page.getByText("Wrong answer", { exact: true })).toBeVisible();
  await expectAccessibleInBoth(page);
});
