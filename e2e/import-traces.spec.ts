import { db } from "#lib/db/client.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { expect, expectAccessible, test } from "./fixtures.ts";

const TABLE = [
  "text,options,right,picture,thought,reply",
  '"What flies over the hill?","(A) A kite (B) A brick",0,sky/kite.jpg,"Something with a long tail hangs there. Wait, it is on a string. So it is a kite.",A',
  '"What stands on the table?","(A) A jug (B) A cup",1,room/table.jpg,"It is a cup.",B',
  '"What stands on the table?","(A) A jug (B) A cup",7,room/table.jpg,"It is a jug.",A',
].join("\n");

test("a table of others is mapped column by column, tried, imported, reviewed with its picture, and taken back", async ({
  page,
  project,
}) => {
  await page.goto(`${project.path}/runs/import`);
  await page.getByRole("link", { name: "Traces in another form" }).click();
  await expect(page.getByRole("heading", { name: "Import traces", level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Files of traces").setInputFiles({
    name: "own.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(TABLE),
  });

  await expect(page.getByRole("heading", { name: "The first rows" })).toBeVisible();
  await expect(page.getByLabel("Choices", { exact: true })).toHaveValue("options");
  await expect(page.getByText("Choose the column that holds the question.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Import these traces" })).toBeDisabled();
  const choose = async (label: string, column: string) => {
    const field = page.getByLabel(label, { exact: true });
    await field.selectOption(column);
    await expect(field).toHaveValue(column);
  };
  await choose("Question", "text");
  await choose("Key", "right");
  await choose("Image path", "picture");
  await choose("Long thought", "thought");
  await choose("Answer", "reply");
  await expect(
    page.getByText("The key is the number 0: say whether it counts from 0 or from 1."),
  ).toBeVisible();
  await choose("How the key is written", "index0");
  await expect(page.getByText("2 of 3 can be taken. Nothing has been imported yet.")).toBeVisible();
  await expect(page.getByText("The key 7 is none of the 2 choices.")).toBeVisible();
  await page.getByLabel("Keep this mapping as").fill("Our tables");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(page.getByLabel("A mapping that is kept")).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectAccessible(page);
  }

  // A connection that drops says so, and leaves the button free.
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Import these traces" }).click();
  await expect(page.getByText("The server did not answer")).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Import these traces" }).click();
  await expect(page.getByText("The good rows came in; 1 row did not.")).toBeVisible();
  await expect(page.getByText("2 images of this project have no picture yet.")).toBeVisible();
  await expectAccessible(page);
  const report = page.url();

  const trace = await db().trace.findFirstOrThrow({
    where: { projectId: project.id, kind: { not: "O" } },
    select: { id: true, state: true, imageId: true },
  });
  expect(trace.state).not.toBe("approved");
  await page.goto(`${project.path}/traces/${trace.id}`);
  await expect(page.getByText("Simple thought found by its cue.")).toBeVisible();
  await expect(page.getByText("First answer not given.")).toBeVisible();

  // One by one on the image's own page, whatever the file is called.
  await page.goto(`${project.path}/images/${trace.imageId}`);
  await expect(page.getByText("The picture is missing", { exact: true }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Picture to attach").setInputFiles({
    name: "IMG_0001.jpg",
    mimeType: "image/jpeg",
    buffer: await makePicture(1),
  });
  await expect(page.getByText("1 picture attached.")).toBeVisible();
  // And many at once, by their names.
  await page.goto(`${project.path}/images/import`);
  await page.getByLabel("Pictures to attach").setInputFiles([
    { name: "table.jpg", mimeType: "image/jpeg", buffer: await makePicture(2) },
    { name: "other.jpg", mimeType: "image/jpeg", buffer: await makePicture(3) },
  ]);
  await expect(page.getByText("1 picture attached.")).toBeVisible();
  expect(await db().image.count({ where: { projectId: project.id, state: "missing" } })).toBe(0);

  await page.goto(`${project.path}/review?trace=${trace.id}`);
  await expect(page.getByText("What flies over the hill?").first()).toBeVisible();

  await page.goto(report);
  await page.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText(/images without a picture would go\./u)).toBeVisible();
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("Taken back", { exact: true })).toBeVisible();
});
