import { formatShare } from "#components/ui/format.ts";
import { wilsonInterval } from "#lib/insights/wilson.ts";

/** A share with its 95 % interval, drawn and in figures. */
export function ShareBar({ hits, total, label }: { hits: number; total: number; label: string }) {
  const interval = wilsonInterval(hits, total);
  if (!interval) return <span className="text-ink-3">–</span>;
  const { share, low, high } = interval;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <svg
        viewBox="0 0 100 10"
        preserveAspectRatio="none"
        className="h-3 w-24 shrink-0 sm:w-40"
        role="img"
        aria-label={label}
      >
        <rect x="0" y="4" width="100" height="2" className="fill-line" />
        <rect
          x={low * 100}
          y="3"
          width={Math.max(1, (high - low) * 100)}
          height="4"
          className="fill-line-2"
        />
        <rect x={Math.min(98.5, share * 100)} y="0" width="1.5" height="10" className="fill-accent" />
      </svg>
      <span className="tabular whitespace-nowrap">
        <span className="font-medium">{formatShare(share)}</span>{" "}
        <span className="text-ink-3 text-xs">
          {formatShare(low)} – {formatShare(high)} of {total}
        </span>
      </span>
    </div>
  );
}
