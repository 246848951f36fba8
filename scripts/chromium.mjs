// The browser of the browser tests: Playwright's own, the system's, or one that can be installed here.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC_APPS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * @param {string | undefined} playwrights where Playwright would have put its own
 * @returns {string | undefined} a browser's program
 */
export function findChromium(playwrights) {
  const given = process.env.SECOND_LOOK_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [given, playwrights, ...onPath, ...MAC_APPS].find((file) => file && existsSync(file));
}

/**
 * Installs Debian's Chromium where this user may.
 * @returns {boolean} whether it went well
 */
export function installChromium() {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0)
    return false;
  process.stderr.write("Installing Chromium with apt-get …\n");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update"], { stdio: ["ignore", "ignore", "inherit"], env });
  const result = spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
    stdio: ["ignore", "ignore", "inherit"],
    env,
  });
  return result.status === 0;
}

export const NO_CHROMIUM =
  "The browser tests need Chromium, and there is none: install it (apt-get install chromium, brew install --cask chromium, or npx playwright install chromium), or name one in SECOND_LOOK_CHROMIUM.";
