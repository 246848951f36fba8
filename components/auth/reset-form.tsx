"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { PasswordField } from "#components/auth/password-field.tsx";
import { signInWithPassword } from "#components/auth/sign-in-with-password.ts";
import { Button } from "#components/ui/button.tsx";
import { resetPasswordAction } from "#lib/auth/actions.ts";
import { MIN_PASSWORD } from "#lib/auth/schema.ts";

/** Sets a new password with a link and signs in with it. */
export function ResetForm({ token, email }: { token: string; email: string }) {
  const { executeAsync, result, isPending } = useAction(resetPasswordAction);
  const [isLeaving, setLeaving] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    const done = await executeAsync({ token, password });
    if (!done.data) return;
    setLeaving(true);
    const refusal = await signInWithPassword(done.data.email, password);
    window.location.assign(refusal === null ? "/projects" : "/sign-in");
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-4">
      <FormError message={result.serverError?.message} />
      {/* For password managers: whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <PasswordField
        name="password"
        label="New password"
        autoComplete="new-password"
        hint={`At least ${MIN_PASSWORD} characters. It signs you out everywhere else.`}
        error={result.validationErrors?.fieldErrors?.password?.[0]}
      />
      <Button type="submit" variant="primary" size="lg" disabled={isPending || isLeaving}>
        {isPending || isLeaving ? "Setting…" : "Set the password"}
      </Button>
    </form>
  );
}
