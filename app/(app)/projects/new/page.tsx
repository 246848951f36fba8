import type { Metadata } from "next";
import { NewProjectForm } from "#components/projects/new-project-form.tsx";
import { TopBar } from "#components/shell/top-bar.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { requireUser } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "New project" };

export default async function NewProjectPage() {
  const user = await requireUser();
  return (
    <>
      <TopBar user={user} />
      <main>
        <Page>
          <PageHeader
            title="New project"
            trail={[{ label: "Projects", href: "/projects" }]}
            summary="You will be its owner. It begins with the simulator as its models, our prompts, and a list of reject reasons; all of it can be changed in its settings."
          />
          <NewProjectForm />
        </Page>
      </main>
    </>
  );
}
