#!/usr/bin/env node
// npm start, npm run dev, npm run worker. Runs on any Node ≥ 20.9 with nothing installed; the rest runs on the pinned one.
import { becomePinned, ensureDependencies, runEntry, runScript } from "../scripts/bootstrap.mjs";

await runEntry(async () => {
  await ensureDependencies({ withDev: false });
  runScript("generate.mjs", ["--if-stale"]);
  becomePinned("lib/launch/main.ts", process.argv.slice(2));
});
