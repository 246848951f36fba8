import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PromptEditor } from "#components/prompts/prompt-editor.tsx";
import { PromptText } from "#components/prompts/prompt-text.tsx";
import { PromptVersions } from "#components/prompts/prompt-versions.tsx";
import { Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { listPromptVersions, readPromptVersion } from "#lib/prompts/queries.ts";
import { PROMPT_DEFINITIONS, PROMPT_NAMES } from "#lib/prompts/schema.ts";

export const metadata: Metadata = { title: "Prompt" };

interface Props {
  params: Promise<{ projectId: string; name: string }>;
  searchParams: Promise<{ version?: string }>;
}

/** The newest version in an editor, or an older one to read. */
export default async function PromptPage({ params, searchParams }: Props) {
  const { projectId, name: given } = await params;
  const { project, role } = await requireMember(projectId, "project.read");
  const name = PROMPT_NAMES.find((candidate) => candidate === given);
  if (!name) notFound();
  const versions = await listPromptVersions(project.id, name);
  const newest = versions[0]?.version ?? 0;
  const asked = Number((await searchParams).version ?? newest);
  const shown = Number.isInteger(asked) ? await readPromptVersion(project.id, name, asked) : null;
  if (!shown) notFound();
  const isEditable = can(role, "prompts.manage") && project.archivedAt === null;
  const { label, does } = PROMPT_DEFINITIONS[name];
  return (
    <Page>
      <PageHeader
        title={label}
        trail={[{ label: "Prompts", href: `/projects/${project.id}/settings/prompts` }]}
        summary={does}
      />
      {shown.version < newest ? (
        <div className="mb-5">
          <Notice>
            This is version {shown.version}; the newest is {newest}.
            {isEditable ? " Saving makes these words the newest version again." : ""}
          </Notice>
        </div>
      ) : null}
      {isEditable ? (
        <PromptEditor key={shown.id} projectId={project.id} name={name} shown={shown} newest={newest} />
      ) : (
        <PromptText name={name} content={shown.content} />
      )}
      <Section title="Versions" className="mt-10">
        <PromptVersions projectId={project.id} name={name} versions={versions} shown={shown.version} />
      </Section>
    </Page>
  );
}
