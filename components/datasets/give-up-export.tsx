"use client";

import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { giveUpExportAction } from "#lib/datasets/actions.ts";

interface Props {
  projectId: string;
  exportId: string;
  name: string;
}

/** Gives up an archive that waits or is being made. */
export function GiveUpExport({ projectId, exportId, name }: Props) {
  const { run, isPending, error } = useCommand();
  return (
    <span className="flex flex-wrap items-center gap-2">
      {error ? (
        <span role="alert" className="text-wrong text-xs">
          {error}
        </span>
      ) : null}
      <Button
        size="sm"
        variant="ghost"
        disabled={isPending}
        aria-label={`Give up ${name}`}
        onClick={() => run(() => giveUpExportAction({ projectId, exportId }), "Given up")}
      >
        Give up
      </Button>
    </span>
  );
}
