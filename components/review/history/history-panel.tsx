"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { HistoryList } from "#components/review/history/history-list.tsx";
import { PanelLoading, type PanelProps } from "#components/review/panels.tsx";
import { askReview, ReviewError } from "#components/review/review-client.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/page.tsx";
import type { TraceEvent } from "#lib/review/history.ts";

/** What happened to the trace in hand; read anew whenever it changes. */
export function HistoryPanel({ projectId, trace, review: { userId } }: PanelProps) {
  const [events, setEvents] = useState<TraceEvent[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  // All that this screen itself adds to the history: each of these changes what is to be read.
  const version = [
    tries,
    trace.id,
    trace.rowVersion,
    trace.notes.comments.map(({ id, events: of }) => `${id}${of.length}`).join(),
    trace.notes.own.firstError?.updatedAt ?? "",
    trace.notes.preferences.map(({ id }) => id).join(),
  ].join(" ");

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says when there is something new to read.
  useEffect(() => {
    let isCurrent = true;
    askReview(projectId, "history", { traceId: trace.id }, userId).then(
      (result) => {
        if (!isCurrent) return;
        setEvents(result.events);
        setError(null);
      },
      (cause: unknown) => {
        if (isCurrent)
          setError(cause instanceof ReviewError ? cause.message : "The history could not be read.");
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [projectId, userId, version]);

  return (
    <div className="grid gap-3">
      {error ? (
        <Notice tone="wrong" role="alert">
          <p>{error}</p>
          <Button size="sm" className="mt-2" onClick={() => setTries(tries + 1)}>
            Read it again
          </Button>
        </Notice>
      ) : null}
      {events ? (
        <HistoryList projectId={projectId} trace={trace} events={events} />
      ) : error ? null : (
        <PanelLoading />
      )}
      {trace.notes.isBlindToOthers ? (
        <p className="text-ink-3 text-xs">What others did is shown once you have judged it.</p>
      ) : null}
      <Link
        href={`/projects/${projectId}/traces/${trace.id}`}
        prefetch={false}
        className="link justify-self-start text-sm"
      >
        Open this trace by itself
      </Link>
    </div>
  );
}
