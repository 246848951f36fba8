"use client";

import { signIn } from "next-auth/react";
import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { unlinkIdentityAction } from "#lib/auth/actions.ts";

export interface IdentitiesProps {
  identities: { id: string; provider: string; createdAt: Date }[];
  providers: { id: string; name: string }[];
}

/** The outside accounts that sign in as this user, and the providers that could. */
export function Identities({ identities, providers }: IdentitiesProps) {
  const { run, isPending, error } = useCommand();
  const nameOf = (id: string) => providers.find((provider) => provider.id === id)?.name ?? id;
  const open = providers.filter(({ id }) => !identities.some(({ provider }) => provider === id));
  return (
    <div className="grid max-w-md gap-3">
      <FormError message={error} />
      <ul className="grid gap-2">
        {identities.map(({ id, provider, createdAt }) => (
          <li key={id} className="flex items-center justify-between gap-4">
            <span>
              {nameOf(provider)}{" "}
              <span className="text-ink-3 text-xs">
                linked <TimeAgo at={createdAt} />
              </span>
            </span>
            <Button
              size="sm"
              disabled={isPending}
              onClick={() =>
                run(() => unlinkIdentityAction({ identityId: id }), `${nameOf(provider)} unlinked`)
              }
            >
              Unlink {nameOf(provider)}
            </Button>
          </li>
        ))}
      </ul>
      {open.map(({ id, name }) => (
        <div key={id}>
          <Button onClick={() => void signIn(id, { callbackUrl: "/account" })}>Link {name}</Button>
        </div>
      ))}
    </div>
  );
}
