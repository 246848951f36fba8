"use client";

import { useState, useTransition } from "react";
import { askServer, isUnanswered } from "#components/people/ask-server.ts";
import { toast } from "#components/ui/toast.ts";

interface Outcome {
  serverError?: { message: string } | undefined;
  validationErrors?: unknown;
}

/** Long enough to look at the network and come back. */
const UNANSWERED_MS = 60_000;

/**
 * Runs small actions from menus and buttons: one at a time, a short confirmation when it is done, the reason in the
 * page when it is not. Where no answer came at all, it offers to try the very same again.
 */
export function useCommand() {
  const [isPending, startTransition] = useTransition();
  const [error, setError] = useState<string | null>(null);

  function run(action: () => Promise<Outcome | undefined>, done: string, then?: () => void) {
    startTransition(async () => {
      setError(null);
      const outcome: Outcome | undefined = await askServer(action);
      if (isUnanswered(outcome))
        toast.error("No answer from the server", {
          action: { label: "Try again", onClick: () => run(action, done, then) },
          duration: UNANSWERED_MS,
        });
      if (outcome?.serverError) return setError(outcome.serverError.message);
      if (outcome?.validationErrors) return setError("This could not be sent. Check what was entered.");
      toast.success(done);
      then?.();
    });
  }

  return { run, isPending, error };
}
