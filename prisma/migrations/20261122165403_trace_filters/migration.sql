-- CreateIndex
CREATE INDEX "Trace_runId_id_idx" ON "Trace"("runId", "id");

-- CreateIndex
CREATE INDEX "Trace_failedChecks_idx" ON "Trace" USING GIN ("failedChecks");
