import type { TraceKind } from "#lib/traces/kind.ts";

/** The kinds that are worth a person's time, in the order in which they take turns. A wrong simple thought alone isn't. */
export const REVIEW_KINDS = ["XO", "OO", "O", "OX", "XX"] as const satisfies readonly TraceKind[];

/** A trace as the selection sees it. */
export type Selectable = {
  id: string;
  kind: TraceKind;
  /** `fixed`: judged, in somebody's hands, or put into the queue by a person. */
  standing: "unselected" | "waiting" | "fixed";
  hasFailedCheck: boolean;
  /** Made from a revision of the question that is no longer the current one. */
  isOutdated: boolean;
  simpleSample: number;
  longSample: number;
};

export type Selection = { select: string[]; release: string[] };

/**
 * Which traces of one question go to review: those that pass their checks, at most `limit` with the fixed ones
 * counted, the kinds taking turns. The same traces give the same selection in whatever order they arrived; one that
 * a later arrival displaces is released, unless somebody has it in hand.
 */
export function chooseForReview(traces: readonly Selectable[], limit: number): Selection {
  const fixed = traces.filter(({ standing }) => standing === "fixed");
  const taken = new Map<TraceKind, number>();
  for (const { kind } of fixed) taken.set(kind, (taken.get(kind) ?? 0) + 1);

  const queues = new Map(REVIEW_KINDS.map((kind) => [kind as TraceKind, candidatesOf(traces, kind)]));
  const chosen: Selectable[] = [];
  while (fixed.length + chosen.length < limit) {
    const kind = REVIEW_KINDS.filter((candidate) => (queues.get(candidate)?.length ?? 0) > 0).sort(
      (left, right) => (taken.get(left) ?? 0) - (taken.get(right) ?? 0),
    )[0];
    const next = kind && queues.get(kind)?.shift();
    if (!kind || !next) break;
    chosen.push(next);
    taken.set(kind, (taken.get(kind) ?? 0) + 1);
  }
  const isChosen = new Set(chosen.map(({ id }) => id));
  return {
    select: chosen.filter(({ standing }) => standing === "unselected").map(({ id }) => id),
    release: traces
      .filter(({ id, standing }) => standing === "waiting" && !isChosen.has(id))
      .map(({ id }) => id),
  };
}

// Sample numbers, not ids: ids are given by chance and time.
function candidatesOf(traces: readonly Selectable[], kind: TraceKind): Selectable[] {
  return traces
    .filter(
      (trace) =>
        trace.kind === kind && trace.standing !== "fixed" && !trace.hasFailedCheck && !trace.isOutdated,
    )
    .sort(
      (left, right) =>
        left.longSample - right.longSample ||
        left.simpleSample - right.simpleSample ||
        (left.id < right.id ? -1 : 1),
    );
}
