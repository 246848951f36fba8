"use client";

import { useState, useTransition } from "react";
import { toast } from "sonner";

interface Outcome {
  serverError?: { message: string } | undefined;
  validationErrors?: unknown;
}

/**
 * Runs small actions from menus and buttons: one at a time, a short confirmation when it is done, the reason in the
 * page when it is not.
 */
export function useCommand() {
  const [isPending, startTransition] = useTransition();
  const [error, setError] = useState<string | null>(null);

  function run(action: () => Promise<Outcome | undefined>, done: string, then?: () => void) {
    startTransition(async () => {
      setError(null);
      const outcome = await action();
      if (outcome?.serverError) return setError(outcome.serverError.message);
      if (outcome?.validationErrors) return setError("This could not be sent. Check what was entered.");
      toast.success(done);
      then?.();
    });
  }

  return { run, isPending, error };
}
