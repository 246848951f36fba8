"use client";

import { useEffect, useState } from "react";
import type { EstimateRequest, RunEstimate } from "#lib/generation/run-schema.ts";

const TYPING_MS = 250;

export type EstimateState = { estimate: RunEstimate | null; isLoading: boolean; error: string | null };

/** How many calls the run would make, asked for anew shortly after each change. Null: the choices are not complete. */
export function useEstimate(projectId: string, request: EstimateRequest | null): EstimateState {
  const [state, setState] = useState<EstimateState>({
    estimate: null,
    isLoading: request !== null,
    error: null,
  });
  const body = request ? JSON.stringify(request) : null;

  useEffect(() => {
    if (!body) return setState({ estimate: null, isLoading: false, error: null });
    const stop = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/api/projects/${projectId}/runs/estimate`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          signal: stop.signal,
        });
        const answer = await response.json();
        if (!response.ok) throw new Error(answer?.error?.message);
        setState({ estimate: answer, isLoading: false, error: null });
      } catch (error) {
        if (stop.signal.aborted) return;
        const said = error instanceof Error && error.message ? error.message : "The server does not answer.";
        setState({ estimate: null, isLoading: false, error: said });
      }
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [projectId, body]);

  return state;
}
