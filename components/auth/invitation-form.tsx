"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { AccountFields } from "#components/auth/account-fields.tsx";
import { FormError } from "#components/auth/form-error.tsx";
import { OutsideButtons } from "#components/auth/outside-buttons.tsx";
import { signInWithPassword } from "#components/auth/sign-in-with-password.ts";
import { Button } from "#components/ui/button.tsx";
import { acceptInvitationAction, joinAction, keepInvitationAction } from "#lib/auth/actions.ts";

export interface InvitationFormProps {
  token: string;
  fixedEmail: string | null;
  providers: { id: string; name: string }[];
}

/** Makes an account from an invitation and signs in with it. */
export function InvitationForm({ token, fixedEmail, providers }: InvitationFormProps) {
  const { executeAsync, result, isPending } = useAction(acceptInvitationAction);
  const [isLeaving, setLeaving] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    const done = await executeAsync({
      token,
      name: String(form.get("name")),
      email: String(form.get("email")),
      password,
    });
    if (!done.data) return;
    setLeaving(true);
    const refusal = await signInWithPassword(done.data.email, password);
    window.location.assign(refusal === null ? projectAddress(done.data.projectId) : "/sign-in");
  }

  return (
    <>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <FormError message={result.serverError?.message} />
        <AccountFields fixedEmail={fixedEmail} errors={result.validationErrors?.fieldErrors} />
        <Button type="submit" variant="primary" size="lg" disabled={isPending || isLeaving} className="mt-1">
          {isPending || isLeaving ? "Making the account…" : "Make an account"}
        </Button>
      </form>
      <OutsideButtons
        providers={providers}
        callbackUrl="/projects"
        prepare={() => keepInvitationAction({ token })}
      />
    </>
  );
}

/** Accepts an invitation as the user who is signed in. */
export function JoinForm({ token, name }: { token: string; name: string }) {
  const { executeAsync, result, isPending } = useAction(joinAction);

  async function join() {
    const done = await executeAsync({ token });
    if (done.data) window.location.assign(projectAddress(done.data.projectId));
  }

  return (
    <div className="grid gap-4">
      <FormError message={result.serverError?.message} />
      <Button variant="primary" size="lg" disabled={isPending} onClick={() => void join()}>
        {isPending ? "Accepting…" : `Accept as ${name}`}
      </Button>
    </div>
  );
}

function projectAddress(projectId: string | null): string {
  return projectId ? `/projects/${projectId}` : "/projects";
}
