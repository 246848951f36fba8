"use client";

import { useTheme } from "next-themes";
import { Toaster as Sonner } from "sonner";

/** Short confirmations; what must not be missed stands in the page itself. */
export function Toaster() {
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
