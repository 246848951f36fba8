"use client";

import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { archiveEndpointAction } from "#lib/endpoints/actions.ts";
import type { EndpointView } from "#lib/endpoints/queries.ts";

export function ArchiveEndpoint({ projectId, endpoint }: { projectId: string; endpoint: EndpointView }) {
  const { run, isPending, error } = useCommand();
  const isArchived = endpoint.archivedAt !== null;
  return (
    <div className="flex flex-col items-end gap-1">
      <Button
        disabled={isPending}
        onClick={() =>
          run(
            () => archiveEndpointAction({ projectId, endpointId: endpoint.id, isArchived: !isArchived }),
            isArchived ? "Brought back" : "Archived",
          )
        }
      >
        {isArchived ? "Bring it back" : "Archive"}
      </Button>
      {error ? (
        <p role="alert" className="max-w-[40ch] text-right text-wrong text-xs">
          {error}
        </p>
      ) : null}
    </div>
  );
}
