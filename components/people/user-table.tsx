"use client";

import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { ResetLinkDialog } from "#components/people/reset-link-dialog.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { formatCount } from "#components/ui/format.ts";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { setUserAdminAction, setUserDisabledAction } from "#lib/auth/admin-actions.ts";
import type { UserRow } from "#lib/auth/queries.ts";

/** The accounts of this server, each with what an administrator can do about it. */
export function UserTable({ users, ownId }: { users: UserRow[]; ownId: string }) {
  const { run, isPending, error } = useCommand();
  const [disabling, setDisabling] = useState<UserRow | null>(null);
  const [resetting, setResetting] = useState<UserRow | null>(null);
  return (
    <>
      {error ? (
        <div className="mb-4">
          <FormError message={error} />
        </div>
      ) : null}
      <Table>
        <thead>
          <tr>
            <Th>Name</Th>
            <Th className="text-right">Projects</Th>
            <Th>Last seen</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <Td>
                <div className="flex flex-wrap items-center gap-2 font-medium">
                  {user.name}
                  {user.id === ownId ? <Badge tone="outline">you</Badge> : null}
                  {user.isAdmin ? <Badge tone="accent">administrator</Badge> : null}
                  {user.isDemo ? <Badge tone="unsure">demo</Badge> : null}
                  {user.isDisabled ? <Badge tone="wrong">disabled</Badge> : null}
                </div>
                <div className="text-ink-3 text-xs">{user.email}</div>
              </Td>
              <Td className="tabular text-right">{formatCount(user.projects)}</Td>
              <Td className="text-ink-3">{user.lastSeenAt ? <TimeAgo at={user.lastSeenAt} /> : "never"}</Td>
              <Td className="pr-0 text-right">
                <Menu
                  trigger={
                    <Button
                      variant="ghost"
                      size="icon-sm"
                      aria-label={`Actions for ${user.name}`}
                      disabled={isPending}
                    >
                      <Ellipsis />
                    </Button>
                  }
                >
                  <MenuItem disabled={user.isDisabled} onSelect={() => setResetting(user)}>
                    Make a password link…
                  </MenuItem>
                  <MenuItem
                    onSelect={() =>
                      run(
                        () => setUserAdminAction({ userId: user.id, isAdmin: !user.isAdmin }),
                        user.isAdmin
                          ? `${user.name} is an ordinary user now`
                          : `${user.name} is an administrator now`,
                      )
                    }
                  >
                    {user.isAdmin ? "Make an ordinary user" : "Make an administrator"}
                  </MenuItem>
                  <MenuSeparator />
                  {user.isDisabled ? (
                    <MenuItem
                      onSelect={() =>
                        run(
                          () => setUserDisabledAction({ userId: user.id, isDisabled: false }),
                          `${user.name} can sign in again`,
                        )
                      }
                    >
                      Enable the account
                    </MenuItem>
                  ) : (
                    <MenuItem danger disabled={user.id === ownId} onSelect={() => setDisabling(user)}>
                      Disable the account…
                    </MenuItem>
                  )}
                </Menu>
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={disabling !== null}
        onOpenChange={(isOpen) => {
          if (!isOpen) setDisabling(null);
        }}
        title={`Disable ${disabling?.name ?? ""}?`}
        description="Their sessions end at once, invitations that they made stop working, and traces in their hands go back to the queue. What they judged and wrote stays. Projects of which they are the only owner have nobody to manage them until the account is enabled again."
        confirmLabel="Disable"
        danger
        onConfirm={() => {
          if (!disabling) return;
          run(
            () => setUserDisabledAction({ userId: disabling.id, isDisabled: true }),
            `${disabling.name}’s account is disabled`,
          );
        }}
      />
      {resetting ? <ResetLinkDialog user={resetting} onClose={() => setResetting(null)} /> : null}
    </>
  );
}
