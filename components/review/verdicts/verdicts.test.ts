import { describe, expect, it } from "vitest";
import { describeFalling, whatFalls } from "#components/review/verdicts/falling.ts";
import { readNote } from "#components/review/verdicts/note-draft.ts";
import { opinionsOf } from "#components/review/verdicts/opinions.ts";
import { preferenceBetween } from "#components/review/verdicts/preference.ts";
import type { TraceStateName } from "#lib/traces/schema.ts";

const trace = (states: TraceStateName[], mayAdjudicate = false) => {
  const [state = "waiting"] = states;
  const siblings = states.map((one, index) => ({ id: `t${index}`, state: one }));
  return { id: "t0", state, siblings, notes: { mayAdjudicate } };
};

describe("what falls with a question", () => {
  const states: TraceStateName[] = [
    "waiting",
    "approved",
    "flagged",
    "unselected",
    "rejected",
    "unconfirmed",
  ];

  it("is what is in review; what is with an owner stays there", () => {
    expect(whatFalls(trace(states))).toEqual({ count: 3, approved: 1, left: 1, isFinal: false });
    expect(whatFalls(trace(states, true))).toEqual({ count: 4, approved: 1, left: 0, isFinal: true });
    expect(whatFalls(trace(["waiting"]))).toMatchObject({ count: 1, approved: 0, left: 0 });
  });

  it("is said with what becomes of what was approved", () => {
    expect(describeFalling(whatFalls(trace(states)))).toBe(
      "3 traces fall with it, this one among them. 1 of them is approved and will be in dispute until an owner settles it. 1 more is with an owner or in repair, and left there. One undo takes all of it back.",
    );
    expect(describeFalling(whatFalls(trace(["waiting", "approved", "approved"], true)))).toContain(
      "2 of them are approved and will be rejected, too.",
    );
    expect(describeFalling(whatFalls(trace(["waiting"])))).toBe(
      "This trace falls with it: it is the only one in review. One undo takes all of it back.",
    );
  });
});

describe("a kept note", () => {
  it("is read as far as it is one", () => {
    expect(readNote('{"text":"odd","reasonIds":["a",1]}')).toEqual({ text: "odd", reasonIds: ["a"] });
    for (const none of [null, "", "[", "1", "null", "{}"])
      expect(readNote(none)).toEqual({ text: "", reasonIds: [] });
  });
});

describe("what reviewers said", () => {
  const verdict = (
    reviewerId: string,
    decision: "approved" | "rejected",
    supersededAt: string | null = null,
  ) => ({
    id: `${reviewerId} ${decision}`,
    decision,
    source: "single" as const,
    reviewerId,
    reviewerName: reviewerId,
    reasons: [],
    comment: "",
    overrodeChecks: [],
    createdAt: "2026-01-01",
    undoneAt: null,
    supersededAt,
    revisionNumber: 1,
  });
  const mark = (rating: "good" | "wrong", note = "") => ({
    id: rating,
    part: "long" as const,
    stepKey: "k",
    stepText: "It is red.",
    rating,
    isNotVisible: false,
    note,
    regionIds: [] as string[],
    updatedAt: "2026-01-01",
  });
  const findings = (reviewerId: string, marks: ReturnType<typeof mark>[]) => ({
    reviewerId,
    reviewerName: reviewerId,
    blindAnswer: null,
    marks,
    regions: [],
    firstError: null,
  });

  it("is one opinion each, of the verdict that stands, with the marks that say something", () => {
    const opinions = opinionsOf(
      [verdict("ada", "rejected", "2026-01-02"), verdict("ada", "approved"), verdict("bob", "rejected")],
      [findings("bob", [mark("good"), mark("wrong")]), findings("cy", [mark("good", "well seen")])],
    );
    expect(opinions.map(({ reviewerId, verdict: given }) => [reviewerId, given?.decision])).toEqual([
      ["ada", "approved"],
      ["bob", "rejected"],
      ["cy", undefined],
    ]);
    expect(opinions.map(({ marks }) => marks.length)).toEqual([0, 1, 1]);
    expect(opinions.map(({ good }) => good.length)).toEqual([0, 1, 0]);
  });

  it("counts regions, and tells a good step's that proves it", () => {
    const region = {
      id: "r",
      name: "the kite",
      shape: { kind: "box" as const, x: 0, y: 0, w: 1, h: 1 },
      createdAt: "",
    };
    const [opinion] = opinionsOf(
      [],
      [{ ...findings("ada", [{ ...mark("good"), regionIds: ["r"] }]), regions: [region] }],
    );
    expect(opinion).toMatchObject({
      marks: [{ regionIds: ["r"] }],
      good: [],
      regions: [{ name: "the kite" }],
    });
    expect(opinionsOf([], [{ ...findings("ben", []), regions: [region] }])).toHaveLength(1);
  });
});

describe("a preference", () => {
  const trace = {
    id: "t",
    notes: { preferences: [{ betterTraceId: "u", worseTraceId: "t" }] },
  };
  const prefer = (traceId: string, otherId: string, better: "this" | "other") => ({
    serial: 1,
    attempts: 0,
    act: { verb: "prefer" as const, input: { traceId, otherId, better } },
  });

  it("is what waits to be sent, else what is stored, from either side", () => {
    expect(preferenceBetween(trace, "u", [])).toBe("other");
    expect(preferenceBetween(trace, "v", [])).toBeNull();
    expect(preferenceBetween(trace, "u", [prefer("t", "u", "this")])).toBe("this");
    expect(preferenceBetween(trace, "u", [prefer("u", "t", "this")])).toBe("other");
    expect(preferenceBetween(trace, "u", [{ ...prefer("t", "u", "this"), isTakenBack: true }])).toBe("other");
  });
});
