"use client";

import { useAction } from "next-safe-action/hooks";
import type { FormEvent } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { renameAction } from "#lib/auth/actions.ts";

export function RenameForm({ name }: { name: string }) {
  const { execute, result, isPending } = useAction(renameAction, {
    onSuccess: () => void toast.success("Name saved"),
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    execute({ name: String(new FormData(event.currentTarget).get("name")) });
  }

  return (
    <form onSubmit={submit} className="grid max-w-md gap-4">
      <FormError message={result.serverError?.message} />
      <Field label="Name" error={result.validationErrors?.fieldErrors?.name?.[0]}>
        {(ids) => (
          <Input {...ids} name="name" defaultValue={name} autoComplete="name" required maxLength={80} />
        )}
      </Field>
      <div>
        <Button type="submit" disabled={isPending}>
          {isPending ? "Saving…" : "Save the name"}
        </Button>
      </div>
    </form>
  );
}
