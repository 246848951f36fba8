import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AssignmentForm } from "#components/endpoints/assignment-form.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { listAssignments, listEndpoints } from "#lib/endpoints/queries.ts";
import { PURPOSE_LABELS, PURPOSES } from "#lib/endpoints/schema.ts";

export const metadata: Metadata = { title: "Choose a model" };

interface Props {
  params: Promise<{ projectId: string; purpose: string }>;
}

export default async function PurposePage({ params }: Props) {
  const { projectId, purpose: given } = await params;
  const { project } = await requireMember(projectId, "endpoints.manage");
  const purpose = PURPOSES.find((candidate) => candidate === given);
  if (!purpose) notFound();
  const [endpoints, assignments] = await Promise.all([
    listEndpoints(project.id),
    listAssignments(project.id),
  ]);
  return (
    <Page>
      <PageHeader
        title={PURPOSE_LABELS[purpose].name}
        trail={[{ label: "Endpoints", href: `/projects/${project.id}/settings/endpoints` }]}
        summary={PURPOSE_LABELS[purpose].does}
      />
      <AssignmentForm
        projectId={project.id}
        purpose={purpose}
        endpoints={endpoints.filter(({ archivedAt }) => archivedAt === null)}
        assignment={assignments.find((candidate) => candidate.purpose === purpose) ?? null}
      />
    </Page>
  );
}
