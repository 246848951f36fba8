import type { Metadata } from "next";
import { MappingScreen } from "#components/imports/mapping-screen.tsx";
import { RunImportPage } from "#components/imports/run-import-page.tsx";
import { Notice } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readMappingStart } from "#lib/interchange/mapping-start-queries.ts";
import { readRunImportPage } from "../../../read-import-page.ts";

export const metadata: Metadata = { title: "Import of traces" };

interface Props {
  params: Promise<{ projectId: string; importId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function TracesImportPage({ params, searchParams }: Props) {
  const { projectId, importId } = await params;
  const { role, project } = await requireMember(projectId, "project.read");
  const found = await readRunImportPage(projectId, importId, "traces", searchParams);
  const canImport = can(role, "images.import") && project.archivedAt === null;
  const isMapping = found.page.report.state === "receiving";
  const mapping = isMapping ? (
    <Mapping projectId={projectId} importId={importId} canImport={canImport} />
  ) : undefined;
  return <RunImportPage kind="traces" canImport={canImport} mapping={mapping} {...found} />;
}

interface MappingProps {
  projectId: string;
  importId: string;
  canImport: boolean;
}

async function Mapping({ projectId, importId, canImport }: MappingProps) {
  const start = canImport ? await readMappingStart(projectId, importId) : null;
  if (!start) return <Notice>Only an owner of this project says what the columns of this file mean.</Notice>;
  if ("preview" in start) return <MappingScreen projectId={projectId} importId={importId} {...start} />;
  return (
    <Notice tone="wrong" title="The file can’t be read" role="alert">
      {start.problem}
    </Notice>
  );
}
