import "server-only";
import { createHash } from "node:crypto";
import { fromPrisma } from "pg-boss";
import type { z } from "zod";
import type { Transaction } from "#lib/db/client.ts";
import { isAppError } from "#lib/errors.ts";
import { log } from "#lib/log.ts";
import { jitteredDelay } from "#lib/queue/backoff.ts";
import { BACKGROUND_QUEUE, boss } from "#lib/queue/boss.ts";
import { Dispatcher, type QueueJob } from "#lib/queue/dispatcher.ts";
import { deleteClaimed, returnClaimed } from "#lib/queue/settle.ts";

export type JobContext = {
  /** Aborted when the worker stops: come to a safe point and throw; the job is done again later. */
  signal: AbortSignal;
  /** From 1. */
  attempt: number;
};

export type JobDefinition<T> = {
  name: string;
  schema: z.ZodType<T>;
  /** Done at least once: after a crash it is done again, so it must be safe to repeat. */
  run: (data: T, context: JobContext) => Promise<void>;
  /** The tries are used up, or trying again cannot help: leave the reason where a person looks for it. */
  giveUp?: (data: T, error: unknown) => Promise<void>;
  /** Default 3. */
  tries?: number;
  /** Of this name at once, over all workers. Default 2. */
  concurrency?: number;
};

type Envelope = { name: string; data: unknown; tries: number };
type AnyJob = {
  name: string;
  tries: number;
  concurrency: number;
  parse: (data: unknown) => {
    run: (context: JobContext) => Promise<void>;
    giveUp: (error: unknown) => Promise<void>;
  };
};

const registry = new Map<string, AnyJob>();
const DEFAULT_CONCURRENCY = 2;
const BACKOFF = { firstMs: 2_000, maxMs: 60_000 };

/** Makes a kind of job known to the worker of this process. Registering a name again replaces it. */
export function registerJob<T>(definition: JobDefinition<T>): void {
  const { name, schema, run, giveUp, tries, concurrency } = definition;
  registry.set(name, {
    name,
    tries: tries ?? 3,
    concurrency: concurrency ?? DEFAULT_CONCURRENCY,
    parse(raw) {
      const data = schema.parse(raw);
      return {
        run: (context) => run(data, context),
        giveUp: async (error) => giveUp?.(data, error),
      };
    },
  });
}

/**
 * Puts a job into the queue. With a transaction it appears when that commits, or not at all. With a key there is at
 * most one job of this name and key waiting or at work: while there is, enqueueing does nothing.
 */
export async function enqueueJob(
  tx: Transaction | null,
  name: string,
  data: object,
  options: { key?: string; startAfter?: Date } = {},
): Promise<void> {
  const instance = await boss();
  const envelope: Envelope = { name, data, tries: 0 };
  await instance.insert(
    BACKGROUND_QUEUE,
    [
      {
        data: envelope,
        // One group for each kind, so that ten long imports leave room for an export.
        group: { id: name, tier: name },
        ...(options.key === undefined ? {} : { id: keyToId(name, options.key) }),
        ...(options.startAfter ? { startAfter: options.startAfter } : {}),
      },
    ],
    tx ? { db: fromPrisma(tx) } : {},
  );
}

/** The dispatcher of background jobs for a worker. */
export function createJobDispatcher(): Dispatcher<Envelope> {
  return new Dispatcher<Envelope>({
    queue: BACKGROUND_QUEUE,
    slots: 8,
    idleMs: 500,
    limits: async () => ({
      groups: {
        default: DEFAULT_CONCURRENCY,
        tiers: Object.fromEntries([...registry.values()].map((job) => [job.name, job.concurrency])),
      },
      blocked: [],
    }),
    accept: async (jobs) => jobs.map((job) => ({ job, work: undefined })),
    run: async (job, _work, signal) => {
      await runJob(job, signal);
    },
  });
}

/** Does every job that waits, in this process, and returns when none is left. Throws what a job was given up with. */
export async function runJobsUntilIdle(): Promise<void> {
  const instance = await boss();
  for (;;) {
    const jobs = await instance.fetch<Envelope>(BACKGROUND_QUEUE, {
      includeMetadata: true,
      ignoreStartAfter: true,
    });
    if (jobs.length === 0) return;
    for (const { id, data, retryCount } of jobs) {
      const failure = await runJob({ id, data, retryCount }, new AbortController().signal);
      if (failure) throw failure.error;
    }
  }
}

/** Runs and settles one job. Returns the error with which it was given up, if it was. */
async function runJob(job: QueueJob<Envelope>, signal: AbortSignal): Promise<{ error: unknown } | undefined> {
  const { name, tries } = job.data;
  const definition = registry.get(name);
  if (!definition) {
    log.error(
      { job: name },
      "this version of the app does not know this kind of job; leaving it for another worker",
    );
    await putBack(job, 30_000);
    return undefined;
  }
  let parsed: ReturnType<AnyJob["parse"]> | undefined;
  try {
    parsed = definition.parse(job.data.data);
    await parsed.run({ signal, attempt: tries + 1 });
    await deleteClaimed(BACKGROUND_QUEUE, [job], null);
    return undefined;
  } catch (error) {
    if (signal.aborted) {
      await putBack(job, 0);
      return undefined;
    }
    const isHopeless =
      !parsed || (isAppError(error) && (error.code === "bad_input" || error.code === "not_found"));
    if (!isHopeless && tries + 1 < definition.tries) {
      log.warn({ err: error, job: name, attempt: tries + 1 }, "a background job failed; trying again later");
      await putBack(job, jitteredDelay(tries + 1, BACKOFF, Math.random()), { ...job.data, tries: tries + 1 });
      return undefined;
    }
    log.error({ err: error, job: name, data: job.data.data }, "a background job was given up");
    await parsed?.giveUp(error);
    await deleteClaimed(BACKGROUND_QUEUE, [job], null);
    return { error };
  }
}

/** Gives a job back to the queue, to be fetched again after the delay, if it is still this worker's. */
async function putBack(job: QueueJob<Envelope>, delayMs: number, data?: Envelope): Promise<void> {
  const startAfter = new Date(Date.now() + delayMs);
  await returnClaimed(BACKGROUND_QUEUE, [{ ...job, startAfter, data: data ?? job.data }], null);
}

/** The same id for the same name and key, in the form of a UUID (version 8: by an own rule). */
function keyToId(name: string, key: string): string {
  const hex = createHash("sha256")
    .update(JSON.stringify([name, key]))
    .digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
