import Link from "next/link";
import { ImportEnd } from "#components/images/import-report.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Figure, Notice } from "#components/ui/page.tsx";
import type { ImportReport } from "#lib/images/schema.ts";
import type { RunImportView } from "#lib/interchange/run-import-queries.ts";

/** How an import that became a run ended, in a sentence and three figures, or what of it was taken back. */
export function RunImportOutcome({ report, view }: { report: ImportReport; view: RunImportView }) {
  const { undo, missingPictures } = view;
  if (undo.state === "done") {
    const { removed, kept } = undo.report;
    return (
      <Notice title="Taken back" role="status">
        {formatPlural(removed.traces, "trace")}, {formatPlural(removed.questions, "question")} and{" "}
        {formatPlural(removed.images, "image")} were removed.{" "}
        {kept.traces > 0
          ? `${formatPlural(kept.traces, "trace")} stayed, because somebody has judged, marked or used ${kept.traces === 1 ? "it, and so did its question" : "them, and so did their questions"}.`
          : "Nothing of it stayed."}
      </Notice>
    );
  }
  return (
    <>
      {undo.state === "failed" ? (
        <Notice tone="wrong" title="It was not taken back to the end" role="alert">
          {undo.error} What was removed until then is gone; “Take back” goes on with the rest.
        </Notice>
      ) : null}
      <ImportEnd
        report={report}
        isUnchanged={report.added === 0}
        done={`${formatPlural(report.added, "row")} came in. The run is finished, and its traces can be judged.`}
        same={report.kind === "traces" ? "the file" : "the files"}
      />
      <dl className="flex flex-wrap gap-x-10 gap-y-4 py-4">
        <Figure label="Added" value={formatCount(report.added)} note="rows that brought something new" />
        <Figure label="Unchanged" value={formatCount(report.unchanged)} note="there already" />
        <Figure
          label="Rejected"
          value={formatCount(report.rejected)}
          note={report.rejected > 0 ? "see below why" : undefined}
        />
        {report.updated > 0 ? (
          <Figure label="Pictures" value={formatCount(report.updated)} note="that stood in the file" />
        ) : null}
      </dl>
      {missingPictures > 0 ? (
        <Notice tone="unsure">
          {formatPlural(missingPictures, "image")} of this project {missingPictures === 1 ? "has" : "have"} no
          picture yet.{" "}
          <Link href={`/projects/${report.projectId}/images/import#pictures`} className="link">
            Attach pictures
          </Link>
        </Notice>
      ) : null}
    </>
  );
}
