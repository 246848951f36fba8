import type { ReactNode } from "react";

export function AuthHeading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="mb-6">
      <h1 className="font-semibold text-2xl text-ink tracking-tight">{title}</h1>
      {children ? <div className="mt-1.5 text-ink-2">{children}</div> : null}
    </header>
  );
}
