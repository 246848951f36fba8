// What `npm start` does once the dependencies are there: one process that starts, watches and ends the others.
//   (nothing)   the built web app and a worker
//   --dev       the web app that follows the sources, and a worker
//   --worker    a worker only, for this or another machine
import path from "node:path";
import type { Lock } from "#lib/db/process-lock.ts";
import { env, resetEnv } from "#lib/env.ts";
import { AlreadyToldError, type Child, runToEnd, startChild } from "#lib/launch/children.ts";
import { describeStartError } from "#lib/launch/describe.ts";
import { claimPort, localAddress } from "#lib/launch/port.ts";
import { lockData, type PreparedDatabase, prepareData, prepareDatabase } from "#lib/launch/prepare.ts";
import { waitUntilHealthy } from "#lib/launch/wait.ts";

const mode = process.argv.includes("--dev") ? "dev" : process.argv.includes("--worker") ? "worker" : "start";
const ROOT = path.join(import.meta.dirname, "../..");
const WORKER = path.join(ROOT, "lib/worker/main.ts");
const NEXT = path.join(ROOT, "node_modules/next/dist/bin/next");
const RESTART_WAIT_MS = 1_000;
const LONGEST_RESTART_WAIT_MS = 60_000;

const children: Child[] = [];
let lock: Lock | undefined;
let database: PreparedDatabase | undefined;
let ending: Promise<never> | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
// The entry that started this process was killed.
process.on("disconnect", () => void end(0));

try {
  if (mode === "worker") await startWorkerOnly();
  else await startApp();
} catch (error) {
  if (!ending) {
    if (!(error instanceof AlreadyToldError)) say(describeStartError(error));
    await end(1);
  }
}

async function startApp(): Promise<void> {
  setMode(mode === "dev" ? "development" : "production");
  resetEnv();
  const dataDir = prepareData({ logLevel: "warn" });
  lock = lockData(dataDir);
  const port = await claimPort(env().HOST, env().PORT);
  const address = localAddress(env().HOST, port);
  process.env.PORT = String(port);
  process.env.NEXTAUTH_URL ??= address;
  resetEnv();

  database = await prepareDatabase();
  if (mode === "start") await runToEnd("scripts/build.mjs", ["--if-stale"]);
  const welcome = await welcomeFirst(dataDir);

  const command = mode === "dev" ? "dev" : "start";
  const web = startChild("web", [NEXT, command, "-H", env().HOST, "-p", String(port)], {
    showsOutput: mode === "dev",
  });
  children.push(web);
  void web.ended.then(({ code, signal }) =>
    childEnded(`The web server ended by itself (${signal ?? `code ${code}`}).`),
  );
  if (env().SECOND_LOOK_WORKER) superviseWorker();
  await waitUntilHealthy(`${address}/api/health`, web);
  announce(env().NEXTAUTH_URL ?? address, welcome);
}

/**
 * Seeds the demo where it is wanted. Loaded only now: the commands it calls open the log as they are loaded, and that
 * takes its settings from the environment, which is checked and completed by then.
 */
async function welcomeFirst(dataDir: string): Promise<string[]> {
  const { prepareFirstSignIn } = await import("#lib/launch/first-start.ts");
  const { closeConnections } = await import("#lib/launch/close.ts");
  try {
    return await prepareFirstSignIn(dataDir, say);
  } finally {
    await closeConnections();
  }
}

async function startWorkerOnly(): Promise<void> {
  setMode("production");
  resetEnv();
  prepareData();
  database = await prepareDatabase();
  superviseWorker();
  say("The worker runs. Ctrl-C ends it.");
}

/**
 * A worker that dies is started again: what it had in hand is taken up again by whoever comes first. One that dies
 * again and again is started ever more rarely.
 */
function superviseWorker(restartWait = RESTART_WAIT_MS): void {
  const startedAt = Date.now();
  const worker = startChild(
    "worker",
    [
      "--conditions=react-server",
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=DeprecationWarning",
      WORKER,
    ],
    {
      showsOutput: true,
    },
  );
  children.push(worker);
  void worker.ended.then(({ code, signal }) => {
    children.splice(children.indexOf(worker), 1);
    if (ending) return;
    const ranLong = Date.now() - startedAt > LONGEST_RESTART_WAIT_MS;
    const wait = ranLong ? RESTART_WAIT_MS : restartWait;
    say(
      `The worker ended by itself (${signal ?? `code ${code}`}); starting another in ${Math.round(wait / 1000)} s.`,
    );
    setTimeout(() => {
      if (!ending) superviseWorker(Math.min(wait * 2, LONGEST_RESTART_WAIT_MS));
    }, wait);
  });
}

/** Next declares the variable read-only, since the programs that it runs must not change it. */
function setMode(value: "development" | "production"): void {
  Object.assign(process.env, { NODE_ENV: value });
}

function childEnded(sentence: string): void {
  if (ending) return;
  say(sentence);
  void end(1);
}

/** Ends everything in the order of need: those who use the database, the database, the lock. */
function end(code: number): Promise<never> {
  ending ??= (async () => {
    const failures = await Promise.allSettled(children.map((child) => child.stop()));
    const stopped = await Promise.allSettled([database?.stop()]);
    lock?.release();
    const failed = [...failures, ...stopped].find((result) => result.status === "rejected");
    if (failed) say(describeStartError(failed.reason));
    process.exit(failed ? 1 : code);
  })();
  return ending;
}

function announce(address: string, welcome: string[]): void {
  say(["", `Second Look runs at ${address}`, ...welcome, "Ctrl-C ends it.", ""].join("\n"));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
