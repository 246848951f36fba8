"use client";

import { X } from "lucide-react";
import { AlertDialog as RadixAlert, Dialog as RadixDialog } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";

const overlay = "fixed inset-0 z-40 bg-black/35 dark:bg-black/60";
const panel =
  "fixed top-[8dvh] left-1/2 z-50 max-h-[84dvh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 overflow-y-auto rounded-lg border border-line bg-raised p-5 shadow-float focus:outline-none";

export interface DialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  title: string;
  description?: ReactNode;
  /** Wider, for forms and pictures. */
  wide?: boolean;
  /** It closes by its own buttons alone: what it shows would be lost by a click beside it or Escape. */
  isHeld?: boolean;
  children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { open, onOpenChange, trigger, title, description, wide, isHeld, children } = props;
  const hold = isHeld ? (event: Event) => event.preventDefault() : undefined;
  return (
    <RadixDialog.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger ? <RadixDialog.Trigger asChild>{trigger}</RadixDialog.Trigger> : null}
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlay} />
        <RadixDialog.Content
          className={cn(panel, wide && "max-w-3xl")}
          {...(hold ? { onInteractOutside: hold, onEscapeKeyDown: hold } : {})}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <RadixDialog.Title className="font-semibold text-base text-ink">{title}</RadixDialog.Title>
              {description ? (
                <RadixDialog.Description className="mt-1 text-ink-2 text-sm">
                  {description}
                </RadixDialog.Description>
              ) : null}
            </div>
            {isHeld ? null : (
              <RadixDialog.Close asChild>
                <Button variant="ghost" size="icon-sm" aria-label="Close">
                  <X />
                </Button>
              </RadixDialog.Close>
            )}
          </div>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

export const DialogClose = RadixDialog.Close;

/** The row of buttons that ends a dialog. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}

export interface ConfirmDialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  title: string;
  /** What will happen, in full; what can't be undone is said. */
  description: ReactNode;
  confirmLabel: string;
  danger?: boolean;
  /** For instance until a name is typed. */
  confirmDisabled?: boolean;
  onConfirm: () => void;
  children?: ReactNode;
}

/** Asks before something that matters. Escape and the first button leave everything as it is. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    open,
    onOpenChange,
    trigger,
    title,
    description,
    confirmLabel,
    danger,
    confirmDisabled,
    onConfirm,
    children,
  } = props;
  return (
    <RadixAlert.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger ? <RadixAlert.Trigger asChild>{trigger}</RadixAlert.Trigger> : null}
      <RadixAlert.Portal>
        <RadixAlert.Overlay className={overlay} />
        <RadixAlert.Content className={panel}>
          <RadixAlert.Title className="font-semibold text-base text-ink">{title}</RadixAlert.Title>
          <RadixAlert.Description asChild>
            <div className="mt-2 text-ink-2 text-sm">{description}</div>
          </RadixAlert.Description>
          {children ? <div className="mt-4">{children}</div> : null}
          <DialogFooter>
            <RadixAlert.Cancel asChild>
              <Button variant="ghost">Cancel</Button>
            </RadixAlert.Cancel>
            <RadixAlert.Action asChild>
              <Button variant={danger ? "danger" : "primary"} disabled={confirmDisabled} onClick={onConfirm}>
                {confirmLabel}
              </Button>
            </RadixAlert.Action>
          </DialogFooter>
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  );
}
