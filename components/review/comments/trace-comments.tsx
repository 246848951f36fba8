"use client";

import { useState } from "react";
import { CommentThreads } from "#components/review/comments/comment-threads.tsx";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

export interface TraceCommentsProps {
  projectId: string;
  userId: string;
  trace: ReviewTraceView;
  canWrite: boolean;
}

/** Comments on a trace's own page. */
export function TraceComments({ projectId, userId, trace, canWrite }: TraceCommentsProps) {
  const [comments, setComments] = useState(trace.notes.comments);
  return (
    <CommentThreads
      projectId={projectId}
      userId={userId}
      trace={{ ...trace, notes: { ...trace.notes, comments } }}
      canWrite={canWrite}
      onChange={setComments}
    />
  );
}
