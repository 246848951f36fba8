-- DropIndex
DROP INDEX "LongThought_projectId_id_idx";

-- DropIndex
DROP INDEX "CallAttempt_callId_number_key";

-- DropIndex
DROP INDEX "Trace_failedChecks_idx";

-- AlterTable
ALTER TABLE "CallAttempt" DROP CONSTRAINT "CallAttempt_pkey",
DROP COLUMN "id",
ADD CONSTRAINT "CallAttempt_pkey" PRIMARY KEY ("callId", "number");

-- No search begins with it, and a trace is found by its own id.
DROP INDEX "Trace_currentRevisionId_key";

-- A batch of rows names the same few parents, or each its own, and every row had each of its keys looked at by a statement
-- of its own. Now a batch has: one statement for all its rows, with the same lock (FOR KEY SHARE) and the same error.
-- What hangs on a row that is deleted goes with it by one statement, too. The text of these is put together, so that it is
-- planned for the rows at hand: a plan without parameters would be kept from when the tables were small.
CREATE FUNCTION "find_parents"() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  key text := TG_ARGV[0];
  parent text := TG_ARGV[1];
  missing uuid;
BEGIN
  EXECUTE format(
    'WITH found AS MATERIALIZED (
       SELECT p."id" FROM %2$I p WHERE p."id" IN (SELECT n.%1$I FROM new_rows n) ORDER BY p."id" FOR KEY SHARE OF p
     )
     SELECT n.%1$I FROM new_rows n WHERE NOT EXISTS (SELECT 1 FROM found f WHERE f."id" = n.%1$I) LIMIT 1', key, parent)
    INTO missing;
  IF missing IS NOT NULL THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('insert on table "%s" violates foreign key constraint "%s"', TG_TABLE_NAME, TG_NAME),
      DETAIL = format('Key (%s)=(%s) is not present in table "%s".', key, missing, parent),
      TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $body$;
CREATE FUNCTION "drop_children"() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  EXECUTE format('DELETE FROM %1$I c USING old_rows o WHERE c.%2$I = o."id"', TG_ARGV[0], TG_ARGV[1]);
  RETURN NULL;
END $body$;

ALTER TABLE "ModelCall" DROP CONSTRAINT "ModelCall_projectId_fkey";
CREATE TRIGGER "ModelCall_projectId_fkey" AFTER INSERT ON "ModelCall" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "find_parents"('projectId', 'Project');
CREATE TRIGGER drop_calls AFTER DELETE ON "Project" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "drop_children"('ModelCall', 'projectId');

ALTER TABLE "RunTask" DROP CONSTRAINT "RunTask_runId_fkey";
CREATE TRIGGER "RunTask_runId_fkey" AFTER INSERT ON "RunTask" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "find_parents"('runId', 'Run');
CREATE TRIGGER drop_tasks AFTER DELETE ON "Run" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "drop_children"('RunTask', 'runId');

ALTER TABLE "LongThought" DROP CONSTRAINT "LongThought_simpleThoughtId_fkey";
CREATE TRIGGER "LongThought_simpleThoughtId_fkey" AFTER INSERT ON "LongThought" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "find_parents"('simpleThoughtId', 'SimpleThought');
CREATE TRIGGER drop_long_thoughts AFTER DELETE ON "SimpleThought" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "drop_children"('LongThought', 'simpleThoughtId');

-- The simple thought's key to its question says that the question is there; a trace's question is its simple thought's.
ALTER TABLE "Trace" DROP CONSTRAINT "Trace_questionId_fkey";
ALTER TABLE "Trace" DROP CONSTRAINT "Trace_simpleThoughtId_fkey";
CREATE TRIGGER "Trace_questionId_fkey" AFTER INSERT ON "Trace" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "find_parents"('questionId', 'Question');
CREATE TRIGGER "Trace_simpleThoughtId_fkey" AFTER INSERT ON "Trace" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "find_parents"('simpleThoughtId', 'SimpleThought');
CREATE TRIGGER drop_traces AFTER DELETE ON "Question" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "drop_children"('Trace', 'questionId');
CREATE TRIGGER drop_traces AFTER DELETE ON "SimpleThought" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "drop_children"('Trace', 'simpleThoughtId');

