"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { connectHubAction, disconnectHubAction } from "#lib/hub/actions.ts";
import type { HubConnectionView } from "#lib/hub/schema.ts";

export interface HubConnectionProps {
  projectId: string;
  connection: HubConnectionView | null;
}

/** Whose token a project pushes with, and the field for another one. */
export function HubConnection({ projectId, connection }: HubConnectionProps) {
  const [token, setToken] = useState("");
  const [isChanging, setChanging] = useState(false);
  const { run, isPending, error } = useCommand();
  const { execute, result, isExecuting } = useAction(connectHubAction, {
    onSuccess: () => {
      setToken("");
      setChanging(false);
    },
  });
  const problem = result.serverError?.message ?? result.validationErrors?.fieldErrors.token?.[0];

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    execute({ projectId, token });
  }

  return (
    <div className="grid gap-3">
      {connection ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p>
            Pushes go out as <strong className="font-medium">{connection.accountName}</strong>, with the token
            that ends in <code className="font-mono text-sm">{connection.tokenHint}</code>.
          </p>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" aria-expanded={isChanging} onClick={() => setChanging(!isChanging)}>
              Another token
            </Button>
            <ConfirmDialog
              trigger={
                <Button size="sm" variant="danger" disabled={isPending}>
                  Remove
                </Button>
              }
              title="Remove the token?"
              description="Nothing more is pushed from this project until somebody enters another. What is at the Hub stays there."
              confirmLabel="Yes, remove it"
              danger
              onConfirm={() => run(() => disconnectHubAction({ projectId }), "The token is removed")}
            />
          </div>
        </div>
      ) : (
        <p className="text-ink-2">No token of the Hub is entered yet: nothing can be pushed.</p>
      )}
      {error ? (
        <Notice tone="wrong" role="alert">
          {error}
        </Notice>
      ) : null}
      {!connection || isChanging ? (
        <form onSubmit={submit} className="flex flex-wrap items-start gap-3">
          <Field
            label="Token of the Hub"
            hint="With the right to write. It is stored sealed and shown nowhere."
            error={problem}
            className="min-w-0 grow basis-72"
          >
            {(ids) => (
              <Input
                {...ids}
                type="password"
                autoComplete="off"
                required
                maxLength={400}
                placeholder="hf_…"
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" className="mt-6" disabled={isExecuting || token.trim() === ""}>
            {isExecuting ? "Asking the Hub…" : "Save"}
          </Button>
        </form>
      ) : null}
    </div>
  );
}
