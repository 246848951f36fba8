// How fast the table of traces and the queue are with a million traces. Writes its part of docs/benchmarks.md.
//   npm run bench:review                          1,000,000 traces, made once and kept in .data/bench-review
//   npm run bench:review -- --traces 50000        smaller; the file is left as it is
//   ... --data DIR                                where the database stands; --write writes the file whatever the size
//   ... --verdicts 10000
//   ... --only filters,search                    of filters, search, pages, browser, race; the file is left as it is
//   ... --seed-only                               makes the project, or finds it made, and ends
// Its PostgreSQL listens on this machine alone, and is stopped at the end.
import path from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { disconnectDb } from "#lib/db/client.ts";
import { startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations } from "#lib/db/migrate.ts";
import { resetEnv } from "#lib/env.ts";
import { setMilestones } from "#lib/traces/listing-commands.ts";
import { measureBrowser } from "./review-browser.ts";
import { measureFilters, measurePages, measureSearch } from "./review-measure.ts";
import { race } from "./review-race.ts";
import { describe, type ReviewResults, writeReviewReport } from "./review-report.ts";
import { type SeededProject, seedProject } from "./review-seed.ts";

const PARTS = ["filters", "search", "pages", "browser", "race"] as const;
const WHOLE = 1_000_000;
/** Longer than this the clients do not go on, whatever the machine. */
const END_AFTER_MS = 600_000;
const PACED_VERDICTS = 600;
/** Keys pressed in each of two orders. */
const PRESSES = 60;

const { values } = parseArgs({
  options: {
    traces: { type: "string", default: String(WHOLE) },
    verdicts: { type: "string", default: "10000" },
    data: { type: "string", default: path.join(import.meta.dirname, "../../.data/bench-review") },
    write: { type: "boolean", default: false },
    only: { type: "string" },
    "seed-only": { type: "boolean", default: false },
  },
});
const traces = readCount("--traces", values.traces);
const verdicts = Math.min(readCount("--verdicts", values.verdicts), Math.floor(traces / 4));

Object.assign(process.env, {
  NODE_ENV: "production",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "fatal",
  SECOND_LOOK_DATA: values.data,
  NEXTAUTH_SECRET: "a secret for the benchmark only",
  SECOND_LOOK_SECRET_KEY: "another secret for the benchmark only",
});
const started = new Date();
const server = await startEmbedded({ dataDir: values.data, database: "bench_review" });
try {
  await applyMigrations(server.url);
  process.env.DATABASE_URL = server.url;
  resetEnv();
  const project = await seedProject(server.url, traces, say);
  if (!values["seed-only"]) await withClient(server.url, (client) => measureAll(server.url, project, client));
} finally {
  await disconnectDb();
  await server.stop();
}
process.exit();

/** Ends the connection whatever comes, or the server's end would be told in place of what went wrong. */
async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function measureAll(url: string, project: SeededProject, client: pg.Client): Promise<void> {
  await setMilestones(project.projectId);
  const results: ReviewResults = { traces, started };
  if (isWanted("filters")) {
    say("Filters …");
    results.filters = await measureFilters(project);
  }
  if (isWanted("search")) {
    say("Search …");
    results.search = await measureSearch(project);
  }
  if (isWanted("pages")) {
    say("Pages …");
    results.pages = await measurePages(project);
  }
  if (isWanted("browser")) {
    say("A browser …");
    results.browser = await measureBrowser(project, client, { url, dataDir: values.data, presses: PRESSES });
  }
  if (isWanted("race")) {
    say("Reviewers, at people's pace …");
    results.paced = await race(project, client, {
      verdicts: Math.min(PACED_VERDICTS, verdicts),
      pauseMs: 1_000,
      endAfterMs: END_AFTER_MS,
    });
    say("Reviewers, as fast as it goes …");
    results.race = await race(project, client, { verdicts, pauseMs: 0, endAfterMs: END_AFTER_MS });
  }
  say(describe(results));
  const isWhole = PARTS.every(isWanted);
  if (isWhole && (traces === WHOLE || values.write)) say(`Written to ${writeReviewReport(results)}.`);
  const { race: raced } = results;
  if (raced && raced.heldTwice + raced.lost + raced.countedTwice + Math.abs(raced.countersOff) > 0) {
    process.exitCode = 1;
    say("Something was held twice, lost or counted twice: this must not be.");
  }
}

function isWanted(part: (typeof PARTS)[number]): boolean {
  return values.only === undefined || values.only.split(",").includes(part);
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  process.stderr.write(`${name} takes a whole number above 0.\n`);
  process.exit(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
