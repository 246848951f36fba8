"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { GenerateNow } from "#components/generation/generate-now.tsx";
import { RepairButton } from "#components/repair/repair-button.tsx";
import { TraceComments } from "#components/review/comments/trace-comments.tsx";
import { MarkExample } from "#components/review/guidelines/mark-example.tsx";
import { HistoryList } from "#components/review/history/history-list.tsx";
import { NotedList } from "#components/traces/noted/noted-list.tsx";
import { useNoted } from "#components/traces/noted/use-noted.ts";
import { Opened } from "#components/traces/opened.tsx";
import { TraceOrigin } from "#components/traces/trace-history.tsx";
import { TraceReading } from "#components/traces/trace-reading.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { ImageViewer } from "#components/viewer/image-viewer.tsx";
import type { ImportedPlaces } from "#lib/interchange/schema.ts";
import type { TraceEvent } from "#lib/review/history.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";
import type { TraceView } from "#lib/traces/schema.ts";
import { STATE_LABELS } from "#lib/traces/states.ts";

// Each is fetched when it is opened.
const AddedView = dynamic(async () => (await import("#components/traces/added/added-view.tsx")).AddedView, {
  loading: Fetching,
});
const ThoughtDiffs = dynamic(
  async () => (await import("#components/traces/added/thought-diffs.tsx")).ThoughtDiffs,
  { loading: Fetching },
);
const TracePairs = dynamic(
  async () => (await import("#components/traces/pairs/trace-pairs.tsx")).TracePairs,
  {
    loading: Fetching,
  },
);

export interface TraceScreenProps {
  /** Whose page this is. */
  userId: string;
  trace: ReviewTraceView;
  /** What people did about it, the newest first. */
  history: readonly TraceEvent[];
  /** What it shows reviewers beside the guidelines, where it is an example. */
  example: { isGood: boolean; sentence: string } | null;
  /** May show it to reviewers as an example. */
  canShow: boolean;
  canComment: boolean;
  /** Where its parts stood in the files that they were imported from. */
  imported: ImportedPlaces;
  canJudge: boolean;
  /** May ask a model for one more thought. */
  canGenerate: boolean;
}

/** One trace with all that belongs to it, to read and to send to a colleague. */
export function TraceScreen(props: TraceScreenProps) {
  const { userId, trace, history, example, imported, canJudge, canGenerate, canShow, canComment } = props;
  const isDecided = trace.state === "approved" || trace.state === "rejected";
  const [isDiff, setDiff] = useState(false);
  const noted = useNoted(trace.notes);
  const base = `/projects/${trace.projectId}`;
  return (
    <div className="lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(0,42rem)]">
      <h1 className="sr-only">Trace on {trace.image.externalId}</h1>
      <ImageViewer
        projectId={trace.projectId}
        image={trace.image}
        className="h-[46dvh] lg:sticky lg:top-0 lg:h-dvh"
        regions={noted.regions}
        activeRegionIds={noted.activeRegionIds}
        selectedRegionId={noted.selectedRegionId}
        onRegionHover={noted.pointAtRegion}
        onRegionSelect={noted.selectRegion}
      />
      <div className="px-5 py-6 sm:px-9 lg:py-8">
        <nav
          aria-label="Where this trace belongs"
          className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 text-xs"
        >
          <Link href={`${base}/traces`} className="text-ink-3 hover:text-ink hover:underline">
            All traces
          </Link>
          <Link
            href={`${base}/images/${trace.image.id}`}
            className="text-ink-3 hover:text-ink hover:underline"
          >
            {trace.image.externalId}
          </Link>
          <span className="ml-auto flex gap-2">
            {trace.revision.number > 1 ? (
              <Button size="sm" aria-pressed={isDiff} onClick={() => setDiff(!isDiff)}>
                {isDiff ? "Show the text" : "Show what was edited"}
              </Button>
            ) : null}
            {canShow && isDecided ? (
              <Button asChild size="sm">
                <Link href={`${base}/review/calibration?source=${trace.id}`}>Use for calibration</Link>
              </Button>
            ) : null}
            {canJudge ? <RepairButton projectId={trace.projectId} trace={trace} /> : null}
            {canJudge ? (
              <Button asChild size="sm" variant="primary">
                <Link href={`${base}/review?trace=${trace.id}`}>Judge it</Link>
              </Button>
            ) : null}
          </span>
        </nav>
        {trace.claim ? (
          <p className="mb-4 text-ink-3 text-xs">{trace.claim.reviewerName} has it in review now.</p>
        ) : null}
        <TraceReading trace={trace} noted={noted} isDiff={isDiff} />
        <div className="mt-6 grid gap-6 border-line border-t pt-5">
          <section>
            <h3 className="eyebrow mb-2">What reviewers marked</h3>
            <NotedList notes={trace.notes} noted={noted} />
          </section>
          {trace.long ? (
            <Opened title="What the second look added">{() => <AddedView trace={trace} />}</Opened>
          ) : null}
          {trace.long || trace.revision.number > 1 || trace.question.current.number > 1 ? (
            <Opened title="Word for word">{() => <ThoughtDiffs trace={trace} />}</Opened>
          ) : null}
          <Opened title="Preference pairs">
            {() => <TracePairs projectId={trace.projectId} trace={trace} />}
          </Opened>
          <details>
            <summary className="eyebrow">Dense description (the VLM never saw it)</summary>
            <p dir="auto" className="prose-thought mt-3 text-ink-2">
              {trace.image.description}
            </p>
          </details>
          {trace.siblings.length > 1 ? <Siblings trace={trace} /> : null}
          {canGenerate ? (
            <section>
              <h3 className="eyebrow mb-2">One more thought</h3>
              <GenerateNow
                projectId={trace.projectId}
                simpleThoughtId={trace.simple.id}
                label="Take another second look"
              />
            </section>
          ) : null}
          {canShow && (isDecided || example) ? (
            <section>
              <h3 className="eyebrow mb-2">Guidelines</h3>
              <MarkExample
                projectId={trace.projectId}
                traceId={trace.id}
                example={example}
                isGoodByDefault={trace.state === "approved"}
              />
            </section>
          ) : null}
          <section>
            <h3 className="eyebrow mb-2">Comments</h3>
            <TraceComments projectId={trace.projectId} userId={userId} trace={trace} canWrite={canComment} />
          </section>
          <section>
            <h3 className="eyebrow mb-2">History</h3>
            <HistoryList projectId={trace.projectId} trace={trace} events={history} />
          </section>
          <section>
            <h3 className="eyebrow mb-2">Where it came from</h3>
            <TraceOrigin trace={trace} imported={imported} />
          </section>
        </div>
      </div>
    </div>
  );
}

function Siblings({ trace }: { trace: TraceView }) {
  return (
    <section>
      <h3 className="eyebrow mb-2">The traces of this question</h3>
      <ul className="flex flex-wrap gap-2">
        {trace.siblings.map((sibling) => (
          <li key={sibling.id}>
            <Link
              href={`/projects/${trace.projectId}/traces/${sibling.id}`}
              aria-current={sibling.id === trace.id ? "page" : undefined}
              className={cn(
                "inline-flex items-center gap-2 rounded-md border border-line px-2 py-1 text-ink-2 text-xs hover:bg-sunk",
                sibling.id === trace.id && "border-accent",
              )}
            >
              <KindMark kind={sibling.kind} size={11} />
              {STATE_LABELS[sibling.state]}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fetching() {
  return (
    <p role="status" className="text-ink-3 text-sm">
      Fetching this…
    </p>
  );
}
