import { ExportForm } from "#components/datasets/export-form.tsx";
import { ExportList } from "#components/datasets/export-list.tsx";
import { LiveRefresh } from "#components/runs/live-refresh.tsx";
import { Section } from "#components/ui/page.tsx";
import { listExports } from "#lib/datasets/export-queries.ts";
import type { VersionHolds } from "#lib/datasets/formats/catalog.ts";

export interface ExportSectionProps {
  projectId: string;
  versionId: string;
  holds: VersionHolds;
  simulatedRecords: number;
  /** Their role lets this person export. Of a withdrawn version nothing is made any more; what was made stays. */
  canExport: boolean;
  isWithdrawn: boolean;
  isWorkerAlive: boolean;
}

/** Asks for a version in a form that a trainer loads, and hands out what was made. */
export async function ExportSection(props: ExportSectionProps) {
  const { projectId, versionId, canExport, isWithdrawn, isWorkerAlive } = props;
  const exports = await listExports(projectId, versionId);
  const isUnderWay = exports.some(({ state }) => state === "waiting" || state === "working");
  return (
    <Section
      title="Download"
      description="One archive for each form: made once, the same bytes whenever it is made again."
    >
      {isUnderWay ? <LiveRefresh /> : null}
      <div className="grid gap-8">
        {canExport && !isWithdrawn ? (
          <ExportForm
            projectId={projectId}
            versionId={versionId}
            holds={props.holds}
            simulatedRecords={props.simulatedRecords}
            exports={exports}
          />
        ) : (
          <p className="text-ink-3">
            {canExport
              ? exports.some(({ state }) => state === "done")
                ? "The version is withdrawn: no archive of it is made any more. What was made stays, to look up what was trained on it; the name of the file says that it was withdrawn."
                : "The version is withdrawn: no archive of it is made any more."
              : "Only an owner of the project can make and download archives."}
          </p>
        )}
        <ExportList
          projectId={projectId}
          versionId={versionId}
          exports={exports}
          canExport={canExport}
          isWithdrawn={isWithdrawn}
          isWorkerAlive={isWorkerAlive}
          isSimulated={props.simulatedRecords > 0}
        />
      </div>
    </Section>
  );
}
