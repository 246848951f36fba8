"use client";

import { useAction } from "next-safe-action/hooks";
import { FormError } from "#components/auth/form-error.tsx";
import { LinkOnce } from "#components/people/link-once.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { makeResetLinkAction } from "#lib/auth/admin-actions.ts";

export interface ResetLinkDialogProps {
  user: { id: string; name: string };
  onClose: () => void;
}

/** Makes a link with which a user sets a new password, and shows it once. */
export function ResetLinkDialog({ user, onClose }: ResetLinkDialogProps) {
  const { execute, result, isPending } = useAction(makeResetLinkAction);
  return (
    <Dialog
      open
      isHeld={isPending || result.data !== undefined}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      title={`A new password for ${user.name}`}
      description="With the link they choose a new password, which ends their other sessions. It works once, for a day; earlier links stop working."
    >
      <FormError message={result.serverError?.message} />
      {result.data ? (
        <LinkOnce
          label="Password link"
          path={result.data.path}
          hint={`It is shown only now. Whoever has it can sign in as ${user.name}: send it to them alone.`}
        />
      ) : null}
      <DialogFooter>
        {result.data ? (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={isPending} onClick={() => execute({ userId: user.id })}>
              {isPending ? "Making the link…" : "Make the link"}
            </Button>
          </>
        )}
      </DialogFooter>
    </Dialog>
  );
}
