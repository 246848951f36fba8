import type { Metadata } from "next";
import Link from "next/link";
import { InvitationList } from "#components/people/invitation-list.tsx";
import { InviteUser } from "#components/people/invite-user.tsx";
import { UserTable } from "#components/people/user-table.tsx";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Page, PageHeader, Section } from "#components/ui/page.tsx";
import { listUsers } from "#lib/auth/queries.ts";
import { requireAdmin } from "#lib/auth/session.ts";
import { listOpenInvitations } from "#lib/projects/people-queries.ts";

export const metadata: Metadata = { title: "Users" };

interface Props {
  searchParams: Promise<{ q?: string; after?: string }>;
}

const PAGE = 50;

export default async function UsersPage({ searchParams }: Props) {
  const admin = await requireAdmin();
  const { q, after } = await searchParams;
  const search = typeof q === "string" && q.trim() !== "" ? q.trim().slice(0, 100) : undefined;
  const [users, invitations] = await Promise.all([
    listUsers({ search, after, take: PAGE + 1 }),
    listOpenInvitations(null),
  ]);
  const page = users.slice(0, PAGE);
  const last = page.at(-1);
  return (
    <Page>
      <PageHeader
        title="Users"
        summary="Administrators look after accounts and the server. They see no project unless they are members of it."
        actions={<InviteUser />}
      />
      {/* A plain form: the search is an address. */}
      <form className="mb-4 flex max-w-sm gap-2">
        <Input
          name="q"
          type="search"
          aria-label="Search names and addresses"
          placeholder="Name or address"
          defaultValue={search}
        />
        <Button type="submit">Search</Button>
      </form>
      {page.length > 0 ? (
        <UserTable users={page} ownId={admin.id} />
      ) : (
        <p className="text-ink-3">{search ? `Nobody matches “${search}”.` : "No more users."}</p>
      )}
      <div className="mt-4 flex gap-2">
        {after ? (
          <Button asChild size="sm">
            <Link href={search ? `?${new URLSearchParams({ q: search })}` : "?"}>First page</Link>
          </Button>
        ) : null}
        {users.length > PAGE && last ? (
          <Button asChild size="sm">
            <Link href={`?${new URLSearchParams({ ...(search ? { q: search } : {}), after: last.id })}`}>
              More
            </Link>
          </Button>
        ) : null}
      </div>
      {invitations.length > 0 ? (
        <Section
          className="mt-10"
          title="Open invitations"
          description="To the server itself; those to a project are in its settings. Each works once, until it expires."
        >
          <InvitationList invitations={invitations} projectId={null} />
        </Section>
      ) : null}
    </Page>
  );
}
