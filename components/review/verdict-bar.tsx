"use client";

import { Check, CircleHelp, PenLine, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { formatCount } from "#components/ui/format.ts";
import { Kbd } from "#components/ui/kbd.tsx";
import type { QueueStatus } from "#lib/review/schema.ts";

export interface VerdictBarProps {
  status: QueueStatus | null;
  /** The trace is on the screen and may be judged. */
  isReady: boolean;
  isSending: boolean;
  onApprove: () => void;
  onReject: () => void;
  onEdit: () => void;
  onSkip: () => void;
  onUndo: () => void;
  onHelp: () => void;
}

/** The verdicts with their keys, and how the queue stands. */
export function VerdictBar(props: VerdictBarProps) {
  const { status, isReady, isSending } = props;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-1.5 gap-y-2">
        <Button variant="primary" onClick={props.onApprove} disabled={!isReady}>
          <Check aria-hidden /> Approve <Kbd className="border-transparent bg-paper/15 text-current">A</Kbd>
        </Button>
        <Button onClick={props.onReject} disabled={!isReady}>
          <X aria-hidden /> Reject <Kbd>R</Kbd>
        </Button>
        <Button onClick={props.onEdit} disabled={!isReady}>
          <PenLine aria-hidden /> Edit <Kbd>E</Kbd>
        </Button>
        <Button variant="ghost" className="px-2.5" onClick={props.onSkip} disabled={!isReady}>
          Skip <Kbd>S</Kbd>
        </Button>
        <Button
          variant="ghost"
          className="px-2.5"
          onClick={props.onUndo}
          disabled={!status?.undoable}
          title={status?.undoable ? `Undo the ${status.undoable}` : "There is nothing to undo"}
        >
          Undo <Kbd>Z</Kbd>
        </Button>
        <Button
          variant="ghost"
          size="icon-sm"
          className="ml-auto"
          aria-label="All keys"
          onClick={props.onHelp}
        >
          <CircleHelp />
        </Button>
      </div>
      <p className="tabular flex flex-wrap gap-x-3 text-ink-3 text-xs" aria-live="polite">
        {status ? (
          <>
            <span>{formatCount(status.waiting)} waiting</span>
            <span>{formatCount(status.judgedToday)} judged by you today</span>
            {status.skipped > 0 ? <span>{formatCount(status.skipped)} skipped</span> : null}
          </>
        ) : null}
        {isSending ? <span>saving…</span> : null}
      </p>
    </div>
  );
}
