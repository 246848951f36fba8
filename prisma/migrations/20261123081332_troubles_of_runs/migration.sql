-- CreateTable
CREATE TABLE "RunTrouble" (
    "id" BIGSERIAL NOT NULL,
    "runId" UUID NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT timezone('utc', clock_timestamp()),
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "waitMs" INTEGER,

    CONSTRAINT "RunTrouble_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "RunTrouble_runId_at_idx" ON "RunTrouble"("runId", "at");

-- AddForeignKey
ALTER TABLE "RunTrouble" ADD CONSTRAINT "RunTrouble_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
