-- AlterTable
ALTER TABLE "ModelCall" ADD COLUMN     "leaseToken" UUID,
ADD COLUMN     "leaseUntil" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "CallAttempt" ADD COLUMN     "body" TEXT;

-- AlterTable
ALTER TABLE "CheckResult" ALTER COLUMN "version" SET DATA TYPE TEXT;
