"use client";

import { Dialog as RadixDialog } from "radix-ui";
import type { ReactNode, RefObject } from "react";

export interface RailSheetProps {
  /** What opens it, and has the focus back when it closes. */
  button: RefObject<HTMLElement | null>;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
}

/** The rail on a narrow screen: over the page, fetched when it is first wanted. */
export function RailSheet({ button, isOpen, onOpenChange, children }: RailSheetProps) {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-black/35 dark:bg-black/60" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            button.current?.focus();
          }}
          className="fixed inset-y-0 left-0 z-50 w-64 border-line border-r bg-paper focus:outline-none"
        >
          <RadixDialog.Title className="sr-only">Menu</RadixDialog.Title>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
