"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { TestOutcome, TryEvent, TrySubject } from "#lib/endpoints/try-schema.ts";

type Tried = {
  isPending: boolean;
  /** What it waits for just now, in one sentence. */
  waitsFor: string | null;
  results: TestOutcome[];
  isProbed: boolean;
  error: string | null;
};

const NOTHING: Tried = { isPending: false, waitsFor: null, results: [], isProbed: false, error: null };

/** Tests or probes an endpoint and follows how it goes; what is kept of it is then read anew with the page. */
export function useTry(projectId: string, subject: TrySubject): Tried & { start: () => Promise<void> } {
  const [tried, setTried] = useState(NOTHING);
  const router = useRouter();

  async function start(): Promise<void> {
    setTried({ ...NOTHING, isPending: true });
    const hear = (event: TryEvent) => setTried((now) => after(now, event));
    try {
      const response = await fetch(`/api/projects/${projectId}/endpoints/try`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(subject),
      });
      if (!response.ok || !response.body) hear({ type: "problem", message: await readRefusal(response) });
      else for await (const event of readEvents(response.body)) hear(event);
    } catch {
      hear({ type: "problem", message: LOST });
    }
    setTried((now) => ({ ...now, isPending: false, waitsFor: null }));
    router.refresh();
  }

  return { ...tried, start };
}

const LOST =
  "The connection to the server was lost. What came of it is kept with the endpoint: reload the page in a moment.";

function after(now: Tried, event: TryEvent): Tried {
  switch (event.type) {
    case "waiting":
      return { ...now, waitsFor: event.message };
    case "tested":
      return { ...now, results: event.results };
    case "probed":
      return { ...now, isProbed: true };
    case "problem":
      return { ...now, error: event.message };
  }
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<TryEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = `${rest}${value ? decoder.decode(value, { stream: true }) : ""}`.split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    // The server writes whole objects of this very type; see `tryEndpoint`.
    for (const line of lines) if (line !== "") yield JSON.parse(line) as TryEvent;
    if (done) return;
  }
}

async function readRefusal(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  return typeof error === "object" &&
    error !== null &&
    "message" in error &&
    typeof error.message === "string"
    ? error.message
    : "The server could not begin. Try again in a moment.";
}
