-- AlterTable
ALTER TABLE "ModelLimit" ADD COLUMN     "singleWaitsUntil" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "PromptComparisonItem" ADD COLUMN     "waitsFor" TEXT;
