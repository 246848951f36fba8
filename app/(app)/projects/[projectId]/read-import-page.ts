import { notFound } from "next/navigation";
import { z } from "zod";
import { isAppError } from "#lib/errors.ts";
import { listImportProblems, listImports, readImport } from "#lib/images/import-queries.ts";
import { galleryPlaceSchema, type ImportReport } from "#lib/images/schema.ts";
import { readImportedRun } from "#lib/interchange/queries.ts";
import { readRunImport } from "#lib/interchange/run-import-queries.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";

const IMPORTS_SHOWN = 20;
const PROBLEMS_SHOWN = 100;

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** A page of a project's past imports of some kinds, and the address of the next. */
export async function readPastImports(
  projectId: string,
  kinds: readonly ImportReport["kind"][],
  searchParams: SearchParams,
): Promise<{ imports: ImportReport[]; older: string | null }> {
  const { before } = galleryPlaceSchema.parse(await searchParams);
  const found = await listImports(projectId, {
    kinds,
    take: IMPORTS_SHOWN + 1,
    ...(before ? { before } : {}),
  });
  const imports = found.slice(0, IMPORTS_SHOWN);
  const last = imports.at(-1);
  return { imports, older: found.length > imports.length && last ? `?before=${last.importId}` : null };
}

/** What an import's page shows. Another project's import, or one of other kinds, is not found. */
export async function readImportPage(
  projectId: string,
  importId: string,
  kinds: readonly ImportReport["kind"][],
  searchParams: SearchParams,
) {
  const report = await findImport(projectId, importId, kinds);
  const isWorking = report.state === "working" || report.state === "receiving";
  const { after } = galleryPlaceSchema.parse(await searchParams);
  const [found, hasWorker] = await Promise.all([
    listImportProblems(projectId, importId, { take: PROBLEMS_SHOWN + 1, ...(after ? { after } : {}) }),
    isWorking ? isAnyWorkerAlive() : true,
  ]);
  const problems = found.slice(0, PROBLEMS_SHOWN);
  return {
    report,
    isWorking,
    hasWorker,
    problems,
    next: found.length > problems.length ? `?after=${problems.at(-1)?.id}` : null,
    isFirst: after === undefined,
  };
}

/** What the page of an import shows that became, or becomes, a run. */
export async function readRunImportPage(
  projectId: string,
  importId: string,
  kind: "stages" | "traces",
  searchParams: SearchParams,
) {
  const page = await readImportPage(projectId, importId, [kind], searchParams);
  const { runId } = page.report;
  const [imported, view] = await Promise.all([
    runId ? readImportedRun(projectId, runId) : null,
    readRunImport(projectId, importId),
  ]);
  const hasWorker = view.undo.state === "asked" ? await isAnyWorkerAlive() : page.hasWorker;
  return { page: { ...page, hasWorker }, imported, view };
}

async function findImport(
  projectId: string,
  importId: string,
  kinds: readonly ImportReport["kind"][],
): Promise<ImportReport> {
  if (!z.uuid().safeParse(importId).success) notFound();
  try {
    const report = await readImport(projectId, importId);
    if (!kinds.includes(report.kind)) notFound();
    return report;
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") notFound();
    throw error;
  }
}
