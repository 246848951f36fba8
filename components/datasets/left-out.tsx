import { formatCount } from "#components/ui/format.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { LEFT_OUT_LABELS, LEFT_OUT_REASONS, type VersionSummary } from "#lib/datasets/schema.ts";
import { TRACE_KINDS, type TraceKind } from "#lib/traces/kind.ts";

/** What is not in a version, by reason, and by kind within each. */
export function LeftOut({ leftOut }: { leftOut: VersionSummary["leftOut"] }) {
  if (leftOut.length === 0)
    return <p className="text-ink-3">Nothing: every trace of the project is in it.</p>;
  const reasons = LEFT_OUT_REASONS.flatMap((reason) => {
    const entries = leftOut.filter((entry) => entry.reason === reason);
    return entries.length > 0
      ? [{ reason, entries, total: entries.reduce((sum, { count }) => sum + count, 0) }]
      : [];
  });
  return (
    <ul className="grid">
      {reasons.map(({ reason, entries, total }) => (
        <li
          key={reason}
          className="grid gap-x-6 gap-y-1 border-line border-b py-2 sm:grid-cols-[5rem_1fr_auto]"
        >
          <span className="tabular font-medium">{formatCount(total)}</span>
          <span>{LEFT_OUT_LABELS[reason]}</span>
          <span className="flex flex-wrap gap-x-4 text-ink-3">
            {entries.filter(hasKnownKind).map(({ kind, count }) => (
              <span key={kind} className="tabular inline-flex items-center gap-1.5">
                <KindMark kind={kind} size={11} />
                {formatCount(count)}
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

type Entry = VersionSummary["leftOut"][number];

function hasKnownKind(entry: Entry): entry is Entry & { kind: TraceKind } {
  return (TRACE_KINDS as readonly string[]).includes(entry.kind);
}
