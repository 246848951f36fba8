"use client";

import { ThumbsUp } from "lucide-react";
import { useEffect, useState } from "react";
import { CommandKey } from "#components/keys/command-key.tsx";
import { useCommands } from "#components/keys/key-provider.tsx";
import type { PanelProps } from "#components/review/panels.tsx";
import { askReview, ReviewError } from "#components/review/review-client.ts";
import { preferenceBetween } from "#components/review/verdicts/preference.ts";
import { StateBadge } from "#components/traces/state-badge.tsx";
import { FirstLook, SecondLook } from "#components/traces/thoughts.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { Notice, Skeleton } from "#components/ui/page.tsx";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

interface Fetched {
  /** Of which trace the siblings are. */
  traceId: string;
  traces: ReviewTraceView[];
  problem: string | null;
}

/** The other traces of the question, one beside the trace on the screen, and which of the two is the better. */
export function SiblingsPanel({ projectId, trace, review }: PanelProps) {
  const [fetched, setFetched] = useState<Fetched | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const traceId = trace.id;
  const { userId } = review;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    let isGone = false;
    askReview(projectId, "siblings", { traceId }, userId)
      .then(({ traces }) => {
        const others = traces.filter(({ id }) => id !== traceId);
        if (!isGone) setFetched({ traceId, traces: others, problem: null });
      })
      .catch((error: unknown) => {
        if (!(error instanceof ReviewError)) throw error;
        if (!isGone) setFetched({ traceId, traces: [], problem: error.message });
      });
    return () => {
      isGone = true;
    };
  }, [projectId, userId, traceId, attempt]);

  const others = fetched?.traceId === traceId ? fetched.traces : [];
  const other = others.find(({ id }) => id === chosenId) ?? others[0] ?? null;
  const prefer = (better: "this" | "other") => {
    if (other) review.act({ verb: "prefer", input: { traceId, otherId: other.id, better } });
  };
  useCommands(other ? { "prefer-this": () => prefer("this"), "prefer-other": () => prefer("other") } : {});

  if (fetched?.traceId !== traceId)
    return (
      <div role="status" aria-label="Fetching the other traces" className="grid gap-3">
        <Skeleton className="h-8 w-full" />
        <Skeleton className="h-40 w-full" />
      </div>
    );
  if (fetched.problem !== null)
    return (
      <Notice tone="unsure" role="alert" title={fetched.problem}>
        <Button size="sm" className="mt-2" onClick={() => setAttempt((before) => before + 1)}>
          Try again
        </Button>
      </Notice>
    );
  if (!other) return <p className="text-ink-3">This question has no other trace in review.</p>;

  const preferred = preferenceBetween(trace, other.id, review.unsent);
  return (
    <div className="grid gap-4">
      {others.length > 1 ? (
        <fieldset className="grid gap-1">
          <legend className="sr-only">Which of them is shown</legend>
          {others.map((one, index) => (
            <label
              key={one.id}
              className={cn(
                "flex items-center gap-2.5 rounded-md px-2 py-1 has-focus-visible:outline-2 has-focus-visible:outline-accent",
                one.id === other.id ? "bg-sunk text-ink" : "text-ink-2",
              )}
            >
              <input
                type="radio"
                name="sibling"
                className="sr-only"
                checked={one.id === other.id}
                onChange={() => setChosenId(one.id)}
              />
              <span className="tabular text-ink-3 text-xs">{index + 1}</span>
              <KindMark kind={one.kind} />
              <StateBadge state={one.state} />
              <span className="tabular ml-auto text-ink-3 text-xs">{one.wordCount} words</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <p role="status" className="text-ink-2">
        {preferred === "this"
          ? "You prefer the trace on the screen."
          : preferred === "other"
            ? "You prefer this other one."
            : "Which of the two is the better?"}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" aria-pressed={preferred === "this"} onClick={() => prefer("this")}>
          <ThumbsUp aria-hidden /> The one on the screen <CommandKey name="prefer-this" />
        </Button>
        <Button size="sm" aria-pressed={preferred === "other"} onClick={() => prefer("other")}>
          <ThumbsUp aria-hidden /> This other one <CommandKey name="prefer-other" />
        </Button>
      </div>
      <article aria-label="The other trace" className="grid gap-5 border-line border-t pt-4 pl-5">
        {others.length > 1 ? null : (
          <p className="flex items-center gap-2">
            <KindMark kind={other.kind} /> <StateBadge state={other.state} />
          </p>
        )}
        <FirstLook trace={other} />
        <SecondLook trace={other} />
        <Button size="sm" className="justify-self-start" onClick={() => review.open(other.id)}>
          Go to this one
        </Button>
      </article>
    </div>
  );
}
