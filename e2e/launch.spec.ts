import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "#lib/db/process-lock.ts";
import { startApp } from "./app.ts";
import { expect, test } from "./fixtures.ts";

test("the app keeps its data over a kill, and ends cleanly with its database", async ({ openAs }) => {
  test.setTimeout(240_000);
  const dataDir = mkdtempSync(path.join(tmpdir(), "second-look-launch-"));
  const pidFile = path.join(dataDir, "postgres/cluster/postmaster.pid");
  const postmaster = () => Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  try {
    const first = await startApp({ SECOND_LOOK_DATA: dataDir });
    const code = /with the code (\S+)/.exec(first.output())?.[1] ?? "";
    const page = await openAs(null);
    await page.goto(`${first.url}/setup`);
    await page.getByLabel("Set-up code").fill(code);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email").fill("ada@example.org");
    await page.getByLabel("Password", { exact: true }).fill("a password of the test");
    await page.getByRole("button", { name: "Make the first administrator" }).click();
    await expect(page).toHaveURL(`${first.url}/projects`);
    await first.kill();
    // Whatever the launcher had started notices, and ends; then the address is free.
    await expect
      .poll(
        () =>
          fetch(`${first.url}/api/health`).then(
            () => "answers",
            () => "gone",
          ),
        { timeout: 30_000 },
      )
      .toBe("gone");

    // The launcher ends last, with its lock.
    await expect.poll(() => existsSync(path.join(dataDir, "app.lock")), { timeout: 30_000 }).toBe(false);

    const second = await startApp({ SECOND_LOOK_DATA: dataDir, PORT: new URL(first.url).port });
    expect(second.url).toBe(first.url);
    expect(second.output()).not.toContain("Nobody has an account yet");
    await page.goto(`${second.url}/projects`);
    await expect(page, "the session outlives the restart: the secret was kept").toHaveURL(
      `${second.url}/projects`,
    );
    const server = postmaster();
    expect(isAlive(server)).toBe(true);

    expect(await second.stop()).toBe(0);
    expect([isAlive(server), existsSync(pidFile), existsSync(path.join(dataDir, "app.lock"))]).toEqual([
      false,
      false,
      false,
    ]);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
