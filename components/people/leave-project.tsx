"use client";

import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { leaveProjectAction } from "#lib/projects/people-actions.ts";

export function LeaveProject({ projectId, name }: { projectId: string; name: string }) {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid justify-items-end gap-2">
      <ConfirmDialog
        trigger={<Button disabled={isPending}>Leave the project…</Button>}
        title={`Leave “${name}”?`}
        description="You lose access at once."
        confirmLabel="Leave"
        danger
        onConfirm={() =>
          run(
            () => leaveProjectAction({ projectId }),
            "You left the project",
            () => window.location.assign("/projects"),
          )
        }
      />
      <FormError message={error} />
    </div>
  );
}
