"use client";

import { useTheme } from "next-themes";
import { Toaster as Sonner, toast } from "sonner";

/** Shows what is said, fetched when something first is. */
export function ToastHost() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="top-center"
      toastOptions={{
        classNames: {
          toast: "border! border-line! bg-raised! text-ink! shadow-float! font-sans!",
          description: "text-ink-2!",
          actionButton: "bg-ink! text-paper!",
          cancelButton: "bg-sunk! text-ink-2!",
        },
      }}
    />
  );
}

/** Says it; what is said before the host is on the page it says as soon as it is. */
export const show = toast;
