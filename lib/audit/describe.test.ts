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
    expect(describeEvent("images.imported", { added: 1200, updated: 0, rejected: 3 })).toBe(
      "imported images: 1,200 added, 0 updated, 3 not taken",
    );
  });

  it("falls back to the action's own name", () => {
    expect(describeEvent("dataset.withdrawn", { name: "v2" })).toBe("dataset withdrawn: v2");
    expect(describeEvent("lamp.lit", null)).toBe("lamp lit");
  });
});
