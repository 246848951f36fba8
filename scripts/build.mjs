// Builds the web app into .next.
//   --if-stale   only when a source changed since the last whole build
// The stamp is written last, so a build that was interrupted counts as none.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { childEnvironment, root, runEntry, runScript, Sentence, withFolderLock } from "./bootstrap.mjs";
import { fingerprint, readStamp } from "./fingerprint.mjs";

const SOURCES = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "instrumentation.ts",
  "next.config.ts",
  "package-lock.json",
  "package.json",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];
const stampFile = path.join(root, ".next", "second-look-stamp");

/** A build whose starter was killed goes on for a while, and keeps others out. */
const OTHER_BUILD = /Another next build process is already running/;
const OTHER_BUILD_PATIENCE_MS = 180_000;
const isShown = process.argv.includes("--verbose");

await runEntry(async () => {
  if (isFresh()) return;
  await withFolderLock("build", async () => {
    if (isFresh()) return;
    runScript("generate.mjs", ["--if-stale"]);
    const current = sourcesNow();
    process.stderr.write("Building (half a minute) …\n");
    rmSync(stampFile, { force: true });
    await build(Date.now() + OTHER_BUILD_PATIENCE_MS);
    writeFileSync(stampFile, `${current}\n`);
  });
});

function isFresh() {
  return process.argv.includes("--if-stale") && readStamp(stampFile) === sourcesNow();
}

function sourcesNow() {
  return fingerprint(root, SOURCES, (name) => name === "lib/db/generated" || /\.test\.tsx?$/.test(name));
}

async function build(deadline) {
  const { code, output } = await runNext();
  if (code === 0) return;
  if (OTHER_BUILD.test(output) && Date.now() < deadline) {
    await wait(1_000);
    return build(deadline);
  }
  if (/ENOSPC|no space left/i.test(output)) {
    throw new Sentence(`The disk that holds ${root} is full: free some space and start again.`);
  }
  if (isShown) throw new Sentence("The build failed; what it said stands above.");
  const log = path.join(root, ".cache", "build.log");
  mkdirSync(path.dirname(log), { recursive: true });
  writeFileSync(log, output);
  throw new Sentence(`The build failed: what it said is in ${log}.`);
}

/** Without the address of a database, so that no page can be made from what happens to be in it now. */
function runNext() {
  const child = spawn(process.execPath, [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    env: childEnvironment({ NODE_ENV: "production", DATABASE_URL: "", DATABASE_DIRECT_URL: "" }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      if (isShown) process.stdout.write(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
