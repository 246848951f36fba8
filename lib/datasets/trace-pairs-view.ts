import { PAIR_KINDS, type PairCandidate, type PairQuestion } from "#lib/datasets/pair-schema.ts";
import { type PairAsked, type PairTrace, readPairText } from "#lib/datasets/pair-thought.ts";
import { renderPair } from "#lib/datasets/render-pair.ts";
import type { Recipe } from "#lib/datasets/schema.ts";
import type { PairSideView, TracePairGroup, TracePairView } from "#lib/datasets/trace-pairs-schema.ts";
import type { TraceStateName } from "#lib/traces/schema.ts";

/** A trace with its state, for the line that names it. */
export type StatedTrace = PairTrace & { state: TraceStateName };

export type RevisionText = { body: string; answer: string | null };

/** Written out of each kind and side; the rest is counted. */
const MOST_SHOWN = 5;

interface Context {
  traceId: string;
  asked: PairAsked;
  recipe: Recipe;
  traces: ReadonlyMap<string, StatedTrace>;
  texts: ReadonlyMap<string, RevisionText>;
}

/** The pairs of one trace by kind and side, those that stand first, some of each written out. */
export function toGroups(
  pairs: readonly PairCandidate[],
  question: PairQuestion,
  context: Context,
): TracePairGroup[] {
  const kinds = new Map(question.thoughts.map(({ traceId, kind }) => [traceId, kind]));
  return PAIR_KINDS.flatMap((kind) =>
    (["chosen", "rejected"] as const).flatMap((role): TracePairGroup[] => {
      const own = pairs.filter(
        (pair) =>
          pair.kind === kind && (pair.chosen.traceId === context.traceId ? "chosen" : "rejected") === role,
      );
      if (own.length === 0) return [];
      const standing = own.filter(({ lacks }) => lacks.length === 0);
      const lacking = own.filter(({ lacks }) => lacks.length > 0);
      const shown = [...standing, ...lacking].slice(0, MOST_SHOWN);
      return [
        {
          kind,
          role,
          standing: standing.length,
          lacking: lacking.length,
          shown: shown.map((pair) => toPairView(pair, kinds, context)),
        },
      ];
    }),
  );
}

function toPairView(
  pair: PairCandidate,
  kinds: ReadonlyMap<string, PairSideView["kind"]>,
  { asked, recipe, traces, texts }: Context,
): TracePairView {
  const read = (side: PairCandidate["chosen"]) => {
    const trace = traces.get(side.traceId);
    const text = texts.get(side.revisionId);
    if (!trace || !text) throw new Error(`a pair names the text ${side.revisionId}, which was not read`);
    return { trace, text: readPairText(asked, trace, text) };
  };
  const [chosen, rejected] = [read(pair.chosen), read(pair.rejected)];
  const canRender =
    chosen.text.answerIndex !== null &&
    rejected.text.answerIndex !== null &&
    asked.asked.choices[asked.asked.keyIndex] !== undefined;
  const rendered = canRender
    ? renderPair(asked.asked, { chosen: chosen.text, rejected: rejected.text }, recipe)
    : null;
  const toView = (side: PairCandidate["chosen"], trace: StatedTrace, text: string | null): PairSideView => ({
    traceId: side.traceId,
    kind: kinds.get(side.traceId) ?? "ungradable",
    state: trace.state,
    words: side.words,
    text,
  });
  return {
    key: `${pair.kind} ${pair.chosen.revisionId} ${pair.rejected.revisionId}`,
    ground: pair.ground,
    origin: pair.origin ?? null,
    lacks: pair.lacks,
    chosen: toView(pair.chosen, chosen.trace, rendered?.chosen ?? null),
    rejected: toView(pair.rejected, rejected.trace, rendered?.rejected ?? null),
    sharedLength: rendered?.sharedLength ?? 0,
  };
}
