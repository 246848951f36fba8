import "server-only";
import { z } from "zod";
import type { ExportDownload } from "#lib/datasets/download.ts";
import type { PairKind } from "#lib/datasets/pair-schema.ts";
import {
  type ExportOptions,
  exportOptionsSchema,
  type Recipe,
  recipeSchema,
  summarySchema,
  type VersionSummary,
} from "#lib/datasets/schema.ts";
import { type Withdrawal, withdrawalOf, withdrawnFileName } from "#lib/datasets/withdrawal.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readTraceCounts } from "#lib/traces/count-queries.ts";
import { isSftKind, TRACE_KINDS, type TraceKind } from "#lib/traces/kind.ts";

const PAGE = 30;

export type VersionRow = {
  id: string;
  datasetName: string;
  number: number;
  state: VersionState;
  recordCount: number;
  pairCount: number;
  stepCount: number;
  byKind: Record<string, number>;
  byPairKind: Partial<Record<PairKind, number>>;
  splits: VersionSummary["splits"];
  simulated: boolean;
  withdrawn: Withdrawal | null;
  createdAt: Date;
};

export type VersionState = "freezing" | "ready" | "failed";

/** The project's versions, newest first; `before` is the last id of the page above. */
export async function listVersions(
  projectId: string,
  before?: string,
): Promise<{ versions: VersionRow[]; next: string | null }> {
  const rows = await db().datasetVersion.findMany({
    where: { projectId, ...(before ? { id: { lt: before } } : {}) },
    orderBy: { id: "desc" },
    take: PAGE + 1,
    include: { dataset: { select: { name: true } } },
  });
  const versions = rows.slice(0, PAGE).map((row) => {
    const summary = row.state === "ready" ? summarySchema.parse(row.summary) : null;
    return {
      id: row.id,
      datasetName: row.dataset.name,
      number: row.number,
      state: row.state,
      recordCount: row.recordCount,
      pairCount: row.pairCount,
      stepCount: row.stepCount,
      byKind: summary?.byKind ?? {},
      byPairKind: Object.fromEntries((summary?.pairs ?? []).map(({ kind, kept }) => [kind, kept])),
      splits: summary?.splits ?? {},
      simulated: row.simulated,
      withdrawn: withdrawalOf(row),
      createdAt: row.createdAt,
    };
  });
  return { versions, next: rows.length > PAGE ? (versions.at(-1)?.id ?? null) : null };
}

export type SelectionPreview = {
  /** Approved traces that end right, by kind: what a version made now would hold, short of what freezing finds. */
  byKind: { kind: TraceKind; count: number }[];
  approvedRight: number;
  approvedOther: number;
  waiting: number;
  traces: number;
  names: string[];
};

/** What a version made now would be about, from the kept counters. */
export async function readSelectionPreview(projectId: string): Promise<SelectionPreview> {
  const [counts, datasets] = await Promise.all([
    readTraceCounts(projectId),
    db().dataset.findMany({
      where: { projectId },
      orderBy: { id: "desc" },
      take: 50,
      select: { name: true },
    }),
  ]);
  const approved = counts.byStateAndKind.approved;
  const byKind = TRACE_KINDS.filter(isSftKind)
    .map((kind) => ({ kind, count: approved[kind] }))
    .filter(({ count }) => count > 0);
  const approvedRight = byKind.reduce((sum, { count }) => sum + count, 0);
  return {
    byKind,
    approvedRight,
    approvedOther: counts.byState.approved - approvedRight,
    waiting: counts.byState.waiting,
    traces: Object.values(counts.byState).reduce((sum, count) => sum + count, 0),
    names: datasets.map(({ name }) => name),
  };
}

export type ExportRow = {
  id: string;
  options: ExportOptions;
  state: "waiting" | "working" | "done" | "failed";
  error: string | null;
  fileName: string | null;
  bytes: number | null;
  sha256: string | null;
  createdAt: Date;
};

export type VersionDetail = {
  id: string;
  datasetName: string;
  number: number;
  form: number;
  recordCount: number;
  pairCount: number;
  stepCount: number;
  /** Lines whose image was taken down, in any part. */
  gaps: number;
  simulated: boolean;
  contentHash: string;
  createdAt: Date;
  createdBy: string | null;
  withdrawn: Withdrawal | null;
  recipe: Recipe;
  summary: VersionSummary;
  /** Names for the reviewers that the summary counts by id. */
  reviewers: { id: string; name: string; approvals: number }[];
  exports: ExportRow[];
};

