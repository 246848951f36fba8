import type { Page } from "@playwright/test";
import {
  type DatasetPlace,
  judgeTwice,
  longThought,
  makeJudgedImages,
  shortThought,
} from "#e2e/dataset-scene.ts";
import { expectAccessible, expect as expectAtOnce, type TestUser, test } from "#e2e/fixtures.ts";
import { countWords } from "#lib/count-words.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import { DEFAULT_PREFERENCE, NO_SPLITS, SFT_PRESET_OPTIONS } from "#lib/datasets/recipe-schema.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { WITHDRAWN_HEADER } from "#lib/datasets/withdrawal.ts";
import { db } from "#lib/db/client.ts";
import { makeTrace } from "#lib/db/test-records.ts";
import { sealSecret } from "#lib/endpoints/secret-box.ts";

const expect = expectAtOnce.configure({ timeout: 60_000 });
const LONG = countWords(longThought(0));
const SHORT = countWords(shortThought(0));

test("a set is composed by its lengths and frozen, and its records, card and way to the Hub are looked at", async ({
  page,
  owner,
  project,
  makeUser,
}) => {
  test.setTimeout(400_000);
  const place = await placeOf(project, owner, makeUser);
  const scene = await makeJudgedImages(place, { images: 10, short: 2, rejected: 3 });
  // Thirteen pairs with a long chosen side, four with a short one.
  const chosen = Math.round((13 * LONG + 4 * SHORT) / 17);
  const rejected = Math.round((13 * SHORT + 4 * LONG) / 17);

  await test.step("chosen against rejected lengths are drawn before anything is frozen, and can be matched", async () => {
    await page.goto(`${project.path}/datasets/new`);
    await expect(page.getByText("It will hold 27 records.")).toBeVisible();
    await page.getByLabel("Dataset", { exact: true }).fill("kites");
    await page.getByRole("checkbox", { name: "Preference pairs" }).check();
    await expect(page.getByText("It will hold 27 records and 17 pairs.")).toBeVisible();
    const said = `chosen ${chosen} words on average, rejected ${rejected} words.`;
    await expect(page.getByRole("img", { name: `As drawn: ${said}` })).toBeVisible();
    await expect(page.getByRole("img", { name: `As kept: ${said}` })).toBeVisible();
    await expect(page.getByRole("row", { name: /^O over X / })).toContainText(/17.*exist, 17 kept/);

    await page.getByRole("checkbox", { name: /^Match lengths/ }).check();
    await expect(page.getByText("It will hold 27 records and 8 pairs.")).toBeVisible();
    const alike = Math.round((LONG + SHORT) / 2);
    await expect(
      page.getByRole("img", {
        name: `As kept: chosen ${alike} words on average, rejected ${alike} words.`,
      }),
    ).toBeVisible();
    await expect(page.getByRole("img", { name: `As drawn: ${said}` })).toBeVisible();
    await expect(page.getByText("9: no pair makes up for its difference in length")).toBeVisible();
    await expectAccessible(page);

    await page.getByRole("checkbox", { name: /^Match lengths/ }).uncheck();
    await expect(page.getByText("It will hold 27 records and 17 pairs.")).toBeVisible();
    await page.getByRole("button", { name: "Freeze version" }).click();
    await expect(page).toHaveURL(/\/datasets\/[0-9a-f-]{36}$/);
    await expect(page.getByText(/^27 records, 17 pairs on 10 images, frozen on/)).toBeVisible();
    await expect(page.getByRole("img", { name: `Lengths as kept: ${said}` })).toBeVisible();
  });
  const version = page.url();
  const tabs = page.getByRole("navigation", { name: "Version" });

  await test.step("a record shows what is trained on apart from what is only read, and what a cut-off takes", async () => {
    const trace = scene[0]?.corrected;
    const { simpleThought } = await db().trace.findUniqueOrThrow({
      where: { id: trace?.id ?? "" },
      select: { simpleThought: { select: { text: true } } },
    });
    await tabs.getByRole("link", { name: "Records" }).click();
    await expect(page).toHaveURL(`${version}/records`);
    await page.getByLabel("Or a trace’s id").fill(trace?.id ?? "");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/[?&]trace=[0-9a-f-]{36}/);
    const read = page.getByText("Read, and carries no loss").locator("..");
    const trained = page.getByText(/^The record, trained on · \d+ tokens$/).locator("..");
    await expect(trained).toContainText(/Wait, let me look again at the kite.*<answer>\(B\)<\/answer>/s);
    await expect(read).toContainText("What colour is the kite?");
    // The wrong first look is context: it is read, and no loss is on it.
    await expect(read).toContainText(simpleThought.text);
    await expect(trained).not.toContainText(simpleThought.text);
    await expect(page.getByText(/^With a cut-off of 2,048 tokens nothing is lost/)).toBeVisible();
    await expectAccessible(page);

    await page.getByLabel("Cut-off, tokens").fill("64");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/[?&]cutoff=64/);
    await expect(page.getByText("A cut-off of 64 tokens shortens 27 of 27 lines")).toBeVisible();
    await expect(
      page.getByText(/stands before the loss begins: the thought that the cue answers/),
    ).toBeVisible();
    await expect(page.getByText("What is struck through never reaches the model.")).toBeVisible();
    await expect(read.locator(".line-through").last()).toBeVisible();

    await page.getByLabel("Part", { exact: true }).selectOption("preference");
    await page.getByLabel("Number", { exact: true }).fill("1");
    await page.getByLabel("Cut-off, tokens").fill("4096");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/[?&]part=preference/);
    await expect(page.getByText("1 of 17", { exact: true })).toBeVisible();
    await expect(page.getByText(/^Chosen · \d+ tokens$/)).toBeVisible();
    await expect(page.getByText(/^Rejected · \d+ tokens$/)).toBeVisible();
    await expect(page.getByText(/^With a cut-off of 4,096 tokens nothing is lost/)).toBeVisible();
  });

  await test.step("the card draws its figures, the error rate with its interval, and names their sources", async () => {
    await tabs.getByRole("link", { name: "Card" }).click();
    await expect(page).toHaveURL(`${version}/card`);
    await expect(
      page.getByText(
        /^About 10 % of what one person approved, another would reject \(95 % interval [\d.]+ % to \d+ %\)\.$/,
      ),
    ).toBeVisible();
    await expect(
      page.getByRole("img", {
        name: /^Error rates by people, with 95 % intervals .*3 of 30 traces on 10 images/,
      }),
    ).toBeVisible();
    for (const figure of [
      "From images to this version",
      "Lines by kind",
      "Words of the chosen and of the rejected side",
    ])
      await expect(page.getByRole("img", { name: new RegExp(`^${figure}`) })).toBeVisible();
    await expect(page.getByRole("row", { name: `O>X 17 ${chosen} ${rejected} 76 %` })).toBeVisible();
    const source = page.getByText(/^From readAuditCounts, readSecondLooks: verdicts given one at a time/);
    await expect(source.getByRole("link", { name: "As it is today" })).toHaveAttribute(
      "href",
      `${project.path}/insights`,
    );
    await expectAccessible(page);
  });

  await test.step("the Hub asks for a token first, then for a repository's whole name, before anything leaves", async () => {
    await tabs.getByRole("link", { name: "Contents" }).click();
    await expect(page).toHaveURL(version);
    await makeArchive(page, "parquet");
    await expect(page.getByText("No token of the Hub is entered yet: nothing can be pushed.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Push to the Hub" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
    await page.getByLabel("Token of the Hub").fill("not-a-token");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("A token of the Hub begins with hf_.")).toBeVisible();
    await expectAccessible(page);

    await db().hubConnection.create({
      data: {
        projectId: project.id,
        encryptedToken: sealSecret("hf_of-a-test", `${project.id}/hub`),
        tokenHint: "test",
        accountName: "my-lab",
      },
    });
    await page.reload();
    await expect(page.getByText(/^Pushes go out as my-lab/)).toBeVisible();
    await expect(async () => {
      await page.getByLabel("Dataset repository").fill("second-looks", { timeout: 5_000 });
      await page.getByRole("button", { name: "Push to the Hub" }).click({ timeout: 5_000 });
      await expectAtOnce(
        page.getByText(/^Give the owner and the name of a dataset repository/),
      ).toBeVisible();
    }).toPass({ timeout: 60_000 });
    expect(await db().hubPush.count({ where: { projectId: project.id } })).toBe(0);
  });
});

