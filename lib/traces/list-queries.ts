import "server-only";
import { raw } from "#lib/db/raw.ts";
import { EMPTY, queryFragment, type SqlFragment, sql } from "#lib/db/sql-fragment.ts";
import { AppError } from "#lib/errors.ts";
import { readTraceCounts } from "#lib/traces/count-queries.ts";
import type { ListOrder, ListPlace, TraceFilter, TracePage } from "#lib/traces/filter-schema.ts";
import { readRows } from "#lib/traces/list-row-queries.ts";
import {
  type FilterSql,
  filterSql,
  isByLength,
  type ListSight,
  type ListViewer,
  readFacets,
  readListSight,
  usesListing,
} from "#lib/traces/list-where-queries.ts";
import { catchUpListing, setMilestones } from "#lib/traces/listing-commands.ts";
import { beginWhereShort } from "#lib/traces/rare-words-queries.ts";

export const PAGE_SIZE = 60;
/** A phrase of words that stand everywhere, or a rare pair of filters, could read a million rows: then it says so. */
const PATIENCE_MS = 10_000;

interface Key {
  id: string;
  words: number;
}

/**
 * One page of a project's traces as this viewer may see them, newest first unless asked otherwise. Pages go by key, in
 * both directions: any page costs what the first does.
 * @throws AppError `unavailable` where no page was found within ten seconds.
 */
export async function listTraces(
  projectId: string,
  viewer: ListViewer & { name: string },
  {
    filter = {},
    place = {},
    size = PAGE_SIZE,
  }: { filter?: TraceFilter; place?: ListPlace; size?: number } = {},
): Promise<TracePage> {
  const unlisted = usesListing(filter) ? await catchUpListing(projectId) : 0;
  const [sight, facets] = await Promise.all([readListSight(projectId, viewer), readFacets(projectId)]);
  const found = await beginWhereShort(filterSql(projectId, filter, sight, facets));
  if (found.isEmpty) return { rows: [], next: null, previous: null, firstRow: null, unlisted };
  const order = filter.order ?? "newest";
  const isLast = place.end !== undefined;
  const before = isLast ? undefined : place.before;
  const start =
    place.at !== undefined && place.at > 1 ? await findKeyAt(projectId, filter, found, place.at) : null;
  const isBackwards = isLast || before !== undefined;
  const cursor = before ?? (isLast || start ? undefined : place.after);
  const keys = await findKeys(found, order, {
    size,
    isBackwards,
    cursor: cursor ? readKey(cursor, isByLength(filter)) : start,
    isInclusive: start !== null,
  });
  const hasMore = keys.length > size;
  const page = keys.slice(0, size);
  if (isBackwards) page.reverse();
  const rows = await readRows(
    projectId,
    viewer,
    page.map(({ id }) => id),
    filter.q ?? "",
  );
  const keyOf = (key: Key | undefined) =>
    key ? (isByLength(filter) ? `${key.words}.${key.id}` : key.id) : null;
  const isFirst = !isBackwards && cursor === undefined && start === null;
  return {
    rows,
    next: (isBackwards ? !isLast : hasMore) ? keyOf(page.at(-1)) : null,
    previous: (isBackwards ? hasMore : !isFirst) ? keyOf(page[0]) : null,
    firstRow: start ? (place.at ?? null) : isFirst ? (page.length > 0 ? 1 : null) : (place.row ?? null),
    unlisted,
  };
}

/** The ids that a filter finds, oldest first, from behind a cursor on: for what goes through all of them in batches. */
export async function findTraceIds(
  projectId: string,
  filter: TraceFilter,
  sight: ListSight,
  options: { after: string | null; upTo: string; limit: number },
): Promise<string[]> {
  const found = await beginWhereShort(
    filterSql(projectId, { ...filter, order: undefined }, sight, await readFacets(projectId)),
  );
  if (found.isEmpty) return [];
  const after = options.after ? sql` AND t.id > ${options.after}::uuid` : EMPTY;
  const rows = await queryFragment<{ id: string }[]>(
    raw(),
    sql`SELECT t.id::text AS id FROM ${found.from} WHERE ${found.where}${after} AND t.id <= ${options.upTo}::uuid
      ORDER BY t.id LIMIT ${options.limit}::int`,
  );
  return rows.map(({ id }) => id);
}

