import "server-only";
import { MODEL_CHECKS } from "#lib/checks/model-checks.ts";
import { againAfterDeadlock } from "#lib/db/deadlock.ts";
import { type RawSql, raw } from "#lib/db/raw.ts";
import { agreementOf, type ColumnFacet, FACET_COLUMNS, type FacetName } from "#lib/traces/facets.ts";
import { toSearchText } from "#lib/traces/search-text.ts";

/** Traces brought in line by one transaction. */
const BATCH = 200;
/** A look at the table brings so many in line by itself; more is the worker's. */
const INLINE = 400;
const MILESTONE = 1000;
/** A place among ids is settled when nothing older can still be committed. */
const SETTLED_MS = 600_000;

/**
 * Brings what is queued of a project in line before somebody looks, where it is little: what was judged a moment ago is
 * found by its verdict. A long backlog (a run under way, data from before this table) is left to the worker.
 * @returns how many traces are left; a filter that goes by the listing does not know of these yet.
 */
export async function catchUpListing(projectId: string): Promise<number> {
  const waiting = await countQueued(projectId, INLINE + 1);
  if (waiting === 0) return 0;
  if (waiting > INLINE) return countQueued(projectId, 1_000_000);
  // As much as was queued by then, oldest first: a run that makes new ones meanwhile would keep whoever looks for ever.
  for (let done = 0; done < waiting; ) {
    const count = await listBatch(projectId);
    if (count === 0) return 0;
    done += count;
  }
  return countQueued(projectId, INLINE);
}

/**
 * One round of a worker over all projects, at most about so long. Each batch is a transaction of its own; two workers
 * never do the same project at once.
 * @returns how many traces were brought in line.
 */
export async function listQueuedTraces(budgetMs: number, clock: () => number = Date.now): Promise<number> {
  const end = clock() + budgetMs;
  let done = 0;
  for (const projectId of await findQueuedProjects()) {
    for (;;) {
      if (clock() >= end) return done;
      const count = await listBatch(projectId, "if-free");
      done += count;
      if (count === 0) break;
    }
    await setMilestones(projectId);
  }
  return done;
}

/** Notes the places that are missing in the order of creation, up to where it is settled. */
export async function setMilestones(projectId: string): Promise<void> {
  const settled = `${(Date.now() - SETTLED_MS)
    .toString(16)
    .padStart(12, "0")
    .replace(/^(.{8})/u, "$1-")}-7000-8000-000000000000`;
  await raw().$executeRaw`
    WITH last AS (
      SELECT "rank", "traceId" FROM "TraceMilestone" WHERE "projectId" = ${projectId}::uuid ORDER BY "rank" DESC LIMIT 1
    )
    INSERT INTO "TraceMilestone" ("projectId", "rank", "traceId")
    SELECT ${projectId}::uuid, place, id FROM (
      SELECT t.id, coalesce((SELECT "rank" FROM last), 0) + row_number() OVER (ORDER BY t.id) AS place
      FROM "Trace" t
      WHERE t."projectId" = ${projectId}::uuid AND t.id < ${settled}::uuid
        AND t.id > coalesce((SELECT "traceId" FROM last), '00000000-0000-0000-0000-000000000000'::uuid)
    ) AS placed
    WHERE place % ${MILESTONE}::int = 0
    ON CONFLICT DO NOTHING`;
}

