-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "planCursor" UUID,
ADD COLUMN     "plannedAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "RunTask" ADD COLUMN     "lost" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "made" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "outcome" TEXT,
ADD COLUMN     "reused" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "RunTask_runId_endedAt_idx" ON "RunTask"("runId", "endedAt");

-- Counts that are kept, not counted. For each table below a subquery says what one row `r` adds to which counter
-- (scope, name, delta); statement-level triggers append the difference between the rows after and before.
-- Appending never waits for another writer; lib/db/counters.ts sums and folds.
DO $counters$
DECLARE
  counted record;
  part_new text;
  part_old text;
BEGIN
  FOR counted IN
    SELECT * FROM (VALUES
      ('Trace', $row$
        SELECT r."projectId" AS scope,
          'trace|' || r."state" || '|' || r."kind" || '|' ||
            CASE WHEN cardinality(r."failedChecks") = 0 THEN 'ok' ELSE 'failed' END AS name,
          1::bigint AS delta $row$),
      ('Image', $row$
        SELECT r."projectId" AS scope, 'image|' || r."state" AS name, 1::bigint AS delta $row$),
      ('Question', $row$
        SELECT r."projectId" AS scope,
          CASE WHEN r."rejectedAt" IS NULL THEN 'question|open' ELSE 'question|rejected' END AS name,
          1::bigint AS delta $row$),
      ('QuestionProblem', $row$
        SELECT r."projectId" AS scope, 'question-problem'::text AS name, 1::bigint AS delta $row$),
      ('SimpleThought', $row$
        SELECT r."projectId" AS scope, 'simple|' || r."grade" AS name, 1::bigint AS delta $row$),
      ('LongThought', $row$
        SELECT r."projectId" AS scope, 'long|' || r."grade" AS name, 1::bigint AS delta $row$),
      ('ModelCall', $row$
        SELECT s.scope, v.name, v.delta
        FROM unnest(ARRAY[r."projectId", r."runId"]) AS s(scope),
          (VALUES
            ('call|' || r."purpose" || '|' || r."status", 1::bigint),
            ('unpriced|' || r."purpose", CASE WHEN r."status" = 'answered' AND r."costMicros" IS NULL THEN 1 ELSE 0 END),
            ('cost|' || r."purpose", coalesce(r."costMicros", 0)),
            ('tokens|prompt|' || r."purpose", coalesce(r."promptTokens", 0)),
            ('tokens|completion|' || r."purpose", coalesce(r."completionTokens", 0))
          ) AS v(name, delta)
        WHERE r."status" <> 'pending' $row$),
      ('RunTask', $row$
        SELECT r."runId" AS scope, v.name, v.delta
        FROM (VALUES
            ('task|' || r."stage" || '|' || r."state", 1::bigint),
            ('made|' || r."stage", r."made"),
            ('lost|' || r."stage", r."lost"),
            ('reused|' || r."stage", CASE WHEN r."reused" THEN 1 ELSE 0 END),
            ('outcome|' || r."stage" || '|' || r."outcome", 1)
          ) AS v(name, delta) $row$)
    ) AS t(table_name, row_query)
  LOOP
    part_new := format('SELECT d.scope, d.name, d.delta FROM new_rows r CROSS JOIN LATERAL (%s) d', counted.row_query);
    part_old := format('SELECT d.scope, d.name, -d.delta FROM old_rows r CROSS JOIN LATERAL (%s) d', counted.row_query);

    EXECUTE format($create$
      CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO "Counter" ("scope", "name", "delta")
        SELECT d.scope, d.name, sum(d.delta)
        FROM (%s) AS d(scope, name, delta)
        WHERE d.scope IS NOT NULL AND d.name IS NOT NULL
        GROUP BY d.scope, d.name
        HAVING sum(d.delta) <> 0;
        RETURN NULL;
      END $body$ $create$, 'count_insert_' || counted.table_name, part_new);
    EXECUTE format($create$
      CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO "Counter" ("scope", "name", "delta")
        SELECT d.scope, d.name, sum(d.delta)
        FROM (%s) AS d(scope, name, delta)
        WHERE d.scope IS NOT NULL AND d.name IS NOT NULL
        GROUP BY d.scope, d.name
        HAVING sum(d.delta) <> 0;
        RETURN NULL;
      END $body$ $create$, 'count_delete_' || counted.table_name, part_old);
    EXECUTE format($create$
      CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO "Counter" ("scope", "name", "delta")
        SELECT d.scope, d.name, sum(d.delta)
        FROM (%s UNION ALL %s) AS d(scope, name, delta)
        WHERE d.scope IS NOT NULL AND d.name IS NOT NULL
        GROUP BY d.scope, d.name
        HAVING sum(d.delta) <> 0;
        RETURN NULL;
      END $body$ $create$, 'count_update_' || counted.table_name, part_new, part_old);

    EXECUTE format('CREATE TRIGGER count_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION %I()', counted.table_name, 'count_insert_' || counted.table_name);
    EXECUTE format('CREATE TRIGGER count_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION %I()', counted.table_name, 'count_delete_' || counted.table_name);
    EXECUTE format('CREATE TRIGGER count_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION %I()', counted.table_name, 'count_update_' || counted.table_name);
  END LOOP;
END
$counters$;

-- Many rows come and go here: clean up by number, not by share.
ALTER TABLE "Counter" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
