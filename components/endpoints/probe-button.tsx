"use client";

import { useTry } from "#components/endpoints/use-try.ts";
import { Button } from "#components/ui/button.tsx";
import type { Purpose } from "#lib/endpoints/schema.ts";

/** Probes a purpose's model: about twenty short calls, said before and counted after. */
export function ProbeButton({
  projectId,
  purpose,
  name,
}: {
  projectId: string;
  purpose: Purpose;
  name: string;
}) {
  const { isPending, waitsFor, isProbed, error, start } = useTry(projectId, { kind: "probe", purpose });
  return (
    <div className="contents">
      <Button
        size="sm"
        onClick={() => void start()}
        disabled={isPending}
        title="About twenty short calls: how it continues a turn, and what it takes"
      >
        {isPending ? "Probing…" : "Probe"}
        <span className="sr-only"> {name}</span>
      </Button>
      <div role="status" className="order-last basis-full empty:hidden">
        {isPending ? (
          <p className="mt-1 text-ink-3 text-sm">
            About twenty short calls, three minutes at most beside what they wait for their turns.
          </p>
        ) : null}
        {waitsFor ? <p className="mt-1 max-w-[72ch] text-sm text-unsure">{waitsFor}</p> : null}
        {error ? <p className="mt-1 text-sm text-wrong">{error}</p> : null}
        {/* What was found stands beside, where the page keeps it. */}
        {isProbed ? <p className="sr-only">The probe is through.</p> : null}
      </div>
    </div>
  );
}
