import "server-only";
import { z } from "zod";
import { SILENT_SECONDS } from "#lib/datasets/export-pulse-commands.ts";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportOptions,
  exportOptionsSchema,
  summarySchema,
} from "#lib/datasets/schema.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";

export interface ExportView {
  id: string;
  format: ExportFormat;
  options: ExportOptions;
  state: "waiting" | "working" | "done" | "failed";
  error: string | null;
  progress: { done: number; total: number; what: "rows" | "images" } | null;
  /** It is under way, and nobody who makes it has given a sign of life for a while. */
  isSilent: boolean;
  fileName: string | null;
  bytes: number | null;
  sha256: string | null;
  /** Of a finished one: the rows of each file, and what was not written. */
  written: {
    rows: Record<string, number>;
    leftOut: { reason: string; count: number }[];
    takenDown: number;
  } | null;
  /** ISO 8601. */
  createdAt: string;
}

const MOST = 50;

/** The newest exports of a version; none of another project's. */
export async function listExports(projectId: string, versionId: string): Promise<ExportView[]> {
  const rows = await db().export.findMany({
    where: { projectId, versionId },
    orderBy: { id: "desc" },
    take: MOST,
  });
  return rows.flatMap((row) => {
    const format = z.enum(EXPORT_FORMATS).safeParse(row.format);
    const options = exportOptionsSchema.safeParse(row.options);
    if (!format.success || !options.success) return [];
    const progress = progressSchema.safeParse(row.progress);
    return [
      {
        id: row.id,
        format: format.data,
        options: options.data,
        state: row.state,
        error: row.error,
        progress: progress.success ? progress.data : null,
        isSilent:
          (row.state === "waiting" || row.state === "working") &&
          Date.now() - (row.heardAt ?? row.createdAt).getTime() > SILENT_SECONDS * 1_000,
        fileName: row.fileName,
        bytes: row.bytes === null ? null : Number(row.bytes),
        sha256: row.sha256,
        written: writtenOf(row.manifest),
        createdAt: row.createdAt.toISOString(),
      },
    ];
  });
}

/** A version that is ready, by the name of its dataset and its number. Null where there is none. */
export async function readVersionByNumber(projectId: string, name: string, number: number) {
  const row = await db().datasetVersion.findFirst({
    where: { projectId, number, state: "ready", dataset: { name } },
    select: { id: true, recordCount: true, summary: true },
  });
  if (!row) return null;
  const { id: versionId, recordCount, summary } = row;
  return { versionId, number, recordCount, summary: summarySchema.parse(summary) };
}

const progressSchema = z.object({ done: z.int(), total: z.int(), what: z.enum(["rows", "images"]) });

/** Absent from manifests of the first form. */
const manifestSchema = z.object({
  written: z.object({
    rows: z.record(z.string(), z.int()),
    leftOut: z.array(z.object({ reason: z.string(), count: z.int() })),
    takenDown: z.partialRecord(z.enum(VERSION_PARTS), z.int()),
  }),
});

function writtenOf(manifest: unknown): ExportView["written"] {
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) return null;
  const { rows, leftOut, takenDown } = parsed.data.written;
  return {
    rows,
    leftOut,
    takenDown: Object.values(takenDown).reduce((sum, count) => sum + count, 0),
  };
}
