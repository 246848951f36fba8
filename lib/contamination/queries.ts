import "server-only";
import { UNREADABLE_VERSION } from "#lib/contamination/perceptual-hash.ts";
import {
  type BenchmarkView,
  type CheckView,
  checkProgressSchema,
  contaminationOptionsSchema,
  type HitView,
} from "#lib/contamination/schema.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

const PAGE = 40;

/** The project's benchmarks, newest first. */
export async function listBenchmarks(projectId: string): Promise<BenchmarkView[]> {
  const [rows, check] = await Promise.all([
    db().benchmark.findMany({ where: { projectId }, orderBy: { id: "desc" }, take: 200 }),
    db().contaminationCheck.findUnique({ where: { projectId }, select: { state: true, benchmarkIds: true } }),
  ]);
  return rows.map(({ createdAt, projectId: _project, createdById: _user, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    isCompared: check?.benchmarkIds.includes(row.id) ?? false,
  }));
}

/** The last comparison, or the one under way; null where there was none. */
export async function readCheck(projectId: string): Promise<CheckView | null> {
  const row = await db().contaminationCheck.findUnique({ where: { projectId } });
  if (!row) return null;
  const { state, error, imageCount, questionCount, unreadCount } = row;
  return {
    state,
    error,
    imageCount,
    questionCount,
    unreadCount,
    progress: checkProgressSchema.nullable().catch(null).parse(row.progress),
    options: contaminationOptionsSchema.parse(row.options),
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** What was found, images first, page by page. `after` is the last id of the page above. */
export async function listHits(
  projectId: string,
  kind: "images" | "questions",
  after?: string,
  limit = PAGE,
): Promise<{ hits: HitView[]; next: string | null }> {
  const rows = await db().contaminationHit.findMany({
    where: {
      projectId,
      ...(kind === "images" ? { imageId: { not: null } } : { questionId: { not: null } }),
      ...(after ? { id: { gt: after } } : {}),
    },
    orderBy: { id: "asc" },
    take: limit + 1,
    include: {
      item: { include: { benchmark: { select: { name: true } } } },
      image: { select: { id: true, externalId: true } },
      question: { select: { id: true, imageId: true, currentRevision: { select: { text: true } } } },
    },
  });
  const hits = rows.slice(0, limit).map(({ item, image, question, dismissedAt, ...row }) => ({
    id: row.id,
    benchmark: item.benchmark.name,
    itemName: item.externalId,
    itemQuestion: item.question,
    image: image && { id: image.id, name: image.externalId },
    question: question && {
      id: question.id,
      imageId: question.imageId,
      text: question.currentRevision?.text ?? "",
    },
    distance: row.distance,
    isMirrored: row.isMirrored,
    overlap: row.overlap,
    isDismissed: dismissedAt !== null,
  }));
  return { hits, next: rows.length > limit ? (hits.at(-1)?.id ?? null) : null };
}

export interface ContaminationCounts {
  images: number;
  questions: number;
  dismissed: number;
}

/** How many images and questions were found in a benchmark and not dismissed, and how many finds were. */
export async function countHits(projectId: string): Promise<ContaminationCounts> {
  const [row] = await db().$queryRaw<{ images: bigint; questions: bigint; dismissed: bigint }[]>`
    SELECT count(DISTINCT "imageId") FILTER (WHERE "dismissedAt" IS NULL) AS images,
      count(DISTINCT "questionId") FILTER (WHERE "dismissedAt" IS NULL) AS questions,
      count(*) FILTER (WHERE "dismissedAt" IS NOT NULL) AS dismissed
    FROM "ContaminationHit" WHERE "projectId" = ${projectId}::uuid`;
  return {
    images: Number(row?.images ?? 0),
    questions: Number(row?.questions ?? 0),
    dismissed: Number(row?.dismissed ?? 0),
  };
}

/**
 * The images and questions that a set leaves out because a benchmark has them, with the images whose file is no picture
 * that can be opened: of those nobody can say.
 *
 * @throws AppError `conflict` where nothing was compared yet, or approved traces rest on a file or a question that the
 *   comparison did not see, so that nobody takes an unknown for a no.
 */
export async function readContaminated(
  tx: Pick<Transaction, "$queryRaw" | "contaminationCheck">,
  projectId: string,
): Promise<{ images: string[]; questions: string[] }> {
  const check = await tx.contaminationCheck.findUnique({ where: { projectId } });
  if (check?.state === "waiting" || check?.state === "working")
    throw new AppError(
      "conflict",
      "This project is being compared with its benchmarks. Wait for the end of that, then try again.",
    );
  if (!check?.endedAt || check.state !== "done")
    throw new AppError(
      "conflict",
      "This project was not compared with any benchmark yet, so nothing can be left out for it. Compare it under Datasets, Contamination, or take that choice back.",
    );
  const [late] = await tx.$queryRaw<{ traces: bigint }[]>`
    SELECT count(*) AS traces FROM "Trace" t
    JOIN "Question" q ON q."id" = t."questionId"
    JOIN "Image" i ON i."id" = q."imageId"
    JOIN "QuestionRevision" r ON r."id" = q."currentRevisionId"
    WHERE t."projectId" = ${projectId}::uuid AND t."state" = 'approved'
      AND (r."createdAt" > ${check.startedAt}::timestamptz AT TIME ZONE 'UTC'
        OR i."state" = 'present' AND i."sha256" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "ImageFingerprint" f
          WHERE f."imageId" = i."id" AND f."sha256" = i."sha256"))`;
  if (late && late.traces > 0n)
    throw new AppError(
      "conflict",
      `Approved traces (${late.traces}) rest on pictures or questions that the last comparison with benchmarks did not see. Compare again under Datasets, Contamination, or take that choice back.`,
    );
  const rows = await tx.$queryRaw<{ imageId: string | null; questionId: string | null }[]>`
    SELECT "imageId"::text AS "imageId", "questionId"::text AS "questionId" FROM "ContaminationHit"
    WHERE "projectId" = ${projectId}::uuid AND "dismissedAt" IS NULL
    UNION SELECT f."imageId"::text, NULL FROM "ImageFingerprint" f JOIN "Image" i ON i."id" = f."imageId"
    WHERE f."projectId" = ${projectId}::uuid AND f."sha256" = i."sha256" AND f."hashVersion" = ${UNREADABLE_VERSION}
    ORDER BY 1, 2`;
  return {
    images: rows.flatMap(({ imageId }) => imageId ?? []),
    questions: rows.flatMap(({ questionId }) => questionId ?? []),
  };
}

export interface VersionContamination {
  /** ISO 8601: when the comparison began. */
  comparedAt: string;
  benchmarks: { name: string; images: number; questions: number }[];
  /** Of the version: what the comparison did not see, or could not open. */
  notCompared: { images: number; questions: number };
}

/**
 * How many images and questions of a version's records are like one of each benchmark that was compared, the dismissed
 * left out, and how many were not compared at all; null where nothing was compared.
 */
export async function readVersionContamination(
  tx: Pick<Transaction, "$queryRaw" | "contaminationCheck">,
  projectId: string,
  versionId: string,
): Promise<VersionContamination | null> {
  const check = await tx.contaminationCheck.findUnique({ where: { projectId } });
  if (check?.state !== "done") return null;
  const rows = await tx.$queryRaw<{ name: string; images: bigint; questions: bigint }[]>`
    WITH own AS (
      SELECT DISTINCT r."imageId", q."questionId" FROM "DatasetRecord" r
      JOIN "QuestionRevision" q ON q."id" = r."questionRevisionId"
      WHERE r."versionId" = ${versionId}::uuid
    ), hits AS (
      SELECT i."benchmarkId", h."imageId", h."questionId" FROM "ContaminationHit" h
      JOIN "BenchmarkItem" i ON i."id" = h."benchmarkItemId"
      WHERE h."projectId" = ${projectId}::uuid AND h."dismissedAt" IS NULL
        AND (h."imageId" IN (SELECT "imageId" FROM own) OR h."questionId" IN (SELECT "questionId" FROM own))
    )
    SELECT b."name", count(DISTINCT hits."imageId") AS images, count(DISTINCT hits."questionId") AS questions
    FROM "Benchmark" b LEFT JOIN hits ON hits."benchmarkId" = b."id"
    WHERE b."id" = ANY(${check.benchmarkIds}::uuid[])
    GROUP BY b."id", b."name" ORDER BY b."name"`;
  // What was compared is no benchmark of the project any more: the comparison says nothing of any that is named here.
  if (rows.length === 0) return null;
  const [unseen] = await tx.$queryRaw<{ images: bigint; questions: bigint }[]>`
    SELECT count(DISTINCT r."imageId") FILTER (WHERE NOT EXISTS (SELECT 1 FROM "ImageFingerprint" f
        WHERE f."imageId" = i."id" AND f."sha256" = i."sha256" AND f."hashVersion" <> ${UNREADABLE_VERSION})) AS images,
      count(DISTINCT q."questionId")
        FILTER (WHERE q."createdAt" > ${check.startedAt}::timestamptz AT TIME ZONE 'UTC') AS questions
    FROM "DatasetRecord" r JOIN "Image" i ON i."id" = r."imageId"
    JOIN "QuestionRevision" q ON q."id" = r."questionRevisionId"
    WHERE r."versionId" = ${versionId}::uuid`;
  return {
    comparedAt: check.startedAt.toISOString(),
    benchmarks: rows.map(({ name, images, questions }) => ({
      name,
      images: Number(images),
      questions: Number(questions),
    })),
    notCompared: { images: Number(unseen?.images ?? 0), questions: Number(unseen?.questions ?? 0) },
  };
}
