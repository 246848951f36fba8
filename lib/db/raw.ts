import "server-only";
import { createHash } from "node:crypto";
import pg from "pg";
import { isPooled, transactionConnection } from "#lib/db/connection.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Statements written by hand, without Prisma in between: for the few that hundreds of calls a second go through. The
 * two methods are Prisma's own, so what takes a `RawSql` takes a Prisma transaction as well.
 */
export type RawSql = {
  $queryRaw<T>(strings: TemplateStringsArray, ...values: unknown[]): Promise<T>;
  $executeRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>;
};

/** Inside a transaction; enough of Prisma's for pg-boss (`fromPrisma`) to take part in it. */
export type RawTransaction = RawSql & {
  $queryRawUnsafe<T = unknown>(text: string, ...values: unknown[]): Promise<T>;
};

const CONNECTIONS = 12;

const holder = globalThis as typeof globalThis & { secondLookRaw?: { url: string; pool: pg.Pool } };

export type TransactionOptions = {
  /**
   * It is done again where the database forgets it, and nothing that waits for its end builds on it. Then its commit need
   * not wait for the disk: a database that crashes loses the last moment of such commits, each whole, and none that is
   * older than a commit which did wait.
   */
  isDoneAgain?: boolean;
};

/** This process's connections for such statements, made when they are first asked for. */
export function raw(): RawSql & {
  transaction<T>(work: (tx: RawTransaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
} {
  const pool = openPool();
  return { ...speak(pool), transaction: (work, options = {}) => transact(pool, work, options) };
}

/** Closes the connections; for processes and tests that are about to end. */
export async function disconnectRaw(): Promise<void> {
  const current = holder.secondLookRaw;
  holder.secondLookRaw = undefined;
  await current?.pool.end();
}

function openPool(): pg.Pool {
  const url = env().DATABASE_URL;
  if (!url)
    throw new AppError(
      "unavailable",
      "There is no database: set DATABASE_URL, or start the app with npm start.",
    );
  if (holder.secondLookRaw?.url !== url) {
    void holder.secondLookRaw?.pool.end();
    const options: PoolOptions = {
      ...transactionConnection(),
      max: CONNECTIONS,
      types,
      ...(isPooled() ? {} : { onConnect: planEachTime }),
    };
    const pool = new pg.Pool(options);
    // A connection that breaks while nobody uses it concerns nobody: the next statement takes another.
    pool.on("error", () => undefined);
    holder.secondLookRaw = { url, pool };
  }
  return holder.secondLookRaw.pool;
}

/** pg-pool waits for it before it hands out a new connection; its types don't know it yet. */
type PoolOptions = pg.PoolConfig & { onConnect?: (client: pg.ClientBase) => Promise<void> };

/**
 * Statements are read once for each connection, and planned each time: a plan that was kept from when a table was empty
 * would read all of it when it is large.
 */
async function planEachTime(client: pg.ClientBase): Promise<void> {
  await client.query("SET plan_cache_mode = force_custom_plan");
}

type Written = { text: string; name?: string };
const written = new WeakMap<TemplateStringsArray, Written>();

/**
 * The text of a statement. One that stands in the code as it is has a name, under which a connection reads it once: for
 * the long ones that takes as long as doing them for a few calls. The name follows from the text alone, since each of the
 * web server's bundles has its own copy of this module and all share the connections. One that was put together is new
 * each time. Behind a pooler none has a name: the server's connection that knows it may be lent to somebody else, and one
 * without a name is planned each time in any case.
 */
function write(strings: TemplateStringsArray): Written {
  const known = written.get(strings);
  if (known) return isPooled() ? { text: known.text } : known;
  const text = strings.reduce((sum, part, at) => `${sum}$${at}${part}`);
  if (!Object.isFrozen(strings)) return { text };
  const statement = { text, name: `raw-${createHash("sha256").update(text).digest("hex").slice(0, 32)}` };
  written.set(strings, statement);
  return write(strings);
}

function speak(client: Pick<pg.Pool, "query">): RawTransaction {
  const run = (strings: TemplateStringsArray, values: readonly unknown[]) =>
    client.query({ ...write(strings), values: [...values] });
  return {
    $queryRaw: async <T>(strings: TemplateStringsArray, ...values: unknown[]) =>
      (await run(strings, values)).rows as T,
    $executeRaw: async (strings, ...values) => (await run(strings, values)).rowCount ?? 0,
    $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) =>
      (await client.query(text, [...values])).rows as T,
  };
}

async function transact<T>(
  pool: pg.Pool,
  work: (tx: RawTransaction) => Promise<T>,
  { isDoneAgain = false }: TransactionOptions,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // The statement that is under way rejects as well; without a listener the event would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query(isDoneAgain ? "BEGIN; SET LOCAL synchronous_commit TO off" : "BEGIN");
    const result = await work(speak(client));
    const { command } = await client.query("COMMIT");
    // So PostgreSQL answers, without an error, where a statement had failed and `work` went on all the same.
    if (command === "ROLLBACK")
      throw new Error("The transaction was taken back: a statement in it had failed.");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off("error", onError);
    // A connection that can't even roll back is not given to the next.
    client.release(broken);
  }
}

/** Whole numbers of 64 bits as Prisma gives them; all else as pg does. */
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    Number(oid) === INT8 ? (text: string) => BigInt(text) : pg.types.getTypeParser(oid, format),
};
