import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CallScreen } from "#components/calls/call-screen.tsx";
import { Page } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { isUuid } from "#lib/auth/uuid.ts";
import { readCallView } from "#lib/generation/call-queries.ts";

export const metadata: Metadata = { title: "Call" };

interface Props {
  params: Promise<{ projectId: string; callId: string }>;
}

export default async function CallPage({ params }: Props) {
  const { projectId, callId } = await params;
  const { project } = await requireMember(projectId, "project.read");
  const call = isUuid(callId) ? await readCallView(project.id, callId) : null;
  if (!call) notFound();
  return (
    <Page>
      <CallScreen projectId={project.id} call={call} />
    </Page>
  );
}
