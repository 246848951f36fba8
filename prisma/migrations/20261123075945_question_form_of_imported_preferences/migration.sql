-- AlterTable
ALTER TABLE "ImportedPreference" ADD COLUMN     "questionRevisionId" UUID;

-- What was imported before showed the form that the question had then, as far as can be told: the last one by that time.
UPDATE "ImportedPreference" p SET "questionRevisionId" = (
  SELECT r."id" FROM "QuestionRevision" r
  WHERE r."questionId" = p."questionId" AND r."createdAt" <= p."createdAt"
  ORDER BY r."number" DESC LIMIT 1);
