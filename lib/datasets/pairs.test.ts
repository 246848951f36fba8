import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DirectPair,
  PAIR_KIND_LABELS,
  PAIR_KINDS,
  PAIR_LACK_LABELS,
  PAIR_LACKS,
  type Pair,
  type PairKind,
  type PairQuestion,
  type PairThought,
} from "#lib/datasets/pair-schema.ts";
import { countPairs, drawPairs, GRADED_RULES, pairsOfTrace } from "#lib/datasets/pairs.ts";
import { isSftKind, TRACE_KINDS } from "#lib/traces/kind.ts";

function thought(traceId: string, more: Partial<PairThought> = {}): PairThought {
  return {
    traceId,
    revisionId: `${traceId}-1`,
    simpleThoughtId: "first",
    kind: "O",
    words: 50,
    textKey: `text of ${traceId}`,
    flaw: null,
    isApproved: false,
    isRejected: false,
    original: null,
    ...more,
  };
}

function question(thoughts: PairThought[], more: Partial<PairQuestion> = {}): PairQuestion {
  return { questionId: "q", flaw: null, thoughts, direct: [], ...more };
}

const APPROVED = { isApproved: true };
const ALL_KINDS = Object.fromEntries(PAIR_KINDS.map((kind) => [kind, 1000]));
const drawAll = (questions: PairQuestion[]) => [
  ...drawPairs(questions, { compactRatio: 1.5, perChosen: ALL_KINDS, seed: "s" }),
];
const named = (pairs: Iterable<Pair>) =>
  [...pairs].map(({ kind, chosen, rejected }) => `${kind}: ${chosen.revisionId} > ${rejected.revisionId}`);

