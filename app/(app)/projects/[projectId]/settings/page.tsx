import { redirect } from "next/navigation";
import { requireMember } from "#lib/auth/session.ts";

export default async function SettingsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { project } = await requireMember((await params).projectId, "project.read");
  redirect(`/projects/${project.id}/settings/general`);
}
