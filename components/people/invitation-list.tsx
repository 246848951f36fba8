"use client";

import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { revokeInvitationAction } from "#lib/auth/admin-actions.ts";
import { revokeProjectInvitationAction } from "#lib/projects/people-actions.ts";
import type { OpenInvitation } from "#lib/projects/people-queries.ts";

export interface InvitationListProps {
  invitations: OpenInvitation[];
  /** Null: invitations to the server. */
  projectId: string | null;
}

/** Invitations that can still be accepted, and taken back. */
export function InvitationList({ invitations, projectId }: InvitationListProps) {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid gap-3">
      <FormError message={error} />
      <ul>
        {invitations.map((invitation) => {
          const name = invitation.email ?? "Whoever has the link";
          const gives = invitation.role ?? (invitation.makesAdmin ? "administrator" : "user");
          return (
            <li
              key={invitation.id}
              className="flex flex-wrap items-center justify-between gap-3 border-line border-b py-2"
            >
              <span>
                <span className="font-medium">{name}</span>{" "}
                <span className="text-ink-3">
                  as {gives} · expires <TimeAgo at={invitation.expiresAt} />
                </span>
              </span>
              <Button
                size="sm"
                variant="ghost"
                disabled={isPending}
                onClick={() =>
                  run(
                    () =>
                      projectId
                        ? revokeProjectInvitationAction({ projectId, linkId: invitation.id })
                        : revokeInvitationAction({ linkId: invitation.id }),
                    "Invitation taken back",
                  )
                }
              >
                Take back<span className="sr-only"> the invitation for {name}</span>
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
