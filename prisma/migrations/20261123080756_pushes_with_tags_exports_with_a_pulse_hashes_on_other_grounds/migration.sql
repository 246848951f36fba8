-- AlterTable
ALTER TABLE "Export" ADD COLUMN     "heardAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "HubPush" ADD COLUMN     "tag" TEXT;

-- AlterTable
ALTER TABLE "BenchmarkItem" ADD COLUMN     "hashVersion" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "otherHashes" BYTEA,
ADD COLUMN     "otherMirrors" BYTEA;

-- AlterTable
ALTER TABLE "ImageFingerprint" ADD COLUMN     "hashVersion" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "otherHashes" BYTEA;