/** A version that is being frozen, or could not be. */
export type UnfinishedVersion = {
  id: string;
  datasetName: string;
  number: number;
  state: "freezing" | "failed";
  /** What is being read, and how much of it was; null before it began. */
  progress: { what: string; done: number; total: number | null } | null;
  error: string | null;
  createdAt: Date;
};

const progressSchema = z.object({ what: z.string(), done: z.int(), total: z.int().nullable() });

/** Null for a version that is ready, and for another project's. */
export async function readUnfinishedVersion(
  projectId: string,
  versionId: string,
): Promise<UnfinishedVersion | null> {
  const row = await db().datasetVersion.findFirst({
    where: { id: versionId, projectId },
    include: { dataset: { select: { name: true } } },
  });
  if (!row || row.state === "ready") return null;
  const { id, number, state, error, createdAt } = row;
  const progress = progressSchema.safeParse(row.progress);
  return {
    id,
    datasetName: row.dataset.name,
    number,
    state,
    progress: progress.success ? progress.data : null,
    error,
    createdAt,
  };
}

/** One version with its exports, newest first. Null for another project's, and until it is ready. */
export async function readVersion(projectId: string, versionId: string): Promise<VersionDetail | null> {
  const row = await db().datasetVersion.findFirst({
    where: { id: versionId, projectId, state: "ready" },
    include: {
      dataset: { select: { name: true } },
      exports: { orderBy: { id: "desc" }, take: 20 },
      _count: { select: { gaps: true } },
    },
  });
  if (!row) return null;
  const summary = summarySchema.parse(row.summary);
  const ids = Object.keys(summary.approvals.byReviewer);
  const users = await db().user.findMany({
    where: { id: { in: [...ids, ...(row.createdById ? [row.createdById] : [])] } },
    select: { id: true, name: true },
  });
  const nameOf = (id: string) => users.find((user) => user.id === id)?.name ?? null;
  return {
    id: row.id,
    datasetName: row.dataset.name,
    number: row.number,
    form: row.form,
    recordCount: row.recordCount,
    pairCount: row.pairCount,
    stepCount: row.stepCount,
    gaps: row._count.gaps,
    simulated: row.simulated,
    contentHash: row.contentHash,
    createdAt: row.createdAt,
    createdBy: row.createdById && nameOf(row.createdById),
    withdrawn: withdrawalOf(row),
    recipe: recipeSchema.parse(row.recipe),
    summary,
    reviewers: ids.map((id) => ({
      id,
      name: nameOf(id) ?? "someone who left",
      approvals: summary.approvals.byReviewer[id] ?? 0,
    })),
    exports: row.exports.map((entry) => ({
      id: entry.id,
      options: exportOptionsSchema.parse(entry.options),
      state: entry.state,
      error: entry.error,
      fileName: entry.fileName,
      bytes: entry.bytes === null ? null : Number(entry.bytes),
      sha256: entry.sha256,
      createdAt: entry.createdAt,
    })),
  };
}

/** Where a finished export's archive is, for its download, and whether its version was withdrawn since. */
export async function readExportFile(projectId: string, exportId: string): Promise<ExportDownload> {
  const row = await db().export.findFirst({
    where: { id: exportId, projectId },
    omit: { manifest: true },
    include: { version: { select: { withdrawnAt: true, withdrawnReason: true } } },
  });
  if (!row) throw new AppError("not_found", "There is no such export in this project.");
  if (row.state !== "done" || !row.storageKey) {
    throw new AppError(
      "conflict",
      "This export is not finished. Open its dataset version to see how far it is.",
    );
  }
  const { storageKey, bytes, sha256 } = row;
  const withdrawn = withdrawalOf(row.version);
  const fileName = row.fileName ?? "dataset.zip";
  return {
    storageKey,
    fileName: withdrawn ? withdrawnFileName(fileName) : fileName,
    bytes: Number(bytes ?? 0),
    sha256: sha256 ?? "",
    withdrawn,
  };
}
