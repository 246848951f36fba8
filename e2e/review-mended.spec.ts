import { randomUUID } from "node:crypto";
import type { Page, Route } from "@playwright/test";
import { alerts, expectAccessible, type TestUser, test } from "#e2e/fixtures.ts";
import { approveButton, bodyOf, box, expect, meet, press, settle, step } from "#e2e/review-hands.ts";
import { importPicture, makeTraces } from "#e2e/review-scene.ts";
import { db } from "#lib/db/client.ts";
import { editTrace } from "#lib/review/edit-commands.ts";
import { editInputSchema } from "#lib/review/schema.ts";
import { REVIEW_VERBS } from "#lib/review/verbs.ts";
import { readTrace } from "#lib/traces/queries.ts";

test.describe.configure({ timeout: 180_000 });

declare global {
  interface Window {
    /** Lets the frames go on that a test has stopped. */
    letFramesGo?: () => void;
  }
}

const REVIEW = "**/api/projects/*/review/*";
const cut = (route: Route) => route.abort("internetdisconnected");

async function setScene(projectId: string, userId: string, names: string[]) {
  const image = await importPicture(
    { projectId, userId },
    { name: "kite", description: "A blue kite over a beach, seen from below." },
  );
  const { question, traces } = await makeTraces(
    projectId,
    image.id,
    names.map((name) => ({ body: bodyOf(name) })),
  );
  return { question, ids: traces.map(({ id }) => id) };
}

const stateOf = async (id = "") => (await db().trace.findUniqueOrThrow({ where: { id } })).state;

/** What a colleague does to the question through another of its traces. */
async function editQuestion(projectId: string, colleague: TestUser, traceId = "", text: string) {
  const { rowVersion, question } = await readTrace(projectId, traceId);
  const { id, choices, keyIndex, reasoningType } = question.current;
  await editTrace(
    { projectId, reviewerId: colleague.id },
    editInputSchema.parse({
      traceId,
      rowVersion,
      questionRevisionId: id,
      question: { text, choices: [...choices.slice(0, -1), "Purple"], keyIndex, reasoningType },
    }),
  );
}

async function openReview(page: Page, path: string, first: string) {
  await page.goto(path);
  await meet(page, first);
  await settle(page);
}

test("saves of an edit what was typed, and leaves a question that a colleague changed meanwhile", async ({
  page,
  project,
  owner,
  makeUser,
}) => {
  const { ids, question } = await setScene(project.id, owner.id, ["one", "two", "three"]);
  const rita = await makeUser({ role: "reviewer", name: "Rita Reviewer" });
  await openReview(page, `${project.path}/review`, "one");
  await press(page, "e");
  const field = page.getByLabel("What follows the cue");
  await field.fill("I look at kite one again. It is dark blue. So the answer is (B).");
  await editQuestion(project.id, rita, ids[2], "Which colour has the kite in the sky?");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Show it as it is now" }).click();
  const told = page.getByText("Somebody else changed this while you were typing").locator("..");
  await expect(told).toContainText("Which colour has the kite in the sky?");
  await expect(told).toContainText("Purple");
  await expect(field).toHaveValue("I look at kite one again. It is dark blue. So the answer is (B).");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved as a new revision", { exact: false })).toBeVisible();
  const stored = await readTrace(project.id, ids[0] ?? "");
  expect(stored.revision.body).toContain("It is dark blue.");
  expect(stored.question.current).toMatchObject({
    text: "Which colour has the kite in the sky?",
    choices: expect.arrayContaining(["Purple"]),
  });
  expect(await db().questionRevision.count({ where: { questionId: question.id } })).toBe(2);
});

test("takes no words of a cancelled rejection along with an approval", async ({ page, project, owner }) => {
  const { ids } = await setScene(project.id, owner.id, ["one", "two"]);
  await openReview(page, `${project.path}/review`, "one");
  await press(page, "r");
  await page.getByLabel("Say it in words (optional)").fill("there is no flag");
  await page.keyboard.press("Escape");
  await expect(approveButton(page)).toBeEnabled();
  await press(page, "a");
  await expect.poll(() => stateOf(ids[0])).toBe("approved");
  expect(await db().verdict.findMany({ where: { traceId: ids[0] ?? "" } })).toMatchObject([{ comment: "" }]);
});

test("drops a box that was not finished with its trace", async ({ page, project, owner }) => {
  const { ids } = await setScene(project.id, owner.id, ["one", "two"]);
  await openReview(page, `${project.path}/review`, "one");
  await press(page, "b");
  await expect(page.getByText(/^Box: 33 % from the left/).first()).toBeVisible();
  await press(page, "a");
  await expect.poll(() => stateOf(ids[0])).toBe("approved");
  await meet(page, "two");
  await expect(page.getByText(/^Box: /)).toHaveCount(0);
  await page.getByRole("group", { name: /^Picture kite/ }).press("Enter");
  await settle(page);
  expect(await db().imageRegion.count({ where: { projectId: project.id } })).toBe(0);
});

