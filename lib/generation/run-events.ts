import "server-only";
import { AppError } from "#lib/errors.ts";
import { readRunProgress } from "#lib/generation/run-queries.ts";
import type { RunProgress } from "#lib/generation/run-schema.ts";
import { log } from "#lib/log.ts";

const EVERY_MS = 1_000;
/** At rest hardly anything changes; somebody else may resume the run, though. */
const AT_REST_MS = 4_000;
/** A comment now and then, so that proxies and browsers don't take the silence for a dead connection. */
const KEEP_ALIVE_MS = 15_000;
/** The connection is made anew after this, so that a session that has ended does not go on seeing. */
const LIFE_MS = 10 * 60_000;

/**
 * A stream of server-sent events with a run's progress: one at once and one after each change, until the reader goes.
 * Throws AppError("not_found") before the first byte where the project has no such run.
 */
export async function streamRunProgress(
  projectId: string,
  runId: string,
  signal: AbortSignal,
  stillAllowed: () => Promise<void>,
): Promise<ReadableStream<Uint8Array>> {
  const first = await readShared(projectId, runId);
  if (!first) throw new AppError("not_found", "This run is not in this project.");
  const encoder = new TextEncoder();
  const until = Date.now() + LIFE_MS;
  const ended = new AbortController();
  const isOver = () => signal.aborted || ended.signal.aborted || Date.now() > until;

  return new ReadableStream<Uint8Array>({
    async start(controller) {
      let sent = "";
      let sentAt = 0;
      let checkedAt = Date.now();
      const send = (text: string) => {
        controller.enqueue(encoder.encode(text));
        sentAt = Date.now();
      };
      try {
        let progress: RunProgress | null = first;
        send("retry: 2000\n\n");
        while (!isOver() && progress) {
          const text = JSON.stringify(progress);
          if (text !== sent) send(`data: ${text}\n\n`);
          else if (Date.now() - sentAt > KEEP_ALIVE_MS) send(": still here\n\n");
          sent = text;
          await rest(progress.state === "running" ? EVERY_MS : AT_REST_MS, [signal, ended.signal]);
          if (isOver()) break;
          if (Date.now() - checkedAt > KEEP_ALIVE_MS) {
            await stillAllowed();
            checkedAt = Date.now();
          }
          progress = await readShared(projectId, runId);
        }
        if (!signal.aborted && !ended.signal.aborted) controller.close();
      } catch (error) {
        // The browser connects again by itself, and then gets the error as a response.
        log.info({ err: error, runId }, "a run's event stream ended");
        if (!ended.signal.aborted) controller.close();
      }
    },
    cancel() {
      ended.abort();
    },
  });
}

const holder = globalThis as typeof globalThis & {
  secondLookRunReads?: Map<string, Promise<RunProgress | null>>;
};

/** However many people look at a run, it is read once in each moment. */
function readShared(projectId: string, runId: string): Promise<RunProgress | null> {
  holder.secondLookRunReads ??= new Map();
  const reads = holder.secondLookRunReads;
  const key = `${projectId}/${runId}`;
  const known = reads.get(key);
  if (known) return known;
  const reading = readRunProgress(projectId, runId);
  reads.set(key, reading);
  const forget = () => setTimeout(() => reads.delete(key), 500).unref();
  reading.then(forget, () => reads.delete(key));
  return reading;
}

function rest(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) signal.addEventListener("abort", end);
    if (signals.some((signal) => signal.aborted)) end();
  });
}
