import "server-only";
import pg from "pg";
import { sessionConnection } from "#lib/db/connection.ts";
import { raw } from "#lib/db/raw.ts";
import { log } from "#lib/log.ts";

const holder = globalThis as typeof globalThis & { secondLookWake?: Set<() => void> };
const CHANNEL = "second_look_wake";
const RECONNECT_MS = 5_000;

/**
 * Tells every worker, wherever it runs, that work was enqueued, so that none need wait for its next look. One that does
 * not hear it looks by itself within half a second, or two where the queue is long.
 */
export function wakeWorker(): void {
  wakeHere();
  raw().$executeRaw`SELECT pg_notify(${CHANNEL}, '')`.catch((error: unknown) =>
    log.debug({ err: error }, "workers elsewhere could not be told of new work"),
  );
}

/** Registers what to call; returns how to take it back. */
export function onWake(wake: () => void): () => void {
  holder.secondLookWake ??= new Set();
  holder.secondLookWake.add(wake);
  return () => holder.secondLookWake?.delete(wake);
}

/** Listens for work that was enqueued elsewhere, on a connection of its own; returns how to end it. */
export function listenForWake(): () => Promise<void> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const again = () => {
    if (!isOver) timer ??= setTimeout(() => void connect(), RECONNECT_MS);
  };
  const connect = async () => {
    timer = undefined;
    const next = new pg.Client(sessionConnection());
    next.on("notification", wakeHere);
    next.on("error", () => undefined);
    next.on("end", again);
    try {
      await next.connect();
      if (isOver) return await next.end();
      client = next;
      await next.query(`LISTEN ${CHANNEL}`);
      // What was enqueued while nobody listened.
      wakeHere();
    } catch (error) {
      log.debug({ err: error }, "new work can't be listened for; it is looked for now and then");
      again();
    }
  };
  void connect();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}

function wakeHere(): void {
  for (const wake of holder.secondLookWake ?? []) wake();
}
