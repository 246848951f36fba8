"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { giveBack, RepairError } from "#components/repair/repair-client.ts";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.ts";

/** Sends a trace that was to be mended back to where it was, as it is. Undo in review takes it back. */
export function GiveBackButton(props: { projectId: string; traceId: string; rowVersion: number }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const { projectId, traceId, rowVersion } = props;
  return (
    <Button
      size="sm"
      variant="ghost"
      disabled={isPending}
      onClick={() =>
        startTransition(async () => {
          try {
            await giveBack(projectId, { traceId, rowVersion });
            toast.success("Given back as it is");
          } catch (error) {
            if (!(error instanceof RepairError)) throw error;
            toast.error(error.message);
          }
          router.refresh();
        })
      }
    >
      Give back as it is
    </Button>
  );
}
