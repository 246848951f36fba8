import "server-only";
import { db, type Transaction } from "#lib/db/client.ts";

/**
 * Counts that are kept rather than counted: triggers append deltas to "Counter" in the transaction of each change
 * (see the migration that makes them); these functions sum and fold them.
 */

/** The counters of a project or a run whose name begins with the prefix. Those that stand at 0 may be left out. */
export async function readCounters(
  scope: string,
  prefix = "",
  tx: Pick<Transaction, "$queryRaw"> = db(),
): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ name: string; total: bigint }[]>`
    SELECT "name", sum("delta")::bigint AS total
    FROM "Counter"
    WHERE "scope" = ${scope}::uuid AND starts_with("name", ${prefix})
    GROUP BY "name"
    HAVING sum("delta") <> 0`;
  return new Map(rows.map((row) => [row.name, Number(row.total)]));
}

/** The same for several scopes at once, for lists. Every scope asked for is in the result. */
export async function readCountersOf(
  scopes: readonly string[],
  prefix = "",
): Promise<Map<string, Map<string, number>>> {
  const result = new Map(scopes.map((scope) => [scope, new Map<string, number>()]));
  if (scopes.length === 0) return result;
  const rows = await db().$queryRaw<{ scope: string; name: string; total: bigint }[]>`
    SELECT "scope"::text, "name", sum("delta")::bigint AS total
    FROM "Counter"
    WHERE "scope" = ANY(${[...scopes]}::uuid[]) AND starts_with("name", ${prefix})
    GROUP BY "scope", "name"
    HAVING sum("delta") <> 0`;
  for (const row of rows) result.get(row.scope)?.set(row.name, Number(row.total));
  return result;
}

/** The sum of those counters whose name begins with the prefix. */
export function sumCounters(counters: ReadonlyMap<string, number>, prefix: string): number {
  let sum = 0;
  for (const [name, value] of counters) if (name.startsWith(prefix)) sum += value;
  return sum;
}

/** Removes what is left of a scope whose project or run was deleted. */
export async function deleteCounters(
  scopes: string | readonly string[],
  tx: Pick<Transaction, "counter"> = db(),
): Promise<void> {
  const list = typeof scopes === "string" ? [scopes] : [...scopes];
  await tx.counter.deleteMany({ where: { scope: { in: list } } });
}

const FOLD_ROWS = 50_000;

/**
 * Replaces deltas by their sums, the oldest first, and returns by how many rows the table shrank. One statement: a
 * reader sees either the deltas or their sum. Several processes may fold at once; each takes rows that no other has.
 */
export async function foldCounters(limit = FOLD_ROWS): Promise<number> {
  const [result] = await db().$queryRaw<{ gone: bigint; kept: bigint }[]>`
    WITH taken AS (
      SELECT "id" FROM "Counter" ORDER BY "id" LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM "Counter" c USING taken WHERE c."id" = taken."id" RETURNING c."scope", c."name", c."delta"
    ), kept AS (
      INSERT INTO "Counter" ("scope", "name", "delta")
      SELECT "scope", "name", sum("delta") FROM gone GROUP BY "scope", "name" HAVING sum("delta") <> 0
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM kept) AS kept`;
  return Number(result?.gone ?? 0) - Number(result?.kept ?? 0);
}
