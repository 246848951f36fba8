"use client";

import { useEffect, useState } from "react";
import type { RunProgress } from "#lib/generation/run-schema.ts";

const POLL_MS = 2000;
/** A stream that fails this often in a row does not get through here (a proxy that buffers, say): ask instead. */
const STREAM_FAILURES = 3;

/**
 * A run's progress, live: from the server's event stream, or by asking again and again where no stream comes through.
 * `isStale` says that the last news is old because the server cannot be reached.
 */
export function useRunProgress(
  projectId: string,
  initial: RunProgress,
): { progress: RunProgress; isStale: boolean } {
  const [progress, setProgress] = useState(initial);
  const [isStale, setStale] = useState(false);
  const runId = initial.runId;

  useEffect(() => {
    const base = `/api/projects/${projectId}/runs/${runId}`;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;

    const accept = (next: RunProgress) => {
      failures = 0;
      setStale(false);
      setProgress(next);
    };
    const poll = async () => {
      try {
        const response = await fetch(base, { signal: stop.signal });
        if (!response.ok) throw new Error(`status ${response.status}`);
        accept(await response.json());
      } catch {
        if (stop.signal.aborted) return;
        setStale(true);
      }
      timer = setTimeout(poll, POLL_MS);
    };

    const stream = new EventSource(`${base}/events`);
    stream.onmessage = (event) => accept(JSON.parse(event.data));
    stream.onerror = () => {
      failures += 1;
      if (failures > 1) setStale(true);
      if (failures < STREAM_FAILURES && stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      void poll();
    };
    return () => {
      stream.close();
      stop.abort();
      clearTimeout(timer);
    };
  }, [projectId, runId]);

  return { progress, isStale };
}
