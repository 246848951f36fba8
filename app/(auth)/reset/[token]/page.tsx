import type { Metadata } from "next";
import Link from "next/link";
import { AuthHeading } from "#components/auth/auth-heading.tsx";
import { ResetForm } from "#components/auth/reset-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { describeDeadLink } from "#lib/auth/link.ts";
import { readPasswordReset } from "#lib/auth/queries.ts";

export const metadata: Metadata = { title: "New password" };

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const reset = await readPasswordReset(token);
  if (reset?.state !== "open") {
    return (
      <>
        <AuthHeading title="New password">
          {reset
            ? describeDeadLink("password_reset", reset.state)
            : "There is no such link. Check that it was copied whole."}
        </AuthHeading>
        <Button asChild>
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </>
    );
  }
  return (
    <>
      <AuthHeading title="New password">For {reset.email}</AuthHeading>
      <ResetForm token={token} email={reset.email} />
    </>
  );
}
