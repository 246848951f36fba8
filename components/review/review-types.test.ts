import { describe, expect, it } from "vitest";
import { canAskAgain, type HeldTrace, sightOf } from "#components/review/review-types.ts";

describe("what is before the reviewer's eyes", () => {
  it("is another thing once key and thoughts are shown: it has to be painted before it is judged", () => {
    const unanswered = { id: "t" } as HeldTrace;
    const open = { id: "t", notes: {} } as HeldTrace;
    expect(sightOf(unanswered)).not.toBe(sightOf(open));
    expect(sightOf(open)).toBe(sightOf({ id: "t", notes: {}, rowVersion: 2 } as HeldTrace));
  });
});

describe("what may be asked again", () => {
  const problem = { message: "", traceId: "t", isHeld: false };
  it("is what was not refused", () => {
    expect(canAskAgain({ ...problem, code: "offline", verb: "edit" })).toBe(true);
    expect(canAskAgain({ ...problem, code: "conflict", verb: "edit" })).toBe(false);
    expect(canAskAgain({ ...problem, code: "offline" })).toBe(false);
  });
});