test("does one thing by a key that was chosen: over the picture, and while a question is answered", async ({
  page,
  project,
  owner,
}) => {
  const { ids } = await setScene(project.id, owner.id, ["one", "two"]);
  await db().user.update({ where: { id: owner.id }, data: { keyChoices: { approve: "B", box: "O" } } });
  await page.goto(`${project.path}/review`);
  await expect(page.getByRole("button", { name: /^Approve B/ })).toBeEnabled();
  await settle(page);
  const picture = page.getByRole("group", { name: /^Picture kite/ });
  await picture.press("o");
  await expect(page.getByText(/^Box: 33 % from the left/).first()).toBeVisible();
  await picture.press("Escape");
  await expect(page.getByText(/^Box: /)).toHaveCount(0);
  await picture.press("b");
  await expect.poll(() => stateOf(ids[0])).toBe("approved");

  await db().user.update({ where: { id: owner.id }, data: { keyChoices: { skip: "B" } } });
  await db().project.update({ where: { id: project.id }, data: { asksBlindAnswer: true } });
  await page.goto(`${project.path}/review`);
  await expect(page.getByRole("button", { name: /Blue/ })).toBeEnabled();
  const skipped = page.waitForResponse((response) => response.url().endsWith("/review/skip"));
  await page.keyboard.press("b");
  expect((await skipped).ok()).toBe(true);
  expect(await db().blindAnswer.count({ where: { projectId: project.id } })).toBe(0);
});

test("judges nothing by a doubled key before the thoughts are on the screen", async ({
  page,
  project,
  owner,
}) => {
  const { ids } = await setScene(project.id, owner.id, ["one"]);
  await db().project.update({ where: { id: project.id }, data: { asksBlindAnswer: true } });
  await page.goto(`${project.path}/review`);
  await expect(page.getByRole("button", { name: /Blue/ })).toBeEnabled();
  // The screen is not painted again until the test says so.
  await page.evaluate(() => {
    const native = window.requestAnimationFrame.bind(window);
    const held: FrameRequestCallback[] = [];
    window.requestAnimationFrame = (callback) => held.push(callback);
    window.letFramesGo = () => {
      window.requestAnimationFrame = native;
      for (const callback of held) native(callback);
    };
  });
  await page.keyboard.press("b");
  await expect(page.getByText("as the key says", { exact: false })).toBeAttached();
  await page.keyboard.press("a");
  await page.keyboard.press("a");
  await expect(approveButton(page)).toBeDisabled();
  expect(await stateOf(ids[0])).toBe("waiting");
  await page.evaluate(() => window.letFramesGo?.());
  await expect(approveButton(page)).toBeEnabled();
  await page.keyboard.press("a");
  await expect.poll(() => stateOf(ids[0])).toBe("approved");
});

test("opens the siblings with the key that prefers one, and prefers with the next press", async ({
  page,
  project,
  owner,
}) => {
  const { ids } = await setScene(project.id, owner.id, ["one", "two"]);
  await openReview(page, `${project.path}/review`, "one");
  await press(page, "p");
  await expect(page.getByText("Which of the two is the better?")).toBeVisible();
  expect(await db().tracePreference.count({ where: { projectId: project.id } })).toBe(0);
  await press(page, "p");
  await expect(page.getByText("You prefer the trace on the screen.")).toBeVisible();
  await expect.poll(() => db().tracePreference.count({ where: { betterTraceId: ids[0] ?? "" } })).toBe(1);
});

test("shows what was edited of question and choices, and says where nothing was", async ({
  page,
  project,
  owner,
}) => {
  const { ids } = await setScene(project.id, owner.id, ["one"]);
  await openReview(page, `${project.path}/review`, "one");
  await press(page, "d");
  await expect(page.getByText("Nobody has edited this trace", { exact: false })).toBeVisible();
  await editQuestion(project.id, owner, ids[0], "Which colour has the kite in the sky?");
  await openReview(page, `${project.path}/review?trace=${ids[0]}`, "one");
  await press(page, "d");
  await expect(page.getByText("The question, edited")).toBeVisible();
  await expect(page.getByText("Choice D, edited")).toBeVisible();
  await expectAccessible(page);
});

test("says of an edit and a comment that could not be sent just that, and sends them again", async ({
  page,
  project,
  owner,
}) => {
  const { ids } = await setScene(project.id, owner.id, ["one"]);
  const traceId = ids[0] ?? "";
  await openReview(page, `${project.path}/review`, "one");
  await press(page, "c");
  const comment = page.getByRole("textbox", { name: "Comment" });
  await expect(comment).toBeFocused();
  await page.route(REVIEW, cut);
  await comment.fill("Is this a kite?");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("the comment is not sent", { exact: false })).toBeVisible();
  await page.unroute(REVIEW, cut);
  await page.getByRole("button", { name: /^Send again/ }).click();
  await expect(comment).toHaveValue("");
  expect(await db().traceComment.count({ where: { traceId } })).toBe(1);
  await comment.press("Escape");
  await page.getByRole("button", { name: "Close comments" }).click();

  await press(page, "e");
  const field = page.getByLabel("What follows the cue");
  await field.fill("I look at kite one again. It is dark blue. So the answer is (B).");
  await page.route(REVIEW, cut);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(alerts(page)).toContainText("your edit is not saved");
  await expect(field).toHaveValue(/It is dark blue/);
  await page.unroute(REVIEW, cut);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText("Saved as a new revision", { exact: false })).toBeVisible();
  expect((await readTrace(project.id, traceId)).revision.body).toContain("It is dark blue.");
});

