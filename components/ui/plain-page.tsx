import type { ReactNode } from "react";

/**
 * What stands where a page cannot be shown, and the way on. Every page brings this along in case, so that it is made of
 * little: no links of the router's, no primitives.
 */
export function PlainPage({
  title,
  action,
  children,
}: {
  title: string;
  action: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <div className="flex flex-col items-center px-4 py-16 text-center">
        <p className="font-medium text-base text-ink">{title}</p>
        <p className="mt-1.5 mb-5 max-w-[52ch] text-balance text-ink-2">{children}</p>
        {action}
      </div>
    </main>
  );
}
