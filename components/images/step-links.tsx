"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { Button } from "#components/ui/button.tsx";

/** To the pictures before and after, by button or by the keys J and K, in the order of the gallery one came from. */
export function StepLinks({ previous, next }: { previous: string | null; next: string | null }) {
  const router = useRouter();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const target = event.key === "k" ? previous : event.key === "j" ? next : null;
      if (target) router.push(target);
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [previous, next, router]);
  return (
    <div className="flex gap-1">
      <Step href={previous} label="Previous image" shortcut="k" icon={<ChevronLeft />} />
      <Step href={next} label="Next image" shortcut="j" icon={<ChevronRight />} />
    </div>
  );
}

interface StepProps {
  href: string | null;
  label: string;
  shortcut: string;
  icon: React.ReactNode;
}

function Step({ href, label, shortcut, icon }: StepProps) {
  const title = `${label} (${shortcut.toUpperCase()})`;
  if (!href) {
    return (
      <Button size="icon-sm" disabled aria-label={label} title={title}>
        {icon}
      </Button>
    );
  }
  return (
    <Button size="icon-sm" asChild>
      <Link href={href} aria-label={label} title={title} aria-keyshortcuts={shortcut}>
        {icon}
      </Link>
    </Button>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.closest("[role=dialog], [role=alertdialog]") !== null)
  );
}
