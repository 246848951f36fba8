import "server-only";
import { PgBoss } from "pg-boss";
import { transactionConnection } from "#lib/db/connection.ts";
import { env } from "#lib/env.ts";
import { log } from "#lib/log.ts";

/**
 * The queue: pg-boss in the schema `pgboss` of the application's own database.
 *
 * Jobs are deleted when they are settled, so the tables hold only what is still to be done; what was done is told by
 * the rows of the application (RunTask, Import, Export).
 */
export const STAGE_QUEUE = "stage";
export const BACKGROUND_QUEUE = "background";

/** Without a sign of life for this long, a job's worker counts as dead (pg-boss takes no less than 10). */
export const HEARTBEAT_SECONDS = 10;
/** How often a worker looks for jobs of dead workers. With the heartbeat it bounds the takeover to about 15 s. */
export const SUPERVISE_SECONDS = 4;

const YEAR_SECONDS = 365 * 24 * 60 * 60;

const QUEUE_OPTIONS = {
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // How often to try is decided by whoever settles a job; pg-boss must neither give up nor expire one by itself.
  retryLimit: 1_000_000,
  retryDelay: 0,
  retryBackoff: false,
  expireInSeconds: 23 * 60 * 60,
  retentionSeconds: YEAR_SECONDS,
};

type Holder = { url: string | undefined; started: Promise<PgBoss> };
const holder = globalThis as typeof globalThis & { secondLookBoss?: Holder };

/** The queue of this process, started (its tables are made where there are none) when it is first asked for. */
export async function boss(): Promise<PgBoss> {
  const url = env().DATABASE_URL;
  const current = holder.secondLookBoss;
  if (current && current.url === url) return current.started;
  const started = start();
  holder.secondLookBoss = { url, started };
  // A failed start must not be remembered: the database may be back at the next call.
  started.catch(() => {
    if (holder.secondLookBoss?.started === started) holder.secondLookBoss = undefined;
  });
  return started;
}

/** Closes the queue's connections; for processes and tests that are about to end. */
export async function disconnectBoss(): Promise<void> {
  const current = holder.secondLookBoss;
  holder.secondLookBoss = undefined;
  if (!current) return;
  const instance = await current.started.catch(() => undefined);
  await instance?.stop({ graceful: false, close: true });
}

async function start(): Promise<PgBoss> {
  const options = {
    ...transactionConnection(),
    application_name: "second-look queue",
    max: 6,
    // Workers supervise by themselves (lib/worker); a web server that only enqueues need not.
    supervise: false,
    schedule: false,
    monitorIntervalSeconds: SUPERVISE_SECONDS - 1,
    monitorVacuum: false,
  };
  const instance = new PgBoss(options);
  instance.on("error", (error) => log.warn({ err: error }, "the queue reported an error"));
  await instance.start();
  await instance.createQueue(STAGE_QUEUE, QUEUE_OPTIONS);
  await instance.createQueue(BACKGROUND_QUEUE, QUEUE_OPTIONS);
  return instance;
}
