import {
  COMPACT_RATIO,
  type DirectPair,
  type GradedPairKind,
  PAIR_KINDS,
  type Pair,
  type PairCandidate,
  type PairKind,
  type PairLack,
  type PairQuestion,
  type PairSide,
  type PairThought,
} from "#lib/datasets/pair-schema.ts";
import { createRandom } from "#lib/random.ts";
import { isSftKind, type TraceKind } from "#lib/traces/kind.ts";

export interface PairOptions {
  /** How many times as long as the compact thought a long one must be, in words. */
  compactRatio: number;
}

interface GradedRule {
  chosen: TraceKind;
  rejected: TraceKind;
  /** Both sides begin with the same first thought, or only answer the same question. */
  scope: "first-thought" | "question";
}

/**
 * Which kinds are set against which. XO is set against what its own first thought came to otherwise, and the compact
 * O against the long thought that grew from it; where both sides are whole, all of a question are compared.
 */
export const GRADED_RULES: Record<GradedPairKind, GradedRule> = {
  "XO>XX": { chosen: "XO", rejected: "XX", scope: "first-thought" },
  "XO>X": { chosen: "XO", rejected: "X", scope: "first-thought" },
  "O>OX": { chosen: "O", rejected: "OX", scope: "question" },
  "O>X": { chosen: "O", rejected: "X", scope: "question" },
  "O>XX": { chosen: "O", rejected: "XX", scope: "question" },
  "O>OO": { chosen: "O", rejected: "OO", scope: "first-thought" },
};

const GRADED_KINDS = PAIR_KINDS.filter((kind): kind is GradedPairKind => kind in GRADED_RULES);

/**
 * The pairs of one question that one of its traces stands in or could stand in, chosen or rejected. A pair stands
 * where the chosen side is approved and ends right, and the rejected one answers wrongly or was rejected by a person;
 * what it lacks is named. A chosen side that a person rejected is no candidate, nor is a long thought that is too short
 * to be set against a compact one.
 */
export function pairsOfTrace(
  question: PairQuestion,
  traceId: string,
  options: PairOptions = { compactRatio: COMPACT_RATIO },
): PairCandidate[] {
  const own = question.thoughts.find((thought) => thought.traceId === traceId);
  if (!own) return [];
  const graded = GRADED_KINDS.flatMap((kind) => {
    const rule = GRADED_RULES[kind];
    const others = question.thoughts.filter((other) => isInScope(rule, own, other));
    const asChosen = own.kind === rule.chosen ? others.filter((other) => other.kind === rule.rejected) : [];
    const asRejected = own.kind === rule.rejected ? others.filter((other) => other.kind === rule.chosen) : [];
    return [
      ...asChosen.map((rejected) => ({ chosen: own, rejected })),
      ...asRejected.map((chosen) => ({ chosen, rejected: own })),
    ]
      .filter(({ chosen, rejected }) => isComparable(kind, chosen, rejected, options))
      .map(({ chosen, rejected }) => toCandidate(question, kind, chosen, rejected));
  });
  return [...graded, ...directPairs(question).filter((pair) => isSide(pair, traceId))];
}

function isSide({ chosen, rejected }: Pair, traceId: string): boolean {
  return chosen.traceId === traceId || rejected.traceId === traceId;
}

export interface DrawOptions extends PairOptions {
  /** The kinds that are wanted, and for each how many rejected sides one chosen side is set against at most. */
  perChosen: Partial<Record<PairKind, number>>;
  seed: string;
}

/**
 * The standing pairs of a set, question by question, in the order of the questions: of each kind and chosen side at
 * most as many as asked for, drawn with the seed so that rejected sides take turns. Texts that a question has twice are
 * taken once. Only the question in hand is kept in memory, and nothing is paired that is not given out: time and memory
 * are linear in thoughts and in pairs given out.
 */
export function* drawPairs(questions: Iterable<PairQuestion>, options: DrawOptions): Generator<Pair> {
  for (const question of questions) {
    if (question.flaw !== null) continue;
    for (const kind of PAIR_KINDS) {
      const most = options.perChosen[kind] ?? 0;
      if (most <= 0) continue;
      if (isGraded(kind)) yield* drawGraded(question, kind, most, options);
      else yield* drawDirect(question, kind, most);
    }
  }
}

/** How many standing pairs a question has of each kind, without making them. */
export function countPairs(
  question: PairQuestion,
  options: PairOptions = { compactRatio: COMPACT_RATIO },
): Record<PairKind, number> {
  const counts = Object.fromEntries(PAIR_KINDS.map((kind) => [kind, 0])) as Record<PairKind, number>;
  if (question.flaw !== null) return counts;
  for (const kind of GRADED_KINDS) {
    for (const { chosen, rejected } of sidesOf(question, kind)) {
      counts[kind] +=
        kind === "O>OO"
          ? countAtLeast(
              chosen.map(({ words }) => words * options.compactRatio),
              rejected.map(({ words }) => words),
            )
          : chosen.length * rejected.length;
    }
  }
  for (const { kind, lacks } of directPairs(question)) if (lacks.length === 0) counts[kind] += 1;
  return counts;
}

