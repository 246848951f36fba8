"use client";

import { useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/input.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { type ProjectRole, ROLES } from "#lib/auth/permissions.ts";
import { changeMemberRoleAction, removeMemberAction } from "#lib/projects/people-actions.ts";
import type { MemberRow } from "#lib/projects/people-queries.ts";

export interface MemberTableProps {
  projectId: string;
  members: MemberRow[];
  canManage: boolean;
  ownId: string;
}

/** A project's members; owners change roles and remove people here. */
export function MemberTable({ projectId, members, canManage, ownId }: MemberTableProps) {
  const { run, isPending, error } = useCommand();
  const [leaving, setLeaving] = useState<MemberRow | null>(null);
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
            <Th>Role</Th>
            <Th>Last seen</Th>
            {canManage ? (
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.userId}>
              <Td>
                <div className="flex flex-wrap items-center gap-2 font-medium">
                  {member.name}
                  {member.userId === ownId ? <Badge tone="outline">you</Badge> : null}
                  {member.isDisabled ? <Badge tone="wrong">disabled</Badge> : null}
                </div>
                <div className="text-ink-3 text-xs">{member.email}</div>
              </Td>
              <Td>
                {canManage ? (
                  <Select
                    // Anew when the stored role differs from the chosen one, e.g. after a refusal.
                    key={`${member.role}-${error}`}
                    aria-label={`Role of ${member.name}`}
                    defaultValue={member.role}
                    disabled={isPending}
                    className="w-32"
                    onChange={(event) => {
                      const role = event.currentTarget.value as ProjectRole;
                      run(
                        () => changeMemberRoleAction({ projectId, userId: member.userId, role }),
                        `${member.name} is now ${role === "owner" ? "an owner" : `a ${role}`}`,
                      );
                    }}
                  >
                    {ROLES.map((role) => (
                      <option key={role} value={role}>
                        {role}
                      </option>
                    ))}
                  </Select>
                ) : (
                  member.role
                )}
              </Td>
              <Td className="text-ink-3">
                {member.lastSeenAt ? <TimeAgo at={member.lastSeenAt} /> : "never"}
              </Td>
              {canManage ? (
                <Td className="pr-0 text-right">
                  {member.userId === ownId ? null : (
                    <Button size="sm" variant="ghost" disabled={isPending} onClick={() => setLeaving(member)}>
                      Remove<span className="sr-only"> {member.name}</span>
                    </Button>
                  )}
                </Td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </Table>
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={(isOpen) => {
          if (!isOpen) setLeaving(null);
        }}
        title={`Remove ${leaving?.name ?? ""}?`}
        description="They lose access at once, and traces in their hands go back to the queue. What they judged and wrote stays, with their name."
        confirmLabel="Remove"
        danger
        onConfirm={() => {
          if (leaving)
            run(() => removeMemberAction({ projectId, userId: leaving.userId }), `${leaving.name} removed`);
        }}
      />
    </>
  );
}
