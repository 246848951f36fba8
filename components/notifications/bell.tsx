"use client";

import { Bell as BellIcon } from "lucide-react";
import { useId, useRef, useState } from "react";
import type { Notifications } from "#components/notifications/use-notifications.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { onDemand } from "#components/ui/on-demand.ts";
import { sayNotFetched } from "#components/ui/toast.ts";

export interface BellProps {
  notifications: Notifications;
  /** With its name beside it, in a wide rail. */
  isWide?: boolean;
  side?: "top" | "right" | "bottom";
  className?: string;
}

const panel = onDemand(async () => (await import("#components/notifications/bell-panel.tsx")).BellPanel);

/** What became of one's runs, with a count of what was not read. */
export function Bell({ notifications, isWide = false, side = "bottom", className }: BellProps) {
  const id = useId();
  const bell = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const Panel = panel.useFetched();
  const { list, refresh } = notifications;
  const unread = list?.unread ?? 0;
  const said = unread > 99 ? "99+" : String(unread);
  const name = unread === 0 ? "Notifications" : `Notifications, ${said} unread`;

  // Without the network it stays closed, and the next press asks again.
  const fetchAhead = () => void panel.fetch().catch(() => undefined);
  function toggle() {
    setOpen(!isOpen);
    if (isOpen) return;
    refresh();
    panel.fetch().catch(() => {
      setOpen(false);
      sayNotFetched();
    });
  }

  return (
    <>
      <Button
        ref={bell}
        variant="ghost"
        size={isWide ? "md" : "icon"}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen && Panel ? id : undefined}
        onPointerEnter={fetchAhead}
        onFocus={fetchAhead}
        onClick={toggle}
        className={cn("relative", isWide && "w-full justify-start px-2.5", className)}
      >
        <BellIcon className="text-ink-3" aria-hidden />
        <span className="sr-only">{name}</span>
        {isWide ? <span aria-hidden>Notifications</span> : null}
        {unread === 0 ? null : isWide ? (
          <span
            aria-hidden
            className="tabular ml-auto rounded-full bg-accent px-1.5 text-2xs text-accent-ink"
          >
            {said}
          </span>
        ) : (
          <span
            aria-hidden
            className="tabular absolute top-0.5 right-0 min-w-4 rounded-full bg-accent px-1 text-2xs text-accent-ink leading-4"
          >
            {said}
          </span>
        )}
      </Button>
      {Panel ? <Panel {...{ id, notifications, bell, side, isOpen }} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
