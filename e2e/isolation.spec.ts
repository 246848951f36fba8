import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { createProject } from "#lib/projects/commands.ts";
import { expect, test } from "./fixtures.ts";
import { FOREIGN_MARK, fillProject } from "./foreign-project.ts";

// Every address below a project is taken from the file system: a new one is tested from its first day.
const APP = path.join(import.meta.dirname, "../app");
const PAGES = globSync("(app)/projects/*/**/page.tsx", { cwd: APP })
  .filter((file) => file.includes("[projectId]"))
  .map((file) => path.dirname(file).replace(/\/?\([^)]*\)/g, ""))
  .sort();
const ROUTES = globSync("api/projects/**/route.ts", { cwd: APP })
  .map((file) => ({ address: `/${path.dirname(file)}`, methods: methodsOf(path.join(APP, file)) }))
  .sort((a, b) => a.address.localeCompare(b.address));

/** Parameters that are not ids: a value that the route knows. */
const WORDS: Record<string, string> = {
  variant: "view",
  verb: "claim",
  stage: "2",
  name: "stage2",
  promptName: "stage2",
  format: "llamafactory",
  purpose: "vlm",
};

test.describe("another project", () => {
  test("is not there for a stranger: no page, no route", async ({ page, database, makeUser, baseURL }) => {
    const other = await makeUser();
    const foreign = await createProject(other.id, { name: `${FOREIGN_MARK} ${Date.now()}` });
    const ids = await fillProject(database, foreign.id, other.id);
    expect(PAGES.length).toBeGreaterThan(8);
    for (const pattern of PAGES) await expectNoPage(page.request, fillIn(pattern, ids));
    for (const { address, methods } of ROUTES) {
      for (const method of methods) await expectNoRoute(page.request, method, fillIn(address, ids), baseURL);
    }
  });

  test("lends nothing to an address below one's own project", async ({
    page,
    project,
    database,
    makeUser,
    baseURL,
  }) => {
    const other = await makeUser();
    const foreign = await createProject(other.id, { name: `${FOREIGN_MARK} ${Date.now()}` });
    const ids = { ...(await fillProject(database, foreign.id, other.id)), projectId: project.id };
    const named = (pattern: string) => paramsOf(pattern).some((name) => name !== "projectId" && !WORDS[name]);
    for (const pattern of PAGES.filter(named)) await expectNoPage(page.request, fillIn(pattern, ids));
    for (const { address, methods } of ROUTES.filter((route) => named(route.address))) {
      for (const method of methods) await expectNoRoute(page.request, method, fillIn(address, ids), baseURL);
    }
  });

  test("and everything else is closed to whoever is not signed in", async ({
    openAs,
    project,
    database,
    owner,
    baseURL,
  }) => {
    const page = await openAs(null);
    const ids = await fillProject(database, project.id, owner.id);
    for (const pattern of PAGES) {
      const response = await page.request.get(fillIn(pattern, ids), { maxRedirects: 0 });
      expect(response.status(), pattern).toBe(307);
      expect(response.headers().location, pattern).toContain("/sign-in");
    }
    for (const { address, methods } of ROUTES) {
      for (const method of methods) {
        const response = await send(page.request, method, fillIn(address, ids), baseURL);
        const body = await response.text();
        expect(response.status(), `${method} ${address}: ${body.slice(0, 300)}`).toBe(401);
        expect(body).not.toContain(FOREIGN_MARK);
      }
    }
  });

  test("cannot be made to act by a page of another site", async ({ page, project, database, owner }) => {
    const ids = await fillProject(database, project.id, owner.id);
    for (const { address, methods } of ROUTES) {
      for (const method of methods.filter((name) => name !== "GET")) {
        const response = await send(page.request, method, fillIn(address, ids), "https://evil.example");
        const body = await response.text();
        expect(response.status(), `${method} ${address}: ${body.slice(0, 300)}`).toBe(403);
      }
    }
  });
});

async function expectNoPage(request: APIRequestContext, address: string): Promise<void> {
  const response = await request.get(address);
  const body = await response.text();
  // A loading.tsx above such a page would send 200 before it is known that there is nothing.
  expect(response.status(), `${address}: ${body.slice(0, 300)}`).toBe(404);
  expect(body, address).toContain("There is nothing at this address");
  expect(body, address).not.toContain(FOREIGN_MARK);
}

async function expectNoRoute(
  request: APIRequestContext,
  method: string,
  address: string,
  baseURL: string | undefined,
): Promise<void> {
  const response = await send(request, method, address, baseURL);
  const body = await response.text();
  // A route that writes may refuse what was sent before it looks for the row; that tells nothing about the row.
  const refusals = method === "GET" ? [404] : [400, 404];
  expect(refusals, `${method} ${address}: ${body.slice(0, 300)}`).toContain(response.status());
  expect(body, `${method} ${address}`).not.toContain(FOREIGN_MARK);
}

function send(request: APIRequestContext, method: string, address: string, origin: string | undefined) {
  return request.fetch(address, {
    method,
    maxRedirects: 0,
    headers: { origin: origin ?? "" },
    ...(method === "GET" ? {} : { data: {} }),
  });
}

function fillIn(pattern: string, ids: Record<string, string>): string {
  return pattern.replace(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => {
    const value = ids[name] ?? WORDS[name];
    if (!value)
      throw new Error(`isolation.spec.ts does not know the parameter [${name}] of ${pattern}: add it`);
    return value;
  });
}

function paramsOf(pattern: string): string[] {
  return [...pattern.matchAll(/\[(?:\.\.\.)?(\w+)\]/g)].map((match) => match[1] ?? "");
}

function methodsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(
    /^export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b/gm,
  );
  const methods = [...found].map((match) => match[1] ?? "");
  if (methods.length === 0)
    throw new Error(`${file} exports no method in a form that isolation.spec.ts reads`);
  return methods;
}
