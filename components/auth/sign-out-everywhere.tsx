"use client";

import { signOut } from "next-auth/react";
import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { signOutEverywhereAction } from "#lib/auth/actions.ts";

export function SignOutEverywhere() {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid justify-items-start gap-3">
      <FormError message={error} />
      <Button
        variant="danger"
        disabled={isPending}
        onClick={() =>
          run(
            () => signOutEverywhereAction(),
            "Signed out everywhere",
            () => void signOut({ callbackUrl: "/sign-in" }),
          )
        }
      >
        Sign out everywhere
      </Button>
    </div>
  );
}
