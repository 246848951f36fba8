import { AppError } from "#lib/errors.ts";
import type { ImportedSummary, StageCursor, StageImportCounts } from "#lib/interchange/schema.ts";
import type { StageSourceSpec } from "#lib/interchange/stage-source.ts";

/** An import that becomes a finished run. */
export type RunImport = {
  projectId: string;
  userId: string | null;
  /** What the run is called where it is made; null: after the source. */
  name: string | null;
  onProgress?: (counts: StageImportCounts) => void;
  signal?: AbortSignal;
};

export type StagesImport = RunImport & { source: StageSourceSpec };

/** The run that the files become, and how far they are in. */
export type OpenRun = { runId: string; cursor: StageCursor; summary: ImportedSummary };

/** An import that is under way. */
export type ImportProgress = OpenRun & {
  importId: string;
  input: RunImport;
  counts: StageImportCounts;
  /** Pictures that stood in the files and were taken. */
  pictures: number;
};

/** Somebody ended the import, or it failed elsewhere: what this process does for it is written down no more. */
export function importEnded(): AppError {
  return new AppError("conflict", "This import was ended before it was done.");
}
