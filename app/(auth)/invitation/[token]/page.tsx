import type { Metadata } from "next";
import Link from "next/link";
import { AuthHeading } from "#components/auth/auth-heading.tsx";
import { InvitationForm, JoinForm } from "#components/auth/invitation-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/page.tsx";
import { describeDeadLink } from "#lib/auth/link.ts";
import { listOutsideProviders } from "#lib/auth/providers.ts";
import { type InvitationView, readInvitation } from "#lib/auth/queries.ts";
import { getSession } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Invitation" };

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [invitation, session] = await Promise.all([readInvitation(token), getSession()]);
  if (invitation?.state !== "open") {
    return (
      <>
        <AuthHeading title="Invitation">
          {invitation
            ? describeDeadLink("invitation", invitation.state)
            : "There is no such invitation. Check that the link was copied whole."}
        </AuthHeading>
        <Button asChild>
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </>
    );
  }
  return (
    <>
      <AuthHeading title={`Join ${invitation.projectName ?? "Second Look"}`}>
        {describe(invitation)}
      </AuthHeading>
      {session ? (
        invitation.email && invitation.email !== session.user.email ? (
          <Notice tone="unsure">
            This invitation is for {invitation.email}, and you are signed in as {session.user.email}. Sign
            out, then open it again.
          </Notice>
        ) : (
          <JoinForm token={token} name={session.user.name} />
        )
      ) : (
        <>
          <InvitationForm token={token} fixedEmail={invitation.email} providers={listOutsideProviders()} />
          <p className="mt-6 text-ink-2">
            You have an account?{" "}
            <Link href={`/sign-in?next=/invitation/${token}`} className="link text-ink">
              Sign in and accept
            </Link>
          </p>
        </>
      )}
    </>
  );
}

function describe({ invitedBy, role, projectName, makesAdmin }: InvitationView): string {
  const by = invitedBy ?? "An administrator";
  if (projectName)
    return `${by} invites you to “${projectName}” as ${role === "owner" ? "an owner" : `a ${role}`}.`;
  return `${by} invites you to this server${makesAdmin ? " as an administrator" : ""}.`;
}
