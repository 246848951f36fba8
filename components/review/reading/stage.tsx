"use client";

import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Reading } from "#components/review/reading/use-reading.ts";
import { cn } from "#components/ui/cn.ts";
import type { TracePartName } from "#lib/review/marks-schema.ts";

export interface StageProps {
  part: TracePartName;
  name: string;
  /** Beside the name: the model, a note, a key. */
  aside?: ReactNode;
  /** What stands in the place of a folded one, in a line. */
  folded?: ReactNode;
  reading: Reading;
  className?: string | undefined;
  children: ReactNode;
}

/** One stage of how the trace came about, under a heading that folds it. */
export function Stage({ part, name, aside, folded, reading, className, children }: StageProps) {
  const isFolded = reading.isFolded(part);
  const isTainted = reading.taint?.states[part].every((state) => state === "tainted") ?? false;
  const hasTaint = isTainted && (reading.taint?.states[part].length ?? 0) > 0;
  return (
    <section aria-label={name} className={cn("relative", className)}>
      <h2 className="mb-1.5 flex flex-wrap items-baseline gap-x-2 text-ink-3 text-xs">
        <button
          type="button"
          data-stage-toggle={part}
          aria-expanded={!isFolded}
          onClick={() => reading.toggleFold(part)}
          className="group relative -ml-1 inline-flex scroll-my-6 items-center gap-0.5 rounded py-0.5 pr-1 font-medium text-ink-2 hover:text-ink pointer-coarse:before:absolute pointer-coarse:before:-inset-x-2 pointer-coarse:before:-top-4 pointer-coarse:before:-bottom-2"
        >
          <ChevronRight
            aria-hidden
            className={cn("size-3 text-ink-3 transition-transform", !isFolded && "rotate-90")}
          />
          {name}
        </button>
        {aside}
        {hasTaint ? <span className="text-wrong">may be wrong: it follows from the first error</span> : null}
      </h2>
      {isFolded ? folded : children}
    </section>
  );
}
