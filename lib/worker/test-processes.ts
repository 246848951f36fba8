import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("./main.ts", import.meta.url));
const running = new Set<ChildProcess>();

/** Starts a real worker process on the test's database, and waits until it is at work. */
export async function startWorkerProcess(slots: number): Promise<ChildProcess> {
  const worker = fork(WORKER, [], {
    execArgv: ["--conditions=react-server"],
    env: { ...process.env, SECOND_LOOK_CONCURRENCY: String(slots), LOG_LEVEL: "error" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  running.add(worker);
  worker.once("exit", () => running.delete(worker));
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("exit", (code) => reject(new Error(`the worker ended with ${code} before it was ready`)));
  });
  return worker;
}

/** The code that it ended with; null where it was killed. */
export function exited(worker: ChildProcess): Promise<number | null> {
  if (worker.exitCode !== null || worker.signalCode !== null) return Promise.resolve(worker.exitCode);
  return new Promise((resolve) => worker.once("exit", (code) => resolve(code)));
}

/** Kills what a test has left. */
export async function killWorkerProcesses(): Promise<void> {
  const left = [...running];
  for (const worker of left) worker.kill("SIGKILL");
  await Promise.all(left.map(exited));
}
