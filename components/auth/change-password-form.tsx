"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useRef } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { PasswordField } from "#components/auth/password-field.tsx";
import { signInWithPassword } from "#components/auth/sign-in-with-password.ts";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.ts";
import { changePasswordAction } from "#lib/auth/actions.ts";
import { MIN_PASSWORD } from "#lib/auth/schema.ts";

/** Changes the password; every session ends with it, so this one is begun again with the new password. */
export function ChangePasswordForm({ email }: { email: string }) {
  const { executeAsync, result, isPending } = useAction(changePasswordAction);
  const form = useRef<HTMLFormElement>(null);
  const errors = result.validationErrors?.fieldErrors;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const next = String(data.get("next"));
    const done = await executeAsync({ current: String(data.get("current")), next });
    if (!done.data) return;
    if ((await signInWithPassword(done.data.email, next)) !== null) return window.location.assign("/sign-in");
    form.current?.reset();
    toast.success("Password changed; you are signed out everywhere else");
  }

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} className="grid max-w-md gap-4">
      <FormError message={result.serverError?.message} />
      {/* For password managers: whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <PasswordField
        name="current"
        label="Current password"
        autoComplete="current-password"
        error={errors?.current?.[0]}
      />
      <PasswordField
        name="next"
        label="New password"
        autoComplete="new-password"
        hint={`At least ${MIN_PASSWORD} characters; a few words are better than a few symbols.`}
        error={errors?.next?.[0]}
      />
      <div>
        <Button type="submit" disabled={isPending}>
          {isPending ? "Changing…" : "Change the password"}
        </Button>
      </div>
    </form>
  );
}
