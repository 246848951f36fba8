import type { Page } from "@playwright/test";
import { type RunningApp, startApp } from "./app.ts";
import { alerts, expect, expectAccessible, test } from "./fixtures.ts";
import { type OidcProvider, startOidcProvider } from "./oidc-provider.ts";

test.describe("an outside provider", () => {
  let provider: OidcProvider;
  let app: RunningApp;
  test.beforeAll(async () => {
    test.setTimeout(300_000);
    provider = await startOidcProvider("second-look");
    app = await startApp({
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: "second-look",
      OIDC_CLIENT_SECRET: "secret",
      OIDC_NAME: "Campus",
    });
  });
  test.afterAll(async () => {
    await app.stop();
    await provider.close();
  });

  const ada = { sub: "ada-42", email: "ada@example.org", name: "Ada" };
  const bob = { sub: "bob-7", email: "bob@example.org", name: "Bob Builder" };

  async function setUp(page: Page): Promise<void> {
    const code = /with the code (\S+)/.exec(app.output())?.[1] ?? "";
    await page.goto(`${app.url}/setup?code=${code}`);
    await page.getByLabel("Name").fill(ada.name);
    await page.getByLabel("Email").fill(ada.email);
    await page.getByLabel("Password", { exact: true }).fill("a long enough password");
    await page.getByRole("button", { name: "Make the first administrator" }).click();
    await expect(page).toHaveURL(/\/projects$/);
  }

  test("opens an account that was linked or invited, and none by an equal address", async ({ openAs }) => {
    const admin = await openAs(null);
    await setUp(admin);

    // The address is Ada's, the account is not linked: nobody comes in.
    provider.setVisitor(ada);
    const visitor = await openAs(null);
    await visitor.goto(`${app.url}/sign-in`);
    await visitor.getByRole("button", { name: "Continue with Campus" }).click();
    await expect(alerts(visitor)).toContainText("Nobody here has this outside account.");
    await expectAccessible(visitor);

    await admin.goto(`${app.url}/account`);
    await admin.getByRole("button", { name: "Link Campus" }).click();
    await expect(admin.getByRole("button", { name: "Unlink Campus" })).toBeVisible();
    await expectAccessible(admin);

    await visitor.getByRole("button", { name: "Continue with Campus" }).click();
    await expect(visitor).toHaveURL(/\/projects$/);
    await expect(visitor.getByRole("button", { name: "Ada" })).toBeVisible();

    provider.setVisitor(bob);
    await admin.goto(`${app.url}/admin/users`);
    await admin.getByRole("button", { name: "Invite…" }).click();
    await admin.getByRole("button", { name: "Make the link" }).click();
    const link = await admin.getByLabel("Invitation link").inputValue();
    const guest = await openAs(null);
    await guest.goto(link);
    await guest.getByRole("button", { name: "Continue with Campus" }).click();
    await expect(guest).toHaveURL(/\/projects$/);
    await expect(guest.getByRole("button", { name: "Bob Builder" })).toBeVisible();

    // His only way in stays.
    await guest.goto(`${app.url}/account`);
    await guest.getByRole("button", { name: "Unlink Campus" }).click();
    await expect(alerts(guest)).toContainText("This is your only way to sign in.");
  });
});
