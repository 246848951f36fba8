import type { Metadata } from "next";
import { PromptList } from "#components/prompts/prompt-list.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { readCurrentPrompts } from "#lib/prompts/queries.ts";

export const metadata: Metadata = { title: "Prompts" };

export default async function PromptsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { project } = await requireMember((await params).projectId, "project.read");
  return (
    <Page>
      <PageHeader
        title="Prompts"
        summary="What the models are told. A prompt is never altered: a change is its next version, and every call names the version that it was made with."
      />
      <PromptList projectId={project.id} prompts={await readCurrentPrompts(project.id)} />
    </Page>
  );
}