function* drawGraded(
  question: PairQuestion,
  kind: GradedPairKind,
  most: number,
  options: DrawOptions,
): Generator<Pair> {
  const ground = kind === "O>OO" ? "rejected" : "wrong-answer";
  for (const { group, chosen, rejected } of sidesOf(question, kind)) {
    if (chosen.length === 0 || rejected.length === 0) continue;
    const order = createRandom(`${options.seed} ${question.questionId} ${group} ${kind}`).shuffle(rejected);
    let turn = 0;
    for (const side of chosen) {
      let taken = 0;
      for (let tried = 0; tried < order.length && taken < most; tried += 1) {
        const other = order[turn % order.length];
        turn += 1;
        if (!other || !isComparable(kind, side, other, options)) continue;
        taken += 1;
        yield {
          kind,
          questionId: question.questionId,
          chosen: toSide(side),
          rejected: toSide(other),
          ground,
        };
      }
    }
  }
}

function* drawDirect(question: PairQuestion, kind: PairKind, most: number): Generator<Pair> {
  const taken = new Map<string, number>();
  for (const { lacks, ...pair } of directPairs(question)) {
    const before = taken.get(pair.chosen.traceId) ?? 0;
    if (pair.kind !== kind || lacks.length > 0 || before >= most) continue;
    taken.set(pair.chosen.traceId, before + 1);
    yield pair;
  }
}

