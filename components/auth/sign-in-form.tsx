"use client";

import { type FormEvent, useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { OutsideButtons } from "#components/auth/outside-buttons.tsx";
import { PasswordField } from "#components/auth/password-field.tsx";
import { signInWithPassword } from "#components/auth/sign-in-with-password.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

export interface SignInFormProps {
  /** Where to go then; checked by the server to be an address of this app. */
  next: string;
  providers: { id: string; name: string }[];
  /** What went wrong at an outside provider, as a sentence. */
  problem: string | null;
}

export function SignInForm({ next, providers, problem }: SignInFormProps) {
  const [error, setError] = useState(problem);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    const refusal = await signInWithPassword(String(form.get("email")), String(form.get("password")));
    if (refusal === null) {
      // A full load: nothing that was fetched for someone else stays in the browser's memory.
      window.location.assign(next);
      return;
    }
    setError(refusal);
    setBusy(false);
  }

  return (
    <>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <FormError message={error} />
        <Field label="Email">
          {(ids) => <Input {...ids} name="email" type="email" autoComplete="username" required />}
        </Field>
        <PasswordField name="password" label="Password" autoComplete="current-password" />
        <Button type="submit" variant="primary" size="lg" disabled={isBusy} className="mt-1">
          {isBusy ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      <OutsideButtons providers={providers} callbackUrl={next} />
    </>
  );
}
