import type { Metadata } from "next";
import { EndpointForm } from "#components/endpoints/endpoint-form.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Add an endpoint" };

export default async function NewEndpointPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { project } = await requireMember((await params).projectId, "endpoints.manage");
  return (
    <Page>
      <PageHeader
        title="Add an endpoint"
        trail={[{ label: "Endpoints", href: `/projects/${project.id}/settings/endpoints` }]}
        summary="OpenAI, a gateway, or a vLLM, SGLang or llama.cpp server of your own."
      />
      <EndpointForm projectId={project.id} endpoint={null} />
    </Page>
  );
}
