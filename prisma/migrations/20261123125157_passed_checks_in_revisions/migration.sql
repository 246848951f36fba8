-- AlterTable
ALTER TABLE "TraceRevision" ADD COLUMN     "passedChecks" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What was stored as rows before stays as rows: whoever reads asks here.
CREATE VIEW "RevisionCheck" AS
SELECT c."traceRevisionId", c."check", c."version", c."result", c."evidence", c."callId", c."createdAt"
FROM "CheckResult" c
UNION ALL
SELECT r."id", split_part(p.name, ' ', 1), split_part(p.name, ' ', 2), 'pass'::"CheckOutcome", '{}'::jsonb, NULL::uuid,
  r."createdAt"
FROM "TraceRevision" r, unnest(r."passedChecks") AS p(name);

-- Of what passed, two are counted: they say how many texts were looked at (see the migration of the questions' checks).
-- The text of the statement is put together each time, so that it is planned for the rows at hand.
CREATE FUNCTION "count_passed_checks"() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  EXECUTE $count$
    INSERT INTO "Counter" ("scope", "name", "delta")
    SELECT s.scope, 'check|' || split_part(p.name, ' ', 1) || '|pass', sum(g.revisions)
    FROM (
      SELECT t."projectId", t."runId", n."passedChecks", count(*) AS revisions
      FROM new_rows n JOIN "Trace" t ON t."id" = n."traceId"
      WHERE n."passedChecks" <> '{}'
      GROUP BY t."projectId", t."runId", n."passedChecks"
    ) g, unnest(g."passedChecks") AS p(name), unnest(ARRAY[g."projectId", g."runId"]) AS s(scope)
    WHERE s.scope IS NOT NULL AND split_part(p.name, ' ', 1) IN ('between', 'leak')
    GROUP BY s.scope, split_part(p.name, ' ', 1)
  $count$;
  RETURN NULL;
END $body$;
CREATE TRIGGER count_passed AFTER INSERT ON "TraceRevision" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "count_passed_checks"();

-- A person's revision is checked after it was made.
CREATE FUNCTION "recount_passed_checks"() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO "Counter" ("scope", "name", "delta")
  SELECT s.scope, 'check|' || split_part(p.name, ' ', 1) || '|pass', sum(p.delta)
  FROM (
    SELECT unnest(NEW."passedChecks") AS name, 1 AS delta
    UNION ALL
    SELECT unnest(OLD."passedChecks"), -1
  ) p, "Trace" t, unnest(ARRAY[t."projectId", t."runId"]) AS s(scope)
  WHERE t."id" = NEW."traceId" AND s.scope IS NOT NULL AND split_part(p.name, ' ', 1) IN ('between', 'leak')
  GROUP BY s.scope, split_part(p.name, ' ', 1)
  HAVING sum(p.delta) <> 0;
  RETURN NULL;
END $body$;
CREATE TRIGGER recount_passed AFTER UPDATE OF "passedChecks" ON "TraceRevision" FOR EACH ROW
  WHEN (OLD."passedChecks" IS DISTINCT FROM NEW."passedChecks") EXECUTE FUNCTION "recount_passed_checks"();

-- A revision goes with its trace alone, which then is gone already: what it was counted for is known here.
CREATE OR REPLACE FUNCTION "drop_revisions_of_traces"() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  WITH gone AS (
    DELETE FROM "TraceRevision" r USING old_rows o WHERE r."traceId" = o."id"
    RETURNING o."projectId", r."passedChecks"
  )
  INSERT INTO "Counter" ("scope", "name", "delta")
  SELECT g."projectId", 'check|' || split_part(p.name, ' ', 1) || '|pass', -count(*)
  FROM gone g, unnest(g."passedChecks") AS p(name)
  WHERE split_part(p.name, ' ', 1) IN ('between', 'leak')
  GROUP BY g."projectId", split_part(p.name, ' ', 1);
  RETURN NULL;
END $body$;
