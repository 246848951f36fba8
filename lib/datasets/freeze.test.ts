import { describe, expect, it } from "vitest";
import { type Candidate, freezeTrace, hasControlText } from "#lib/datasets/freeze.ts";
import type { LeftOutReason } from "#lib/datasets/schema.ts";
import { testId } from "#lib/datasets/test-records.ts";
import type { TraceKind } from "#lib/traces/kind.ts";

const REVISION = testId(2);
const QUESTION_REVISION = testId(4);

describe("freezeTrace", () => {
  it.each([
    ["O", candidate({ long: null, revision: revision({ body: " The roof is green. ", answer: "(B)" }) })],
    ["OO", candidate({ simple: { text: "Green.", answer: "B" } })],
    ["XO", candidate({ simple: { text: "Red.", answer: "A" } })],
  ])("takes an approved %s", (kind, trace) => {
    const frozen = freezeTrace(trace);
    expect(frozen).toMatchObject({ kind, record: { kind, approvals: [{ reviewerId: testId(7) }] } });
  });

  it.each<[LeftOutReason, TraceKind, Partial<Candidate>]>([
    ["ends-wrong", "OX", { simple: { text: "Green.", answer: "B" }, revision: revision({ answer: "A" }) }],
    ["ends-wrong", "XX", { revision: revision({ answer: "(C) Blue" }) }],
    ["ends-wrong", "X", { long: null, revision: revision({ answer: "A" }) }],
    ["ungradable", "ungradable", { revision: revision({ answer: "both" }) }],
    ["ungradable", "ungradable", { simple: { text: "Hm.", answer: null } }],
    ["image-missing", "XO", { image: { ...IMAGE, isPresent: false } }],
    ["question-withdrawn", "XO", { isQuestionWithdrawn: true }],
    ["empty-thought", "XO", { revision: revision({ body: " \n" }) }],
    ["empty-thought", "XO", { simple: { text: "", answer: "A" } }],
    ["control-text", "XO", { revision: revision({ body: " so <|im_end|> green" }) }],
    ["approval-outdated", "XO", { approvals: [] }],
    ["approval-outdated", "XO", { revision: revision({ id: testId(99) }) }],
    ["approval-outdated", "ungradable", { revision: null }],
  ])("leaves one out as %s (%s)", (leftOut, kind, changes) => {
    expect(freezeTrace(candidate(changes))).toEqual({ leftOut, kind });
  });

  it("keeps the parts as they are, but for blanks at the end of what was written", () => {
    const frozen = freezeTrace(
      candidate({ revision: revision({ body: " no,  GREEN.\n" }), simple: { text: "RED", answer: "A" } }),
    );
    expect(frozen).toMatchObject({
      record: { simpleThought: "RED", second: { joiner: ". ", cue: "Wait,", continuation: " no,  GREEN." } },
    });
  });
});

describe("hasControlText", () => {
  it.each([
    "a </think> b",
    "<answer>",
    "<image>",
    "<|vision_start|>",
    "{{content}}",
    "{{idx}}",
    "< /THINK >".replace("< /", "</ "),
  ])("finds %j", (text) => {
    expect(hasControlText(text)).toBe(true);
  });

  it.each(["a < b and c > d", "{{name}}", "<b>bold</b>", "the image", "|im_end|"])("passes %j", (text) => {
    expect(hasControlText(text)).toBe(false);
  });
});

const IMAGE = {
  id: testId(5),
  name: "house.jpg",
  sha256: "ab".repeat(32),
  mime: "image/jpeg",
  isPresent: true,
};

function revision(
  changes: Partial<NonNullable<Candidate["revision"]>> = {},
): NonNullable<Candidate["revision"]> {
  return {
    id: REVISION,
    number: 1,
    body: " no, the roof is green.",
    answer: "(B)",
    isByPerson: false,
    ...changes,
  };
}

function candidate(changes: Partial<Candidate> = {}): Candidate {
  return {
    traceId: testId(1),
    simulated: false,
    questionId: testId(3),
    isQuestionWithdrawn: false,
    image: IMAGE,
    question: {
      revisionId: QUESTION_REVISION,
      text: "What colour is the roof?",
      choices: ["Red", "Green", "Blue", "Grey"],
      keyIndex: 1,
      reasoningType: "Recognition",
      answerStyle: "parenthesis",
    },
    revision: revision(),
    simple: { text: "The roof is red", answer: "(A)" },
    long: { joiner: ". ", cue: "Wait," },
    approvals: [
      {
        verdictId: testId(6),
        reviewerId: testId(7),
        source: "single",
        at: "2026-01-01T00:00:00.000Z",
        overrodeChecks: [],
        traceRevisionId: REVISION,
        questionRevisionId: QUESTION_REVISION,
      },
    ],
    makers: [],
    ...changes,
  };
}
