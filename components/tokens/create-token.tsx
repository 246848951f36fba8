"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useId, useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Checkbox, Input, Select } from "#components/ui/input.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { createTokenAction } from "#lib/tokens/actions.ts";
import { API_SCOPES, type ApiScope, TOKEN_DAYS } from "#lib/tokens/scopes.ts";

export interface CreateTokenProps {
  projectId: string;
  /** What this person's role can give a token. */
  scopes: readonly ApiScope[];
}

const DEFAULT_DAYS = 90;

/** Asks what a token is for and what it may do, then shows it, once. */
export function CreateToken({ projectId, scopes }: CreateTokenProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { execute, result, isPending, reset } = useAction(createTokenAction);
  const errors = result.validationErrors?.fieldErrors;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = TOKEN_DAYS.find((one) => String(one) === form.get("days")) ?? null;
    execute({
      projectId,
      name: String(form.get("name") ?? ""),
      scopes: scopes.filter((scope) => form.has(scope)),
      days,
    });
  }

  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (open) reset();
      }}
      // Whoever closes it now has lost the token: it is shown this once.
      isHeld={isPending || result.data !== undefined}
      trigger={<Button variant="primary">Make a token…</Button>}
      title={result.data ? "The token is made" : "Make a token"}
      description={
        result.data
          ? undefined
          : "Whatever uses it acts in your name in this project, and never does more than your own role allows."
      }
    >
      {result.data ? (
        <>
          <SecretOnce
            label="Token"
            secret={result.data.token}
            hint="It is shown only now. Keep it where secrets are kept; make another if it is lost."
          />
          <DialogFooter>
            <DialogClose asChild>
              <Button variant="primary">I have kept it</Button>
            </DialogClose>
          </DialogFooter>
        </>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <FormError message={result.serverError?.message} />
          <Field label="Name" hint="What will use it, so that it is known later." error={errors?.name?.[0]}>
            {(ids) => (
              <Input
                {...ids}
                name="name"
                required
                maxLength={80}
                placeholder="Nightly export"
                autoComplete="off"
              />
            )}
          </Field>
          <fieldset className="grid gap-2">
            <legend className="mb-1.5 font-medium text-ink text-sm">What it may do</legend>
            {scopes.map((scope) => (
              <label key={scope} htmlFor={`${id}-${scope}`} className="flex items-start gap-2.5 text-sm">
                <Checkbox
                  id={`${id}-${scope}`}
                  name={scope}
                  defaultChecked={scope.endsWith(":read")}
                  className="mt-0.5"
                />
                <span>
                  <span className="text-ink">{API_SCOPES[scope].label}</span>{" "}
                  <code className="whitespace-nowrap font-mono text-ink-3 text-xs">{scope}</code>
                </span>
              </label>
            ))}
            {errors?.scopes?.[0] ? <p className="text-wrong text-xs">{errors.scopes[0]}</p> : null}
          </fieldset>
          <Field label="Works for" hint="It also ends when your account or your role does.">
            {(ids) => (
              <Select {...ids} name="days" defaultValue={String(DEFAULT_DAYS)} className="w-48">
                {TOKEN_DAYS.map((days) => (
                  <option key={days} value={days}>
                    {days === 365 ? "a year" : `${days} days`}
                  </option>
                ))}
                <option value="">until it is revoked</option>
              </Select>
            )}
          </Field>
          <DialogFooter>
            <DialogClose asChild>
              <Button variant="ghost" disabled={isPending}>
                Cancel
              </Button>
            </DialogClose>
            <Button type="submit" variant="primary" disabled={isPending}>
              {isPending ? "Making it…" : "Make the token"}
            </Button>
          </DialogFooter>
        </form>
      )}
    </Dialog>
  );
}
