// The first host: database, storage and the models' server stand here, and from here the workers on the other hosts are
// started, cut off and killed.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { connect, createServer } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { startEmbedded } from "#lib/db/embedded.ts";
import { applyMigrations } from "#lib/db/migrate.ts";
import { resetEnv } from "#lib/env.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { readRunSummary } from "#lib/generation/run-queries.ts";
import { startSimulator } from "#lib/simulator/server.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";
import { findDifferences, type RunFacts, readRunFacts } from "./compare.ts";
import { ADDRESSES, type HostName, onHost, setCable } from "./namespaces.ts";
import { S3_KEYS, s3Address, startS3Server } from "./s3-server.ts";

const IMAGES = 16;
/** With it, no two of the images get the same question with another key, which the simulator could not tell apart. */
const RUN_SEED = "d";
const SLOTS = 4;
const LATENCY_MS = 400;
const CUT_SECONDS = 60;
const PATIENCE_MS = 10 * 60_000;
const DATABASE_PORT = 5_432;
const WORKER = path.join(import.meta.dirname, "../../lib/worker/main.ts");

const folder = process.argv[2] ?? fail("usage: hub.ts <folder>");
Object.assign(process.env, {
  NODE_ENV: "production",
  LOG_LEVEL: "warn",
  NEXTAUTH_SECRET: "a secret for this demonstration only",
  SECOND_LOOK_SECRET_KEY: "another secret for this demonstration only",
  SECOND_LOOK_DATA: path.join(folder, "hub"),
  STORAGE_URL: s3Address(ADDRESSES.hub),
  ...S3_KEYS,
});
const workers = new Set<ChildProcess>();
const server = await startEmbedded({ dataDir: path.join(folder, "hub"), database: "machines" });
let code = 1;
try {
  code = await show();
} catch (error) {
  say(`It failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  for (const worker of workers) worker.kill("SIGKILL");
  await server.stop();
}
process.exit(code);

async function show(): Promise<number> {
  process.env.DATABASE_URL = server.url;
  resetEnv();
  await applyMigrations(server.url);
  await startS3Server(path.join(folder, "s3"), ADDRESSES.hub);
  await openDatabaseTo(ADDRESSES.hub);
  const simulator = await startSimulator({
    host: ADDRESSES.hub,
    seed: "machines",
    captureLimit: 0,
    misbehaviour: { latencyMs: LATENCY_MS },
  });
  const requests = () => (simulator.counts().chat ?? 0) + (simulator.counts().completions ?? 0);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  say(
    `Database, S3 and the models' server on ${ADDRESSES.hub}; workers on ${ADDRESSES.one} and ${ADDRESSES.two}.`,
  );

  const first = await runOnOneMachine(simulator.baseUrl, client);
  const sentBefore = requests();
  say(`On one machine: ${describe(first)}; ${sentBefore} requests.`);

  const { projectId } = await makeTestProject(IMAGES, { baseUrl: simulator.baseUrl, concurrency: 4 * SLOTS });
  const one = await startWorker("one");
  const two = await startWorker("two");
  const runId = await start(projectId);
  const begun = Date.now();
  const at = () => `${Math.round((Date.now() - begun) / 1_000)} s`;
  await untilDone(runId, Math.round(first.tasks * 0.2));
  setCable("one", false);
  const cutAt = Date.now();
  say(`${at()}: the first worker's cable is out.`);
  await untilDone(runId, Math.round(first.tasks * 0.5));
  two.kill("SIGKILL");
  say(`${at()}: the second worker was killed; nobody is at work now.`);
  await wait(Math.max(0, cutAt + CUT_SECONDS * 1_000 - Date.now()));
  setCable("one", true);
  say(`${at()}: the first worker's cable is back after ${CUT_SECONDS} s.`);
  await untilState(runId, "done");
  say(`${at()}: the run is done.`);
  if (one.exitCode !== null) fail("the first worker did not outlive the cut");

  const second = await readRunFacts(client, runId);
  const sent = requests() - sentBefore;
  say(
    `On three: ${describe(second)}; ${sent} requests, so ${sent - second.answered} whose replies were lost with a host.`,
  );
  await client.end();
  await simulator.close();

  const problems = findDifferences(first, second);
  // What was in flight on a host that fell away is sent again once, and nothing else is.
  if (sent - second.answered > 2 * SLOTS)
    problems.push(
      `${sent - second.answered} requests were sent again, where ${2 * SLOTS} can have been in flight`,
    );
  if (problems.length > 0) {
    say(`Not the same: ${problems.join("; ")}.`);
    return 1;
  }
  say(`The same ${second.traces.length} traces, and each call has one reply.`);
  return 0;
}

async function runOnOneMachine(baseUrl: string, client: pg.Client): Promise<RunFacts> {
  const { projectId } = await makeTestProject(IMAGES, { baseUrl, concurrency: 4 * SLOTS });
  const worker = await startWorker("hub");
  const runId = await start(projectId);
  await untilState(runId, "done");
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGTERM");
  await ended;
  return readRunFacts(client, runId);
}

async function start(projectId: string): Promise<string> {
  const { runId } = await startRun({
    projectId,
    userId: null,
    config: { stages: [1, 2, 3], simpleSamples: 2, longSamples: 1, seed: RUN_SEED },
  });
  return runId;
}

/** A worker on a host, with a data folder that no other host has: what they share goes over the network. */
async function startWorker(host: HostName): Promise<ChildProcess> {
  const data = path.join(folder, host === "hub" ? "hub-worker" : host);
  mkdirSync(data, { recursive: true });
  const log = openSync(path.join(data, "worker.log"), "a");
  const [command = "", ...args] = [
    ...(host === "hub" ? [] : onHost(host)),
    process.execPath,
    "--conditions=react-server",
    WORKER,
  ];
  const database = new URL(server.url);
  database.host = `${ADDRESSES.hub}:${DATABASE_PORT}`;
  const worker = spawn(command, args, {
    stdio: ["ignore", log, log, "ipc"],
    env: {
      ...process.env,
      DATABASE_URL: database.href,
      SECOND_LOOK_DATA: data,
      SECOND_LOOK_CONCURRENCY: String(SLOTS),
    },
  });
  workers.add(worker);
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("exit", (exit) => reject(new Error(`the worker on ${host} ended with ${exit}`)));
  });
  return worker;
}

/** The built-in PostgreSQL listens on loopback alone: this host passes connections on to it. */
function openDatabaseTo(address: string): Promise<void> {
  const port = server.port;
  const gate = createServer((outside) => {
    const inside = connect(port, "127.0.0.1");
    outside.pipe(inside).pipe(outside);
    outside.on("error", () => inside.destroy());
    inside.on("error", () => outside.destroy());
  });
  return new Promise((resolve, reject) => {
    gate.once("error", reject);
    gate.listen(DATABASE_PORT, address, () => resolve());
  });
}

async function untilDone(runId: string, tasks: number): Promise<void> {
  await until(async () => (await readRunSummary(runId)).counts.done >= tasks, `${tasks} tasks are done`);
}

async function untilState(runId: string, state: string): Promise<void> {
  await until(async () => (await readRunSummary(runId)).state === state, `the run is ${state}`);
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it took more than ten minutes until ${what}`);
    await wait(200);
  }
}

function describe(facts: RunFacts): string {
  const others = Object.entries(facts.attempts).map(([outcome, count]) => `${count} ${outcome}`);
  return `${facts.tasks} tasks, ${facts.answered} calls answered, ${facts.traces.length} traces${others.length > 0 ? ` (other attempts: ${others.join(", ")})` : ""}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(sentence: string): never {
  throw new Error(sentence);
}
