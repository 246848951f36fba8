// What has to work before anything is installed: plain JavaScript for Node ≥ 20.9, with nothing but Node's own modules.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cache = path.join(root, ".cache");
const pinnedNode = path.join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/** Something that the person at the terminal can mend; the message is all that is shown of it. */
export class Sentence extends Error {}

/** Runs an entry's `main`: a Sentence becomes that line and exit code 1, and so does any error, without a stack. */
export async function runEntry(main) {
  try {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    if (major < 20 || (major === 20 && minor < 9)) {
      throw new Sentence(
        `Second Look needs Node 20.9 or newer, and this is Node ${process.versions.node}: install a newer one from nodejs.org.`,
      );
    }
    await main();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
}

/** One line for any error; the system's own codes are put in words. */
export function describe(error) {
  if (error instanceof Sentence) return error.message;
  const file = error?.path ?? root;
  if (error?.code === "ENOSPC")
    return `The disk that holds ${file} is full: free some space and start again; nothing is lost.`;
  if (error?.code === "EACCES" || error?.code === "EPERM")
    return `This user may not write ${file}: start as its owner, or change its owner.`;
  if (error?.code === "EROFS") return `The disk that holds ${file} is read-only: mount it for writing.`;
  return `Second Look could not start: ${String(error?.message ?? error).split("\n")[0]}`;
}

/**
 * Installs what package-lock.json names, when something of it is missing or of another version.
 * @param {{ withDev: boolean }} options whether the tools for tests must be there too
 */
export async function ensureDependencies(options) {
  if (isInstalled(options)) return;
  await withFolderLock("install", async () => {
    if (isInstalled(options)) return;
    process.stderr.write("Installing dependencies (a minute or two) …\n");
    await install();
    if (!isInstalled(options)) {
      throw new Sentence(
        "Installing the dependencies left some of them out: run npm ci here and look at what it says.",
      );
    }
  });
}

/** npm writes node_modules/.package-lock.json last: it says what is whole and in place. */
function isInstalled({ withDev }) {
  const wanted = readLock(path.join(root, "package-lock.json"));
  const present = readLock(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted)
    throw new Sentence(`package-lock.json is missing or broken in ${root}: check the files out again.`);
  if (!present || !existsSync(pinnedNode)) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    // Packages for other machines are optional, and are left out on this one.
    if (name === "" || entry.optional || entry.devOptional || entry.link || (entry.dev && !withDev))
      return true;
    return present[name]?.version === entry.version;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function install() {
  const log = path.join(cache, "install.log");
  const viaNpm = process.env.npm_execpath;
  const [command, first] = viaNpm && /\.c?js$/.test(viaNpm) ? [process.execPath, [viaNpm]] : ["npm", []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, "ci", "--include=dev", "--no-audit", "--no-fund"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", () =>
      reject(
        new Sentence(
          "npm was not found, and the dependencies have to be installed: install npm beside Node, or run npm ci.",
        ),
      ),
    );
    child.on("close", (code) => {
      if (code === 0) return resolve();
      if (/ENOSPC|no space left/i.test(output))
        return reject(new Sentence(`The disk that holds ${root} is full: free some space and start again.`));
      writeFileSync(log, output);
      const line =
        output.split("\n").find((text) => /npm (error|ERR!) (?!code|errno|path|A complete)/.test(text)) ?? "";
      const why = line.replace(/^npm (error|ERR!)\s*/, "").trim() || `npm ended with code ${code}`;
      reject(
        new Sentence(`The dependencies could not be installed: ${why} (all of what npm said is in ${log}).`),
      );
    });
  });
}

/** Two starts at once must not install or build over each other. A lock whose owner has died is taken over. */
export async function withFolderLock(name, work) {
  const lock = path.join(cache, `${name}.lock`);
  mkdirSync(cache, { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(path.join(lock, "pid"), String(process.pid));
      break;
    } catch (error) {
      if (error?.code !== "EEXIST") throw error;
      if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
      await wait(200);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(path.join(lock, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    if (error?.code === "EPERM") return false;
    // Just made, and its number not written yet?
    return error?.code === "ESRCH" || !existsSync(lock) || Date.now() - statSync(lock).mtimeMs > 5_000;
  }
}

/** The environment in which everything after the entry runs: the pinned Node comes first, nothing phones home. */
export function childEnvironment(extra = {}) {
  const bin = [path.join(root, "node_modules", ".bin"), path.dirname(pinnedNode)];
  return {
    ...process.env,
    PATH: [...bin, process.env.PATH].join(path.delimiter),
    NEXT_TELEMETRY_DISABLED: "1",
    CHECKPOINT_DISABLE: "1",
    ...extra,
  };
}

/**
 * Runs a TypeScript file on the pinned Node as this process's only child, and ends as it ends. Signals are handed on;
 * the child sees the channel close when this process is killed, and ends itself then.
 */
export function becomePinned(file, args) {
  const settings = path.join(root, ".env");
  const child = spawn(
    pinnedNode,
    [
      "--conditions=react-server",
      "--disable-warning=ExperimentalWarning",
      // Of libraries, about their next versions: nothing that whoever starts the app could do anything about.
      "--disable-warning=DeprecationWarning",
      ...(existsSync(settings) ? [`--env-file=${settings}`] : []),
      path.join(root, file),
      ...args,
    ],
    { stdio: ["inherit", "inherit", "inherit", "ipc"], env: childEnvironment() },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.stderr.write(`Second Look was ended from outside (${signal}).\n`);
    process.exit(1);
  });
}

/** Runs one of this folder's scripts on the pinned Node to its end, and throws a Sentence when it fails. */
export function runScript(script, args = []) {
  const result = spawnSync(pinnedNode, [path.join(root, "scripts", script), ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: childEnvironment(),
  });
  if (result.status !== 0) throw new Sentence(`scripts/${script} failed; what it said stands above.`);
}
