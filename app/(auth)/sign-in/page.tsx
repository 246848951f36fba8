import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthHeading } from "#components/auth/auth-heading.tsx";
import { SignInForm } from "#components/auth/sign-in-form.tsx";
import { safeNextAddress } from "#lib/auth/next-address.ts";
import { listOutsideProviders } from "#lib/auth/providers.ts";
import { isSetUpNeeded } from "#lib/auth/queries.ts";
import { getSession } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Sign in" };

interface Props {
  searchParams: Promise<{ next?: string | string[]; callbackUrl?: string; error?: string }>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { next, error } = await searchParams;
  const target = safeNextAddress(next);
  if (await getSession()) redirect(target);
  if (await isSetUpNeeded()) redirect("/setup");
  return (
    <>
      <AuthHeading title="Sign in">
        No account? Ask an administrator or a project’s owner for an invitation.
      </AuthHeading>
      <SignInForm next={target} providers={listOutsideProviders()} problem={describeProblem(error)} />
    </>
  );
}

/** Codes that come back from an outside provider. Text from the address is never shown as it stands. */
function describeProblem(code: string | undefined): string | null {
  switch (code) {
    case undefined:
    case "SessionRequired":
      return null;
    case "unknown":
      return "Nobody here has this outside account. Open your invitation first, or sign in and link it in your account.";
    case "disabled":
      return "This account is disabled. Ask an administrator.";
    case "invitation":
      return "The invitation could not be used with this outside account: it was used, has expired, or is for another address.";
    case "AccessDenied":
      return "The provider did not allow the sign-in.";
    default:
      return "The sign-in did not work. Try again.";
  }
}
