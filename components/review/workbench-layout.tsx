"use client";

import { X } from "lucide-react";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { CommandKey } from "#components/keys/command-key.tsx";
import { PanelLoading, type PanelProps, REVIEW_PANELS } from "#components/review/panels.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";

const GuidelinesPanel = dynamic(
  async () => (await import("#components/review/guidelines/guidelines-panel.tsx")).GuidelinesPanel,
  { loading: PanelLoading },
);

export interface WorkbenchLayoutProps {
  picture: ReactNode;
  /** The reading column. */
  children: ReactNode;
  projectId: string;
  /** What the open panel shows; without it (nothing of the trace may be seen yet) only the guidelines can be read. */
  panelProps?: PanelProps | undefined;
  panel: string | null;
  onPanel: (name: string | null) => void;
}

const COLUMNS = "lg:grid lg:h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,min(42rem,58%))]";

/**
 * The review screen's frame: the picture, the reading beside it, and one panel under the picture (over all of it on a
 * narrow screen). Opening one never moves the reading.
 */
export function WorkbenchLayout({
  projectId,
  picture,
  children,
  panelProps,
  panel,
  onPanel,
}: WorkbenchLayoutProps) {
  const open = panelsFor(panelProps !== undefined).find(({ name }) => name === panel);
  return (
    <div className={COLUMNS}>
      <div className="sticky top-0 z-20 h-[38dvh] lg:relative lg:flex lg:h-dvh lg:flex-col">
        <div className="size-full min-h-0 lg:flex-1">{picture}</div>
        {open ? (
          <aside
            aria-label={open.title}
            className="absolute inset-x-0 top-0 z-20 flex h-dvh flex-col border-line bg-paper lg:static lg:h-[46%] lg:shrink-0 lg:border-t"
          >
            <header className="flex items-center justify-between gap-2 px-5 pt-2.5 pb-1">
              <h2 className="font-medium text-ink">{open.title}</h2>
              <Button
                variant="ghost"
                size="icon-sm"
                aria-label={`Close ${open.title.toLowerCase()}`}
                onClick={() => onPanel(null)}
              >
                <X />
              </Button>
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-6">
              {panelProps ? <open.Component {...panelProps} /> : <GuidelinesPanel projectId={projectId} />}
            </div>
          </aside>
        ) : null}
      </div>
      {children}
    </div>
  );
}

/** The right half: the panels' buttons, what is read, and what stands under it and never scrolls away. */
export function ReadingColumn({
  head,
  children,
  foot,
}: {
  head?: ReactNode;
  children: ReactNode;
  foot: ReactNode;
}) {
  return (
    <div className="flex min-h-0 min-w-0 flex-col lg:h-dvh">
      {head ? <div className="border-line border-b px-3 py-1.5 sm:px-5">{head}</div> : null}
      {/* The margin on the left holds the marks of steps. */}
      <div className="min-w-0 flex-1 overflow-x-clip overflow-y-auto pt-5 pr-5 pb-8 pl-7 sm:pr-8 sm:pl-16">
        {children}
      </div>
      <div className="sticky bottom-0 z-10 grid gap-2 border-line border-t bg-paper px-3 py-2.5 sm:px-5">
        {foot}
      </div>
    </div>
  );
}

/** Before the reviewer's own answer nothing that tells of the trace: what the owner wrote for all of them does not. */
function panelsFor(isOpen: boolean) {
  return isOpen ? REVIEW_PANELS : REVIEW_PANELS.filter(({ name }) => name === "guidelines");
}

/** The panels' buttons, with their keys; `isOpen`: what is noted of the trace may be seen. */
export function PanelButtons({
  panel,
  onPanel,
  isOpen = true,
}: Pick<WorkbenchLayoutProps, "panel" | "onPanel"> & { isOpen?: boolean }) {
  return (
    <nav aria-label="Panels" className="@container flex gap-x-0.5 overflow-x-auto">
      {panelsFor(isOpen).map(({ name, title, command }) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === panel}
          onClick={() => onPanel(name === panel ? null : name)}
          className={cn(
            "inline-flex h-6 shrink-0 items-center gap-1.5 rounded-md px-1.5 text-ink-3 text-xs hover:bg-sunk hover:text-ink pointer-coarse:h-11 pointer-coarse:min-w-11 pointer-coarse:justify-center",
            name === panel && "font-medium text-accent",
          )}
        >
          {title} <CommandKey name={command} className="h-4 min-w-4 px-0.5 @max-xl:hidden" />
        </button>
      ))}
    </nav>
  );
}
