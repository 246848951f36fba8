// How fast versions are made, pairs are drawn and pictures are imported. Writes its part of docs/benchmarks.md.
//   npm run bench:datasets                        100,000 simple and 300,000 long thoughts, 5,000 pictures; made once
//                                                 and kept in .data/bench-datasets
//   npm run bench:datasets -- --thoughts 5000 --pictures 200    smaller; the file is left as it is
//   ... --data DIR                                where everything stands; --write writes the file whatever the size
//   ... --rounds 3                                of what is told as a median
// Its PostgreSQL listens on this machine alone, and is stopped at the end.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { db, disconnectDb } from "#lib/db/client.ts";
import { startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations } from "#lib/db/migrate.ts";
import { resetEnv } from "#lib/env.ts";
import { PICTURES_AT_ONCE } from "#lib/images/picture.ts";
import { heard, startChild } from "./bench-host.ts";
import { cpuMsOfTree } from "./cpu.ts";
import { measureCopy } from "./datasets-copy.ts";
import { makePictures } from "./datasets-images.ts";
import { describe, type Run, writeDatasetsReport } from "./datasets-report.ts";
import { seedProject } from "./datasets-seed.ts";
import type { Measured, Task } from "./datasets-tasks.ts";

const WHOLE = { thoughts: 100_000, pictures: 5_000 };

const { values } = parseArgs({
  options: {
    thoughts: { type: "string", default: String(WHOLE.thoughts) },
    pictures: { type: "string", default: String(WHOLE.pictures) },
    rounds: { type: "string", default: "3" },
    data: { type: "string", default: path.join(import.meta.dirname, "../../.data/bench-datasets") },
    write: { type: "boolean", default: false },
  },
});
const thoughts = readCount("--thoughts", values.thoughts);
const pictures = readCount("--pictures", values.pictures);
const rounds = readCount("--rounds", values.rounds);

Object.assign(process.env, {
  NODE_ENV: "production",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "fatal",
  SECOND_LOOK_DATA: values.data,
  NEXTAUTH_SECRET: "a secret for the benchmark only",
  SECOND_LOOK_SECRET_KEY: "another secret for the benchmark only",
});
const started = new Date();
const server = await startEmbedded({ dataDir: values.data, database: "bench_datasets" });
const postmaster = Number(
  readFileSync(path.join(values.data, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0],
);
const files = path.join(values.data, "bench-files");
mkdirSync(files, { recursive: true });
try {
  await applyMigrations(server.url);
  process.env.DATABASE_URL = server.url;
  resetEnv();
  const project = await seedProject(server.url, thoughts, say);
  const { projectId, ownerId: userId } = project;
  say("Pictures …");
  const folder = await makePictures(files, pictures);

  say("COPY, lines …");
  const copy = [];
  const lines: Run[] = [];
  // In turns, so that what else the machine does falls on both alike.
  for (let round = 0; round < rounds; round += 1) {
    copy.push(await measureCopy(server.url, projectId));
    lines.push(await measure({ what: "lines", projectId, userId }));
  }
  say("A version …");
  const version = await measure({ what: "version", projectId, userId });
  const versionId = version.id ?? "";
  say("Parquet …");
  const parquet = await measure({ what: "parquet", projectId, userId, versionId });
  await forget(projectId);

  say("Pairs …");
  const readPairs = await measure({ what: "read-pairs", projectId, userId });
  const drawPairs: Run[] = [];
  for (let round = 0; round < Math.min(2, rounds); round += 1)
    drawPairs.push(await measure({ what: "draw-pairs", projectId, userId }));

  say("Pictures, imported …");
  const barePictures = await measure({ what: "bare-pictures", folder });
  const other = await db().project.create({ data: { name: `Bench of import ${started.toISOString()}` } });
  const importing = await measure({ what: "import", projectId: other.id, folder });
  await forget(other.id);
  await db().project.delete({ where: { id: other.id } });

  const results = {
    simpleThoughts: thoughts,
    pictures,
    picturesAtOnce: PICTURES_AT_ONCE,
    started,
    copy,
    lines,
    version,
    parquet,
    readPairs,
    drawPairs,
    barePictures,
    importing,
  };
  say(describe(results));
  const isWhole = thoughts === WHOLE.thoughts && pictures === WHOLE.pictures;
  if (isWhole || values.write) say(`Written to ${writeDatasetsReport(results)}.`);
  const rows = copy[0]?.rows;
  if (lines.some((run) => run.count !== rows) || version.count !== rows || importing.count !== pictures) {
    process.exitCode = 1;
    say("What was written is not as many as were there: this must not be.");
  }
} finally {
  await disconnectDb();
  await server.stop();
}
process.exit();

/** Does a task in a fresh process, and gives the memory and the time of that. */
async function measure(task: Task): Promise<Run> {
  const child = startChild(path.join(import.meta.dirname, "datasets-process.ts"), []);
  await heard(child, (message): message is "ready" => message === "ready");
  const before = cpuMsOfTree(postmaster);
  const measured = heard(child, isMeasured);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.send(task);
  const run = await measured;
  await ended;
  // Of a server process the time counts for its tree once it has ended with its connection.
  return { ...run, databaseCpuMs: cpuMsOfTree(postmaster) - before };
}

/** What was frozen, exported or imported here is of no use to the next time. */
async function forget(projectId: string): Promise<void> {
  await db().dataset.deleteMany({ where: { projectId } });
  rmSync(path.join(values.data, "storage"), { recursive: true, force: true });
}

function isMeasured(message: unknown): message is Measured {
  return typeof message === "object" && message !== null && "peakBytes" in message;
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
