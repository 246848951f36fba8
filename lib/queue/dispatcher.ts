import "server-only";
import { type FetchOptions, fromPrisma, type GroupConcurrencyConfig, type Job, type PgBoss } from "pg-boss";
import { db } from "#lib/db/client.ts";
import { log } from "#lib/log.ts";
import { boss } from "#lib/queue/boss.ts";

export type QueueJob<T> = Pick<Job<T>, "id" | "data"> & { retryCount: number };

export type DispatcherOptions<T, W> = {
  queue: string;
  /** Jobs at work at once in this process. */
  slots: number;
  /**
   * Looked up before each fetch: limits by group over all workers, where there are any (they make workers take turns),
   * groups to leave alone for now, and how many jobs to fetch at most.
   */
  limits?: () => Promise<FetchLimits>;
  /** Turns what was fetched into work. Jobs that are no longer wanted are settled here and left out. */
  accept: (jobs: QueueJob<T>[]) => Promise<{ job: QueueJob<T>; work: W }[]>;
  /** Does one job and settles it. Must not reject; a rejection is logged and the job is left to the heartbeat. */
  run: (job: QueueJob<T>, work: W, signal: AbortSignal) => Promise<void>;
  /** How long to rest when nothing was found, in milliseconds. */
  idleMs?: number;
  /**
   * Fetches begin no closer together than this, in milliseconds. For a queue of many small jobs with more slots than
   * are at work at once: a fetch costs as much for one job as for thirty.
   */
  paceMs?: number;
};

export type FetchLimits = { groups?: GroupConcurrencyConfig; blocked: string[]; most?: number };

/** How often a process looks whose jobs need a sign of life, and how long ago their last must be: one that ends sooner needs none. */
const TOUCH_MS = 2_000;
const SILENT_MS = 3_000;
/** Completions this close together are followed by one fetch. */
const GATHER_MS = 4;
/**
 * How many times as long as it took a look for jobs beside those of groups that are left alone is not made again; less
 * long where something new was announced. A look may have been slow by chance, and what comes back after a pause is
 * announced by nobody: there is one every second or two.
 */
const REST = { untold: 50, told: 5 };
const REST_MOST_MS = { untold: 2_000, told: 1_000 };
/** How long jobs that were told to end may take to do so. */
const LAST_MS = 6_000;

/**
 * Keeps this process's free slots filled from one queue. Each job is settled by itself, so a slow one holds up only
 * its own slot; while it is at work it is kept alive by a heartbeat, and when this process dies another takes over.
 */
export class Dispatcher<T extends object, W = undefined> {
  readonly #options: DispatcherOptions<T, W>;
  readonly #atWork = new Map<string, QueueJob<T>>();
  /** When each job's last sign of life was written, its fetch being the first. */
  readonly #aliveAt = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #isStopping = false;
  #wake: (() => void) | undefined;
  #isWoken = false;
  /** The groups that were left alone when nothing else was left in the queue: when that was, and how long the look took. */
  #exhausted: { besides: readonly string[]; at: number; tookMs: number; wakes: number } | undefined;
  /** How often something new was announced. */
  #wakes = 0;
  #loop: Promise<void> | undefined;
  #touchTimer: NodeJS.Timeout | undefined;

  constructor(options: DispatcherOptions<T, W>) {
    this.#options = options;
  }

