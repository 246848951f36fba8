import { describe, expect, it } from "vitest";
import { editedParts, isEdited } from "#components/traces/edited-parts.ts";
import type { TraceView } from "#lib/traces/schema.ts";

const written = { body: " It is blue.", answer: "A", answerIndex: 0, authorName: null };
const asked = {
  text: "What is it?",
  choices: ["a cup", "a vase"],
  keyIndex: 0,
  reasoningType: "Recognition",
  authorName: null as string | null,
};

function traceOf(body: Partial<typeof written>[], questions: Partial<typeof asked>[]) {
  const revisions = body.map((part) => ({ ...written, ...part }));
  const forms = questions.map((part) => ({ ...asked, ...part }));
  return {
    revisions,
    revision: revisions.at(-1),
    question: { revisions: forms, current: forms.at(-1) },
  } as unknown as TraceView;
}

describe("what people changed of a trace", () => {
  it("is nothing where nobody did, also where a model was shown the choices in another order", () => {
    expect(isEdited(traceOf([{}], [{}]))).toBe(false);
    expect(isEdited(traceOf([{}], [{}, { choices: ["a vase", "a cup"], keyIndex: 1 }]))).toBe(false);
  });

  it("is the thought and the answer", () => {
    const trace = traceOf([{}, { body: " It is red.", answer: "B" }], [{}]);
    expect(isEdited(trace)).toBe(true);
    expect(editedParts(trace)).toMatchObject({
      body: { before: "It is blue.", after: "It is red." },
      answer: { before: "A", after: "B" },
      question: [],
    });
  });

  it("is the question, each choice and the key, against what models left", () => {
    const shuffled = { choices: ["a vase", "a cup"], keyIndex: 1 };
    const trace = traceOf(
      [{}],
      [
        {},
        shuffled,
        {
          ...shuffled,
          text: "What stands there?",
          choices: ["a jug", "a cup"],
          keyIndex: 0,
          authorName: "Ada",
        },
      ],
    );
    expect(isEdited(trace)).toBe(true);
    expect(editedParts(trace).question).toEqual([
      { what: "The question", before: "What is it?", after: "What stands there?" },
      { what: "Choice A", before: "a vase", after: "a jug" },
      { what: "The key", before: "B · a cup", after: "A · a jug" },
    ]);
  });

  it("is nothing any more once it was put back", () => {
    expect(isEdited(traceOf([{}, { body: " It is red." }, {}], [{}]))).toBe(false);
  });
});
