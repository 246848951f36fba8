import { describe, expect, it } from "vitest";
import { safeNextAddress } from "#lib/auth/next-address.ts";

describe("safeNextAddress", () => {
  it("keeps an address of this app with its query", () => {
    expect(safeNextAddress("/projects/1/traces?kind=XO")).toBe("/projects/1/traces?kind=XO");
    expect(safeNextAddress(["/account", "/admin"])).toBe("/account");
  });

  it.each([
    undefined,
    null,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "/%2e//evil.example",
    "javascript:alert(1)",
  ])("does not lead to another site: %s", (value) => {
    expect(safeNextAddress(value)).toBe("/projects");
  });

  it("does not lead back to the sign-in page or to a route without a page", () => {
    expect(safeNextAddress("/sign-in?next=/sign-in")).toBe("/projects");
    expect(safeNextAddress("/api/auth/signout")).toBe("/projects");
  });
});
