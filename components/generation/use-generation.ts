"use client";

import { useRouter } from "next/navigation";
import { useEffect, useReducer, useRef } from "react";
import { IDLE, reduceLive } from "#lib/generation/live-state.ts";
import type { NowEvent, NowSubject } from "#lib/generation/now-schema.ts";

/** Starts a generation and follows its stream. Leaving the page cancels it: what was answered by then stays. */
export function useGeneration(projectId: string, subject: NowSubject) {
  const [live, dispatch] = useReducer(reduceLive, IDLE);
  const controller = useRef<AbortController | null>(null);
  const router = useRouter();
  useEffect(() => () => controller.current?.abort(), []);

  async function start(): Promise<void> {
    controller.current?.abort();
    const current = new AbortController();
    controller.current = current;
    dispatch({ type: "start" });
    try {
      const response = await fetch(`/api/projects/${projectId}/generate`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(subject),
        signal: current.signal,
      });
      if (!response.ok || !response.body) {
        dispatch({ type: "failed", message: await readError(response) });
        return;
      }
      for await (const events of readLines(response.body)) dispatch({ type: "heard", events });
      dispatch({ type: "ended" });
    } catch {
      if (!current.signal.aborted) {
        dispatch({
          type: "failed",
          message:
            "The connection to the server was lost. What had been answered is kept: reload the page to see it.",
        });
      }
    } finally {
      // What was made is listed on the page around this.
      router.refresh();
    }
  }

  function cancel(): void {
    controller.current?.abort();
    dispatch({ type: "cancel" });
  }

  return { live, start, cancel, close: () => dispatch({ type: "close" }) };
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<NowEvent[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = `${rest}${value ? decoder.decode(value, { stream: true }) : ""}`.split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    // The server writes whole objects of this very type; see `generateNow`.
    const events = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as NowEvent);
    if (events.length > 0) yield events;
    if (done) return;
  }
}

async function readError(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  return typeof error === "object" &&
    error !== null &&
    "message" in error &&
    typeof error.message === "string"
    ? error.message
    : "The server could not begin. Try again in a moment.";
}
