"use client";

import { Check } from "lucide-react";
import { Slot } from "radix-ui";
import type { Menu as Radix } from "radix-ui/internal";
import { type ComponentProps, type KeyboardEvent, type ReactNode, use, useId, useRef, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { type MenuParts, MenuPartsContext } from "#components/ui/menu-parts.ts";
import { onDemand } from "#components/ui/on-demand.ts";
import { sayNotFetched } from "#components/ui/toast.ts";

export interface MenuProps {
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}

const popup = onDemand(async () => (await import("#components/ui/menu-popup.tsx")).MenuPopup);

/**
 * A button with a menu. Most menus of a page are never opened: what shows them is fetched when one is first pointed at,
 * or comes into focus. One that is pressed before opens as soon as it is there.
 */
export function Menu({ trigger, align = "end", side = "bottom", children }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState<"by-key" | "by-pointer" | null>(null);
  const Popup = popup.useFetched();
  const isOpen = opened !== null;

  // Without the network it stays closed, and the next press asks again.
  const fetchAhead = () => void popup.fetch().catch(() => undefined);
  const open = (how: "by-key" | "by-pointer") => {
    setOpened(how);
    popup.fetch().catch(() => {
      setOpened(null);
      sayNotFetched();
    });
  };

  return (
    <>
      <Slot.Root
        ref={button}
        id={id}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen && Popup ? `${id}-menu` : undefined}
        data-state={isOpen ? "open" : "closed"}
        onPointerEnter={fetchAhead}
        onFocus={fetchAhead}
        onClick={(event) => {
          if (isOpen) setOpened(null);
          else open(event.detail === 0 ? "by-key" : "by-pointer");
        }}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          open("by-key");
        }}
      >
        {trigger}
      </Slot.Root>
      {Popup ? (
        <Popup
          id={`${id}-menu`}
          trigger={button}
          triggerId={id}
          {...{ align, side, isOpen }}
          isByKey={opened === "by-key"}
          onClose={() => setOpened(null)}
        >
          {children}
        </Popup>
      ) : null}
    </>
  );
}

const ITEM =
  "flex cursor-default select-none items-center gap-2 rounded-md px-2.5 py-1.5 outline-none pointer-coarse:py-3 data-[disabled]:opacity-50 data-[highlighted]:bg-sunk";

export function MenuItem({
  className,
  danger,
  ...props
}: ComponentProps<typeof Radix.Item> & { danger?: boolean }) {
  const { Item } = useParts();
  return (
    <Item
      className={cn(ITEM, "[&_svg]:size-4 [&_svg]:text-ink-3", danger && "text-wrong", className)}
      {...props}
    />
  );
}

/** One of several that may be chosen: the menu stays open, so that they are chosen one after another. */
export function MenuChoice({
  isChosen,
  onChoose,
  children,
}: {
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
  children: ReactNode;
}) {
  const { CheckboxItem, ItemIndicator } = useParts();
  return (
    <CheckboxItem
      checked={isChosen}
      onCheckedChange={onChoose}
      onSelect={(event) => event.preventDefault()}
      className={ITEM}
    >
      <span className="grid size-4 place-items-center">
        <ItemIndicator>
          <Check className="size-4 text-accent" aria-hidden />
        </ItemIndicator>
      </span>
      {children}
    </CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  const { Label } = useParts();
  return <Label className="px-2.5 py-1.5 text-ink-3 text-xs">{children}</Label>;
}

export function MenuSeparator() {
  const { Separator } = useParts();
  return <Separator className="my-1 h-px bg-line" />;
}

function useParts(): MenuParts {
  const parts = use(MenuPartsContext);
  if (!parts) throw new Error("What is made for a menu stands in one");
  return parts;
}
