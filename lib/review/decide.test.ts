import { describe, expect, it } from "vitest";
import { decideState } from "#lib/review/decide.ts";

const by = (reviewerId: string, decision: "approved" | "rejected") => ({ reviewerId, decision });

describe("decideState", () => {
  it("takes the one verdict that is asked for", () => {
    expect(decideState([by("a", "approved")], 1)).toBe("approved");
    expect(decideState([by("a", "rejected")], 1)).toBe("rejected");
  });

  it("waits until as many people judged as were asked for", () => {
    expect(decideState([], 1)).toBe("waiting");
    expect(decideState([by("a", "approved")], 2)).toBe("waiting");
    expect(decideState([by("a", "approved"), by("a", "approved")], 2)).toBe("waiting");
    expect(decideState([by("a", "approved"), by("b", "approved")], 2)).toBe("approved");
  });

  it("lets nobody outvote anybody: disagreement is looked at again", () => {
    expect(decideState([by("a", "approved"), by("b", "rejected")], 2)).toBe("unconfirmed");
    expect(decideState([by("a", "approved"), by("b", "approved"), by("c", "rejected")], 3)).toBe(
      "unconfirmed",
    );
  });

  it("counts a reviewer's last verdict", () => {
    expect(decideState([by("a", "approved"), by("b", "rejected"), by("b", "approved")], 2)).toBe("approved");
  });
});
