-- DropIndex
DROP INDEX "ModelCall_projectId_id_idx";

-- DropIndex
DROP INDEX "ModelCall_runId_status_idx";

-- CreateIndex
CREATE INDEX "ModelCall_runId_idx" ON "ModelCall"("runId");

-- A call's row changes twice and its indexes not at all, so long as none of them names what changes: then the row is
-- written anew on its own page, where there is room for it.
ALTER TABLE "ModelCall" SET (fillfactor = 50);

-- Which calls of a run are in flight: few at any time, and an attempt's row has one index besides.
CREATE INDEX "CallAttempt_open_idx" ON "CallAttempt" ("runId") WHERE "endedAt" IS NULL;
