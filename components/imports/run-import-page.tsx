import Link from "next/link";
import type { ReactNode } from "react";
import { ImportProgress } from "#components/images/import-progress.tsx";
import { ProblemList } from "#components/images/import-report.tsx";
import { RunImportOutcome } from "#components/imports/run-import-outcome.tsx";
import { UndoImport } from "#components/imports/undo-import.tsx";
import { IMPORT_PATHS, ImportedFiles } from "#components/interchange/imported-run.tsx";
import { ImportedSummary } from "#components/interchange/imported-summary.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { ImportProblemRow, ImportReport } from "#lib/images/schema.ts";
import type { ImportedRunView } from "#lib/interchange/queries.ts";
import type { RunImportView } from "#lib/interchange/run-import-queries.ts";

export interface RunImportPageProps {
  kind: "stages" | "traces";
  page: {
    report: ImportReport;
    isWorking: boolean;
    hasWorker: boolean;
    problems: (ImportProblemRow & { id: string })[];
    next: string | null;
    isFirst: boolean;
  };
  imported: ImportedRunView | null;
  view: RunImportView;
  /** The reader may import into this project, which is not archived. */
  canImport: boolean;
  /** In place of the report, while somebody still says what the columns mean. */
  mapping?: ReactNode;
}

const KINDS = {
  stages: {
    name: "Import a run",
    found: "Line by line of each file. Where a row was taken all the same, its line says so.",
  },
  traces: {
    name: "Import traces",
    found:
      "Row by row: lines of a file, or the rows of a list or of a Parquet file by their number. Where a row was taken all the same, its line says so.",
  },
} as const;

/** One import of what was made elsewhere: how far it is, what it brought, what was wrong, and how it is taken back. */
export function RunImportPage({ kind, page, imported, view, canImport, mapping }: RunImportPageProps) {
  const { report, isWorking, hasWorker } = page;
  const { projectId, importId, runId } = report;
  const runs = `/projects/${projectId}/runs`;
  const address = `${runs}/${IMPORT_PATHS[kind]}`;
  const { state } = view.undo;
  return (
    <Page>
      <PageHeader
        title={report.source}
        trail={[
          { label: "Runs", href: runs },
          { label: KINDS[kind].name, href: address },
        ]}
        summary={
          <>
            Import begun <TimeAgo at={report.createdAt} />
          </>
        }
        actions={
          mapping ? undefined : (
            <>
              {canImport && !isWorking && runId && state !== "done" ? (
                <UndoImport projectId={projectId} importId={importId} isUnderWay={state === "asked"} />
              ) : null}
              <Button asChild>
                <Link href={address}>Import more</Link>
              </Button>
              {runId ? (
                <Button asChild variant="primary">
                  <Link href={`${runs}/${runId}`}>See the run</Link>
                </Button>
              ) : null}
            </>
          )
        }
      />
      {state === "asked" && !hasWorker ? (
        <Notice tone="unsure" role="status">
          It is to be taken back, and no worker is running that could. It begins as soon as one does.
        </Notice>
      ) : null}
      {mapping ??
        (isWorking ? (
          <ImportProgress report={report} hasWorker={hasWorker} />
        ) : (
          <RunImportOutcome report={report} view={view} />
        ))}
      {imported && !isWorking ? (
        <Section title="What the files held">
          <div className="grid gap-8">
            <ImportedSummary summary={imported.summary} />
            <ImportedFiles files={imported.files} />
          </div>
        </Section>
      ) : null}
      <ProblemList
        report={report}
        problems={page.problems}
        next={page.next}
        first={page.isFirst ? null : `${address}/${importId}`}
        title="What was found"
        description={KINDS[kind].found}
      />
    </Page>
  );
}
