"use client";

import { ChevronsUpDown, Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useRef, useState } from "react";
import { Bell } from "#components/notifications/bell.tsx";
import { useNotifications } from "#components/notifications/use-notifications.ts";
import { Brand, BrandMark } from "#components/shell/brand.tsx";
import { ProjectNav } from "#components/shell/project-nav.tsx";
import { UserMenu, type UserMenuProps } from "#components/shell/user-menu.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { onDemand } from "#components/ui/on-demand.ts";
import { sayNotFetched } from "#components/ui/toast.ts";

export interface ProjectShellProps {
  project: { id: string; name: string; isArchived: boolean };
  waiting: number;
  user: UserMenuProps;
  children: ReactNode;
}

const sheet = onDemand(async () => (await import("#components/shell/rail-sheet.tsx")).RailSheet);

/** A project's frame: a rail on the left, or on a narrow screen a bar with a sheet. */
export function ProjectShell({ project, waiting, user, children }: ProjectShellProps) {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const sheetButton = useRef<HTMLButtonElement>(null);
  const Sheet = sheet.useFetched();
  // Without the network it stays closed, and the next press asks again.
  const fetchSheet = () => void sheet.fetch().catch(() => undefined);
  const openSheet = () => {
    setSheetOpen(true);
    sheet.fetch().catch(() => {
      setSheetOpen(false);
      sayNotFetched();
    });
  };
  const notifications = useNotifications();
  const pathname = usePathname();
  // Where a trace is read, the picture is the largest thing on the screen.
  const isFocus = /\/(?:review|traces\/[^/]+)$/.test(pathname);
  const makeRail = (isNarrow: boolean) => (
    <div className={cn("flex h-full flex-col gap-4 py-4", isNarrow ? "px-2 pointer-coarse:px-1" : "px-3")}>
      <Link
        href="/projects"
        aria-label="Second Look: all projects"
        className={cn("px-2", isNarrow && "mx-auto grid place-items-center px-0 pointer-coarse:size-11")}
      >
        {isNarrow ? <BrandMark /> : <Brand />}
      </Link>
      {isNarrow ? null : (
        <Link
          href="/projects"
          className="flex items-center justify-between gap-2 rounded-md px-2.5 py-1.5 font-medium text-ink hover:bg-sunk"
          title="All projects"
        >
          <span className="truncate">{project.name}</span>
          <ChevronsUpDown className="size-3.5 shrink-0 text-ink-3" aria-hidden />
        </Link>
      )}
      <ProjectNav
        projectId={project.id}
        waiting={waiting}
        isNarrow={isNarrow}
        onNavigate={() => setSheetOpen(false)}
      />
      <div className={cn("mt-auto grid gap-1", isNarrow && "justify-items-center")}>
        <Bell notifications={notifications} isWide={!isNarrow} side="right" />
        <UserMenu {...user} side="top" isNarrow={isNarrow} />
      </div>
    </div>
  );
  return (
    <div
      className={cn(
        "min-h-dvh lg:grid",
        isFocus ? "lg:grid-cols-[3.5rem_minmax(0,1fr)]" : "lg:grid-cols-[13.5rem_minmax(0,1fr)]",
      )}
    >
      <a
        href="#content"
        // A row of its own while it is shown: laid over the page it would hide what is there.
        className="sr-only focus:not-sr-only focus:col-span-full focus:block focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh border-line border-r lg:block">{makeRail(isFocus)}</aside>
      <header className="flex h-12 items-center gap-1 border-line border-b px-2 lg:hidden">
        <Button
          ref={sheetButton}
          variant="ghost"
          size="icon"
          aria-label="Open the menu"
          aria-haspopup="dialog"
          aria-expanded={isSheetOpen}
          onPointerEnter={fetchSheet}
          onFocus={fetchSheet}
          onClick={openSheet}
        >
          <MenuIcon />
        </Button>
        {Sheet ? (
          <Sheet button={sheetButton} isOpen={isSheetOpen} onOpenChange={setSheetOpen}>
            {makeRail(false)}
          </Sheet>
        ) : null}
        <BrandMark />
        <span className="truncate pl-1 font-medium">{project.name}</span>
        <Bell notifications={notifications} className="ml-auto" />
      </header>
      <main id="content" className="min-w-0">
        {project.isArchived ? (
          <p role="status" className="border-line border-b bg-unsure-soft px-4 py-2 text-sm sm:px-8">
            This project is archived: everything can be read and exported, nothing can be changed. An owner
            can bring it back in its{" "}
            <Link href={`/projects/${project.id}/settings`} className="link">
              settings
            </Link>
            .
          </p>
        ) : null}
        {children}
      </main>
    </div>
  );
}