/** What may stand on either side of a kind, in groups that are compared with one another; each text once. */
function sidesOf(
  question: PairQuestion,
  kind: GradedPairKind,
): { group: string; chosen: PairThought[]; rejected: PairThought[] }[] {
  const rule = GRADED_RULES[kind];
  const groups = new Map<string, { group: string; chosen: PairThought[]; rejected: PairThought[] }>();
  const seen = new Set<string>();
  for (const thought of question.thoughts) {
    const isChosen = thought.kind === rule.chosen && canBeChosen(thought);
    const isRejected = thought.kind === rule.rejected && canBeRejected(thought);
    if (!isChosen && !isRejected) continue;
    const group = rule.scope === "question" ? "" : thought.simpleThoughtId;
    const key = `${group} ${thought.kind} ${thought.textKey}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const sides = groups.get(group) ?? { group, chosen: [], rejected: [] };
    groups.set(group, sides);
    (isChosen ? sides.chosen : sides.rejected).push(thought);
  }
  return [...groups.values()];
}

/** Edits, repairs and preferences of one question with what each lacks; each pair of texts once. */
function directPairs(question: PairQuestion): PairCandidate[] {
  const byTrace = new Map(question.thoughts.map((thought) => [thought.traceId, thought]));
  const repairs = new Set(
    question.direct
      .filter(({ kind }) => kind === "repaired")
      .map(({ chosenRevisionId, rejected }) => `${chosenRevisionId} ${rejected.revisionId}`),
  );
  const edited = question.thoughts.flatMap((thought) => {
    const { original } = thought;
    if (!original || isSameText(thought, original)) return [];
    // A repair of the model's own text is told once, as what it is.
    if (repairs.has(`${thought.revisionId} ${original.revisionId}`)) return [];
    return [directCandidate(question, "edited", thought, original, [])];
  });
  const opposed = new Set(
    question.direct
      .filter(({ kind }) => kind === "preferred")
      .map(({ chosenTraceId, rejected }) => `${chosenTraceId} ${rejected.traceId}`),
  );
  // An imported file is contradicted by reviewers and by other files alike.
  const preferred = new Set(
    question.direct
      .filter(({ kind }) => kind === "preferred" || kind === "elsewhere")
      .map(({ chosenTraceId, rejected }) => `${chosenTraceId} ${rejected.traceId}`),
  );
  const seen = new Set<string>();
  const told = question.direct.flatMap((pair) => {
    const chosen = byTrace.get(pair.chosenTraceId);
    const key = `${pair.kind} ${pair.chosenRevisionId} ${pair.rejected.revisionId}`;
    if (!chosen || seen.has(key) || isSameText(chosen, pair.rejected)) return [];
    seen.add(key);
    if (pair.kind === "elsewhere") {
      const isContradicted = preferred.has(`${pair.rejected.traceId} ${pair.chosenTraceId}`);
      return importedCandidate(question, pair, {
        chosen,
        other: byTrace.get(pair.rejected.traceId),
        isContradicted,
      });
    }
    return [directCandidate(question, pair.kind, chosen, pair.rejected, lacksOf(pair, chosen, opposed))];
  });
  return [...edited, ...told];
}

/**
 * What a file prefers, as long as both texts stand as they came. The file's word makes the pair and rejects nothing: the
 * rejected side answers wrongly, or a person of this project rejected it.
 */
function importedCandidate(
  question: PairQuestion,
  pair: DirectPair,
  sides: { chosen: PairThought; other: PairThought | undefined; isContradicted: boolean },
): PairCandidate[] {
  const { chosen, other, isContradicted } = sides;
  if (!other) return [];
  const isAltered =
    !pair.isCurrent ||
    pair.chosenRevisionId !== chosen.revisionId ||
    pair.rejected.revisionId !== other.revisionId;
  const isWrong = other.kind === "X" || other.kind === "XX" || other.kind === "OX";
  return [
    {
      kind: "elsewhere",
      questionId: question.questionId,
      chosen: toSide(chosen),
      rejected: toSide(pair.rejected),
      ground: isWrong ? "wrong-answer" : "rejected",
      ...(pair.origin ? { origin: pair.origin } : {}),
      lacks: [
        ...chosenLacks(chosen),
        ...(isWrong || other.isRejected ? [] : (["rejection"] as const)),
        ...(isContradicted ? (["contradicted"] as const) : []),
        ...(isAltered ? (["altered"] as const) : []),
        ...flawsOf(question, chosen, pair.rejected),
      ],
    },
  ];
}

function lacksOf(pair: DirectPair, chosen: PairThought, opposed: ReadonlySet<string>): PairLack[] {
  const isOpposed =
    pair.kind === "preferred" && opposed.has(`${pair.rejected.traceId} ${pair.chosenTraceId}`);
  return [
    ...(isOpposed ? (["disputed"] as const) : []),
    ...(pair.isCurrent && pair.chosenRevisionId === chosen.revisionId ? [] : (["outdated"] as const)),
  ];
}

const DIRECT_GROUNDS = { edited: "edited", repaired: "cut-off", preferred: "preferred-less" } as const;

function directCandidate(
  question: PairQuestion,
  kind: keyof typeof DIRECT_GROUNDS,
  chosen: PairThought,
  rejected: PairSide,
  lacks: PairLack[],
): PairCandidate {
  return {
    kind,
    questionId: question.questionId,
    chosen: toSide(chosen),
    rejected: toSide(rejected),
    ground: DIRECT_GROUNDS[kind],
    lacks: [...chosenLacks(chosen), ...lacks, ...flawsOf(question, chosen, rejected)],
  };
}

function toCandidate(
  question: PairQuestion,
  kind: GradedPairKind,
  chosen: PairThought,
  rejected: PairThought,
): PairCandidate {
  const needsRejection = kind === "O>OO" && !rejected.isRejected;
  return {
    kind,
    questionId: question.questionId,
    chosen: toSide(chosen),
    rejected: toSide(rejected),
    ground: kind === "O>OO" ? "rejected" : "wrong-answer",
    lacks: [
      ...chosenLacks(chosen),
      ...(needsRejection ? (["rejection"] as const) : []),
      ...flawsOf(question, chosen, rejected),
    ],
  };
}

function chosenLacks(chosen: PairThought): PairLack[] {
  if (!isSftKind(chosen.kind)) return ["ends-wrong"];
  return chosen.isApproved ? [] : ["approval"];
}

function flawsOf(question: PairQuestion, chosen: PairSide, rejected: PairSide): PairLack[] {
  return [
    ...(question.flaw ? [question.flaw] : []),
    ...(chosen.flaw ? [`chosen-${chosen.flaw}` as const] : []),
    ...(rejected.flaw ? [`rejected-${rejected.flaw}` as const] : []),
  ];
}

function canBeChosen(thought: PairThought): boolean {
  return thought.isApproved && thought.flaw === null && isSftKind(thought.kind);
}

/** A wrong answer is ground enough; a right one takes a person. */
function canBeRejected(thought: PairThought): boolean {
  return thought.flaw === null && (!isSftKind(thought.kind) || thought.isRejected);
}

function isInScope(rule: GradedRule, one: PairThought, other: PairThought): boolean {
  if (one.traceId === other.traceId) return false;
  return rule.scope === "question" || one.simpleThoughtId === other.simpleThoughtId;
}

function isComparable(
  kind: GradedPairKind,
  chosen: PairThought,
  rejected: PairThought,
  options: PairOptions,
): boolean {
  if (chosen.isRejected || isSameText(chosen, rejected)) return false;
  return kind !== "O>OO" || rejected.words >= chosen.words * options.compactRatio;
}

function isSameText(one: PairSide, other: PairSide): boolean {
  return one.textKey === other.textKey;
}

function isGraded(kind: PairKind): kind is GradedPairKind {
  return kind in GRADED_RULES;
}

function toSide({ traceId, revisionId, words, textKey, flaw }: PairSide): PairSide {
  return { traceId, revisionId, words, textKey, flaw };
}

/** Over all bounds and values, how many times a value is at least as large as a bound. */
function countAtLeast(bounds: number[], values: number[]): number {
  bounds.sort((a, b) => a - b);
  values.sort((a, b) => a - b);
  let reached = 0;
  let count = 0;
  for (const value of values) {
    while (reached < bounds.length && (bounds[reached] ?? 0) <= value) reached += 1;
    count += reached;
  }
  return count;
}