async function countQueued(projectId: string, atMost: number): Promise<number> {
  const [row] = await raw().$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM (
      SELECT 1 FROM "TraceListingQueue" WHERE "projectId" = ${projectId}::uuid LIMIT ${atMost}::int) AS queued`;
  return row?.waiting ?? 0;
}

/** From project to project along the index, however long each one's queue is. */
async function findQueuedProjects(): Promise<string[]> {
  const rows = await raw().$queryRaw<{ projectId: string }[]>`
    WITH RECURSIVE found AS (
      (SELECT "projectId" FROM "TraceListingQueue" ORDER BY "projectId" LIMIT 1)
      UNION ALL
      SELECT (SELECT q."projectId" FROM "TraceListingQueue" q WHERE q."projectId" > f."projectId"
              ORDER BY q."projectId" LIMIT 1)
      FROM found f WHERE f."projectId" IS NOT NULL
    )
    SELECT "projectId"::text AS "projectId" FROM found WHERE "projectId" IS NOT NULL`;
  return rows.map(({ projectId }) => projectId);
}

/** Takes a batch out of the queue and brings its traces in line; how many entries it took. */
function listBatch(projectId: string, when: "wait" | "if-free" = "wait"): Promise<number> {
  // Whoever deletes an image meanwhile may hold what this wants, and want what this holds.
  return againAfterDeadlock(() => listBatchOnce(projectId, when));
}

function listBatchOnce(projectId: string, when: "wait" | "if-free"): Promise<number> {
  return raw().transaction(async (tx) => {
    // One at a time for each project: an older reading must never be written over a newer one.
    const [lock] =
      when === "wait"
        ? await tx.$queryRaw<{ got: boolean }[]>`
            SELECT pg_advisory_xact_lock(hashtextextended(${`listing:${projectId}`}, 0)) IS NOT NULL AS got`
        : await tx.$queryRaw<{ got: boolean }[]>`
            SELECT pg_try_advisory_xact_lock(hashtextextended(${`listing:${projectId}`}, 0)) AS got`;
    if (!lock?.got) return 0;
    const taken = await tx.$queryRaw<{ traceId: string }[]>`
      DELETE FROM "TraceListingQueue" WHERE "projectId" = ${projectId}::uuid AND "id" IN (
        SELECT "id" FROM "TraceListingQueue" WHERE "projectId" = ${projectId}::uuid ORDER BY "id" LIMIT ${BATCH}::int)
      RETURNING "traceId"::text AS "traceId"`;
    if (taken.length > 0)
      await listTracesAnew(tx, projectId, [...new Set(taken.map(({ traceId }) => traceId))]);
    return taken.length;
  });
}

interface Source {
  id: string;
  wordCount: number;
  simulated: boolean;
  failedChecks: string[];
  type: string | null;
  simpleModel: string | null;
  longModel: string | null;
  questionPrompt: string | null;
  simplePrompt: string | null;
  longPrompt: string | null;
  questionText: string | null;
  choices: string[] | null;
  simpleText: string;
  longStart: string | null;
  body: string | null;
  answer: string | null;
  isEdited: boolean;
  isCommented: boolean;
  findings: { check: string; result: "pass" | "fail" | "unknown" }[] | null;
  verdicts: { reviewerId: string; decision: "approved" | "rejected"; reasons: string[] | null }[] | null;
}

async function listTracesAnew(tx: RawSql, projectId: string, traceIds: readonly string[]): Promise<void> {
  // Held against being deleted meanwhile, and against nothing else.
  await tx.$queryRaw`
    SELECT 1 FROM "Trace" WHERE id = ANY (${traceIds}::uuid[]) AND "projectId" = ${projectId}::uuid ORDER BY id FOR KEY SHARE`;
  const sources = await readSources(tx, projectId, traceIds);
  if (sources.length === 0) return;
  const facets = await numberFacets(tx, projectId, sources.flatMap(facetsOf));
  const numberOf = (name: FacetName, value: string | null) =>
    value === null || value === "" ? null : (facets.get(keyOf(name, value)) ?? null);
  const rows = sources.map((source) => ({
    traceId: source.id,
    projectId,
    wordCount: source.wordCount,
    ...Object.fromEntries(
      columnsOf(source).map(([name, value]) => [FACET_COLUMNS[name], numberOf(name, value)]),
    ),
  }));
  await tx.$executeRaw`
    INSERT INTO "TraceListing" ("traceId", "projectId", "wordCount", "typeId", "simpleModelId", "longModelId",
      "questionPromptId", "simplePromptId", "longPromptId", "originId")
    SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("traceId" uuid, "projectId" uuid,
      "wordCount" int, "typeId" int, "simpleModelId" int, "longModelId" int, "questionPromptId" int,
      "simplePromptId" int, "longPromptId" int, "originId" int)
    ON CONFLICT ("traceId") DO UPDATE SET "wordCount" = EXCLUDED."wordCount", "typeId" = EXCLUDED."typeId",
      "simpleModelId" = EXCLUDED."simpleModelId", "longModelId" = EXCLUDED."longModelId",
      "questionPromptId" = EXCLUDED."questionPromptId", "simplePromptId" = EXCLUDED."simplePromptId",
      "longPromptId" = EXCLUDED."longPromptId", "originId" = EXCLUDED."originId"
    WHERE "TraceListing" IS DISTINCT FROM EXCLUDED`;
  const tags = sources.flatMap((source) =>
    tagsOf(source).map(([name, value]) => ({ traceId: source.id, facetId: numberOf(name, value) })),
  );
  await writeTags(
    tx,
    sources.map(({ id }) => id),
    tags,
  );
  await writeDocuments(tx, projectId, sources);
}

async function readSources(tx: RawSql, projectId: string, traceIds: readonly string[]): Promise<Source[]> {
  return tx.$queryRaw<Source[]>`
    SELECT t.id::text AS id, t."wordCount", t.simulated, t."failedChecks", qr."reasoningType" AS type,
      sc.model AS "simpleModel", lc.model AS "longModel", qc."promptVersionId"::text AS "questionPrompt",
      sc."promptVersionId"::text AS "simplePrompt", lc."promptVersionId"::text AS "longPrompt",
      qr.text AS "questionText", qr.choices, s.text AS "simpleText", l.joiner || l.cue AS "longStart", r.body, r.answer,
      EXISTS (SELECT 1 FROM "TraceRevision" e WHERE e.id = t."currentRevisionId" AND e."authorId" IS NOT NULL) AS "isEdited",
      EXISTS (SELECT 1 FROM "TraceComment" c WHERE c."traceId" = t.id AND NOT c."isResolved") AS "isCommented",
      (SELECT json_agg(json_build_object('check', f."check", 'result', f.result)) FROM (
        SELECT k."check", k.result FROM "RevisionCheck" k WHERE k."traceRevisionId" = t."currentRevisionId"
        UNION ALL
        SELECT k."check", k.result FROM "QuestionCheck" k WHERE k."questionRevisionId" = q."currentRevisionId") f
      ) AS findings,
      (SELECT json_agg(json_build_object('reviewerId', v."reviewerId", 'decision', v.decision, 'reasons',
          (SELECT json_agg(vr."reasonId") FROM "VerdictReason" vr WHERE vr."verdictId" = v.id)) ORDER BY v.id)
        FROM "Verdict" v WHERE v."traceId" = t.id AND v."undoneAt" IS NULL AND v."supersededAt" IS NULL) AS verdicts
    FROM "Trace" t
    JOIN "Question" q ON q.id = t."questionId"
    JOIN "SimpleThought" s ON s.id = t."simpleThoughtId"
    LEFT JOIN "QuestionRevision" qr ON qr.id = q."currentRevisionId"
    LEFT JOIN "ModelCall" qc ON qc.id = q."callId"
    LEFT JOIN "ModelCall" sc ON sc.id = s."callId"
    LEFT JOIN "LongThought" l ON l.id = t."longThoughtId"
    LEFT JOIN "ModelCall" lc ON lc.id = l."callId"
    LEFT JOIN "TraceRevision" r ON r.id = t."currentRevisionId"
    WHERE t.id = ANY (${traceIds}::uuid[]) AND t."projectId" = ${projectId}::uuid`;
}

function columnsOf(source: Source): [ColumnFacet, string | null][] {
  return [
    ["type", source.type],
    ["simple-model", source.simpleModel],
    ["long-model", source.longModel],
    ["question-prompt", source.questionPrompt],
    ["simple-prompt", source.simplePrompt],
    ["long-prompt", source.longPrompt],
    ["origin", source.simulated ? "simulated" : "model"],
  ];
}

const ASKED: readonly string[] = MODEL_CHECKS;

function tagsOf(source: Source): [FacetName, string][] {
  const verdicts = source.verdicts ?? [];
  const agreement = agreementOf(verdicts);
  return [
    ...source.failedChecks.map((check): [FacetName, string] => ["held", check]),
    ...(source.findings ?? [])
      .filter(({ check, result }) => result !== "pass" || ASKED.includes(check))
      .map(({ check, result }): [FacetName, string] => [result, check]),
    ...verdicts.map(({ reviewerId }): [FacetName, string] => ["reviewer", reviewerId]),
    ...verdicts.flatMap(({ reasons }) => (reasons ?? []).map((id): [FacetName, string] => ["reason", id])),
    ...(agreement ? [["agreement", agreement] satisfies [FacetName, string]] : []),
    ...(source.isEdited ? [["has", "edited"] satisfies [FacetName, string]] : []),
    ...(source.isCommented ? [["has", "commented"] satisfies [FacetName, string]] : []),
  ];
}

function facetsOf(source: Source): { name: FacetName; value: string }[] {
  return [...columnsOf(source), ...tagsOf(source)].flatMap(([name, value]) =>
    value === null || value === "" ? [] : [{ name, value }],
  );
}

function keyOf(name: string, value: string): string {
  return `${name}\n${value}`;
}

/** The numbers of these facets in the project; those that are new get one. */
async function numberFacets(
  tx: RawSql,
  projectId: string,
  facets: readonly { name: FacetName; value: string }[],
): Promise<Map<string, number>> {
  const wanted = [...new Map(facets.map((facet) => [keyOf(facet.name, facet.value), facet])).values()];
  const json = JSON.stringify(wanted);
  const read = () => tx.$queryRaw<{ id: number; name: string; value: string }[]>`
    SELECT f.id, f.name, f.value FROM "TraceFacet" f
    JOIN json_to_recordset(${json}::json) AS w(name text, value text) ON w.name = f.name AND w.value = f.value
    WHERE f."projectId" = ${projectId}::uuid`;
  let rows = await read();
  if (rows.length < wanted.length) {
    await tx.$executeRaw`
      INSERT INTO "TraceFacet" ("projectId", "name", "value")
      SELECT ${projectId}::uuid, name, value FROM json_to_recordset(${json}::json) AS w(name text, value text)
      ORDER BY name, value ON CONFLICT DO NOTHING`;
    rows = await read();
  }
  return new Map(rows.map(({ id, name, value }) => [keyOf(name, value), id]));
}

async function writeTags(
  tx: RawSql,
  traceIds: readonly string[],
  tags: readonly { traceId: string; facetId: number | null }[],
): Promise<void> {
  const json = JSON.stringify(tags);
  await tx.$executeRaw`
    DELETE FROM "TraceTag" g WHERE g."traceId" = ANY (${traceIds}::uuid[]) AND NOT EXISTS (
      SELECT 1 FROM json_to_recordset(${json}::json) AS n("traceId" uuid, "facetId" int)
      WHERE n."traceId" = g."traceId" AND n."facetId" = g."facetId")`;
  if (tags.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "TraceTag" ("facetId", "traceId")
    SELECT DISTINCT "facetId", "traceId" FROM json_to_recordset(${json}::json) AS n("traceId" uuid, "facetId" int)
    WHERE "facetId" IS NOT NULL ON CONFLICT DO NOTHING`;
}

/** A verdict changes no word: a document that is as it was is not written again, which would cost its whole index. */
async function writeDocuments(tx: RawSql, projectId: string, sources: readonly Source[]): Promise<void> {
  const rows = sources.map((source) => ({
    traceId: source.id,
    question: toSearchText([source.questionText ?? "", ...(source.choices ?? [])].join("\n")),
    thoughts: toSearchText(
      source.longStart === null
        ? (source.body ?? source.simpleText)
        : `${source.simpleText}${source.longStart}${source.body ?? ""}`,
    ),
    answer: toSearchText(source.answer ?? ""),
  }));
  await tx.$executeRaw`
    INSERT INTO "TraceSearchText" ("traceId", "document")
    SELECT "traceId", "trace_document"(${projectId}::uuid, question, thoughts, answer)
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("traceId" uuid, question text, thoughts text, answer text)
    ON CONFLICT ("traceId") DO UPDATE SET "document" = EXCLUDED."document"
    WHERE "TraceSearchText"."document" IS DISTINCT FROM EXCLUDED."document"`;
}
