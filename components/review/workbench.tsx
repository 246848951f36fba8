"use client";

import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import { useKeys } from "#components/keys/key-provider.tsx";
import { fetchAhead } from "#components/review/fetch-ahead.ts";
import { Judging } from "#components/review/judging.tsx";
import { ProblemPanel } from "#components/review/problem-panel.tsx";
import { Answering } from "#components/review/reading/answering.tsx";
import { type Outbox, useOutbox } from "#components/review/reading/use-outbox.ts";
import { usePicture } from "#components/review/reading/use-picture.ts";
import { useReading } from "#components/review/reading/use-reading.ts";
import { type HeldTrace, isOpen, type Review, sightOf } from "#components/review/review-types.ts";
import { useReview } from "#components/review/use-review.ts";
import { Unreachable } from "#components/review/verdicts/unsent-notice.tsx";
import { WorkbenchLayout } from "#components/review/workbench-layout.tsx";
import { Skeleton } from "#components/ui/page.tsx";
import { ImageViewer, type ImageViewerHandle } from "#components/viewer/image-viewer.tsx";
import type { ReasonView } from "#lib/review/schema.ts";

const QueueEmpty = dynamic(async () => (await import("#components/review/queue-empty.tsx")).QueueEmpty, {
  loading: WorkbenchSkeleton,
});

/** So long after a trace is in hand: what that needs itself goes first. */
const AHEAD_MS = 20_000;

export interface WorkbenchProps {
  projectId: string;
  /** Who reviews: what they marked and could not send yet is kept under their name. */
  userId: string;
  reasons: ReasonView[];
  /** The trace that the address names, if it names one. */
  firstTraceId: string | null;
  /** Disputes and flags in place of what waits. */
  isSettling: boolean;
  /** May settle disputes and flags. */
  canSettle: boolean;
}

/** The screen on which traces are judged, one at a time, from the keyboard. */
export function Workbench(props: WorkbenchProps) {
  const { projectId, userId, firstTraceId, isSettling } = props;
  const review = useReview(projectId, firstTraceId, { userId, isSettling });
  const outbox = useOutbox({ projectId, userId, review });
  const [panel, setPanel] = useState<string | null>(null);
  const { current } = review;
  const isInHand = current !== null;
  useEffect(() => {
    if (!isInHand) return;
    const timer = setTimeout(fetchAhead, AHEAD_MS);
    return () => clearTimeout(timer);
  }, [isInHand]);
  if (current) return <InHand {...props} {...{ review, outbox, panel }} trace={current} onPanel={setPanel} />;
  if (review.problem) {
    return (
      <div className="mx-auto max-w-xl px-4 py-16">
        <ProblemPanel problem={review.problem} review={review} />
      </div>
    );
  }
  if (review.trouble !== null) return <Unreachable review={review} />;
  if (review.isLoading || review.isSending) return <WorkbenchSkeleton />;
  return (
    <QueueEmpty
      projectId={projectId}
      isSettling={isSettling}
      canSettle={props.canSettle}
      status={review.status}
      onReturnSkipped={review.returnSkipped}
      onUndo={review.undo}
    />
  );
}

interface InHandProps extends WorkbenchProps {
  review: Review;
  outbox: Outbox;
  trace: HeldTrace;
  panel: string | null;
  onPanel: (name: string | null) => void;
}

/** The trace in hand beside its picture, which stays where the next trace is about the same image. */
function InHand({ projectId, reasons, review, outbox, trace, panel, onPanel }: InHandProps) {
  const open = isOpen(trace) ? trace : null;
  const viewer = useRef<ImageViewerHandle>(null);
  const picture = usePicture(trace.image.id, sightOf(trace));
  const { keymap } = useKeys();
  const reading = useReading(open, outbox, viewer);
  return (
    <WorkbenchLayout
      projectId={projectId}
      panel={panel}
      onPanel={onPanel}
      panelProps={open ? { projectId, trace: open, review, reading } : undefined}
      picture={
        <ImageViewer
          key={`${trace.image.id} ${picture.attempt}`}
          ref={viewer}
          projectId={projectId}
          image={trace.image}
          onShown={picture.onShown}
          subject={sightOf(trace)}
          keymap={keymap}
          className="size-full"
          {...(open
            ? {
                regions: reading.regions,
                fixedRegionIds: reading.fixedRegionIds,
                activeRegionIds: reading.activeRegionIds,
                selectedRegionId: reading.selectedRegionId,
                onRegionHover: reading.hoverRegion,
                onRegionSelect: reading.selectRegion,
                onRegionCreate: reading.createRegion,
                onRegionChange: reading.changeRegion,
                onRegionDelete: reading.removeRegion,
              }
            : {})}
        />
      }
    >
      {open ? (
        <Judging
          key={open.id}
          {...{ projectId, reasons, review, picture, reading, outbox, panel, onPanel }}
          trace={open}
        />
      ) : isOpen(trace) ? null : (
        <Answering key={trace.id} {...{ review, picture, panel, onPanel }} trace={trace} />
      )}
    </WorkbenchLayout>
  );
}

function WorkbenchSkeleton() {
  return (
    <div
      role="status"
      aria-label="Fetching a trace"
      className="lg:grid lg:h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,min(42rem,58%))]"
    >
      <div className="h-[38dvh] bg-mat lg:h-dvh" />
      <div className="grid content-start gap-4 pt-14 pr-5 pb-8 pl-7 sm:pr-8 sm:pl-16">
        <Skeleton className="h-5 w-40" />
        <Skeleton className="h-8 w-full" />
        <Skeleton className="h-32 w-full" />
        <Skeleton className="h-48 w-full" />
      </div>
    </div>
  );
}
