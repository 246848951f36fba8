import Link from "next/link";
import { LiveRefresh } from "#components/runs/live-refresh.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Notice } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { weighCutoff } from "#lib/datasets/preview/cutoff.ts";
import type { TokenLengths } from "#lib/datasets/preview/token-queries.ts";

export interface PreviewCutoffProps {
  lengths: TokenLengths;
  cutoff: number;
  /** False: the counts are estimates. */
  isExact: boolean;
  /** The address of a line, by its number from 1. */
  hrefOf: (number: number) => string;
}

/** What a cut-off does to all lines of the part: how many, which, and whether it cuts before the loss begins. */
export function PreviewCutoff({ lengths, cutoff, isExact, hrefOf }: PreviewCutoffProps) {
  if (lengths.state === "failed") {
    return (
      <Notice tone="wrong" role="alert" title="The tokens could not be counted">
        {lengths.error}
      </Notice>
    );
  }
  if (lengths.state === "counting") {
    return (
      <div role="status" className="grid gap-1.5">
        <LiveRefresh />
        <Progress label="Tokens are being counted" value={lengths.done} max={lengths.total} />
        <p className="text-ink-3 text-xs">
          Counting the tokens of {formatPlural(lengths.total, "line")}: {formatCount(lengths.done)} so far. It
          is done once, and kept.
        </p>
      </div>
    );
  }
  const reading = weighCutoff(lengths.lines, cutoff);
  const about = isExact ? "" : "by estimate ";
  if (reading.cut === 0) {
    return (
      <p className="text-ink-2 text-sm">
        With a cut-off of {formatCount(cutoff)} tokens {about}nothing is lost: the longest of{" "}
        {formatPlural(reading.lines, "line")} has {formatCount(reading.longest)}.
      </p>
    );
  }
  const cutAfter = reading.cut - reading.cutBefore;
  return (
    <Notice
      tone={reading.cutBefore > 0 ? "wrong" : "unsure"}
      title={`A cut-off of ${formatCount(cutoff)} tokens ${about}shortens ${formatCount(reading.cut)} of ${formatPlural(reading.lines, "line")}`}
    >
      <div className="grid gap-1.5">
        {reading.cutBefore > 0 ? (
          <p>
            {reading.cutBefore === 1 ? "One loses" : `${formatCount(reading.cutBefore)} lose`} the end of what
            stands before the loss begins: the thought that the cue answers, or the question. That is the
            worst that can happen to them:{" "}
            <Places places={reading.firstBefore} more={reading.cutBefore} hrefOf={hrefOf} />
          </p>
        ) : null}
        {cutAfter > 0 ? (
          <p>
            {cutAfter === 1 ? "One loses" : `${formatCount(cutAfter)} lose`} the end of the thought, and with
            it the answer: <Places places={reading.firstAfter} more={cutAfter} hrefOf={hrefOf} />
          </p>
        ) : null}
        <p>
          The longest has {formatCount(reading.longest)}. As LLaMA-Factory shortens a line: the longer of its
          two sides, or both in proportion, each at its end.
        </p>
      </div>
    </Notice>
  );
}

function Places({
  places,
  more,
  hrefOf,
}: {
  places: number[];
  more: number;
  hrefOf: PreviewCutoffProps["hrefOf"];
}) {
  return (
    <>
      {places.map((place, index) => (
        <span key={place}>
          {index > 0 ? ", " : ""}
          <Link href={hrefOf(place + 1)} className="link tabular">
            {formatCount(place + 1)}
          </Link>
        </span>
      ))}
      {more > places.length ? " …" : "."}
    </>
  );
}