async function findKeys(
  { from, where }: FilterSql,
  order: ListOrder,
  page: { size: number; isBackwards: boolean; cursor: Key | null; isInclusive: boolean },
): Promise<Key[]> {
  const isDescending = (order === "newest" || order === "longest") !== page.isBackwards;
  const byLength = order === "longest" || order === "shortest";
  const words = byLength ? sql`l."wordCount"` : sql`t."wordCount"`;
  const direction = isDescending ? sql`DESC` : sql`ASC`;
  return patiently(
    sql`SELECT t.id::text AS id, ${words} AS words FROM ${from}
      WHERE ${where}${beyond(page.cursor, { isDescending, byLength, isInclusive: page.isInclusive })}
      ORDER BY ${byLength ? sql`l."wordCount" ${direction}, ` : EMPTY}t.id ${direction} LIMIT ${page.size + 1}::int`,
  );
}

function beyond(
  cursor: Key | null,
  { isDescending, byLength, isInclusive }: { isDescending: boolean; byLength: boolean; isInclusive: boolean },
): SqlFragment {
  if (!cursor) return EMPTY;
  const sign: SqlFragment = {
    strings: [`${isDescending ? "<" : ">"}${isInclusive ? "=" : ""}`],
    values: [],
  };
  return byLength
    ? sql` AND (l."wordCount", l."traceId") ${sign} (${cursor.words}::int, ${cursor.id}::uuid)`
    : sql` AND t.id ${sign} ${cursor.id}::uuid`;
}

/**
 * The key of the nth trace. Of all traces in the order of creation it is found from the nearest place that was noted;
 * of a filter's it is counted off along its index.
 */
async function findKeyAt(
  projectId: string,
  filter: TraceFilter,
  found: FilterSql,
  at: number,
): Promise<Key | null> {
  const { order = "newest", ...rest } = filter;
  const byLength = isByLength(filter);
  const isWhole = Object.values(rest).every((value) => value === undefined);
  if (!isWhole || byLength) {
    const isDescending = order === "newest" || order === "longest";
    const direction = isDescending ? sql`DESC` : sql`ASC`;
    const [key] = await patiently(
      sql`SELECT t.id::text AS id, ${byLength ? sql`l."wordCount"` : sql`0`} AS words FROM ${found.from} WHERE ${found.where}
        ORDER BY ${byLength ? sql`l."wordCount" ${direction}, ` : EMPTY}t.id ${direction} LIMIT 1 OFFSET ${at - 1}::int`,
    );
    return key ?? null;
  }
  await setMilestones(projectId);
  const { total } = await readTraceCounts(projectId);
  const rank = Math.max(1, order === "oldest" ? Math.min(at, total) : total - at + 1);
  const [row] = await raw().$queryRaw<Key[]>`
    WITH place AS (
      SELECT "rank", "traceId" FROM "TraceMilestone"
      WHERE "projectId" = ${projectId}::uuid AND "rank" < ${rank}::int ORDER BY "rank" DESC LIMIT 1
    )
    SELECT t.id::text AS id, 0 AS words FROM "Trace" t
    WHERE t."projectId" = ${projectId}::uuid
      AND t.id > coalesce((SELECT "traceId" FROM place), '00000000-0000-0000-0000-000000000000'::uuid)
    ORDER BY t.id LIMIT 1 OFFSET (${rank}::int - 1 - coalesce((SELECT "rank" FROM place), 0))`;
  return row ?? null;
}

function readKey(text: string, byLength: boolean): Key {
  const [words = "0", id] = text.includes(".") ? text.split(".") : ["0", text];
  return { id: id ?? text, words: byLength ? Number(words) : 0 };
}

/** @throws AppError `unavailable` where it takes too long. */
async function patiently(statement: SqlFragment): Promise<Key[]> {
  try {
    return await raw().transaction(async (tx) => {
      // A merge join reads an index from its end on until the two meet: what is in the oldest tenth of a million alone
      // is met late. What each filter has an index for is found from there, one row after another.
      await tx.$queryRaw`SELECT set_config('statement_timeout', ${String(PATIENCE_MS)}, true),
        set_config('enable_mergejoin', 'off', true)`;
      return queryFragment<Key[]>(tx, statement);
    });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new AppError(
      "unavailable",
      "This view took longer than ten seconds to find. Add a rarer word, or narrow it by one more filter.",
      { cause: error },
    );
  }
}

/** PostgreSQL's code for a statement that was cancelled. */
export function isTimeout(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "57014";
}
