"use client";

import { type FormEvent, type ReactNode, useState, useTransition } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { LinkOnce } from "#components/people/link-once.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

interface Outcome {
  data?: { path: string };
  serverError?: { message: string };
  validationErrors?: { fieldErrors?: { email?: string[] } };
}

export interface InviteDialogProps {
  title: string;
  send: (form: FormData) => Promise<Outcome | undefined>;
  /** What the invitation gives: fields of the form. */
  children: ReactNode;
}

/** Asks whom to invite, then shows the link, once. */
export function InviteDialog({ title, send, children }: InviteDialogProps) {
  const [isPending, startTransition] = useTransition();
  const [outcome, setOutcome] = useState<Outcome>({});

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(async () => setOutcome((await send(form)) ?? {}));
  }

  return (
    <Dialog
      trigger={<Button variant="primary">Invite…</Button>}
      title={title}
      description="You get a link to send by mail or chat. It works once, for seven days."
      isHeld={isPending || outcome.data !== undefined}
      onOpenChange={() => setOutcome({})}
    >
      {outcome.data ? (
        <>
          <LinkOnce
            label="Invitation link"
            path={outcome.data.path}
            hint="It is shown only now. Whoever opens it can accept; make a new one if it is lost."
          />
          <DialogFooter>
            <DialogClose asChild>
              <Button variant="primary">Done</Button>
            </DialogClose>
          </DialogFooter>
        </>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <FormError message={outcome.serverError?.message} />
          <Field
            label="Email"
            hint="Optional. With an address, only that person can accept."
            error={outcome.validationErrors?.fieldErrors?.email?.[0]}
          >
            {(ids) => <Input {...ids} name="email" type="email" autoComplete="off" />}
          </Field>
          {children}
          <DialogFooter>
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <Button type="submit" variant="primary" disabled={isPending}>
              {isPending ? "Making the link…" : "Make the link"}
            </Button>
          </DialogFooter>
        </form>
      )}
    </Dialog>
  );
}
