"use client";

import { PasswordField } from "#components/auth/password-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { MIN_PASSWORD } from "#lib/auth/schema.ts";

export interface AccountFieldsProps {
  /** Set where an invitation is for one address alone. */
  fixedEmail?: string | null;
  errors: { email?: string[]; name?: string[]; password?: string[] } | undefined;
}

/** Name, address and password of a new account. */
export function AccountFields({ fixedEmail, errors }: AccountFieldsProps) {
  return (
    <>
      <Field label="Name" hint="As colleagues will see it beside your verdicts." error={errors?.name?.[0]}>
        {(ids) => <Input {...ids} name="name" autoComplete="name" required maxLength={80} />}
      </Field>
      <Field label="Email" error={errors?.email?.[0]}>
        {(ids) => (
          <Input
            {...ids}
            name="email"
            type="email"
            autoComplete="username"
            required
            readOnly={Boolean(fixedEmail)}
            defaultValue={fixedEmail ?? undefined}
          />
        )}
      </Field>
      <PasswordField
        name="password"
        label="Password"
        autoComplete="new-password"
        hint={`At least ${MIN_PASSWORD} characters; a few words are better than a few symbols.`}
        error={errors?.password?.[0]}
      />
    </>
  );
}
