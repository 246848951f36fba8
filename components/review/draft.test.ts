import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  beginEditing,
  type Draft,
  draftOf,
  dropDraft,
  editOf,
  keepDraft,
  loadDraft,
  readEditing,
  rebase,
} from "#components/review/draft.ts";
import type { TraceView } from "#lib/traces/schema.ts";

/** A trace as far as an edit reads it. */
function traceOf(part: Partial<Draft> = {}, revision = 1): TraceView {
  const current = {
    id: `question-${revision}`,
    text: "What stands on the shelf?",
    choices: ["a cup", "a vase", "a lamp"],
    keyIndex: 0,
    reasoningType: "Recognition",
    answerStyle: "letter",
    ...(part.question === undefined ? {} : { text: part.question }),
    ...(part.choices === undefined ? {} : { choices: part.choices }),
    ...(part.keyIndex === undefined ? {} : { keyIndex: part.keyIndex }),
    ...(part.reasoningType === undefined ? {} : { reasoningType: part.reasoningType }),
  };
  return {
    id: "trace",
    rowVersion: revision,
    question: { current },
    revision: { body: ` ${part.body ?? "It is blue."}`, answer: "A", answerIndex: part.answerIndex ?? 0 },
  } as TraceView;
}

describe("an edit under which somebody else edits", () => {
  it("keeps the question as it is by then, where only the thought was typed", () => {
    const begun = beginEditing(traceOf());
    const typed = { ...begun, mine: { ...begun.mine, body: "It is red." } };
    const now = traceOf(
      { question: "What stands on the left shelf?", choices: ["a cup", "a jug", "a lamp"] },
      2,
    );
    const rebased = rebase(typed, draftOf(now));
    expect(rebased.mine).toMatchObject({
      body: "It is red.",
      question: "What stands on the left shelf?",
      choices: ["a cup", "a jug", "a lamp"],
    });
    expect(rebased.changes).toEqual([
      { what: "choice B", now: "a jug", typed: null },
      { what: "the question", now: "What stands on the left shelf?", typed: null },
    ]);
    const edit = editOf(now, rebased.mine);
    expect(edit).toMatchObject({
      rowVersion: 2,
      questionRevisionId: "question-2",
      trace: { body: " It is red." },
    });
    expect(edit?.question).toBeUndefined();
  });

  it("keeps what was typed where both changed the same, and tells how it is stored", () => {
    const begun = beginEditing(traceOf());
    const typed = {
      ...begun,
      mine: {
        ...begun.mine,
        question: "What is on the shelf?",
        choices: ["a cup", "a vase", "a torch"],
        keyIndex: 2,
      },
    };
    const now = traceOf(
      { question: "What stands there?", choices: ["a mug", "a vase", "a lamp"], keyIndex: 1 },
      2,
    );
    const rebased = rebase(typed, draftOf(now));
    expect(rebased.mine).toMatchObject({
      question: "What is on the shelf?",
      choices: ["a mug", "a vase", "a torch"],
      keyIndex: 2,
    });
    expect(rebased.changes).toContainEqual({
      what: "the question",
      now: "What stands there?",
      typed: "What is on the shelf?",
    });
    expect(rebased.changes).toContainEqual({ what: "the key", now: "B · a vase", typed: "C · a torch" });
    // It stays said while typing goes on, and nothing is told twice.
    expect(rebase(rebased, draftOf(now))).toBe(rebased);
  });

  it("says nothing where both say the same, as after its own save", () => {
    const begun = beginEditing(traceOf());
    const typed = { ...begun, mine: { ...begun.mine, body: "It is red. " } };
    expect(rebase(typed, draftOf(traceOf({ body: "It is red." }, 2))).changes).toEqual([]);
  });

  it("takes the choices as they are where their number changed, and keeps what was typed to be read", () => {
    const begun = beginEditing(traceOf());
    const typed = { ...begun, mine: { ...begun.mine, choices: ["a cup", "a vase", "a torch"], keyIndex: 2 } };
    const rebased = rebase(typed, draftOf(traceOf({ choices: ["a cup", "a vase"], keyIndex: 1 }, 2)));
    expect(rebased.mine).toMatchObject({ choices: ["a cup", "a vase"], keyIndex: 1 });
    expect(rebased.changes).toContainEqual({
      what: "the choices",
      now: "a cup · a vase",
      typed: "a cup · a vase · a torch",
    });
  });
});

describe("an edit that is kept in the browser", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => kept.set(key, text),
      removeItem: (key: string) => kept.delete(key),
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("comes back on what is stored by then, to whoever typed it alone", () => {
    const trace = traceOf();
    const begun = beginEditing(trace);
    keepDraft("ada", trace, { ...begun, mine: { ...begun.mine, body: "It is red." } });
    const now = traceOf({ question: "And there?" }, 2);
    expect(loadDraft("ada", now)?.mine).toMatchObject({ body: "It is red.", question: "And there?" });
    expect(loadDraft("ada", now)?.changes).toHaveLength(1);
    expect(loadDraft("ben", now)).toBeNull();
    dropDraft("ada", trace.id);
    expect(loadDraft("ada", now)).toBeNull();
  });

  it("is none where it says what is stored, or cannot be read", () => {
    const trace = traceOf();
    const begun = beginEditing(trace);
    keepDraft("ada", trace, { ...begun, mine: { ...begun.mine, body: "It is red." } });
    expect(loadDraft("ada", traceOf({ body: "It is red." }, 2))).toBeNull();
    expect(readEditing("{")).toBeNull();
    expect(readEditing(JSON.stringify({ body: "as drafts were kept before" }))).toBeNull();
  });
});
