import type { Region } from "#lib/images/region-schema.ts";
import type { StepMarkView } from "#lib/review/marks-schema.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";
import { isReferred } from "#lib/review/visibility.ts";

/** What other reviewers marked, for whoever settles between them. */
export interface OthersPlaces {
  /** Named by whose they are: “Ada: the kite”. */
  regions: Region[];
  marks: StepMarkView[];
}

const NONE: OthersPlaces = { regions: [], marks: [] };

/** Every reviewer's regions and step marks, where this trace is to be settled by who looks at it; else none. */
export function othersPlaces(trace: Pick<ReviewTraceView, "state" | "notes"> | null): OthersPlaces {
  if (!trace?.notes.mayAdjudicate || !isReferred(trace.state)) return NONE;
  const { others } = trace.notes;
  return {
    regions: others.flatMap(({ reviewerName, regions }) =>
      regions.map(({ id, shape, name }, index) => ({
        id,
        shape,
        name: `${reviewerName}: ${regionName({ name }, index)}`,
      })),
    ),
    marks: others.flatMap(({ marks }) => marks),
  };
}

/** A region by its name, or by its number among its reviewer's. */
export function regionName({ name }: { name: string }, index: number): string {
  return name || `region ${index + 1}`;
}
