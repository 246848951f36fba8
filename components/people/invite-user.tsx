"use client";

import { InviteDialog } from "#components/people/invite-dialog.tsx";
import { Checkbox } from "#components/ui/input.tsx";
import { inviteUserAction } from "#lib/auth/admin-actions.ts";

/** Invites someone to the server by link. */
export function InviteUser() {
  return (
    <InviteDialog
      title="Invite to this server"
      send={(form) =>
        inviteUserAction({ email: String(form.get("email")), makesAdmin: form.get("makesAdmin") === "on" })
      }
    >
      <label htmlFor="makes-admin" className="flex items-center gap-2">
        <Checkbox id="makes-admin" name="makesAdmin" />
        As an administrator
      </label>
    </InviteDialog>
  );
}
