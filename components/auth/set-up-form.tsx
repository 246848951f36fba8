"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { AccountFields } from "#components/auth/account-fields.tsx";
import { FormError } from "#components/auth/form-error.tsx";
import { signInWithPassword } from "#components/auth/sign-in-with-password.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { setUpAction } from "#lib/auth/actions.ts";

/** Makes the first administrator and signs in as them. */
export function SetUpForm({ code }: { code: string }) {
  const { executeAsync, result, isPending } = useAction(setUpAction);
  const [isLeaving, setLeaving] = useState(false);
  const errors = result.validationErrors?.fieldErrors;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    const done = await executeAsync({
      name: String(form.get("name")),
      email: String(form.get("email")),
      password,
      code: String(form.get("code")),
    });
    if (!done.data) return;
    setLeaving(true);
    const refusal = await signInWithPassword(done.data.email, password);
    window.location.assign(refusal === null ? "/projects" : "/sign-in");
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-4">
      <FormError message={result.serverError?.message} />
      <AccountFields errors={errors} />
      <Field
        label="Set-up code"
        hint="It stands in the terminal where the server was started."
        error={errors?.code?.[0]}
      >
        {(ids) => (
          <Input
            {...ids}
            name="code"
            defaultValue={code}
            autoComplete="off"
            spellCheck={false}
            required
            className="font-mono"
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" disabled={isPending || isLeaving} className="mt-1">
        {isPending || isLeaving ? "Setting up…" : "Make the first administrator"}
      </Button>
    </form>
  );
}