test("two versions are compared line by line, and one is withdrawn with a reason that stands wherever it does", async ({
  page,
  owner,
  project,
  makeUser,
}) => {
  test.setTimeout(400_000);
  const place = await placeOf(project, owner, makeUser);
  const [gone, changed, grown] = await makeJudgedImages(place, { images: 3, short: 0, rejected: 0 });
  if (!gone || !changed || !grown) throw new Error("three images were asked for");
  const freeze = () => createDatasetVersion({ ...place, name: "kites", options: OPTIONS });
  const first = await freeze();
  const removed = gone.right[0].id;
  await db().trace.update({ where: { id: removed }, data: { state: "waiting" } });
  const edited = await editAndApprove(place, changed.place, changed.right[0]);
  const added = await makeTrace(grown.place, {
    simple: "right",
    long: null,
    state: "approved",
    body: longThought(99),
  });
  await judgeTwice(place, grown.place, added);
  const second = await freeze();

  await test.step("each figure leads to its lines, and each line to its trace", async () => {
    await page.goto(`${project.path}/datasets/${second.versionId}`);
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await expect(page).toHaveURL(/\/datasets\/compare/);
    const records = page.getByRole("row", { name: /^Records/ });
    await expect(records.getByRole("cell")).toHaveText(["Records", "9", "9", "7", "1", "1", "1"]);
    // The edited text is preferred to the model's own, which is a pair by itself.
    await expect(page.getByRole("row", { name: /^Preference pairs/ }).getByRole("cell")).toHaveText([
      "Preference pairs",
      "6",
      "7",
      "4",
      "2",
      "1",
      "1",
    ]);
    for (const [change, traceId] of [
      ["removed", removed],
      ["changed", edited],
      ["added", added.id],
    ] as const) {
      await records.getByRole("link", { name: `1 ${change}: show them` }).click();
      await expect(page).toHaveURL(new RegExp(`show=${change}`));
      await expect(page.getByRole("heading", { name: `Records, ${change}` })).toBeVisible();
      await expect(page.getByRole("link", { name: traceId.slice(-12) })).toHaveAttribute(
        "href",
        `${project.path}/traces/${traceId}`,
      );
      if (change === "changed")
        await expect(page.getByRole("cell", { name: "text", exact: true })).toBeVisible();
    }
    await expectAccessible(page);
    await page.getByRole("link", { name: added.id.slice(-12) }).click();
    await expect(page).toHaveURL(`${project.path}/traces/${added.id}`);
    await expect(page.getByText(/Kite 99/).first()).toBeVisible();
  });

  const reason = "The kites of one beach are there twice.";
  const address = `${project.path}/datasets/${first.versionId}`;
  await test.step("an archive is made, and the version withdrawn", async () => {
    await page.goto(address);
    await makeArchive(page, "parquet");
    await page.getByRole("button", { name: "Withdraw", exact: true }).click();
    const dialog = page.getByRole("alertdialog", { name: "Withdraw this version?" });
    await expect(dialog.getByRole("button", { name: "Withdraw the version" })).toBeDisabled();
    await dialog.getByLabel("Why").fill(reason);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Withdraw the version" }).click();
    await expect(page.getByText(/^This version was withdrawn on \d{4}-\d\d-\d\d$/)).toBeVisible();
  });

  await test.step("its page, archive, card, records, the list and the comparison say so", async () => {
    await expect(page.getByText(reason)).toBeVisible();
    await expect(page.getByText(/no archive of it is made any more\. What was made stays/)).toBeVisible();
    await expect(page.getByRole("button", { name: "Make the archive" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Withdraw", exact: true })).toHaveCount(0);
    await expect(page.getByText("The version is withdrawn: nothing of it is pushed any more.")).toBeVisible();
    await expect(
      page.getByRole("link", { name: "Get kites-v1-parquet.zip, of a withdrawn version" }),
    ).toBeVisible();
    await expectAccessible(page);
    const made = await db().export.findFirstOrThrow({ where: { versionId: first.versionId } });
    const head = await page.request.head(`/api/projects/${project.id}/exports/${made.id}`);
    expect(head.headers()["content-disposition"]).toContain("kites-v1-parquet-withdrawn.zip");
    expect(head.headers()[WITHDRAWN_HEADER]).toContain(encodeURIComponent(reason));

    const tabs = page.getByRole("navigation", { name: "Version" });
    for (const tab of ["Card", "Records"]) {
      await tabs.getByRole("link", { name: tab }).click();
      await expect(page).toHaveURL(`${address}/${tab.toLowerCase()}`);
      await expect(tabs.getByRole("link", { name: tab })).toHaveAttribute("aria-current", "page");
      await expect(page.getByText(/^This version was withdrawn on/)).toBeVisible();
      await expect(page.getByText(reason)).toBeVisible();
    }
    await page.goto(`${project.path}/datasets/compare?from=${first.versionId}&to=${second.versionId}`);
    await expect(page.getByText(/^kites · version 1 was withdrawn on/)).toBeVisible();
    await expect(page.getByText(reason)).toBeVisible();
    await expect(page.getByLabel("From", { exact: true }).locator("option:checked")).toHaveText(
      "kites · version 1 (withdrawn)",
    );
    await expect(page.getByLabel("To", { exact: true }).locator("option:checked")).toHaveText(
      "kites · version 2",
    );
    await page.goto(`${project.path}/datasets`);
    const row = page.getByRole("row", { name: /kites · version 1/ });
    await expect(row).toContainText("withdrawn");
    await expect(row).toContainText(reason);
    await expect(page.getByRole("row", { name: /kites · version 2/ })).not.toContainText("withdrawn");
    await expectAccessible(page);
  });
});

const OPTIONS = {
  sft: SFT_PRESET_OPTIONS.everything,
  preference: DEFAULT_PREFERENCE,
  steps: null,
  splits: NO_SPLITS,
  filter: WHOLE_PROJECT,
};

async function placeOf(
  project: { id: string },
  owner: TestUser,
  makeUser: (options: { role: "reviewer"; name: string }) => Promise<TestUser>,
): Promise<DatasetPlace> {
  const second = await makeUser({ role: "reviewer", name: "Rita Reviewer" });
  return { projectId: project.id, userId: owner.id, secondId: second.id };
}

/** Asks for an archive on a version's page and waits until it stands there. The choice tells whether the page listens. */
async function makeArchive(page: Page, format: string): Promise<void> {
  await expect(async () => {
    await page.getByLabel("Format").selectOption("steps", { timeout: 5_000 });
    await expectAtOnce(page.getByText("This version holds no judged thoughts")).toBeVisible();
  }).toPass({ timeout: 60_000 });
  await page.getByLabel("Format").selectOption(format);
  await expect(page.getByRole("button", { name: "Make the archive" })).toBeEnabled();
  await page.getByRole("button", { name: "Make the archive" }).click();
  const got = page.getByRole("link", { name: `Get kites-v1-${format}.zip` });
  await expect(got).toBeVisible({ timeout: 120_000 });
}

/** A person's text in place of the model's, approved by two; gives back the trace's id. */
async function editAndApprove(
  place: DatasetPlace,
  on: Parameters<typeof judgeTwice>[1],
  { id }: { id: string },
): Promise<string> {
  const { id: currentRevisionId } = await db().traceRevision.create({
    data: {
      traceId: id,
      number: 2,
      body: `${longThought(0)} That is blue.`,
      answer: "(B)",
      answerIndex: 1,
      authorId: place.userId,
    },
  });
  await db().trace.update({ where: { id }, data: { currentRevisionId } });
  await judgeTwice(place, on, { id, currentRevisionId });
  return id;
}
