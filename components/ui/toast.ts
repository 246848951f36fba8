"use client";

import type { ExternalToast } from "sonner";
import { onDemand } from "#components/ui/on-demand.ts";

type Tone = "success" | "info" | "warning" | "error";
type ToastOptions = Pick<ExternalToast, "description" | "action" | "duration" | "closeButton">;

/** What shows them: most pages are left without one having been said, so it is fetched with the first. */
export const toastHost = onDemand(() => import("#components/ui/toast-host.tsx"));

/** A region that is new to a page is announced only if it stood there empty for a moment. */
const EMPTY_MS = 100;
let isThere = false;

/** Short confirmations over the page, which go by themselves. */
export const toast = {
  success: (message: string, options?: ToastOptions) => say("success", message, options),
  info: (message: string, options?: ToastOptions) => say("info", message, options),
  warning: (message: string, options?: ToastOptions) => say("warning", message, options),
  error: (message: string, options?: ToastOptions) => say("error", message, options),
};

/** Has at hand what shows them, for a screen that has to say something also when the network is gone. */
export function fetchToasts(): void {
  toastHost.fetch().catch(() => undefined);
}

/** Says that a part of the page could not be fetched, where this much can be said. */
export function sayNotFetched(): void {
  toastHost.fetch().then(
    ({ show }) =>
      show.error("This could not be fetched from the server", {
        description: "Press it again. If the server was updated meanwhile, reload the page first.",
      }),
    () => undefined,
  );
}

function say(tone: Tone, message: string, options?: ToastOptions): void {
  toastHost.fetch().then(
    ({ show }) => {
      const wait = isThere ? 0 : EMPTY_MS;
      isThere = true;
      setTimeout(() => show[tone](message, options), wait);
    },
    // Without the network it is said when that is back.
    () => window.addEventListener("online", () => say(tone, message, options), { once: true }),
  );
}
