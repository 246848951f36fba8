import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";

/** A key, shown where it works. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        "max-sm:hidden pointer-coarse:hidden inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line-2 border-b-2 bg-raised px-1 font-medium font-sans text-2xs text-ink-2",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
