"use client";

import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { setProjectArchivedAction } from "#lib/projects/actions.ts";

export function ArchiveProject({ projectId, isArchived }: { projectId: string; isArchived: boolean }) {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid justify-items-end gap-2">
      <Button
        disabled={isPending}
        onClick={() =>
          run(
            () => setProjectArchivedAction({ projectId, isArchived: !isArchived }),
            isArchived ? "Brought back" : "Archived",
          )
        }
      >
        {isArchived ? "Bring it back" : "Archive the project"}
      </Button>
      <FormError message={error} />
    </div>
  );
}
