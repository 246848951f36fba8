-- AlterTable
ALTER TABLE "Verdict" ADD COLUMN     "actionId" UUID NOT NULL,
ADD COLUMN     "previousState" "TraceState" NOT NULL,
ADD COLUMN     "rowVersionAfter" INTEGER NOT NULL,
ADD COLUMN     "supersededById" UUID;

-- CreateIndex
CREATE INDEX "Verdict_actionId_idx" ON "Verdict"("actionId");

-- CreateIndex
CREATE INDEX "Verdict_supersededById_idx" ON "Verdict"("supersededById");

-- CreateIndex
CREATE INDEX "Verdict_questionRevisionId_idx" ON "Verdict"("questionRevisionId");

-- The review queue: what waits, in the order in which it is handed out. Small, whatever the number of traces.
CREATE INDEX "Trace_queue_idx" ON "Trace" ("projectId", "imageId", "questionId", "id")
  WHERE "state" IN ('waiting', 'unconfirmed');
