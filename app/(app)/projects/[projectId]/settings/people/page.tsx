import type { Metadata } from "next";
import { InvitationList } from "#components/people/invitation-list.tsx";
import { InviteMember } from "#components/people/invite-member.tsx";
import { LeaveProject } from "#components/people/leave-project.tsx";
import { MemberTable } from "#components/people/member-table.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Page, PageHeader, Section } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { listMembers, listOpenInvitations } from "#lib/projects/people-queries.ts";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ params }: { params: Promise<{ projectId: string }> }) {
  const { project, role, user } = await requireMember((await params).projectId, "project.read");
  const canManage = can(role, "people.manage") && project.archivedAt === null;
  const [members, invitations] = await Promise.all([
    listMembers(project.id),
    canManage ? listOpenInvitations(project.id) : [],
  ]);
  return (
    <Page>
      <PageHeader
        title="People"
        summary={`${formatPlural(members.length, "member")}. Owners decide everything, reviewers judge and edit, viewers read.`}
        actions={canManage ? <InviteMember projectId={project.id} /> : null}
      />
      <MemberTable projectId={project.id} members={members} canManage={canManage} ownId={user.id} />
      {invitations.length > 0 ? (
        <Section
          className="mt-10"
          title="Open invitations"
          description="Each works once, for one person, until it expires."
        >
          <InvitationList invitations={invitations} projectId={project.id} />
        </Section>
      ) : null}
      <Section
        className="mt-10"
        title="Leave"
        description="What you judged and wrote stays, with your name. An owner can invite you again."
        actions={<LeaveProject projectId={project.id} name={project.name} />}
      >
        {null}
      </Section>
    </Page>
  );
}
