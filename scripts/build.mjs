// Builds the web app into .next.
//   --if-stale   only when a source changed since the last whole build
// The stamp is written last, so a build that was interrupted counts as none.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnvironment, root, runEntry, runScript, Sentence } from "./bootstrap.mjs";
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

await runEntry(async () => {
  const current = fingerprint(
    root,
    SOURCES,
    (name) => name === "lib/db/generated" || /\.test\.tsx?$/.test(name),
  );
  if (process.argv.includes("--if-stale") && readStamp(stampFile) === current) return;
  runScript("generate.mjs", ["--if-stale"]);
  process.stderr.write("Building (half a minute) …\n");
  rmSync(stampFile, { force: true });
  // Without the address of a database, so that no page can be made from what happens to be in it now.
  const isShown = process.argv.includes("--verbose");
  const result = spawnSync(process.execPath, [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    env: childEnvironment({ NODE_ENV: "production", DATABASE_URL: "" }),
    encoding: "utf8",
    maxBuffer: 100_000_000,
    stdio: isShown ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  if (result.status === 0) {
    writeFileSync(stampFile, `${current}\n`);
    return;
  }
  if (isShown) throw new Sentence("The build failed; what it said stands above.");
  const output = `${result.stdout}${result.stderr}`;
  if (/ENOSPC|no space left/i.test(output))
    throw new Sentence(`The disk that holds ${root} is full: free some space and start again.`);
  const log = path.join(root, ".cache", "build.log");
  mkdirSync(path.dirname(log), { recursive: true });
  writeFileSync(log, output);
  throw new Sentence(`The build failed: what it said is in ${log}.`);
});
