import type { Metadata } from "next";
import { AuditTrail } from "#components/projects/audit-trail.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { listAuditEvents } from "#lib/audit/queries.ts";
import { requireAdmin } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Activity" };

interface Props {
  searchParams: Promise<{ before?: string }>;
}

export default async function ActivityPage({ searchParams }: Props) {
  await requireAdmin();
  const { before } = await searchParams;
  const events = await listAuditEvents(null, { before });
  return (
    <Page>
      <PageHeader
        title="Activity"
        summary="Changes of accounts and of the server. What happens in a project stands in its settings."
      />
      <AuditTrail events={events} olderHref={(id) => `?before=${id}`} isFirstPage={!before} />
    </Page>
  );
}
