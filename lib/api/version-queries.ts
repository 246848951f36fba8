import "server-only";
import { z } from "zod";
import { hasPart, type PartsOf } from "#lib/datasets/part-queries.ts";
import { type Recipe, recipeSchema, summarySchema } from "#lib/datasets/schema.ts";
import { VERSION_PARTS, type VersionPart } from "#lib/datasets/version-schema.ts";
import { type Withdrawal, withdrawalOf } from "#lib/datasets/withdrawal.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

type Page = { cursor?: string | undefined; limit: number };

/** A project's dataset versions, the newest first. */
export async function listVersionLines(projectId: string, { cursor, limit }: Page) {
  const rows = await db().datasetVersion.findMany({
    where: { projectId, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: "desc" },
    take: limit + 1,
    omit: { recipe: true, summary: true, cardFacts: true },
    include: { dataset: { select: { name: true } } },
  });
  const page = rows.slice(0, limit);
  return { items: page.map(toLine), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

const progressSchema = z
  .object({ done: z.number(), total: z.number().nullable(), what: z.string() })
  .nullable()
  .catch(null);

/** One version of this project. @throws AppError `not_found`. */
export async function readVersionFacts(projectId: string, versionId: string) {
  const row = await findVersion(projectId, versionId);
  const recipe = recipeSchema.safeParse(row.recipe).data;
  return {
    ...toLine(row),
    error: row.error,
    progress: progressSchema.parse(row.progress),
    form: row.form,
    contentHash: row.contentHash,
    parts: recipe ? VERSION_PARTS.filter((part) => hasPart({ recipe }, part)) : [],
    recipe: z.record(z.string(), z.json()).parse(row.recipe),
    leftOut: summarySchema.safeParse(row.summary).data?.leftOut ?? [],
  };
}

/** What it takes to read a version's parts, how many lines each has, and whether it was withdrawn. @throws AppError `not_found`; `conflict` while it is not ready. */
export async function readPartsOf(projectId: string, versionId: string): Promise<ReadableVersion> {
  const row = await findVersion(projectId, versionId);
  if (row.state !== "ready")
    throw new AppError(
      "conflict",
      row.state === "freezing"
        ? "This version is still being frozen. Wait until its state is ready."
        : "This version could not be frozen, so it holds nothing.",
      { details: { state: row.state } },
    );
  return {
    id: row.id,
    form: row.form,
    contentHash: row.contentHash,
    recipe: recipeSchema.parse(row.recipe),
    summary: summarySchema.parse(row.summary),
    withdrawn: withdrawalOf(row),
    lines: { sft: row.recordCount, preference: row.pairCount, steps: row.stepCount },
  };
}

type ReadableVersion = PartsOf & {
  recipe: Recipe;
  withdrawn: Withdrawal | null;
  lines: Record<VersionPart, number>;
};

/** Exports of this project, the newest first, of one version where it is named. */
export async function listExportLines(
  projectId: string,
  { version, cursor, limit }: Page & { version?: string | undefined },
) {
  const rows = await db().export.findMany({
    where: {
      projectId,
      ...(version ? { versionId: version } : {}),
      ...(cursor ? { id: { lt: cursor } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
    ...EXPORT_FACTS,
  });
  const page = rows.slice(0, limit);
  return { items: page.map(toExport), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** One export of this project. @throws AppError `not_found`. */
export async function readExportFacts(projectId: string, exportId: string) {
  const row = await db().export.findFirst({ where: { id: exportId, projectId }, ...EXPORT_FACTS });
  if (!row) throw new AppError("not_found", "There is no such export in this project.");
  return toExport(row);
}

const EXPORT_FACTS = {
  omit: { manifest: true },
  include: { version: { select: { withdrawnAt: true, withdrawnReason: true } } },
} as const;

async function findVersion(projectId: string, versionId: string) {
  const row = await db().datasetVersion.findFirst({
    where: { id: versionId, projectId },
    omit: { cardFacts: true },
    include: { dataset: { select: { name: true } } },
  });
  if (!row) throw new AppError("not_found", "There is no such dataset version in this project.");
  return row;
}

type Line = Prisma.DatasetVersionGetPayload<{
  omit: { recipe: true; summary: true; cardFacts: true };
  include: { dataset: { select: { name: true } } };
}>;

function toLine(row: Line) {
  return {
    id: row.id,
    datasetName: row.dataset.name,
    number: row.number,
    state: row.state,
    records: row.recordCount,
    pairs: row.pairCount,
    steps: row.stepCount,
    simulated: row.simulated,
    withdrawn: withdrawalOf(row),
    createdAt: row.createdAt.toISOString(),
  };
}

function toExport(row: Prisma.ExportGetPayload<typeof EXPORT_FACTS>) {
  return {
    id: row.id,
    versionId: row.versionId,
    format: row.format,
    options: z.record(z.string(), z.json()).parse(row.options),
    state: row.state,
    error: row.error,
    fileName: row.fileName,
    bytes: row.bytes === null ? null : Number(row.bytes),
    sha256: row.sha256,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    withdrawn: withdrawalOf(row.version),
  };
}
