import { describe, expect, it } from "vitest";
import { describeTraceEvent, type TraceEventKind } from "#lib/review/history.ts";

describe("describeTraceEvent", () => {
  it("says a verdict with what it rests on", () => {
    const verdict: TraceEventKind & { kind: "verdict" } = {
      kind: "verdict",
      decision: "approved",
      source: "single",
      reasons: [],
      comment: "",
      overrodeChecks: ["leak"],
      overrodeOwnAnswer: true,
      isSuperseded: false,
      markedSteps: 1,
    };
    expect(describeTraceEvent(verdict)).toBe(
      "approved it (over leak; against their own answer; 1 step marked)",
    );
    expect(
      describeTraceEvent({
        ...verdict,
        decision: "rejected",
        source: "question",
        overrodeChecks: [],
        overrodeOwnAnswer: false,
        markedSteps: 0,
        reasons: ["wrong answer"],
        comment: "no",
      }),
    ).toBe("rejected it with its question (wrong answer): “no”");
  });

  it("says how a flag and a repair ended", () => {
    expect(describeTraceEvent({ kind: "settled", referral: "flag", as: "returned", note: "" })).toBe(
      "gave it back from the flag",
    );
    const stepText = "So the answer is (A).";
    const repaired = { kind: "repaired", number: 2, stepText, note: "it is blue", callId: null } as const;
    expect(describeTraceEvent({ ...repaired, isTakenBack: false })).toBe(
      "had a model go on from before “So the answer is (A).” and took what it wrote: “it is blue”",
    );
    expect(describeTraceEvent({ ...repaired, isTakenBack: true })).toMatch(/and took that back: /u);
    expect(describeTraceEvent({ kind: "repair-declined", stepText: "x".repeat(99) })).toBe(
      `had a model go on from before “${"x".repeat(59)}…” and took none of it`,
    );
    expect(describeTraceEvent({ kind: "settled", referral: "repair", as: "edited", note: "" })).toBe(
      "settled the repair by an edit",
    );
    expect(describeTraceEvent({ kind: "settled", referral: "flag", as: "rejected", note: "" })).toBe(
      "settled the flag: rejected",
    );
  });

  it("says an answer from the image with whether it is the key", () => {
    expect(describeTraceEvent({ kind: "own-answer", choiceText: "Red", agrees: false })).toBe(
      "answered “Red” from the image, which is not the key",
    );
    expect(describeTraceEvent({ kind: "own-answer", choiceText: null, agrees: false })).toBe(
      "could not tell the answer from the image",
    );
  });
});

describe("what happened without anybody judging it", () => {
  it("says what the checks found, by their names", () => {
    const checked = { kind: "checked", number: 1, passed: 6, failed: [], unknown: [] } as const;
    expect(describeTraceEvent({ ...checked, failed: [], unknown: [] })).toBe(
      "Checks of the model’s text: 6 passed",
    );
    expect(describeTraceEvent({ ...checked, number: 2, failed: ["leak"], unknown: ["rederived"] })).toBe(
      "Checks of revision 2: 6 passed; failed: cites the description; 1 could not say",
    );
  });

  it("says which dataset version holds it, and as what", () => {
    const frozen = {
      kind: "frozen",
      versionId: "v",
      version: "Kites, version 2",
      isWithdrawn: false,
    } as const;
    expect(describeTraceEvent({ ...frozen, parts: ["preference", "sft"] })).toBe(
      "froze it into Kites, version 2 (preference pairs, training records)",
    );
    expect(describeTraceEvent({ ...frozen, parts: ["sft"], isWithdrawn: true })).toMatch(
      /which was withdrawn since$/u,
    );
  });
});
