import { expect, expectAccessible, test } from "./fixtures.ts";

test("an owner makes a token, a program uses it, and is refused once it is revoked", async ({
  page,
  project,
  openAs,
  request,
}) => {
  await page.goto(`${project.path}/settings/tokens`);
  await expect(page.getByText("No program has a key yet")).toBeVisible();
  await expectAccessible(page);
  // Pressed again where the page was not yet ready to hear it.
  await expect(async () => {
    await page.getByRole("button", { name: "Make a token…" }).click({ timeout: 1000 });
    await expect(page.getByRole("dialog")).toBeVisible({ timeout: 4000 });
  }).toPass();
  await page.getByRole("textbox", { name: "Name" }).fill("Nightly export");
  await expect(page.getByRole("checkbox", { name: /images:write/ })).not.toBeChecked();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make the token", exact: true }).click();
  const shown = page.getByLabel("Token", { exact: true });
  await expect(shown).toHaveValue(/^slk_/);
  const token = await shown.inputValue();
  // A click beside it or Escape would lose it for good: the dialog stays until its maker says so.
  await page.mouse.click(4, 4);
  await page.keyboard.press("Escape");
  await expect(shown).toHaveValue(token);
  await expectAccessible(page);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const row = page.getByRole("row", { name: /Nightly export/ });
  await expect(row).toContainText("never");
  expect(await page.content()).not.toContain(token);

  const ask = (headers: Record<string, string>) =>
    request.get("/api/v1/project", { headers, maxRedirects: 0, failOnStatusCode: false });
  const bearer = { authorization: `Bearer ${token}` };
  const answered = await ask(bearer);
  expect(answered.status()).toBe(200);
  expect(await answered.json()).toMatchObject({ project: { id: project.id, name: project.name } });
  // The session of the page is no key to the API, and no other site may read it.
  const own = await page.request.get("/api/v1/project", { failOnStatusCode: false });
  expect([own.status(), (await own.json()).error.code]).toEqual([401, "not_signed_in"]);
  const foreign = await ask({ ...bearer, origin: "https://evil.example" });
  expect(foreign.headers()["access-control-allow-origin"]).toBeUndefined();
  const nowhere = await request.get("/api/v1/no/such/thing", { failOnStatusCode: false });
  expect([nowhere.status(), (await nowhere.json()).error.code]).toEqual([404, "not_found"]);
  const description = await request.get("/api/v1/openapi.json");
  expect((await description.json()).openapi).toBe("3.1.1");

  await page.reload();
  await expect(row).not.toContainText("never");
  await expectAccessible(page);
  await expect(async () => {
    await row.getByRole("button", { name: "Revoke" }).click({ timeout: 1000 });
    await expect(page.getByRole("alertdialog")).toBeVisible({ timeout: 4000 });
  }).toPass();
  await page.getByRole("button", { name: "Yes, revoke it" }).click();
  await expect(row).toContainText("revoked");
  expect((await ask(bearer)).status()).toBe(401);

  const stranger = await openAs(null);
  const closed = await stranger.request.get(`${project.path}/settings/tokens`, { maxRedirects: 0 });
  expect(closed.status()).toBe(307);
});

test("a reviewer makes one for no more than they may themselves, and sees only their own", async ({
  page,
  project,
  makeUser,
  openAs,
}) => {
  const reviewer = await makeUser({ role: "reviewer", name: "Rita" });
  await page.goto(`${project.path}/settings/tokens`);
  await expect(page.getByText("No program has a key yet")).toBeVisible();
  const theirs = await openAs(reviewer);
  await theirs.goto(`${project.path}/settings/tokens`);
  await expect(async () => {
    await theirs.getByRole("button", { name: "Make a token…" }).click({ timeout: 1000 });
    await expect(theirs.getByRole("dialog")).toBeVisible({ timeout: 4000 });
  }).toPass();
  await expect(theirs.getByRole("checkbox", { name: /verdicts:write/ })).toBeVisible();
  await expect(
    theirs.getByRole("checkbox", { name: /runs:write|exports|datasets:write|images:write/ }),
  ).toHaveCount(0);
  await theirs.getByRole("textbox", { name: "Name" }).fill("Rita’s script");
  await theirs.getByRole("button", { name: "Make the token", exact: true }).click();
  await expect(theirs.getByLabel("Token", { exact: true })).toHaveValue(/^slk_/);
  await page.reload();
  await expect(page.getByRole("row", { name: /Rita’s script.*Rita/ })).toBeVisible();
});
