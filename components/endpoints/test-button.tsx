"use client";

import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { formatDuration } from "#components/ui/format.ts";
import { testEndpointAction, testPurposeAction } from "#lib/endpoints/actions.ts";
import type { LastTest, Purpose } from "#lib/endpoints/schema.ts";

type Props = { projectId: string; name: string } & ({ endpointId: string } | { purpose: Purpose });

/** Makes a real call and says below what came back, with the time that it took. */
export function TestButton(props: Props) {
  const [isPending, startTransition] = useTransition();
  const [results, setResults] = useState<LastTest[]>([]);
  const [error, setError] = useState<string | null>(null);

  function test() {
    startTransition(async () => {
      setError(null);
      setResults([]);
      const { projectId } = props;
      const outcome =
        "purpose" in props
          ? await testPurposeAction({ projectId, purpose: props.purpose })
          : await testEndpointAction({ projectId, endpointId: props.endpointId });
      if (outcome.data) setResults(outcome.data.results);
      else setError(outcome.serverError?.message ?? "The test could not be made. Try again.");
    });
  }

  return (
    <div className="contents">
      <Button size="sm" onClick={test} disabled={isPending}>
        {isPending ? "Testing…" : "Test"}
        <span className="sr-only"> {props.name}</span>
      </Button>
      <div role="status" className="basis-full empty:hidden">
        {error ? <p className="text-sm text-wrong">{error}</p> : null}
        {results.map((result) => (
          <TestResult key={`${result.purpose}${result.at}`} result={result} />
        ))}
      </div>
    </div>
  );
}

export function TestResult({ result }: { result: LastTest }) {
  return (
    <p className="mt-1 max-w-[72ch] break-words text-sm">
      <span className={result.ok ? "font-medium text-correct" : "font-medium text-wrong"}>
        {result.ok ? "Works" : "Fails"}
      </span>{" "}
      <span className="text-ink-2">{result.message}</span>
      {result.latencyMs === null ? null : (
        <span className="text-ink-3"> ({formatDuration(result.latencyMs)})</span>
      )}
    </p>
  );
}
