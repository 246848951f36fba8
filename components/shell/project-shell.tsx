"use client";

import { ChevronsUpDown, Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Brand, BrandMark } from "#components/shell/brand.tsx";
import { ProjectNav } from "#components/shell/project-nav.tsx";
import { UserMenu, type UserMenuProps } from "#components/shell/user-menu.tsx";
import { Button } from "#components/ui/button.tsx";

export interface ProjectShellProps {
  project: { id: string; name: string; isArchived: boolean };
  waiting: number;
  user: UserMenuProps;
  children: ReactNode;
}

/** A project's frame: a rail on the left, or on a narrow screen a bar with a sheet. */
export function ProjectShell({ project, waiting, user, children }: ProjectShellProps) {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const rail = (
    <div className="flex h-full flex-col gap-4 px-3 py-4">
      <Link href="/projects" aria-label="Second Look: all projects" className="px-2">
        <Brand />
      </Link>
      <Link
        href="/projects"
        className="flex items-center justify-between gap-2 rounded-md px-2.5 py-1.5 font-medium text-ink hover:bg-sunk"
        title="All projects"
      >
        <span className="truncate">{project.name}</span>
        <ChevronsUpDown className="size-3.5 shrink-0 text-ink-3" aria-hidden />
      </Link>
      <ProjectNav projectId={project.id} waiting={waiting} onNavigate={() => setSheetOpen(false)} />
      <div className="mt-auto">
        <UserMenu {...user} side="top" />
      </div>
    </div>
  );
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh border-line border-r lg:block">{rail}</aside>
      <div className="flex h-12 items-center gap-1 border-line border-b px-2 lg:hidden">
        <RadixDialog.Root open={isSheetOpen} onOpenChange={setSheetOpen}>
          <RadixDialog.Trigger asChild>
            <Button variant="ghost" size="icon" aria-label="Open the menu">
              <MenuIcon />
            </Button>
          </RadixDialog.Trigger>
          <RadixDialog.Portal>
            <RadixDialog.Overlay className="fixed inset-0 z-40 bg-black/35 dark:bg-black/60" />
            <RadixDialog.Content
              aria-describedby={undefined}
              className="fixed inset-y-0 left-0 z-50 w-64 border-line border-r bg-paper focus:outline-none"
            >
              <RadixDialog.Title className="sr-only">Menu</RadixDialog.Title>
              {rail}
            </RadixDialog.Content>
          </RadixDialog.Portal>
        </RadixDialog.Root>
        <BrandMark />
        <span className="truncate pl-1 font-medium">{project.name}</span>
      </div>
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
