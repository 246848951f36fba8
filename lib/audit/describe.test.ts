import { describe, expect, it } from "vitest";
import { describeEvent } from "#lib/audit/describe.ts";

describe("describeEvent", () => {
  it("makes a sentence with the facts of the event", () => {
    expect(describeEvent("member.role_changed", { name: "Bo", from: "viewer", to: "owner" })).toBe(
      "made Bo an owner (was a viewer)",
    );
    expect(describeEvent("invitation.created", { email: null, role: "reviewer", makesAdmin: false })).toBe(
      "invited someone by link as a reviewer",
    );
  });

  it("falls back to the action's own name", () => {
    expect(describeEvent("dataset.frozen", { name: "v2" })).toBe("dataset frozen: v2");
    expect(describeEvent("run.started", null)).toBe("run started");
  });
});
