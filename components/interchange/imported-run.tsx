import Link from "next/link";
import { ImportedSummary } from "#components/interchange/imported-summary.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Section } from "#components/ui/page.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { STAGE_NAMES } from "#lib/generation/run-schema.ts";
import { FORM_NAMES } from "#lib/interchange/mapping-schema.ts";
import type { ImportedRunView } from "#lib/interchange/queries.ts";

/** The page of each kind of import, below a project's runs. */
export const IMPORT_PATHS = { stages: "import", traces: "import-traces" } as const;

/** Where a run that was made elsewhere came from, and what its files held. */
export function ImportedRun({ projectId, imported }: { projectId: string; imported: ImportedRunView }) {
  const { lastImport } = imported;
  return (
    <>
      <Section
        title="What the files held"
        description="Read by this application's parsers, grader and checks. Of the published example files, these are the figures of the reference table."
      >
        <ImportedSummary summary={imported.summary} />
      </Section>
      <Section
        title="Where it came from"
        description="This run was made elsewhere: nothing of it was called from here, and its texts have no calls. Each keeps its file and line, and what stood there."
        actions={
          lastImport ? (
            <Link
              href={`/projects/${projectId}/runs/${IMPORT_PATHS[lastImport.kind]}/${lastImport.id}`}
              className="link text-sm"
            >
              The import’s report
            </Link>
          ) : null
        }
      >
        <ImportedFiles files={imported.files} />
      </Section>
    </>
  );
}

export function ImportedFiles({ files }: { files: ImportedRunView["files"] }) {
  return (
    <Table>
      <thead>
        <tr>
          <Th>File</Th>
          <Th>What it holds</Th>
          <Th className="pr-0 text-right">Rows</Th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ path, stage, form, rows }) => (
          <tr key={path}>
            <Td className="break-all font-mono text-xs">{path}</Td>
            <Td className="whitespace-nowrap">
              {stage ? (
                <>
                  <span className="tabular mr-1.5 text-ink-3">{stage}</span>
                  {STAGE_NAMES[stage].name}
                </>
              ) : (
                FORM_NAMES[form ?? "columns"]
              )}
            </Td>
            <Td className="tabular whitespace-nowrap pr-0 text-right">{formatPlural(rows, "row")}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
