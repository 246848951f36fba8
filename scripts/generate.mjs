// Writes the Prisma client to lib/db/generated from prisma/schema.prisma.
//   --if-stale   only when the schema or Prisma's version changed since
//
// The generator needs no engine binary, but the command line around it tries to download one. Naming any program in
// PRISMA_SCHEMA_ENGINE_BINARY keeps it from trying; the program is never run.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprint, readStamp } from "./fingerprint.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stampFile = path.join(root, "lib/db/generated/.stamp");
const current = fingerprint(root, [
  "prisma/schema.prisma",
  "node_modules/prisma/package.json",
  "node_modules/@prisma/client/package.json",
]);

if (process.argv.includes("--if-stale") && readStamp(stampFile) === current) process.exit(0);

const result = spawnSync(
  process.execPath,
  [
    path.join(root, "node_modules/prisma/build/index.js"),
    "generate",
    "--schema",
    "prisma/schema.prisma",
    "--no-hints",
  ],
  {
    cwd: root,
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: existsSync("/bin/true") ? "/bin/true" : process.execPath,
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  },
);

if (result.status !== 0) {
  process.stderr.write(`${result.stdout}${result.stderr}`);
  process.exit(result.status ?? 1);
}
writeFileSync(stampFile, `${current}\n`);
