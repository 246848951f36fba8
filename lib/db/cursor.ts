import "server-only";
import pg from "pg";
import { sessionConnection } from "#lib/db/connection.ts";
import type { RawTransaction } from "#lib/db/raw.ts";
import type { SqlFragment } from "#lib/db/sql-fragment.ts";

/** What of a transaction a cursor needs; one of Prisma's has it, and so has a raw one. */
export type CursorTransaction = Pick<RawTransaction, "$queryRaw" | "$queryRawUnsafe">;

const FIRST_ROWS = 50;

/**
 * A transaction that asks for nothing is ended after half a minute (`WHERE_HOSTS_FALL_AWAY`). One that is read beside
 * asks for nothing for as long as its reader works, which at the largest is minutes.
 */
const PATIENCE = "30min";

/**
 * The rows of a statement, in batches, through a cursor: neither side ever holds all of them. It reads what was there
 * for the transaction, in its snapshot, on a connection beside it and without Prisma in between, so that the transaction
 * can write meanwhile; what the transaction itself has written it does not see. While the caller works on one batch the
 * database makes the next. The first batch is small, so that the first rows are there at once.
 */
export async function* readByCursor<Row extends pg.QueryResultRow>(
  tx: CursorTransaction,
  { strings, values }: SqlFragment,
  rowsPerBatch: number,
): AsyncGenerator<Row[]> {
  const [snapshot] = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT pg_export_snapshot() AS id, set_config('idle_in_transaction_session_timeout', '${PATIENCE}', true)`,
  );
  const client = new pg.Client(sessionConnection());
  // The statement that is under way rejects as well; without a listener the event would end the process.
  client.on("error", () => undefined);
  const fetchRows = (rows: number) => {
    const coming = ask<Row>(client, `FETCH ${rows} FROM rows`);
    // Told to whoever waits for it; somebody who stops early never does.
    coming.catch(() => undefined);
    return coming;
  };
  await client.connect();
  try {
    await client.query(`SET idle_in_transaction_session_timeout = '${PATIENCE}'`);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot?.id ?? "")}`);
    const text = strings.reduce((all, part, at) => `${all}$${at}${part}`);
    await client.query(`DECLARE rows NO SCROLL CURSOR FOR ${text}`, [...values]);
    let wanted = Math.min(rowsPerBatch, FIRST_ROWS);
    let coming = fetchRows(wanted);
    for (;;) {
      const rows = await coming;
      const isLast = rows.length < wanted;
      wanted = rowsPerBatch;
      if (!isLast) coming = fetchRows(wanted);
      if (rows.length > 0) yield rows;
      if (isLast) return;
    }
  } finally {
    await client.end();
  }
}

/**
 * The rows of a statement. Not by the promise that pg makes itself: one of those keeps the next one's rows from being
 * forgotten while they are young, and a long reading then fills the heap with rows that nobody holds.
 */
function ask<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query<Row>(text, (error, fetched) => (error ? reject(error) : resolve(fetched.rows)));
  });
}
