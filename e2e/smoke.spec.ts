import { expect, expectAccessible, test } from "./fixtures.ts";

test("the server says that it is well", async ({ request }) => {
  const response = await request.get("/api/health");
  expect(response.status()).toBe(200);
  expect(await response.json()).toEqual({
    status: "ok",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    database: "ok",
    worker: expect.stringMatching(/^(running|none)$/),
  });
  expect(response.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
});

test("a stranger is asked to sign in, and comes back to where they wanted to go", async ({
  openAs,
  owner,
  project,
}) => {
  const page = await openAs(null);
  await page.goto("/projects?sort=name");
  await expect(page).toHaveURL(/\/sign-in/);
  await expectAccessible(page);
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/projects\?sort=name$/);
  await expect(page.getByText(project.name).first()).toBeVisible();
});

test("the list of projects shows a project to its owner only", async ({
  page,
  project,
  makeUser,
  openAs,
}) => {
  await page.goto("/projects");
  await expect(page.getByText(project.name).first()).toBeVisible();
  await expectAccessible(page);

  const stranger = await openAs(await makeUser());
  await stranger.goto("/projects");
  await expect(stranger.getByRole("heading").first()).toBeVisible();
  await expect(stranger.getByText(project.name)).toHaveCount(0);
});