describe("pairsOfTrace", () => {
  it.each([
    ["XO>XX", "XO", "XX"],
    ["XO>X", "XO", "X"],
    ["O>OX", "O", "OX"],
    ["O>X", "O", "X"],
    ["O>XX", "O", "XX"],
  ] as const)("finds %s, from either side", (kind, chosen, rejected) => {
    const of = question([thought("a", { kind: chosen, ...APPROVED }), thought("b", { kind: rejected })]);
    for (const id of ["a", "b"])
      expect(pairsOfTrace(of, id)).toMatchObject([
        {
          kind,
          ground: "wrong-answer",
          lacks: [],
          chosen: { traceId: "a" },
          rejected: { traceId: "b" },
        },
      ]);
  });

  it("sets XO against what its own first thought came to, and O against all of its question", () => {
    const of = question([
      thought("a", { kind: "XO", simpleThoughtId: "s1", ...APPROVED }),
      thought("b", { kind: "XX", simpleThoughtId: "s1" }),
      thought("c", { kind: "XX", simpleThoughtId: "s2" }),
      thought("d", { kind: "X", simpleThoughtId: "s2" }),
      thought("e", { kind: "O", simpleThoughtId: "s3", ...APPROVED }),
    ]);
    expect(named(pairsOfTrace(of, "a"))).toEqual(["XO>XX: a-1 > b-1"]);
    expect(named(pairsOfTrace(of, "e"))).toEqual(["O>X: e-1 > d-1", "O>XX: e-1 > b-1", "O>XX: e-1 > c-1"]);
  });

  it("says that an approval is lacking, and forgets what was rejected", () => {
    const wrong = thought("b", { kind: "X" });
    expect(pairsOfTrace(question([thought("a"), wrong]), "a")[0]?.lacks).toEqual(["approval"]);
    expect(pairsOfTrace(question([thought("a", { isRejected: true }), wrong]), "a")).toEqual([]);
  });

  it("takes a right answer for the rejected side only where a person rejected it", () => {
    const short = thought("a", { words: 40, ...APPROVED });
    const long = (more: Partial<PairThought>) => thought("b", { kind: "OO", words: 60, ...more });
    expect(pairsOfTrace(question([short, long({})]), "a")[0]?.lacks).toEqual(["rejection"]);
    expect(pairsOfTrace(question([short, long({ isRejected: true })]), "b")[0]).toMatchObject({
      kind: "O>OO",
      ground: "rejected",
      lacks: [],
    });
    expect(pairsOfTrace(question([short, long({ isRejected: true, words: 59 })]), "a")).toEqual([]);
    const elsewhere = long({ isRejected: true, simpleThoughtId: "other" });
    expect(pairsOfTrace(question([short, elsewhere]), "a")).toEqual([]);
  });

  it("sets an approved edit against the model's own text, unless only blanks changed", () => {
    const original = thought("a", { revisionId: "a-0", textKey: "as the model wrote it" });
    const edited = thought("a", { kind: "XO", original, ...APPROVED });
    expect(pairsOfTrace(question([edited]), "a")).toMatchObject([
      { kind: "edited", ground: "edited", lacks: [], rejected: { revisionId: "a-0" } },
    ]);
    const same = { ...original, textKey: edited.textKey };
    expect(pairsOfTrace(question([{ ...edited, original: same }]), "a")).toEqual([]);
    const wrong = thought("a", { kind: "XX", original, ...APPROVED });
    expect(pairsOfTrace(question([wrong]), "a")[0]?.lacks).toEqual(["ends-wrong"]);
  });

  it("takes what reviewers prefer as it was said, and nothing where they prefer each another", () => {
    const a = thought("a", APPROVED);
    const b = thought("b", { kind: "OO", ...APPROVED });
    const prefer = (better: PairThought, worse: PairThought, more: Partial<DirectPair> = {}): DirectPair => ({
      kind: "preferred",
      chosenTraceId: better.traceId,
      chosenRevisionId: better.revisionId,
      rejected: worse,
      isCurrent: true,
      ...more,
    });
    const lacksOf = (direct: DirectPair[]) =>
      pairsOfTrace(question([a, b], { direct }), "a")
        .filter(({ kind }) => kind === "preferred")
        .map(({ lacks }) => lacks);
    expect(lacksOf([prefer(a, b), prefer(a, b)])).toEqual([[]]);
    expect(lacksOf([prefer(a, b), prefer(b, a)])).toEqual([["disputed"], ["disputed"]]);
    expect(lacksOf([prefer(a, b, { isCurrent: false })])).toEqual([["outdated"]]);
    expect(lacksOf([prefer(a, b, { chosenRevisionId: "a-0" })])).toEqual([["outdated"]]);
  });

  it("takes what an imported file prefers only over a wrong answer, or over what a person rejected here", () => {
    const origin = { runId: "r", file: "pairs.json", line: 3 };
    const a = thought("a", APPROVED);
    const prefer = (better: PairThought, worse: PairThought, more: Partial<DirectPair> = {}): DirectPair => ({
      kind: "elsewhere",
      chosenTraceId: better.traceId,
      chosenRevisionId: better.revisionId,
      rejected: worse,
      isCurrent: true,
      origin,
      ...more,
    });
    const of = (other: PairThought, direct: DirectPair[] = [prefer(a, other)], chosen = a) =>
      pairsOfTrace(question([chosen, other], { direct }), "a").filter(({ kind }) => kind === "elsewhere");
    const right = thought("b", { kind: "OO", simpleThoughtId: "other" });
    const wrong = thought("b", { kind: "XX", simpleThoughtId: "other" });
    expect(of(wrong)).toMatchObject([{ ground: "wrong-answer", lacks: [], origin }]);
    expect(of({ ...right, isRejected: true })).toMatchObject([{ ground: "rejected", lacks: [], origin }]);
    const lacksOf = (...given: Parameters<typeof of>) => of(...given).map(({ lacks }) => lacks);
    expect(lacksOf(right)).toEqual([["rejection"]]);
    expect(lacksOf({ ...right, kind: "ungradable" })).toEqual([["rejection"]]);
    expect(lacksOf(wrong, [prefer(a, wrong)], thought("a"))).toEqual([["approval"]]);
    expect(lacksOf(wrong, [prefer(a, wrong)], { ...a, kind: "X" })).toEqual([["ends-wrong"]]);
    // Disagreement is not outvoted, whoever disagrees; and what was changed here the file has not seen.
    const said: DirectPair = { ...prefer(wrong, a), kind: "preferred" };
    expect(lacksOf(wrong, [prefer(a, wrong), said])).toEqual([["contradicted"]]);
    expect(lacksOf(wrong, [prefer(a, wrong), prefer(wrong, a)])).toEqual([
      ["contradicted"],
      ["ends-wrong", "rejection", "contradicted"],
    ]);
    expect(lacksOf(wrong, [prefer(a, wrong, { isCurrent: false })])).toEqual([["altered"]]);
    expect(lacksOf(wrong, [prefer(a, wrong, { chosenRevisionId: "a-0" })])).toEqual([["altered"]]);
    expect(lacksOf(wrong, [prefer(a, { ...wrong, revisionId: "b-0" })])).toEqual([["altered"]]);
  });

  it("leaves what reviewers prefer untouched by what a file says", () => {
    const [a, b] = [thought("a", APPROVED), thought("b", { kind: "X", simpleThoughtId: "other" })];
    const told = (kind: "preferred" | "elsewhere", better: PairThought, worse: PairThought): DirectPair => ({
      kind,
      chosenTraceId: better.traceId,
      chosenRevisionId: better.revisionId,
      rejected: worse,
      isCurrent: true,
    });
    const direct = [told("preferred", a, b), told("elsewhere", b, a)];
    expect(
      pairsOfTrace(question([a, b], { direct }), "a").find(({ kind }) => kind === "preferred")?.lacks,
    ).toEqual([]);
  });

  it("names what no training text may hold, on either side and in the question", () => {
    const of = (more: Partial<PairQuestion>) =>
      pairsOfTrace(
        question(
          [
            thought("a", { flaw: "control-text", ...APPROVED }),
            thought("b", { kind: "X", flaw: "empty-thought" }),
          ],
          more,
        ),
        "a",
      )[0]?.lacks;
    expect(of({})).toEqual(["chosen-control-text", "rejected-empty-thought"]);
    expect(of({ flaw: "image-missing" })?.[0]).toBe("image-missing");
  });
});

