import type { ReactNode } from "react";
import { formatCount, formatShare } from "#components/ui/format.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { Figure } from "#components/ui/page.tsx";
import type { VersionSummary } from "#lib/datasets/schema.ts";
import { SFT_KINDS } from "#lib/traces/kind.ts";

const STYLES: Record<string, string> = { parenthesis: "(A)", dot: "A.", text: "the choice’s full text" };

/** A version's figures: kinds, reasoning types, answer styles. */
export function Composition({ summary, recordCount }: { summary: VersionSummary; recordCount: number }) {
  const kinds = SFT_KINDS.filter((kind) => (summary.byKind[kind] ?? 0) > 0);
  return (
    <div className="grid gap-8">
      <dl className="flex flex-wrap gap-x-10 gap-y-4">
        <Figure label="Records" value={formatCount(recordCount)} />
        <Figure label="Images" value={formatCount(summary.images)} />
        <Figure label="Questions" value={formatCount(summary.questions)} />
        <Figure label="Edited by people" value={formatCount(summary.edited)} />
        {summary.approvals.despiteFailedChecks > 0 ? (
          <Figure
            label="Approved despite a failed check"
            value={formatCount(summary.approvals.despiteFailedChecks)}
          />
        ) : null}
      </dl>
      <div className="grid gap-8 sm:grid-cols-3">
        <Bars
          title="Kind"
          total={recordCount}
          rows={kinds.map((kind) => ({
            key: kind,
            name: <KindMark kind={kind} size={12} />,
            count: summary.byKind[kind] ?? 0,
          }))}
        />
        <Bars
          title="Reasoning type"
          total={recordCount}
          rows={toRows(summary.byReasoningType, (name) => name)}
        />
        <Bars
          title="Answer style"
          total={recordCount}
          rows={toRows(summary.byAnswerStyle, (name) => STYLES[name] ?? name)}
        />
      </div>
    </div>
  );
}

type Row = { key: string; name: ReactNode; count: number };

function toRows(counts: Record<string, number>, nameOf: (key: string) => string): Row[] {
  return Object.entries(counts)
    .map(([key, count]) => ({ key, name: nameOf(key), count }))
    .sort((left, right) => right.count - left.count);
}

function Bars({ title, total, rows }: { title: string; total: number; rows: Row[] }) {
  return (
    <div>
      <h3 className="mb-2 font-medium text-ink-3 text-xs">{title}</h3>
      <ul className="grid gap-2.5">
        {rows.map(({ key, name, count }) => (
          <li key={key}>
            <span className="flex items-baseline justify-between gap-3">
              <span className="min-w-0">{name}</span>
              <span className="tabular shrink-0 text-ink-3 text-xs">
                {formatCount(count)} · {formatShare(count / total)}
              </span>
            </span>
            <span aria-hidden className="mt-1 block h-1 rounded-full bg-line">
              <span
                className="block h-1 rounded-full bg-ink-3"
                style={{ width: `${(100 * count) / total}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
