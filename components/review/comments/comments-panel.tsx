"use client";

import { CommentThreads } from "#components/review/comments/comment-threads.tsx";
import type { PanelProps } from "#components/review/panels.tsx";
import type { CommentPlace } from "#lib/comments/threads.ts";

/** Comments beside the trace in hand. */
export function CommentsPanel({ projectId, trace, review, reading }: PanelProps) {
  const { focus, selectedRegionId } = reading;
  const at: CommentPlace | undefined = selectedRegionId
    ? { part: null, stepKey: null, regionId: selectedRegionId }
    : focus
      ? { part: focus.part, stepKey: focus.stepKey, regionId: null }
      : undefined;
  return (
    <CommentThreads
      key={trace.id}
      projectId={projectId}
      userId={review.userId}
      trace={trace}
      canWrite
      takesFocus
      at={at}
      onChange={(change) =>
        review.change(trace.id, (before) => ({
          ...before,
          notes: { ...before.notes, comments: change(before.notes.comments) },
        }))
      }
    />
  );
}
