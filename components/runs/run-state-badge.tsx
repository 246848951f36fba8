import { Ban, Check, Octagon, Pause, Play } from "lucide-react";
import { Badge, type BadgeTone } from "#components/ui/badge.tsx";
import type { RunStateName } from "#lib/generation/run-schema.ts";

const STATES: Record<RunStateName, { label: string; tone: BadgeTone; icon: typeof Check }> = {
  running: { label: "running", tone: "accent", icon: Play },
  paused: { label: "paused", tone: "unsure", icon: Pause },
  stopped: { label: "stopped", tone: "wrong", icon: Octagon },
  cancelled: { label: "cancelled", tone: "neutral", icon: Ban },
  done: { label: "done", tone: "right", icon: Check },
};

export function RunStateBadge({ state, failed = 0 }: { state: RunStateName; failed?: number }) {
  const { label, tone, icon: Icon } = STATES[state];
  const hasFailures = state === "done" && failed > 0;
  return (
    <Badge tone={hasFailures ? "unsure" : tone}>
      <Icon aria-hidden />
      {hasFailures ? "done, with failures" : label}
    </Badge>
  );
}
