import type { Metadata } from "next";
import { ReasonList } from "#components/projects/reason-list.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { listReasons } from "#lib/projects/reason-queries.ts";

export const metadata: Metadata = { title: "Reject reasons" };

export default async function ReasonsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { project, role } = await requireMember((await params).projectId, "project.read");
  const isEditable = can(role, "reasons.manage") && project.archivedAt === null;
  return (
    <Page>
      <PageHeader
        title="Reject reasons"
        summary={
          <>
            What a reviewer says when a trace is rejected: <Kbd>R</Kbd>, then the digit. The first nine have
            one.
          </>
        }
      />
      <ReasonList projectId={project.id} reasons={await listReasons(project.id)} isEditable={isEditable} />
    </Page>
  );
}
