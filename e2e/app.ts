import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..");
const PATIENCE_MS = 240_000;

export type RunningApp = {
  /** Where it listens, without a slash at the end. */
  url: string;
  dataDir: string;
  /** What it told the terminal: the demo's sign-in, the set-up code. */
  output(): string;
  /** Ends it as Ctrl-C would, and returns its exit code. */
  stop(): Promise<number>;
  /** Ends its first process without a word, as a power cut would. */
  kill(): Promise<void>;
};

/**
 * Starts the app as a person does, on a free port with a data folder and a database of its own.
 * A data folder named in `SECOND_LOOK_DATA` is kept when it stops.
 * The build is shared and made when it is stale. Rejects with what the app said when it does not come up.
 */
export async function startApp(extraEnv: Record<string, string> = {}): Promise<RunningApp> {
  const kept = extraEnv.SECOND_LOOK_DATA;
  const dataDir = kept ?? mkdtempSync(path.join(tmpdir(), "second-look-e2e-"));
  const {
    DATABASE_URL: _unused,
    NODE_OPTIONS: _conditions,
    NEXTAUTH_URL: _address,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, [path.join(ROOT, "bin/start.mjs")], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...inherited,
      PORT: "0",
      HOST: "127.0.0.1",
      SECOND_LOOK_DATA: dataDir,
      SECOND_LOOK_DEMO: "0",
      LOG_LEVEL: "warn",
      ...extraEnv,
    },
  });
  let output = "";
  child.stderr.setEncoding("utf8");
  const ended = new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the app did not come up:\n${output}`)), PATIENCE_MS);
    child.stderr.on("data", (chunk: string) => {
      output += chunk;
      const address = /Second Look runs at (\S+)/.exec(output)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the app ended with code ${code}:\n${output}`));
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const code = await ended;
    if (kept === undefined) rmSync(dataDir, { recursive: true, force: true });
    return code;
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { url, dataDir, output: () => output, stop, kill };
}
