import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { choiceLetter } from "#lib/checks/letters.ts";
import type { TraceCheckView, TraceView } from "#lib/traces/schema.ts";

/** What each check asks, in words. */
export const CHECK_LABELS: Record<string, string> = {
  leak: "cites the description",
  "leak-between": "leak words after the thought",
  between: "text between thought and answer",
  duplicate: "duplicate",
  consistency: "thought and answer disagree",
  "token-limit": "cut off by the token limit",
  "thought-closed": "thought never closed",
  "answer-whole": "no whole answer",
};

/** What could not be told, in words. */
const UNKNOWN_LABELS: Record<string, string> = {
  consistency: "whether thought and answer agree: the thought names no conclusion that can be read",
  "token-limit": "whether the token limit cut it off: the endpoint did not say",
  duplicate: "whether it is a duplicate",
};

/** The name of a check in words, also for one that this version no longer has. */
export function describeCheck(check: string): string {
  return CHECK_LABELS[check] ?? check;
}

/** What the checks found: failures with their evidence first, what could not be told next, passes as a count. */
export function CheckList({ trace }: { trace: TraceView }) {
  const failed = trace.checks.filter(({ result }) => result === "fail");
  const unknown = trace.checks.filter(({ result }) => result === "unknown");
  const passed = trace.checks.filter(({ result }) => result === "pass");
  if (trace.checks.length === 0)
    return <p className="text-ink-3 text-sm">No check has run on this text yet.</p>;
  return (
    <div className="grid gap-1.5 text-sm">
      {failed.map((check) => (
        <CheckRow key={check.check} check={check} trace={trace} />
      ))}
      {unknown.map((check) => (
        <p key={check.check} className="flex flex-wrap items-baseline gap-2 text-ink-3">
          <Badge>unknown</Badge> {UNKNOWN_LABELS[check.check] ?? describeCheck(check.check)}
        </p>
      ))}
      <details className="text-ink-3">
        <summary>{passed.length === 1 ? "1 check passed" : `${passed.length} checks passed`}</summary>
        <p className="mt-1 pl-4">{passed.map(({ check }) => `${check}`).join(" · ")}</p>
      </details>
    </div>
  );
}

function CheckRow({ check, trace }: { check: TraceCheckView; trace: TraceView }) {
  const isGuard = trace.failedChecks.includes(check.check);
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <Badge tone={isGuard ? "wrong" : "unsure"}>{isGuard ? "failed" : "noted"}</Badge>
      <span className="text-ink">{describeCheck(check.check)}</span>
      <Evidence check={check} trace={trace} />
    </p>
  );
}

function Evidence({ check, trace }: { check: TraceCheckView; trace: TraceView }) {
  const evidence =
    typeof check.evidence === "object" && check.evidence !== null
      ? (check.evidence as Record<string, unknown>)
      : {};
  if (Array.isArray(evidence.leaks)) {
    const words = evidence.leaks.map((leak: { match?: unknown }) => String(leak.match ?? ""));
    return <span className="text-ink-3">{[...new Set(words)].map((word) => `“${word}”`).join(", ")}</span>;
  }
  if (typeof evidence.duplicateOf === "string") {
    return (
      <Link href={`/projects/${trace.projectId}/traces/${evidence.duplicateOf}`} className="link text-ink-2">
        of this trace
      </Link>
    );
  }
  if (check.check === "consistency") {
    const stated = readIndex(evidence.stated);
    const given = readIndex(evidence.givenIndex);
    return (
      <span className="text-ink-3">
        it concludes {stated === null ? "another choice" : choiceLetter(stated)}, and answers{" "}
        {given === null ? "none" : choiceLetter(given)}
      </span>
    );
  }
  if (typeof evidence.text === "string") {
    return <span className="line-clamp-2 text-ink-3 italic">“{evidence.text}” (never exported)</span>;
  }
  return null;
}

function readIndex(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (
    typeof value === "object" &&
    value !== null &&
    "choiceIndex" in value &&
    typeof value.choiceIndex === "number"
  )
    return value.choiceIndex;
  return null;
}
