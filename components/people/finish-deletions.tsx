"use client";

import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { finishDeletionsAction } from "#lib/projects/actions.ts";

export function FinishDeletions() {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid justify-items-end gap-2">
      <Button disabled={isPending} onClick={() => run(() => finishDeletionsAction(), "The deletions go on")}>
        Go on now
      </Button>
      <FormError message={error} />
    </div>
  );
}
