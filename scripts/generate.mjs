// Writes the Prisma client to lib/db/generated from prisma/schema.prisma.
//
// The generator needs no engine binary, but the command line around it tries to download one. Naming any program in
// PRISMA_SCHEMA_ENGINE_BINARY keeps it from trying; the program is never run. Node itself is one that always exists.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const harmless = existsSync("/bin/true") ? "/bin/true" : process.execPath;
const quiet = process.argv.includes("--quiet");

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
      PRISMA_SCHEMA_ENGINE_BINARY: harmless,
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
    encoding: "utf8",
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  },
);

if (result.status !== 0 && quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
process.exit(result.status ?? 1);
