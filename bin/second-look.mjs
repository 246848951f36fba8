#!/usr/bin/env node
// The command line. Runs on any Node ≥ 20.9 with nothing installed; the rest runs on the pinned one.
import { becomePinned, ensureDependencies, runEntry, runScript } from "../scripts/bootstrap.mjs";

await runEntry(async () => {
  await ensureDependencies({ withDev: false });
  runScript("generate.mjs", ["--if-stale"]);
  becomePinned("lib/cli/main.ts", process.argv.slice(2));
});
