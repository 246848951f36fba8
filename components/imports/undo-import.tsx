"use client";

import { Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { toast } from "#components/ui/toast.ts";
import { undoImportAction } from "#lib/interchange/actions.ts";

const LOOK_MS = 1500;

/** Takes back what an import added, as long as nobody has judged it; looks until a worker has done so. */
export function UndoImport({ projectId, importId }: { projectId: string; importId: string }) {
  const router = useRouter();
  const [isAsked, setAsked] = useState(false);

  useEffect(() => {
    if (!isAsked) return;
    const timer = setInterval(() => router.refresh(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isAsked, router]);

  async function undo() {
    setAsked(true);
    const result = await undoImportAction({ projectId, importId });
    if (!result?.serverError) return;
    setAsked(false);
    toast.error(result.serverError.message);
  }

  return (
    <ConfirmDialog
      danger
      trigger={
        <Button disabled={isAsked} aria-busy={isAsked}>
          <Undo2 aria-hidden />
          {isAsked ? "Being taken back…" : "Take back"}
        </Button>
      }
      title="Take back what this import added?"
      description="Its traces go, with the questions and the images without a picture that came with them. What somebody has judged, marked, edited or frozen in a version stays. The same files can be imported again."
      confirmLabel="Take it back"
      onConfirm={() => void undo()}
    />
  );
}
