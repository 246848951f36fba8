import "server-only";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A process, told apart from a later one that was given the same number. */
export type ProcessMark = { pid: number; started: string };

export type Lock = { release(): void };

/** This process, or another by its number; undefined when no such process runs. */
export function markProcess(pid: number = process.pid): ProcessMark | undefined {
  if (!isAlive(pid)) return undefined;
  return { pid, started: startOf(pid) };
}

/** Whether the process that left this mark still runs. */
export function isMarkAlive(mark: ProcessMark): boolean {
  return isAlive(mark.pid) && startOf(mark.pid) === mark.started;
}

/** Whether a process runs. One that has ended and that nobody has collected (a container without an init) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== "EPERM") return false;
  }
  return readStat(pid)?.state !== "Z";
}

/** The command line of a running process, empty when it cannot be read. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}

/**
 * Takes a lock file, or says who holds it. A lock whose holder no longer runs (a kill, a power cut) counts as free.
 * The file appears whole or not at all: it is written aside and linked into place.
 */
export function takeLock(file: string): Lock | { heldBy: ProcessMark } {
  const mine: ProcessMark = { pid: process.pid, started: startOf(process.pid) };
  mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (tryLink(file, mine)) return { release: () => release(file, mine) };
    const holder = readMark(file);
    if (holder && isMarkAlive(holder)) return { heldBy: holder };
    moveStaleAside(file, holder);
  }
  throw new Error(`the lock file ${file} changes hands too fast`);
}

/** Waits for a lock that is held for moments only. Rejects when it is not free after `timeoutMs`. */
export async function waitForLock(file: string, timeoutMs: number): Promise<Lock> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const taken = takeLock(file);
    if ("release" in taken) return taken;
    if (Date.now() > deadline) throw new Error(`process ${taken.heldBy.pid} holds ${file}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function tryLink(file: string, mark: ProcessMark): boolean {
  const aside = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(aside, JSON.stringify(mark), { mode: 0o600 });
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(aside);
  }
}

/** Another process may have replaced the stale file since it was read: then what was moved is put back. */
function moveStaleAside(file: string, stale: ProcessMark | undefined): void {
  const aside = `${file}.stale-${randomBytes(4).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  const moved = readMark(aside);
  if (moved && (moved.pid !== stale?.pid || moved.started !== stale.started)) {
    try {
      linkSync(aside, file);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
  rmSync(aside, { force: true });
}

function release(file: string, mine: ProcessMark): void {
  const holder = readMark(file);
  if (holder?.pid === mine.pid && holder.started === mine.started) rmSync(file, { force: true });
}

function readMark(file: string): ProcessMark | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("started" in value))
      return undefined;
    const { pid, started } = value;
    return typeof pid === "number" && typeof started === "string" ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

/** When a process began, in whatever form the system tells it. Empty where it does not tell. */
function startOf(pid: number): string {
  if (process.platform === "linux") return readStat(pid)?.started ?? "";
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

/** Fields 3 and 22 of /proc/<pid>/stat, on Linux; the name in field 2 may itself hold blanks and brackets. */
function readStat(pid: number): { state: string; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