describe("drawPairs", () => {
  it("lets rejected sides take turns, as many for each chosen side as asked for, the same with the same seed", () => {
    const of = question([
      ...["a", "b", "c", "d"].map((id) => thought(id, { simpleThoughtId: id, ...APPROVED })),
      ...["x", "y"].map((id) => thought(id, { kind: "X", simpleThoughtId: id })),
    ]);
    const draw = (seed: string) => [...drawPairs([of], { compactRatio: 1.5, perChosen: { "O>X": 1 }, seed })];
    const pairs = draw("s");
    expect(pairs.map(({ chosen }) => chosen.traceId)).toEqual(["a", "b", "c", "d"]);
    expect(pairs.filter(({ rejected }) => rejected.traceId === "x")).toHaveLength(2);
    expect(draw("s")).toEqual(pairs);
  });

  it("takes a text once that a question has twice", () => {
    const of = question([
      thought("a", { textKey: "same", ...APPROVED }),
      thought("b", { textKey: "same", ...APPROVED }),
      thought("x", { kind: "X" }),
    ]);
    expect(named(drawAll([of]))).toEqual(["O>X: a-1 > x-1"]);
    expect(countPairs(of)["O>X"]).toBe(1);
  });

  it("asks for questions one at a time", () => {
    let asked = 0;
    const many = function* () {
      for (;;) {
        asked += 1;
        yield question([thought("a", APPROVED), thought("x", { kind: "X" })], { questionId: `q${asked}` });
      }
    };
    const pairs = drawPairs(many(), { compactRatio: 1.5, perChosen: { "O>X": 1 }, seed: "s" });
    for (let index = 0; index < 10; index += 1) pairs.next();
    expect(asked).toBe(10);
  });
});

/** The same cases on every run: what fails once fails again. */
const RUNS = { seed: 5, numRuns: 300 };

