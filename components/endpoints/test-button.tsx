"use client";

import { useTry } from "#components/endpoints/use-try.ts";
import { Button } from "#components/ui/button.tsx";
import { formatDuration } from "#components/ui/format.ts";
import type { LastTest, Purpose } from "#lib/endpoints/schema.ts";

type Props = { projectId: string; name: string } & ({ endpointId: string } | { purpose: Purpose });

/** Makes a real call and says below what it waits for, what came back, and the time that it took. */
export function TestButton(props: Props) {
  const { isPending, waitsFor, results, error, start } = useTry(
    props.projectId,
    "purpose" in props
      ? { kind: "purpose", purpose: props.purpose }
      : { kind: "endpoint", endpointId: props.endpointId },
  );
  return (
    <div className="contents">
      <Button size="sm" onClick={() => void start()} disabled={isPending}>
        {isPending ? "Testing…" : "Test"}
        <span className="sr-only"> {props.name}</span>
      </Button>
      <div role="status" className="order-last basis-full empty:hidden">
        {waitsFor ? <p className="mt-1 max-w-[72ch] text-sm text-unsure">{waitsFor}</p> : null}
        {error ? <p className="mt-1 text-sm text-wrong">{error}</p> : null}
        {results.map((result) => (
          <TestResult key={`${result.purpose}${result.at}`} result={result} />
        ))}
      </div>
    </div>
  );
}

/** `isMade`: false where it found no turn, so that nothing was sent. */
export function TestResult({ result }: { result: LastTest & { isMade?: boolean } }) {
  const { isMade = true, ok, message, latencyMs } = result;
  return (
    <p className="mt-1 max-w-[72ch] break-words text-sm">
      <Outcome isMade={isMade} isOk={ok} /> <span className="text-ink-2">{message}</span>
      {latencyMs === null ? null : <span className="text-ink-3"> ({formatDuration(latencyMs)})</span>}
    </p>
  );
}

function Outcome({ isMade, isOk }: { isMade: boolean; isOk: boolean }) {
  if (!isMade) return <span className="font-medium text-unsure">Not tested</span>;
  return isOk ? (
    <span className="font-medium text-correct">Works</span>
  ) : (
    <span className="font-medium text-wrong">Fails</span>
  );
}
