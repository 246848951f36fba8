"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { deleteImageAction } from "#lib/images/actions.ts";

export interface DeleteImageProps {
  projectId: string;
  image: { id: string; externalId: string };
  /** What goes with it. */
  grown: { questions: number; simple: number; long: number };
}

/** Deletes an image after its name was typed: what grew from it goes too, verdicts included. */
export function DeleteImage({ projectId, image, grown }: DeleteImageProps) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const hasGrown = grown.questions > 0;

  async function confirm() {
    setBusy(true);
    const result = await deleteImageAction({ projectId, imageId: image.id, confirm: typed });
    setBusy(false);
    if (result?.data) {
      toast.success(`${result.data.externalId} was deleted.`);
      router.push(`/projects/${projectId}/images`);
      router.refresh();
      return;
    }
    toast.error(
      result?.serverError?.message ?? "The image was not deleted. Reload the page, then try again.",
    );
  }

  return (
    <ConfirmDialog
      danger
      trigger={
        <Button size="sm" variant="ghost" disabled={isBusy} aria-busy={isBusy}>
          <Trash2 aria-hidden />
          Delete
        </Button>
      }
      title={`Delete ${image.externalId}?`}
      description={
        hasGrown
          ? `The picture goes, and with it ${formatPlural(grown.questions, "question")}, ${formatPlural(grown.simple, "simple thought")} and ${formatPlural(grown.long, "long thought")} with their verdicts. This can't be undone.`
          : "The picture and its description go. This can't be undone."
      }
      confirmLabel="Delete the image"
      confirmDisabled={typed.trim() !== image.externalId}
      onConfirm={confirm}
      onOpenChange={() => setTyped("")}
    >
      <Field label={<>Type {image.externalId} to confirm</>}>
        {(ids) => (
          <Input
            {...ids}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
