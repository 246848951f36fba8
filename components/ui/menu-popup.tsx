"use client";

import { Menu as Radix } from "radix-ui/internal";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { MenuPartsContext } from "#components/ui/menu-parts.ts";

export interface MenuPopupProps {
  id: string;
  /** What opens it, stands for its name, and has the focus back when it closes. */
  trigger: RefObject<HTMLElement | null>;
  triggerId: string;
  align: "start" | "center" | "end";
  side: "top" | "bottom" | "left" | "right";
  isOpen: boolean;
  /** It was opened by a key: the first thing in it has the focus. */
  isByKey: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A menu's list, fetched when a menu is first wanted. */
export function MenuPopup({ id, trigger, triggerId, isOpen, isByKey, onClose, ...props }: MenuPopupProps) {
  const list = useRef<HTMLDivElement>(null);
  /** Whoever pressed something else has the focus there. */
  const isLeft = useRef(false);

  useEffect(() => {
    if (!isOpen || !isByKey) return;
    // The menu itself takes the focus as it opens.
    const frame = requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('[role^="menuitem"]:not([data-disabled])')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [isOpen, isByKey]);

  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Radix.Anchor virtualRef={trigger} />
      <Radix.Portal>
        <Radix.Content
          ref={list}
          id={id}
          aria-labelledby={triggerId}
          align={props.align}
          side={props.side}
          sideOffset={6}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // What opens it closes it by itself.
            if (event.target instanceof Node && trigger.current?.contains(event.target))
              event.preventDefault();
            else isLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeft.current) trigger.current?.focus();
            isLeft.current = false;
          }}
          className="z-50 min-w-48 rounded-lg border border-line bg-raised p-1 text-sm shadow-float"
        >
          <MenuPartsContext value={Radix}>{props.children}</MenuPartsContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
