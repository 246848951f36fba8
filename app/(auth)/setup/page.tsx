import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthHeading } from "#components/auth/auth-heading.tsx";
import { SetUpForm } from "#components/auth/set-up-form.tsx";
import { isSetUpNeeded } from "#lib/auth/queries.ts";

export const metadata: Metadata = { title: "Set up" };

interface Props {
  searchParams: Promise<{ code?: string | string[] }>;
}

export default async function SetUpPage({ searchParams }: Props) {
  if (!(await isSetUpNeeded())) redirect("/sign-in");
  const { code } = await searchParams;
  return (
    <>
      <AuthHeading title="Set up Second Look">
        Nobody has an account yet. The first one is the administrator, who invites the others. This page works
        once.
      </AuthHeading>
      <SetUpForm code={typeof code === "string" ? code.slice(0, 40) : ""} />
    </>
  );
}
