-- CreateIndex
CREATE INDEX "Verdict_traceRevisionId_idx" ON "Verdict"("traceRevisionId");