describe("whatever the thoughts", () => {
  const anyThought = fc.record({
    simpleThoughtId: fc.constantFrom("s1", "s2", "s3"),
    kind: fc.constantFrom(...TRACE_KINDS),
    words: fc.integer({ min: 1, max: 200 }),
    text: fc.integer({ min: 0, max: 12 }),
    flaw: fc.constantFrom(null, null, null, null, "control-text" as const, "no-answer" as const),
    judged: fc.constantFrom("approved", "rejected", "none"),
    isEdited: fc.boolean(),
  });
  const anyDirect = fc.record({
    kind: fc.constantFrom("repaired" as const, "preferred" as const, "elsewhere" as const),
    chosen: fc.nat({ max: 11 }),
    rejected: fc.nat({ max: 11 }),
    isCurrent: fc.boolean(),
  });
  const anyQuestion = fc
    .record({
      id: fc.string({ minLength: 1, maxLength: 4 }),
      flaw: fc.constantFrom(null, null, null, "image-missing" as const, "question-withdrawn" as const),
      thoughts: fc.array(anyThought, { maxLength: 12 }),
      direct: fc.array(anyDirect, { maxLength: 5 }),
    })
    .map(({ id, flaw, thoughts, direct }): PairQuestion => {
      const made = thoughts.map((from, index) => {
        const traceId = `${id}/${index}`;
        const { simpleThoughtId, kind, words, text, judged, isEdited } = from;
        // Texts that answer differently are never the same.
        const side = { textKey: `${kind} ${text}`, flaw: from.flaw, words };
        return thought(traceId, {
          ...side,
          simpleThoughtId,
          kind,
          isApproved: judged === "approved",
          isRejected: judged === "rejected",
          original: isEdited ? { traceId, revisionId: `${traceId}-0`, ...side, textKey: "original" } : null,
        });
      });
      return {
        questionId: id,
        flaw,
        thoughts: made,
        direct: direct.flatMap(({ kind, chosen, rejected, isCurrent }) => {
          const [better, worse] = [made[chosen], made[rejected]];
          if (!better || !worse || better === worse) return [];
          return [
            {
              kind,
              chosenTraceId: better.traceId,
              chosenRevisionId: better.revisionId,
              rejected: worse,
              isCurrent,
            },
          ];
        }),
      };
    });
  const anyQuestions = fc.uniqueArray(anyQuestion, {
    selector: ({ questionId }) => questionId,
    maxLength: 6,
  });

  it("chosen sides are approved and end right, rejected ones wrong or rejected by a person, both of one question", () => {
    fc.assert(
      fc.property(anyQuestions, fc.integer({ min: 1, max: 4 }), (questions, most) => {
        const byTrace = new Map(
          questions.flatMap((of) => of.thoughts.map((one) => [one.traceId, { of, one }] as const)),
        );
        const perChosen = Object.fromEntries(PAIR_KINDS.map((kind) => [kind, most]));
        const options = { compactRatio: 1.5, perChosen, seed: "s" };
        const pairs = [...drawPairs(questions, options)];
        expect([...drawPairs(questions, options)]).toEqual(pairs);
        for (const { kind, questionId, chosen, rejected, ground } of pairs) {
          const better = byTrace.get(chosen.traceId);
          const worse = byTrace.get(rejected.traceId);
          expect(better?.of.questionId).toBe(questionId);
          expect(worse?.of.questionId).toBe(questionId);
          expect(better?.of.flaw).toBeNull();
          expect(better?.one.isApproved).toBe(true);
          expect(isSftKind(better?.one.kind ?? "X")).toBe(true);
          expect(chosen.revisionId).toBe(better?.one.revisionId);
          expect([chosen.flaw, rejected.flaw]).toEqual([null, null]);
          expect(chosen.textKey).not.toBe(rejected.textKey);
          const isWrong = worse ? !isSftKind(worse.one.kind) && worse.one.kind !== "ungradable" : false;
          expect(ground === "wrong-answer" ? isWrong : ground !== "rejected" || worse?.one.isRejected).toBe(
            true,
          );
          if (
            kind in GRADED_RULES &&
            GRADED_RULES[kind as keyof typeof GRADED_RULES].scope === "first-thought"
          )
            expect(better?.one.simpleThoughtId).toBe(worse?.one.simpleThoughtId);
        }
        const uses = Map.groupBy(pairs, ({ kind, chosen }) => `${kind} ${chosen.traceId}`);
        for (const used of uses.values()) expect(used.length).toBeLessThanOrEqual(most);
      }),
      RUNS,
    );
  });

  it("counts what it would give out, were nothing limited", () => {
    fc.assert(
      fc.property(anyQuestion, (of) => {
        const drawn = drawAll([of]);
        const counts = countPairs(of);
        for (const kind of PAIR_KINDS) {
          expect(drawn.filter((pair) => pair.kind === kind).length, kind).toBe(counts[kind]);
        }
      }),
      RUNS,
    );
  });

  it("gives a trace the same standing pairs as its question, but for texts that stand twice", () => {
    fc.assert(
      fc.property(anyQuestion, (of) => {
        const own = new Set(
          of.thoughts.flatMap(({ traceId }) =>
            named(pairsOfTrace(of, traceId).filter(({ lacks }) => lacks.length === 0)),
          ),
        );
        for (const name of named(drawAll([of]))) expect(own).toContain(name);
      }),
      RUNS,
    );
  });
});

it("has words for every kind and every lack", () => {
  const kinds: PairKind[] = [...PAIR_KINDS];
  expect(Object.keys(PAIR_KIND_LABELS).sort()).toEqual(kinds.sort());
  expect(Object.keys(PAIR_LACK_LABELS).sort()).toEqual([...PAIR_LACKS].sort());
});
