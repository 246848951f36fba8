-- AlterTable
ALTER TABLE "ModelCallBody" ALTER COLUMN "request" SET DATA TYPE JSON;

-- A request of usual length stands in its row as it is: to pack it took longer than all else about that row.
ALTER TABLE "ModelCallBody" SET (toast_tuple_target = 8160);
