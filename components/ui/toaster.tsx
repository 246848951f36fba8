"use client";

import { toastHost } from "#components/ui/toast.ts";

/** Where short confirmations are shown (`toast`); what must not be missed stands in the page itself. */
export function Toaster() {
  const host = toastHost.useFetched();
  return host ? <host.ToastHost /> : null;
}
