import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ProjectShell } from "#components/shell/project-shell.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { readTraceCounts } from "#lib/traces/count-queries.ts";

interface Props {
  params: Promise<{ projectId: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project } = await requireMember((await params).projectId, "project.read");
  return { title: { default: project.name, template: `%s · ${project.name} · Second Look` } };
}

export default async function ProjectLayout({ params, children }: Props) {
  const { project, user } = await requireMember((await params).projectId, "project.read");
  const counts = await readTraceCounts(project.id);
  return (
    <ProjectShell
      project={{ id: project.id, name: project.name, isArchived: project.archivedAt !== null }}
      waiting={counts.byState.waiting}
      user={{ name: user.name, email: user.email, isAdmin: user.isAdmin }}
    >
      {children}
    </ProjectShell>
  );
}
