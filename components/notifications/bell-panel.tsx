"use client";

import Link from "next/link";
import { Popover } from "radix-ui";
import { type RefObject, useRef } from "react";
import { NotificationItems } from "#components/notifications/notification-items.tsx";
import type { Notifications } from "#components/notifications/use-notifications.ts";
import { Button } from "#components/ui/button.tsx";

export interface BellPanelProps {
  id: string;
  notifications: Notifications;
  /** The bell: it has the focus back when this closes. */
  bell: RefObject<HTMLElement | null>;
  side: "top" | "right" | "bottom";
  isOpen: boolean;
  onClose: () => void;
}

/** What is told at the bell, fetched when it is first wanted. */
export function BellPanel({ id, notifications, bell, side, isOpen, onClose }: BellPanelProps) {
  const { list, markRead } = notifications;
  const unread = list?.unread ?? 0;
  /** Whoever pressed something else has the focus there. */
  const isLeft = useRef(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={bell} />
      <Popover.Portal>
        <Popover.Content
          id={id}
          side={side}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Notifications"
          onInteractOutside={(event) => {
            // The bell closes it by itself.
            if (event.target instanceof Node && bell.current?.contains(event.target)) event.preventDefault();
            else isLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeft.current) bell.current?.focus();
            isLeft.current = false;
          }}
          className="z-50 flex max-h-[min(34rem,80dvh)] w-[min(24rem,calc(100vw-1rem))] flex-col rounded-lg border border-line bg-raised shadow-float focus:outline-none"
        >
          <div className="flex items-center justify-between gap-3 border-line border-b px-4 py-2.5">
            <p className="font-semibold text-ink text-sm">Notifications</p>
            {unread > 0 ? (
              <Button variant="ghost" size="sm" onClick={() => markRead(null)}>
                Mark all read
              </Button>
            ) : null}
          </div>
          <div className="min-h-0 overflow-y-auto">
            {list === null ? (
              <p className="px-4 py-6 text-center text-ink-3 text-sm">Loading…</p>
            ) : list.items.length === 0 ? (
              <p className="px-4 py-6 text-center text-ink-2 text-sm">
                Nothing yet. When a run that you started ends or stops, it is told here.
              </p>
            ) : (
              <NotificationItems
                items={list.items}
                onOpen={(opened) => {
                  markRead([opened]);
                  onClose();
                }}
              />
            )}
          </div>
          <Link
            href="/notifications"
            onClick={onClose}
            className="border-line border-t px-4 py-2.5 text-center text-ink-2 text-xs hover:bg-sunk hover:text-ink"
          >
            All notifications
          </Link>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
