"use client";

import { CircleSlash } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { withdrawVersionAction } from "#lib/datasets/actions.ts";

/** Says that a version is not to be used any more, with the reason, which stands wherever the version does. */
export function WithdrawVersion({ projectId, versionId }: { projectId: string; versionId: string }) {
  const [reason, setReason] = useState("");

  async function confirm() {
    const result = await withdrawVersionAction({ projectId, versionId, reason });
    if (result?.serverError || result?.validationErrors)
      toast.error(
        result.serverError?.message ??
          result.validationErrors?.fieldErrors?.reason?.[0] ??
          "It was not withdrawn.",
      );
    else toast.success("The version is withdrawn.");
  }

  return (
    <ConfirmDialog
      danger
      trigger={
        <Button size="sm" variant="ghost">
          <CircleSlash aria-hidden />
          Withdraw
        </Button>
      }
      title="Withdraw this version?"
      description="It stays to be looked at, with your reason above it, and is exported no more. This can't be undone: make another version instead."
      confirmLabel="Withdraw the version"
      confirmDisabled={reason.trim().length < 3}
      onConfirm={confirm}
      onOpenChange={() => setReason("")}
    >
      <Field label="Why" hint="For whoever finds this version, or what was trained on it, later.">
        {(ids) => (
          <Textarea
            {...ids}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
