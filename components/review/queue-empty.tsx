"use client";

import Link from "next/link";
import { CommandKey } from "#components/keys/command-key.tsx";
import { useCommands } from "#components/keys/key-provider.tsx";
import { SittingSummary } from "#components/review/sitting/sitting-summary.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { EmptyState } from "#components/ui/page.tsx";
import type { QueueStatus } from "#lib/review/schema.ts";

export interface QueueEmptyProps {
  projectId: string;
  /** Of what is to be settled, not of what waits. */
  isSettling: boolean;
  canSettle: boolean;
  status: QueueStatus | null;
  onReturnSkipped: () => void;
  onUndo: () => Promise<string | null>;
}

/** The end of the queue for this reviewer: what was done, and what may come next. */
export function QueueEmpty(props: QueueEmptyProps) {
  const { projectId, isSettling, canSettle, status, onReturnSkipped, onUndo } = props;
  const skipped = status?.skipped ?? 0;
  const toSettle = status?.toSettle ?? 0;
  useCommands(status?.undoable ? { undo: () => void onUndo() } : {});
  const elsewhere = Math.max(0, (status?.waiting ?? 0) - skipped);
  return (
    // From the top, not from the middle: what a sitting came to arrives later, and must move no button.
    <div className="grid justify-items-center pt-[12dvh]">
      <EmptyState
        title={
          isSettling
            ? "Nothing is left for you to settle"
            : skipped > 0
              ? "Only what you skipped is left"
              : "Nothing waits for you"
        }
        action={
          <>
            {skipped > 0 ? (
              <Button variant="primary" onClick={onReturnSkipped}>
                Bring back {formatPlural(skipped, "skipped trace")}
              </Button>
            ) : null}
            {isSettling ? (
              <Button variant="primary" asChild>
                <Link href={`/projects/${projectId}/review`}>To what waits</Link>
              </Button>
            ) : canSettle && toSettle > 0 ? (
              <Button asChild>
                <Link href={`/projects/${projectId}/review?settle=1`}>
                  Settle {formatPlural(toSettle, "trace")}
                </Link>
              </Button>
            ) : null}
            {status && status.inRepair > 0 ? (
              <Button asChild>
                <Link href={`/projects/${projectId}/repairs`}>
                  Mend {formatPlural(status.inRepair, "trace")}
                </Link>
              </Button>
            ) : null}
            {status?.undoable ? (
              <Button onClick={() => void onUndo()}>
                Undo your last {status.undoable} <CommandKey name="undo" />
              </Button>
            ) : null}
            <Button asChild>
              <Link href={`/projects/${projectId}/traces`}>All traces</Link>
            </Button>
            <Button asChild>
              <Link href={`/projects/${projectId}/datasets`}>Datasets</Link>
            </Button>
          </>
        }
      >
        {status ? `You judged ${formatPlural(status.judgedToday, "trace")} today. ` : ""}
        {elsewhere > 0
          ? `${formatPlural(elsewhere, "trace")} ${elsewhere === 1 ? "is" : "are"} in others' hands now. `
          : ""}
        {!isSettling && !canSettle && toSettle > 0
          ? `${formatPlural(toSettle, "trace")} ${toSettle === 1 ? "is" : "are"} with an owner, to be settled. `
          : ""}
        {isSettling
          ? "Disputes and flags come here as reviewers raise them."
          : "New traces come into the queue when a run makes them."}
      </EmptyState>
      {status && status.judgedToday > 0 ? (
        <div className="w-full max-w-md border-line border-t px-4 pt-5 pb-16">
          <SittingSummary projectId={projectId} status={status} />
        </div>
      ) : null}
    </div>
  );
}