test("comments on a step and on a region, resolves one and opens it again", async ({
  page,
  project,
  owner,
}) => {
  const { ids } = await setScene(project.id, owner.id, ["one"]);
  const traceId = ids[0] ?? "";
  await openReview(page, `${project.path}/review`, "one");
  await box(page, "ArrowRight", "the flag");
  await expect.poll(() => db().imageRegion.count({ where: { traceId, name: "the flag" } })).toBe(1);
  await settle(page);
  await step(page, /^It is one plain blue/)
    .first()
    .click();
  await press(page, "c");
  const comment = page.getByRole("textbox", { name: "Comment" });
  await expect(comment).toBeFocused();
  await comment.fill("It is a darker blue.");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => db().traceComment.count({ where: { traceId } })).toBe(1);
  await expect(comment).toHaveValue("");
  await page.getByLabel("What the comment is about").selectOption({ label: "Region: the flag" });
  await comment.fill("This is a cloud.");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => db().traceComment.count({ where: { traceId } })).toBe(2);
  const stored = await db().traceComment.findMany({ where: { traceId }, orderBy: { createdAt: "asc" } });
  expect(stored[0]).toMatchObject({ part: "long", regionId: null });
  expect(stored[0]?.stepText).toContain("one plain blue");
  expect(stored[1]?.regionId).not.toBeNull();
  await expect(page.getByText("On the region “the flag”")).toBeVisible();

  await page.getByRole("button", { name: "Resolve: This is a cloud." }).click();
  await page.getByRole("button", { name: "Show 1 resolved thread" }).click();
  await page.getByRole("button", { name: "Open again: This is a cloud." }).click();
  await expect(page.getByRole("button", { name: "Resolve: This is a cloud." })).toBeVisible();
  const [, onRegion] = await db().traceComment.findMany({
    where: { traceId },
    orderBy: { createdAt: "asc" },
    include: { events: { orderBy: { id: "asc" } } },
  });
  expect(onRegion?.events.map(({ isResolved }) => isResolved)).toEqual([true, false]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("shows who settles each reviewer's regions and marks, by their names", async ({
      page,
      project,
      owner,
      makeUser,
    }) => {
      const { ids } = await setScene(project.id, owner.id, ["one"]);
      const traceId = ids[0] ?? "";
      await db().project.update({ where: { id: project.id }, data: { verdictsPerTrace: 2 } });
      for (const [name, decision, region, x] of [
        ["Ada Approves", "approved", "the kite", 0.1],
        ["Rob Rejects", "rejected", "no flag here", 0.6],
      ] as const) {
        const user = await makeUser({ role: "reviewer", name });
        const context = {
          projectId: project.id,
          user: { ...user, isAdmin: false },
          role: "reviewer" as const,
        };
        const { trace } = await REVIEW_VERBS.look(context, { traceId });
        const id = randomUUID();
        const shape = { kind: "box", x, y: 0.2, w: 0.2, h: 0.2 };
        await REVIEW_VERBS.region(context, { traceId, id, name: region, shape });
        const stepKey = trace?.notes.steps.long[1]?.id ?? "";
        const rating = decision === "approved" ? "good" : "wrong";
        await REVIEW_VERBS.mark(context, { traceId, part: "long", stepKey, rating, regionIds: [id] });
        const { rowVersion } = await db().trace.findUniqueOrThrow({ where: { id: traceId } });
        await REVIEW_VERBS.verdict(context, {
          traceId,
          rowVersion,
          decision,
          comment: "seen",
          overrideChecks: true,
        });
      }
      await openReview(page, `${project.path}/review?settle=1`, "one");
      const opinions = page
        .getByRole("region", { name: "Reviewers disagree on this trace" })
        .getByRole("listitem")
        .filter({ has: page.getByText(/In the picture/) });
      await expect(opinions).toHaveCount(2);
      const ada = opinions.filter({ hasText: "Ada Approves" });
      await expect(ada).toContainText("seen in the kite");
      const inPicture = (name: string) => page.locator("figure").getByRole("button", { name });
      await expect(inPicture("Ada Approves: the kite")).toBeVisible();
      await expect(inPicture("Rob Rejects: no flag here")).toBeVisible();
      await opinions.filter({ hasText: "Rob Rejects" }).getByRole("button", { name: "no flag here" }).click();
      await expect(inPicture("Rob Rejects: no flag here")).toHaveAttribute("aria-pressed", "true");
      // What is another's can be looked at, and not changed.
      await expect(page.getByRole("button", { name: /^Remove/ })).toHaveCount(0);
      await expect(page.getByRole("list", { name: "Regions that prove the step" })).toHaveCount(0);
      await expectAccessible(page);
    });
  });
}
