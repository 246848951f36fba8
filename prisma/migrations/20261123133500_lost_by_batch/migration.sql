-- What was lost of a batch of tasks is looked up by one statement for all of them, planned for the rows at hand: by a
-- function for each row, each look was planned by itself, which took longer than everything else about it.
CREATE OR REPLACE FUNCTION count_run_task_details() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  part text := 'SELECT r."runId", r."stage", r."state", r."check", r."outcome", r."errorCode",
      CASE WHEN r."lost" > 0 THEN r."callId" END AS "callId", %s AS sign
    FROM %I r WHERE r."stage" = 4 OR r."lost" > 0 OR r."state" = ''failed''';
  told text := concat_ws(' UNION ALL ',
    CASE WHEN TG_OP <> 'DELETE' THEN format(part, 1, 'new_rows') END,
    CASE WHEN TG_OP <> 'INSERT' THEN format(part, -1, 'old_rows') END);
  stages int[];
  names text := $name$SELECT 'failed|' || coalesce(r."errorCode", 'internal') WHERE r."state" = 'failed'$name$;
BEGIN
  EXECUTE format('SELECT array_agg(DISTINCT r."stage") FROM (%s) r', told) INTO stages;
  IF stages IS NULL THEN
    RETURN NULL;
  END IF;
  IF 4 = ANY(stages) THEN
    names := names || $name$ UNION ALL
      SELECT 'check|' || r."check" || '|' || r."state" WHERE r."stage" = 4 UNION ALL
      SELECT 'checked|' || r."check" || '|' || r."outcome" WHERE r."stage" = 4 AND r."outcome" IS NOT NULL$name$;
  END IF;
  IF 1 = ANY(stages) THEN
    names := names || $name$ UNION ALL
      SELECT 'rejected|1|' || p."reason" FROM "QuestionProblem" p WHERE r."stage" = 1 AND p."callId" = r."callId"$name$;
  END IF;
  IF 2 = ANY(stages) THEN
    names := names || $name$ UNION ALL
      SELECT 'rejected|2|' || f.name
      FROM "SimpleThought" s
        JOIN "Trace" t ON t."simpleThoughtId" = s."id" AND t."longThoughtId" IS NULL,
        unnest(t."failedChecks" || CASE WHEN s."grade" = 'ungradable' AND s."isParsed" THEN ARRAY['ungradable'] ELSE '{}' END) AS f(name)
      WHERE r."stage" = 2 AND s."callId" = r."callId" AND (s."grade" = 'ungradable' OR NOT s."isParsed" OR s."text" = '')$name$;
  END IF;
  IF 3 = ANY(stages) THEN
    names := names || $name$ UNION ALL
      SELECT 'rejected|3|' || f.name
      FROM "LongThought" l JOIN "Trace" t ON t."longThoughtId" = l."id", unnest(t."failedChecks") AS f(name)
      WHERE r."stage" = 3 AND l."callId" = r."callId"$name$;
  END IF;
  EXECUTE format('INSERT INTO "Counter" ("scope", "name", "delta")
    SELECT r."runId", d.name, sum(r.sign) FROM (%s) r CROSS JOIN LATERAL (%s) AS d(name)
    GROUP BY r."runId", d.name HAVING sum(r.sign) <> 0', told, names);
  RETURN NULL;
END $body$;
DROP FUNCTION run_task_details("RunTask");
