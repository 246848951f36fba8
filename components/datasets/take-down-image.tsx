"use client";

import { ImageOff } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Input, Textarea } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { takeDownImageAction } from "#lib/datasets/actions.ts";

/** Takes an image out of everything, dataset versions as well, after its name was typed and the reason said. */
export function TakeDownImage({
  projectId,
  image,
}: {
  projectId: string;
  image: { id: string; externalId: string };
}) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);

  async function confirm() {
    setBusy(true);
    const result = await takeDownImageAction({ projectId, imageId: image.id, reason, confirm: typed });
    setBusy(false);
    if (!result?.data) {
      toast.error(
        result?.serverError?.message ?? "The image was not taken down. Reload the page, then try again.",
      );
      return;
    }
    const { externalId, lines, versions, repositories, copies } = result.data;
    toast.success(
      lines > 0
        ? `${externalId} was taken down. ${formatPlural(lines, "line")} of ${formatPlural(versions, "version")} became gaps.`
        : `${externalId} was taken down. No version held it.`,
    );
    if (copies > 0) {
      toast.warning(
        `${formatPlural(copies, "other image")} of this project ${copies === 1 ? "is" : "are"} the same picture and ${copies === 1 ? "stays" : "stay"} until taken down as well.`,
        { duration: Number.POSITIVE_INFINITY, closeButton: true },
      );
    }
    if (repositories.length > 0) {
      toast.warning(
        `It was pushed to ${repositories.join(", ")}: take it down there yourself, or push a new export of each version.`,
        { duration: Number.POSITIVE_INFINITY, closeButton: true },
      );
    }
    router.push(`/projects/${projectId}/images`);
    router.refresh();
  }

  return (
    <ConfirmDialog
      danger
      trigger={
        <Button size="sm" variant="ghost" disabled={isBusy} aria-busy={isBusy}>
          <ImageOff aria-hidden />
          Take down
        </Button>
      }
      title={`Take ${image.externalId} down?`}
      description="For a picture that must not be kept. It goes with all that grew from it and with what models were told and said of it. In every dataset version its lines become gaps that name this reason; exports that held it are deleted and can be made again. What was downloaded before is out of reach. This can't be undone."
      confirmLabel="Take the image down"
      confirmDisabled={typed.trim() !== image.externalId || reason.trim().length < 3}
      onConfirm={confirm}
      onOpenChange={() => {
        setTyped("");
        setReason("");
      }}
    >
      <div className="grid gap-4">
        <Field label="Why" hint="It stands in every version in place of what goes.">
          {(ids) => (
            <Textarea
              {...ids}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
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
      </div>
    </ConfirmDialog>
  );
}
