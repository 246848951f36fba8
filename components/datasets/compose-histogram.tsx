import { formatCount } from "#components/ui/format.ts";
import { LENGTH_STEP, type LengthHistogram } from "#lib/datasets/compose-lengths.ts";

const MOST_BARS = 24;

/**
 * Lengths of chosen against rejected sides: chosen above the line, rejected below it, so that a difference is seen as
 * a lack of symmetry. The figures stand beside it in words.
 */
export function LengthChart({
  title,
  chosen,
  rejected,
}: {
  title: string;
  chosen: LengthHistogram;
  rejected: LengthHistogram;
}) {
  const length = Math.max(chosen.counts.length, rejected.counts.length);
  if (length === 0) return null;
  const merge = Math.ceil(length / MOST_BARS);
  const up = mergeBars(chosen.counts, merge, length);
  const down = mergeBars(rejected.counts, merge, length);
  const most = Math.max(...up, ...down, 1);
  const step = LENGTH_STEP * merge;
  const said = `${title}: chosen ${formatWords(chosen.mean)} on average, rejected ${formatWords(rejected.mean)}.`;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 text-xs">
        <span className="font-medium text-ink-3">{title}</span>
        <span className="mt-0.5 flex flex-wrap gap-x-5 text-ink-2">
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 bg-correct" />
            <span>
              chosen, <span className="tabular">{formatWords(chosen.mean)}</span> on average
            </span>
          </span>
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 border border-wrong" />
            <span>
              rejected, <span className="tabular">{formatWords(rejected.mean)}</span>
            </span>
          </span>
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${up.length * 12} 100`}
        preserveAspectRatio="none"
        className="h-28 w-full"
        role="img"
        aria-label={said}
      >
        {up.map((count, bar) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no other name than their place
            key={bar}
            x={bar * 12 + 1}
            width={10}
            y={50 - (48 * count) / most}
            height={(48 * count) / most}
            className="fill-correct"
          >
            <title>{`${bar * step} to ${(bar + 1) * step - 1} words: ${formatCount(count)} chosen`}</title>
          </rect>
        ))}
        {down.map((count, bar) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no other name than their place
            key={bar}
            x={bar * 12 + 1.5}
            width={9}
            y={50}
            height={(48 * count) / most}
            className="fill-wrong-soft stroke-wrong"
            vectorEffect="non-scaling-stroke"
          >
            <title>{`${bar * step} to ${(bar + 1) * step - 1} words: ${formatCount(count)} rejected`}</title>
          </rect>
        ))}
        <line
          x1={0}
          x2={up.length * 12}
          y1={50}
          y2={50}
          className="stroke-line-2"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p aria-hidden className="tabular mt-1 flex justify-between text-ink-3 text-xs">
        <span>0</span>
        <span>{formatCount(up.length * step)} words</span>
      </p>
    </figure>
  );
}

function mergeBars(counts: readonly number[], merge: number, length: number): number[] {
  return Array.from({ length: Math.ceil(length / merge) }, (_, bar) =>
    counts.slice(bar * merge, (bar + 1) * merge).reduce((sum, count) => sum + count, 0),
  );
}

function formatWords(mean: number): string {
  return `${formatCount(Math.round(mean))} words`;
}
