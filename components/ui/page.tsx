import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";

export interface PageHeaderProps {
  title: ReactNode;
  /** One line under the title: what this page holds, in figures where it can. */
  summary?: ReactNode;
  /** Where this page belongs, from the outside in. */
  trail?: { label: string; href: string }[];
  actions?: ReactNode;
}

export function PageHeader({ title, summary, trail, actions }: PageHeaderProps) {
  return (
    <header className="mb-6">
      {trail && trail.length > 0 ? (
        <nav aria-label="Where this page belongs" className="mb-1 flex flex-wrap gap-1.5 text-ink-3 text-xs">
          {trail.map((step) => (
            <span key={step.href} className="flex gap-1.5">
              <Link href={step.href} className="hover:text-ink hover:underline">
                {step.label}
              </Link>
              <span aria-hidden>/</span>
            </span>
          ))}
        </nav>
      ) : null}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="font-semibold text-2xl text-ink tracking-tight">{title}</h1>
          {summary ? <p className="mt-1 max-w-[72ch] text-ink-2">{summary}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
    </header>
  );
}

/** The column that a page of text and tables stands in. Screens with a picture lay themselves out. */
export function Page({
  children,
  wide = false,
  className,
}: {
  children: ReactNode;
  wide?: boolean;
  className?: string;
}) {
  return (
    <div
      className={cn(
        "mx-auto w-full px-4 py-6 sm:px-8 sm:py-8",
        wide ? "max-w-[1600px]" : "max-w-5xl",
        className,
      )}
    >
      {children}
    </div>
  );
}

export interface SectionProps {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A part of a page under a hairline: no boxes. */
export function Section({ title, description, actions, children, className }: SectionProps) {
  return (
    <section className={cn("border-line border-t pt-5 pb-8", className)}>
      <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="font-semibold text-base text-ink">{title}</h2>
          {description ? <p className="mt-0.5 max-w-[68ch] text-ink-3 text-sm">{description}</p> : null}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** What to do next where there is nothing yet. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center px-4 py-16 text-center">
      <p className="font-medium text-base text-ink">{title}</p>
      {children ? <div className="mt-1.5 max-w-[52ch] text-balance text-ink-2">{children}</div> : null}
      {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}

/** A message in the flow of the page: what happened and what to do. */
export function Notice({
  tone = "neutral",
  title,
  children,
  role,
}: {
  tone?: "neutral" | "wrong" | "unsure" | "right";
  title?: ReactNode;
  children?: ReactNode;
  role?: "alert" | "status";
}) {
  const tones = {
    neutral: "border-line-2 bg-sunk text-ink-2",
    wrong: "border-wrong bg-wrong-soft text-ink",
    unsure: "border-unsure bg-unsure-soft text-ink",
    right: "border-correct bg-correct-soft text-ink",
  };
  return (
    <div role={role} className={cn("border-l-2 px-3.5 py-2.5 text-sm", tones[tone])}>
      {title ? <p className="font-medium text-ink">{title}</p> : null}
      {children}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-sunk", className)} />;
}

/** A figure with its name, for a row of them. */
export function Figure({ label, value, note }: { label: ReactNode; value: ReactNode; note?: ReactNode }) {
  return (
    <div>
      <dt className="text-ink-3 text-xs">{label}</dt>
      <dd className="tabular mt-0.5 font-medium text-ink text-xl tracking-tight">{value}</dd>
      {note ? <dd className="text-ink-3 text-xs">{note}</dd> : null}
    </div>
  );
}
