"use client";

import { CommandKey } from "#components/keys/command-key.tsx";
import { regionName } from "#components/review/reading/others-places.ts";
import type { Reading } from "#components/review/reading/use-reading.ts";
import { type Opinion, opinionsOf } from "#components/review/verdicts/opinions.ts";
import { Notice } from "#components/ui/page.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

type PlacesInReading = Pick<Reading, "goTo" | "selectRegion" | "selectedRegionId">;

/**
 * Over a trace that somebody is to settle or to mend: why, from whom, and, for who settles it, what each reviewer said,
 * side by side.
 */
export function Referred({ trace, reading }: { trace: ReviewTraceView; reading: PlacesInReading }) {
  const { state } = trace;
  if (state !== "disputed" && state !== "flagged" && state !== "repair") return null;
  const { referral, mayAdjudicate, others } = trace.notes;
  const opinions = mayAdjudicate ? opinionsOf(trace.verdicts, others) : [];
  return (
    <section aria-label={TITLES[state]} className="mb-6 grid gap-4">
      <Notice tone="unsure" title={TITLES[state]}>
        {referral ? (
          <p dir="auto" className="mt-0.5">
            {referral.note === "" ? "No note" : `“${referral.note}”`} — {referral.reviewerName},{" "}
            <TimeAgo at={referral.createdAt} />
            {referral.stepKey ? `, from ${stepOf(trace, referral.part, referral.stepKey)}` : ""}
          </p>
        ) : null}
        <p className="mt-0.5 text-ink-2">
          {state === "repair" ? (
            <>
              Mend its thought (<CommandKey name="edit" />
              ), and it can be judged again.
            </>
          ) : mayAdjudicate ? (
            "Your verdict settles it, whatever stood before."
          ) : (
            "An owner settles it. You can read it here, and take the next one."
          )}
          {mayAdjudicate && referral ? (
            <>
              {" "}
              Or give it back to where it was (<CommandKey name="give-back" />
              ).
            </>
          ) : null}
        </p>
      </Notice>
      {opinions.length > 0 ? (
        <ul className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
          {opinions.map((opinion) => (
            <li key={opinion.reviewerId} className="border-line border-t pt-3">
              <OpinionView opinion={opinion} trace={trace} reading={reading} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

const TITLES = {
  disputed: "Reviewers disagree on this trace",
  flagged: "This trace is flagged",
  repair: "This trace was sent back for repair",
} as const;

const DECISIONS = { approved: "✓ Approved", rejected: "✕ Rejected" } as const;
const RATINGS = { good: "good", doubtful: "doubtful", wrong: "wrong" } as const;

interface OpinionViewProps {
  opinion: Opinion;
  trace: ReviewTraceView;
  reading: PlacesInReading;
}

function OpinionView({ opinion, trace, reading }: OpinionViewProps) {
  const { verdict, marks, good, regions, firstError, blindAnswer } = opinion;
  const regionsOf = (ids: readonly string[]) =>
    regions.flatMap((region, index) => (ids.includes(region.id) ? [regionName(region, index)] : []));
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium text-ink">{opinion.reviewerName}</span>
        <span className={verdict?.decision === "approved" ? "text-correct" : "text-wrong"}>
          {verdict ? DECISIONS[verdict.decision] : "no verdict"}
        </span>
      </p>
      {verdict && verdict.reasons.length > 0 ? <p>{verdict.reasons.join(" · ")}</p> : null}
      {verdict?.comment ? <p dir="auto">“{verdict.comment}”</p> : null}
      {blindAnswer ? (
        <p className="text-ink-2">
          Answered from the image:{" "}
          {blindAnswer.choiceIndex === null ? "it cannot be told" : blindAnswer.choiceText}
          {blindAnswer.agrees ? "" : " (not the key)"}
        </p>
      ) : null}
      {firstError ? (
        <p className="text-ink-2">
          First error:{" "}
          {firstError.stepKey ? stepOf(trace, firstError.part, firstError.stepKey) : firstError.part}
          {firstError.note ? `, “${firstError.note}”` : ""}
        </p>
      ) : null}
      {marks.length > 0 ? (
        <ul className="grid gap-1 text-ink-2 text-xs">
          {marks.map((mark) => (
            <li key={mark.id} dir="auto">
              <span className={mark.rating === "wrong" ? "text-wrong" : "text-unsure"}>
                {RATINGS[mark.rating]}
                {mark.isNotVisible ? ", not visible" : ""}
              </span>{" "}
              <button
                type="button"
                className="link text-start disabled:no-underline"
                disabled={!trace.notes.steps[mark.part].some(({ id }) => id === mark.stepKey)}
                onClick={() => reading.goTo({ part: mark.part, stepKey: mark.stepKey })}
              >
                {stepOf(trace, mark.part, mark.stepKey)}
              </button>
              : {mark.stepText}
              {mark.regionIds.length > 0 ? ` (seen in ${regionsOf(mark.regionIds).join(", ")})` : ""}
              {mark.note ? ` — “${mark.note}”` : ""}
            </li>
          ))}
        </ul>
      ) : null}
      {good.length > 0 ? (
        <p className="text-ink-2 text-xs">
          good: {good.map((mark) => stepOf(trace, mark.part, mark.stepKey)).join(", ")}
        </p>
      ) : null}
      {regions.length > 0 ? (
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-ink-2 text-xs">
          In the picture:
          {regions.map((region, index) => (
            <button
              key={region.id}
              type="button"
              aria-pressed={reading.selectedRegionId === region.id}
              className="link aria-pressed:font-medium"
              onClick={() => reading.selectRegion(region.id)}
            >
              <bdi>{regionName(region, index)}</bdi>
            </button>
          ))}
        </p>
      ) : null}
    </div>
  );
}

/** A step as the screen counts it. */
function stepOf(trace: ReviewTraceView, part: string | null, stepKey: string): string {
  const thought = part === "simple" || part === "long" ? part : null;
  const index = thought ? trace.notes.steps[thought].findIndex(({ id }) => id === stepKey) : -1;
  if (index < 0 || !thought) return "a step that is no longer there";
  return `step ${index + 1} of the ${thought === "simple" ? "first" : "second"} look`;
}