  get #idleMs(): number {
    return this.#options.idleMs ?? 500;
  }

  get inFlight(): number {
    return this.#atWork.size;
  }

  start(): void {
    if (this.#loop) return;
    this.#loop = this.#keepFilled();
    this.#touchTimer = setInterval(() => void this.#touch(), TOUCH_MS);
  }

  /** There may be something to fetch: do not rest any longer. */
  wake(): void {
    this.#wakes += 1;
    this.#stir();
  }

  #stir(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /**
   * Fetches no more and waits for what is at work. After `patienceMs` the jobs' signals are aborted, so that their
   * runners hand them back. What does not end then, since the database is away, say, is left to the heartbeat.
   */
  async stop(patienceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#stir();
    const patience = setTimeout(() => this.#abort.abort(), patienceMs);
    const whole = (this.#loop ?? Promise.resolve()).then(() => Promise.all(this.#running));
    if (!(await endsWithin(patienceMs + LAST_MS, whole))) {
      const { queue } = this.#options;
      log.warn({ queue, jobs: this.#running.size }, "jobs did not end in time; they are taken up elsewhere");
    }
    clearTimeout(patience);
    clearInterval(this.#touchTimer);
  }

  async #keepFilled(): Promise<void> {
    let failures = 0;
    let lastFetch = Number.NEGATIVE_INFINITY;
    while (!this.#isStopping) {
      const paceMs = lastFetch + (this.#options.paceMs ?? 0) - performance.now();
      if (paceMs > 0) await sleep(paceMs);
      if (this.#isStopping) return;
      const free = this.#options.slots - this.#atWork.size;
      if (free <= 0) {
        await this.#rest(1_000);
        continue;
      }
      lastFetch = performance.now();
      try {
        const restMs = await this.#fill(free);
        failures = 0;
        if (restMs > 0) await this.#rest(restMs);
      } catch (error) {
        failures += 1;
        log.warn(
          { err: error, queue: this.#options.queue, failures },
          "the queue could not be read; trying again",
        );
        await this.#rest(Math.min(10_000, 250 * 2 ** failures), false);
      }
    }
  }

  /** Returns how many milliseconds to rest before the next look. */
  async #fill(free: number): Promise<number> {
    const { queue, limits, accept } = this.#options;
    const limit = await limits?.();
    const asked = Math.min(free, limit?.most ?? free);
    const besides = limit?.blocked ?? [];
    const left = this.#restLeft(besides);
    if (left > 0) return Math.min(left, this.#idleMs);
    const instance = await boss();
    const [wakes, at] = [this.#wakes, performance.now()];
    const jobs = await fetchJobs<T>(instance, queue, asked, limit);
    const restMs = jobs.length < asked ? this.#idleMs : 0;
    // What was announced while the database looked, it may have missed. What is at a limit may go on at any moment.
    if (restMs > 0 && besides.length > 0 && !limit?.groups)
      this.#exhausted = { besides, at, tookMs: performance.now() - at, wakes };
    if (jobs.length === 0) return restMs;
    // At work from here on: between the fetch and the first touch nobody else may take them for abandoned.
    for (const job of jobs) this.#hold(job);
    let accepted: { job: QueueJob<T>; work: W }[];
    try {
      accepted = await accept(jobs);
    } catch (error) {
      for (const job of jobs) this.#release(job);
      await instance.fail(queue, jobs).catch(() => undefined);
      throw error;
    }
    const kept = new Set(accepted.map(({ job }) => job.id));
    for (const job of jobs) if (!kept.has(job.id)) this.#release(job);
    for (const { job, work } of accepted) this.#launch(job, work);
    return restMs;
  }

  /**
   * Milliseconds for which the queue need not be looked at, since it was found empty but for these groups or some of
   * them. To find that out the database reads all of their jobs, an eighth of a second for half a million: so the longer
   * it took, the longer it is not done again, even where something new was announced.
   */
  #restLeft(besides: readonly string[]): number {
    const known = this.#exhausted;
    if (!known?.besides.every((group) => besides.includes(group))) return 0;
    const restMs =
      known.wakes === this.#wakes
        ? Math.max(this.#idleMs, Math.min(REST_MOST_MS.untold, known.tookMs * REST.untold))
        : Math.min(REST_MOST_MS.told, known.tookMs * REST.told);
    return known.at + restMs - performance.now();
  }

  #launch(job: QueueJob<T>, work: W): void {
    const { run, queue } = this.#options;
    const done = run(job, work, this.#abort.signal)
      .catch((error) => log.error({ err: error, queue, jobId: job.id }, "a job ended without being settled"))
      .finally(() => {
        this.#release(job);
        this.#running.delete(done);
        this.#stir();
      });
    this.#running.add(done);
  }

  #hold(job: QueueJob<T>): void {
    this.#atWork.set(job.id, job);
    this.#aliveAt.set(job.id, Date.now());
  }

  #release(job: QueueJob<T>): void {
    this.#atWork.delete(job.id);
    this.#aliveAt.delete(job.id);
  }

  async #rest(ms: number, canWake = true): Promise<void> {
    if (canWake && this.#isWoken) {
      this.#isWoken = false;
      if (!this.#isStopping) await sleep(GATHER_MS);
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!canWake && !this.#isStopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    if (this.#isWoken && canWake) {
      this.#isWoken = false;
      if (!this.#isStopping) await sleep(GATHER_MS);
    }
  }

  async #touch(): Promise<void> {
    const now = Date.now();
    const due = [...this.#atWork.values()].filter(
      (job) => now - (this.#aliveAt.get(job.id) ?? 0) > SILENT_MS,
    );
    if (due.length === 0) return;
    try {
      const instance = await boss();
      await instance.touch(this.#options.queue, due);
      for (const { id } of due) if (this.#atWork.has(id)) this.#aliveAt.set(id, now);
    } catch (error) {
      log.warn({ err: error, queue: this.#options.queue }, "a sign of life could not be written");
    }
  }
}

async function fetchJobs<T extends object>(
  instance: PgBoss,
  queue: string,
  batchSize: number,
  limit: FetchLimits | undefined,
): Promise<QueueJob<T>[]> {
  const fetch = (options: FetchOptions) =>
    instance.fetch<T>(queue, { batchSize, ...options, includeMetadata: true });
  const groups = limit?.groups;
  const jobs = groups
    ? await fetchWithinLimits(queue, { groups, blocked: limit.blocked }, fetch)
    : await fetch(limit && limit.blocked.length > 0 ? { ignoreGroups: limit.blocked } : {});
  return jobs.map(({ id, data, retryCount }) => ({ id, data, retryCount }));
}

/**
 * pg-boss counts what is active in each group when it fetches. Two workers that count at the same moment would both
 * see the same room, so they take turns: a limit is a limit over all of them.
 */
async function fetchWithinLimits<J>(
  queue: string,
  limit: { groups: GroupConcurrencyConfig; blocked: string[] },
  fetch: (options: FetchOptions) => Promise<J[]>,
): Promise<J[]> {
  return db().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`fetch:${queue}`}))`;
      return fetch({ groupConcurrency: limit.groups, ignoreGroups: limit.blocked, db: fromPrisma(tx) });
    },
    // Tasks at work use the same connections: a fetch may have to wait for one.
    { maxWait: 30_000, timeout: 30_000 },
  );
}

/** Whether something ends within so many milliseconds. Failures are the caller's own. */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([work.then(() => true), over]).finally(() => clearTimeout(timer));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
