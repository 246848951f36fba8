"use client";

import { Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { askServer } from "#components/people/ask-server.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { toast } from "#components/ui/toast.ts";
import { previewUndoAction, undoImportAction } from "#lib/interchange/actions.ts";
import type { UndoPreview } from "#lib/interchange/undo-queries.ts";

const LOOK_MS = 1500;

export interface UndoImportProps {
  projectId: string;
  importId: string;
  /** A worker has been asked and is not done. */
  isUnderWay: boolean;
}

/** Takes back what an import added, having said what that is; looks until a worker has done so. */
export function UndoImport({ projectId, importId, isUnderWay }: UndoImportProps) {
  const router = useRouter();
  const [isSending, setSending] = useState(false);
  const [preview, setPreview] = useState<UndoPreview | string | null>(null);

  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => router.refresh(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isUnderWay, router]);

  async function look(isOpen: boolean) {
    if (!isOpen) return;
    setPreview(null);
    const result = await askServer(() => previewUndoAction({ projectId, importId }));
    setPreview(result?.data ?? result?.serverError?.message ?? "What would go could not be counted.");
  }

  async function undo() {
    setSending(true);
    const result = await askServer(() => undoImportAction({ projectId, importId }));
    setSending(false);
    if (result?.serverError) toast.error(result.serverError.message);
    router.refresh();
  }

  const isBusy = isSending || isUnderWay;
  return (
    <ConfirmDialog
      danger
      onOpenChange={(isOpen) => void look(isOpen)}
      trigger={
        <Button disabled={isBusy} aria-busy={isBusy}>
          <Undo2 aria-hidden />
          {isBusy ? "Being taken back…" : "Take back"}
        </Button>
      }
      title="Take back what this import added?"
      description={
        <div className="grid gap-2">
          <p role="status" className="text-ink">
            {describe(preview)}
          </p>
          <p>
            What somebody has judged, marked, edited, compared or frozen in a version stays, with its question
            and image; so does what another import prefers, and every picture. The same files can be imported
            again.
          </p>
        </div>
      }
      confirmLabel="Take it back"
      confirmDisabled={preview === null}
      onConfirm={() => void undo()}
    />
  );
}

function describe(preview: UndoPreview | string | null): string {
  if (preview === null) return "Counting what would go…";
  if (typeof preview === "string") return preview;
  const { traces, kept, questions, images } = preview;
  const rest = kept > 0 ? ` ${formatPlural(kept, "trace")} ${kept === 1 ? "stays" : "stay"}.` : "";
  if (traces + questions + images === 0) return `Nothing of it would go.${rest}`;
  return `${formatPlural(traces, "trace")}, ${formatPlural(questions, "question")} and ${formatPlural(images, "image")} without a picture would go.${rest}`;
}
