import { describe, expect, it } from "vitest";
import { type PairTexts, type SourceTrace, saidKey, toFrozenPair } from "#lib/datasets/frozen-pair.ts";
import type { Pair, PairKind, RejectionGround } from "#lib/datasets/pair-schema.ts";
import { toPairSide } from "#lib/datasets/pair-thought.ts";
import { makeRecord, testId } from "#lib/datasets/test-records.ts";
import { frozenPairSchema } from "#lib/datasets/version-schema.ts";

const { question } = makeRecord();
const asked = {
  questionId: testId(3),
  revisionId: testId(4),
  isWithdrawn: false,
  isImagePresent: true,
  asked: question,
};

function trace(number: number, answer: string, more: Partial<SourceTrace> = {}): SourceTrace {
  const revision = {
    id: testId(number + 1),
    body: ` the roof, look ${number}. \n`,
    answer,
    isByPerson: false,
  };
  return {
    traceId: testId(number),
    simpleThoughtId: testId(number + 2),
    state: "waiting",
    simple: { text: "It looks red.", answer: "(A)" },
    long: { joiner: "\n", cue: "Hmm," },
    revision,
    firstRevision: revision,
    simulated: false,
    makers: () => [],
    edit: null,
    verdicts: [],
    ...more,
  };
}

function verdict(number: number, on: SourceTrace, decision: "approved" | "rejected", source = "single") {
  return {
    verdictId: testId(number),
    reviewerId: testId(number + 1),
    decision,
    source: source as "single",
    at: `2026-01-0${number % 9}T00:00:00.000Z`,
    overrodeChecks: [],
    traceRevisionId: on.revision.id,
    questionRevisionId: asked.revisionId,
  };
}

function freeze(
  kind: PairKind,
  ground: RejectionGround,
  sides: { chosen: SourceTrace; rejected: SourceTrace; rejectedText?: Pair["rejected"] },
  more: Partial<PairTexts> = {},
) {
  const { chosen, rejected } = sides;
  const texts: PairTexts = {
    asked,
    image: { id: testId(5), name: "house.jpg", sha256: "ab".repeat(32), mime: null },
    traces: new Map([chosen, rejected].map((one) => [one.traceId, one])),
    older: new Map(),
    said: new Map(),
    ...more,
  };
  const pair: Pair = {
    kind,
    questionId: asked.questionId,
    chosen: toPairSide(asked, chosen, chosen.revision),
    rejected: sides.rejectedText ?? toPairSide(asked, rejected, rejected.revision),
    ground,
  };
  return frozenPairSchema.parse({ ordinal: 0, split: "train", ...toFrozenPair(texts, pair) });
}

const approved = (number: number, answer = "(B)") => {
  const own = trace(number, answer);
  return { ...own, verdicts: [verdict(number + 3, own, "approved"), verdict(number + 5, own, "rejected")] };
};

describe("toFrozenPair", () => {
  it("writes both sides out, the approvals of exactly the chosen text, and nobody for a wrong answer", () => {
    const frozen = freeze("XO>XX", "wrong-answer", {
      chosen: approved(10),
      rejected: trace(20, "(D)", { simulated: true }),
    });
    expect(frozen).toMatchObject({
      imageMime: "image/jpeg",
      kind: "XO>XX",
      simulated: true,
      chosen: {
        kind: "XO",
        answerIndex: 1,
        words: 8,
        simpleThought: "It looks red.",
        second: { joiner: "\n", cue: "Hmm,", continuation: " the roof, look 10." },
        approvals: [{ verdictId: testId(13), reviewerId: testId(14) }],
      },
      rejected: {
        kind: "XX",
        answerIndex: 3,
        rejection: { ground: "wrong-answer", reviewerId: null, at: null },
      },
    });
  });

  it("names who rejected last, and takes a rejection of the question for none", () => {
    const long = trace(20, "(B)");
    const rejected = {
      ...long,
      verdicts: [
        verdict(31, long, "rejected"),
        verdict(33, long, "rejected"),
        verdict(35, long, "rejected", "question"),
        { ...verdict(37, long, "rejected"), traceRevisionId: testId(99) },
      ],
    };
    expect(freeze("O>OO", "rejected", { chosen: approved(10), rejected }).rejected.rejection).toEqual({
      ground: "rejected",
      reviewerId: testId(34),
      at: "2026-01-06T00:00:00.000Z",
    });
  });

  it("sets a person's text against the model's own of the same trace", () => {
    const own = approved(10);
    const edit = { reviewerId: testId(50), at: "2026-01-09T00:00:00.000Z" };
    const firstRevision = { id: testId(40), body: "the first one", answer: "(A)" };
    const chosen = { ...own, edit, firstRevision };
    const rejectedText = toPairSide(asked, chosen, firstRevision);
    expect(freeze("edited", "edited", { chosen, rejected: chosen, rejectedText }).rejected).toMatchObject({
      traceRevisionId: testId(40),
      kind: "XX",
      second: { continuation: "the first one" },
      rejection: { ground: "edited", ...edit },
    });
  });

  it("names who preferred it, and finds a text that no trace has now", () => {
    const chosen = approved(10);
    const rejected = trace(20, "(B)");
    const old = { id: testId(60), body: " an older text", answer: "(C)" };
    const said = { reviewerId: testId(70), at: "2026-01-08T00:00:00.000Z" };
    const rejectedText = toPairSide(asked, rejected, old);
    const texts = {
      older: new Map([[old.id, old]]),
      said: new Map([[saidKey("preferred", chosen.revision.id, old.id), said]]),
    };
    expect(
      freeze("preferred", "preferred-less", { chosen, rejected, rejectedText }, texts).rejected,
    ).toMatchObject({
      answerIndex: 2,
      kind: "XX",
      second: { continuation: " an older text" },
      rejection: { ground: "preferred-less", ...said },
    });
    expect(() => freeze("preferred", "preferred-less", { chosen, rejected, rejectedText })).toThrow(
      RangeError,
    );
  });
});
