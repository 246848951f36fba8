import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ArchiveEndpoint } from "#components/endpoints/archive-endpoint.tsx";
import { EndpointForm } from "#components/endpoints/endpoint-form.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { isUuid } from "#lib/auth/uuid.ts";
import { listEndpoints } from "#lib/endpoints/queries.ts";

export const metadata: Metadata = { title: "Endpoint" };

interface Props {
  params: Promise<{ projectId: string; endpointId: string }>;
}

export default async function EndpointPage({ params }: Props) {
  const { projectId, endpointId } = await params;
  const { project } = await requireMember(projectId, "endpoints.manage");
  const endpoint = isUuid(endpointId)
    ? (await listEndpoints(project.id)).find((candidate) => candidate.id === endpointId)
    : undefined;
  if (!endpoint) notFound();
  return (
    <Page>
      <PageHeader
        title={endpoint.name}
        trail={[{ label: "Endpoints", href: `/projects/${project.id}/settings/endpoints` }]}
        summary={endpoint.archivedAt ? "Archived: nothing is sent to it." : undefined}
        actions={<ArchiveEndpoint projectId={project.id} endpoint={endpoint} />}
      />
      <EndpointForm projectId={project.id} endpoint={endpoint} />
    </Page>
  );
}
