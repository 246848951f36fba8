import type { Metadata } from "next";
import { RunImportPage } from "#components/imports/run-import-page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readRunImportPage } from "../../../read-import-page.ts";

export const metadata: Metadata = { title: "Import of a run" };

interface Props {
  params: Promise<{ projectId: string; importId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function StagesImportPage({ params, searchParams }: Props) {
  const { projectId, importId } = await params;
  const { role, project } = await requireMember(projectId, "project.read");
  const found = await readRunImportPage(projectId, importId, "stages", searchParams);
  const canImport = can(role, "images.import") && project.archivedAt === null;
  return <RunImportPage kind="stages" canImport={canImport} {...found} />;
}
