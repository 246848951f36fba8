import type { Metadata } from "next";
import Link from "next/link";
import { ProjectList } from "#components/projects/project-list.tsx";
import { TopBar } from "#components/shell/top-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState, Page, PageHeader } from "#components/ui/page.tsx";
import { requireUser } from "#lib/auth/session.ts";
import { listProjects } from "#lib/projects/queries.ts";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const user = await requireUser();
  const projects = await listProjects(user.id);
  const newProject = (
    <Button asChild variant="primary">
      <Link href="/projects/new">New project</Link>
    </Button>
  );
  return (
    <>
      <TopBar user={user} />
      <main>
        <Page>
          <PageHeader title="Projects" actions={projects.length > 0 ? newProject : null} />
          {projects.length > 0 ? (
            <ProjectList projects={projects} />
          ) : (
            <EmptyState title="No project yet" action={newProject}>
              A project holds images with their descriptions, and all that grows from them: questions,
              thoughts, verdicts and datasets. Make one, or ask an owner to invite you to theirs.
            </EmptyState>
          )}
        </Page>
      </main>
    </>
  );
}
