"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "#components/ui/cn.ts";

/** Tabs that are addresses: each can be sent to a colleague. */
export function TabsNav({ label, items }: { label: string; items: { href: string; label: string }[] }) {
  const pathname = usePathname();
  const current = items
    .filter((item) => pathname === item.href || pathname.startsWith(`${item.href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0];
  return (
    <nav
      aria-label={label}
      className="mb-6 flex gap-5 overflow-x-auto border-line border-b [scrollbar-width:none]"
    >
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={item === current ? "page" : undefined}
          className={cn(
            "-mb-px whitespace-nowrap border-b-2 border-transparent pb-2 text-ink-3 text-sm hover:text-ink",
            item === current && "border-accent font-medium text-ink",
          )}
        >
          {item.label}
        </Link>
      ))}
    </nav>
  );
}
