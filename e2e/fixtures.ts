import { randomBytes } from "node:crypto";
import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { encode } from "next-auth/jwt";
import { SESSION_SECONDS, sessionCookieName } from "#lib/auth/cookies.ts";
import { hashPassword } from "#lib/auth/password.ts";
import type { ProjectRole } from "#lib/auth/permissions.ts";
import { db, disconnectDb } from "#lib/db/client.ts";
import { findEmbedded } from "#lib/db/embedded.ts";
import { env, resetEnv } from "#lib/env.ts";
import { provideSecrets } from "#lib/launch/secrets.ts";
import { createProject } from "#lib/projects/commands.ts";

export { expect } from "@playwright/test";

export type TestUser = { id: string; email: string; name: string; password: string };
export type TestProject = { id: string; name: string /** Its address in the app. */; path: string };

type TestFixtures = {
  /** The owner of `project`; `page` is signed in as this user. */
  owner: TestUser;
  /** A fresh project with default reasons, endpoints (the simulator) and prompts, and nothing in it. */
  project: TestProject;
  /** Makes another user; with a role, also a member of `project`. */
  makeUser(options?: { role?: ProjectRole; isAdmin?: boolean; name?: string }): Promise<TestUser>;
  /** Opens a page of its own (another browser, so to speak) that is signed in as this user, or as nobody. */
  openAs(user: TestUser | null): Promise<Page>;
  /** Fails the test at its end when a script in the page threw. */
  pageErrors: Error[];
};

type WorkerFixtures = { database: ReturnType<typeof db> };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  /** The app's own database: set scenes and check results in it through the app's queries and commands. */
  database: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern.
    async ({}, use) => {
      await connect();
      await use(db());
      await disconnectDb();
    },
    { scope: "worker", auto: true },
  ],

  pageErrors: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern.
    async ({}, use) => {
      const errors: Error[] = [];
      await use(errors);
      expect(errors, "scripts in the page must not throw").toEqual([]);
    },
    { auto: true },
  ],

  owner: async ({ database: _ }, use) => use(await createUser({ name: "Olga Owner" })),

  project: async ({ owner }, use) => {
    const { id, name } = await createProject(owner.id, { name: `Project ${randomBytes(4).toString("hex")}` });
    await use({ id, name, path: `/projects/${id}` });
  },

  makeUser: async ({ project }, use) => {
    await use(async ({ role, ...options } = {}) => {
      const user = await createUser(options);
      if (role) await db().membership.create({ data: { projectId: project.id, userId: user.id, role } });
      return user;
    });
  },

  context: async ({ context, owner }, use) => {
    await signIn(context, owner);
    await use(context);
  },

  page: async ({ page, pageErrors }, use) => {
    page.on("pageerror", (error) => pageErrors.push(error));
    await use(page);
  },

  openAs: async ({ browser, baseURL, contextOptions, viewport, pageErrors }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (user) => {
      const context = await browser.newContext({
        ...contextOptions,
        ...(baseURL ? { baseURL } : {}),
        viewport,
      });
      opened.push(context);
      if (user) await signIn(context, user);
      const page = await context.newPage();
      page.on("pageerror", (error) => pageErrors.push(error));
      return page;
    });
    for (const context of opened) await context.close();
  },
});

/** Checks the page as it stands for what keeps people out (WCAG 2 A and AA), and names each fault and where it is. */
export async function expectAccessible(page: Page): Promise<void> {
  // Next sends a page's title after its first content, so a page can be there a moment before its name.
  await expect(page).toHaveTitle(/\S/u);
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const faults = found.violations.map(
    (rule) => `${rule.id}: ${rule.help}\n  ${rule.nodes.map((node) => node.html).join("\n  ")}`,
  );
  expect(faults, `accessibility of ${page.url()}`).toEqual([]);
}

/** Next keeps a hidden element with the role of an alert on every page: this finds only those of the app. */
export function alerts(page: Page) {
  return page.locator('[role="alert"]:not(#__next-route-announcer__)');
}

async function connect(): Promise<void> {
  const dataDir = process.env.SECOND_LOOK_E2E_DATA;
  const url = dataDir && (await findEmbedded(dataDir));
  if (!dataDir || !url) throw new Error("the app of this test run does not run");
  process.env.DATABASE_URL = url;
  process.env.SECOND_LOOK_DATA = dataDir;
  process.env.NEXTAUTH_URL = process.env.SECOND_LOOK_E2E_URL;
  provideSecrets(dataDir);
  resetEnv();
}

async function createUser(options: { isAdmin?: boolean; name?: string }): Promise<TestUser> {
  const unique = randomBytes(5).toString("hex");
  const password = `pw-${unique}-${randomBytes(5).toString("hex")}`;
  const name = options.name ?? `User ${unique}`;
  const { id, email } = await db().user.create({
    data: {
      email: `${unique}@example.org`,
      name,
      passwordHash: await hashPassword(password),
      isAdmin: options.isAdmin ?? false,
    },
  });
  return { id, email, name, password };
}

/** The cookie that signing in would have given; signing in itself has tests of its own. */
export async function sessionOf(user: TestUser): Promise<{ name: string; value: string }> {
  const { sessionEpoch } = await db().user.findUniqueOrThrow({
    where: { id: user.id },
    select: { sessionEpoch: true },
  });
  const value = await encode({
    token: { sub: user.id, epoch: sessionEpoch },
    secret: env().NEXTAUTH_SECRET ?? "",
    maxAge: SESSION_SECONDS,
  });
  return { name: sessionCookieName(), value };
}

/** Signs a browser in. */
async function signIn(context: BrowserContext, user: TestUser): Promise<void> {
  const url = process.env.SECOND_LOOK_E2E_URL ?? "";
  await context.addCookies([{ ...(await sessionOf(user)), url, httpOnly: true, sameSite: "Lax" }]);
}
