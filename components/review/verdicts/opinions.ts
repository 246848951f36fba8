import type { RegionView, StepMarkView } from "#lib/review/marks-schema.ts";
import type { OthersFindings } from "#lib/review/notes-schema.ts";
import type { TraceVerdictView } from "#lib/traces/schema.ts";

/** What one reviewer said of a trace: their verdict and what they marked. */
export interface Opinion {
  reviewerId: string;
  reviewerName: string;
  verdict: TraceVerdictView | null;
  /** Marks that say something is amiss, and those with words or with a region. */
  marks: StepMarkView[];
  /** Steps that they called good, without more. */
  good: StepMarkView[];
  regions: RegionView[];
  firstError: OthersFindings["firstError"];
  blindAnswer: OthersFindings["blindAnswer"];
}

/** The verdicts that stand, each with what its reviewer marked; then those who marked and did not judge. */
export function opinionsOf(
  verdicts: readonly TraceVerdictView[],
  findings: readonly OthersFindings[],
): Opinion[] {
  const standing = verdicts.filter(({ undoneAt, supersededAt }) => !undoneAt && !supersededAt);
  const last = new Map(standing.map((verdict) => [verdict.reviewerId, verdict]));
  const judged = [...last.values()].map((verdict) => ({
    reviewerId: verdict.reviewerId,
    reviewerName: verdict.reviewerName,
    verdict,
    ...markedBy(findings, verdict.reviewerId),
  }));
  const others = findings.filter(
    ({ reviewerId, marks, regions, firstError }) =>
      !last.has(reviewerId) && (marks.length > 0 || regions.length > 0 || firstError),
  );
  return [
    ...judged,
    ...others.map(({ reviewerId, reviewerName }) => ({
      reviewerId,
      reviewerName,
      verdict: null,
      ...markedBy(findings, reviewerId),
    })),
  ];
}

function markedBy(findings: readonly OthersFindings[], reviewerId: string) {
  const own = findings.find((one) => one.reviewerId === reviewerId);
  const isTelling = ({ rating, note, isNotVisible, regionIds }: StepMarkView) =>
    rating !== "good" || note !== "" || isNotVisible || regionIds.length > 0;
  const marks = own?.marks ?? [];
  return {
    marks: marks.filter(isTelling),
    good: marks.filter((mark) => !isTelling(mark)),
    regions: own?.regions ?? [],
    firstError: own?.firstError ?? null,
    blindAnswer: own?.blindAnswer ?? null,
  };
}
