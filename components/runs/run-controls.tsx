"use client";

import { Ban, Pause, Play } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialog.tsx";
import { formatPlural } from "#components/ui/format.ts";
import type { RunProgress } from "#lib/generation/run-schema.ts";

export interface RunControlsProps {
  progress: RunProgress;
  isPending: boolean;
  onPause: () => void;
  onResume: () => void;
  onCancel: () => void;
}

export function RunControls({ progress, isPending, onPause, onResume, onCancel }: RunControlsProps) {
  const { state, stages } = progress;
  const waiting = stages.reduce((sum, stage) => sum + stage.waiting, 0);
  const working = stages.reduce((sum, stage) => sum + stage.working, 0);
  const isOpen = state === "running" || state === "paused" || state === "stopped";
  if (!isOpen) return null;
  return (
    <>
      {state === "running" ? (
        <Button disabled={isPending} onClick={onPause}>
          <Pause aria-hidden />
          Pause
        </Button>
      ) : (
        <Button variant="primary" disabled={isPending} onClick={onResume}>
          <Play aria-hidden />
          Resume
        </Button>
      )}
      <ConfirmDialog
        trigger={
          <Button variant="danger" disabled={isPending}>
            <Ban aria-hidden />
            Cancel the run
          </Button>
        }
        title="Cancel this run for good?"
        description={
          <>
            {formatPlural(waiting, "call that waits", "calls that wait")} will not be made, nor what would
            follow from them.{" "}
            {working > 0 ? `${formatPlural(working, "call")} in flight will be finished and kept. ` : ""}
            Everything made so far stays. A cancelled run cannot be resumed; to stop for a while, pause it.
          </>
        }
        confirmLabel="Yes, end it"
        danger
        onConfirm={onCancel}
      />
    </>
  );
}
