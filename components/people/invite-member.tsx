"use client";

import { InviteDialog } from "#components/people/invite-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/input.tsx";
import type { ProjectRole } from "#lib/auth/permissions.ts";
import { inviteMemberAction } from "#lib/projects/people-actions.ts";

/** Invites someone to a project by link. */
export function InviteMember({ projectId }: { projectId: string }) {
  return (
    <InviteDialog
      title="Invite to this project"
      send={(form) =>
        inviteMemberAction({
          projectId,
          email: String(form.get("email")),
          role: String(form.get("role")) as ProjectRole,
        })
      }
    >
      <Field label="Role">
        {(ids) => (
          <Select {...ids} name="role" defaultValue="reviewer">
            <option value="reviewer">Reviewer: reads, judges and edits</option>
            <option value="viewer">Viewer: reads</option>
            <option value="owner">Owner: everything</option>
          </Select>
        )}
      </Field>
    </InviteDialog>
  );
}
