import { Check, CircleDashed, Hourglass, RotateCcw, X } from "lucide-react";
import { Badge, type BadgeTone } from "#components/ui/badge.tsx";
import { STATE_LABELS, type TraceStateName } from "#lib/traces/schema.ts";

const LOOKS: Record<TraceStateName, { tone: BadgeTone; icon: typeof Check }> = {
  unselected: { tone: "neutral", icon: CircleDashed },
  waiting: { tone: "outline", icon: Hourglass },
  approved: { tone: "right", icon: Check },
  rejected: { tone: "wrong", icon: X },
  unconfirmed: { tone: "unsure", icon: RotateCcw },
};

/** How a trace stands with its reviewers: a sign, a word and a colour. */
export function StateBadge({ state }: { state: TraceStateName }) {
  const { tone, icon: Icon } = LOOKS[state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {STATE_LABELS[state]}
    </Badge>
  );
}
