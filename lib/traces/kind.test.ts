import { describe, expect, it } from "vitest";
import { hasLongThought, isSftKind, TRACE_KINDS, traceKind } from "#lib/traces/kind.ts";

describe("traceKind", () => {
  it.each([
    ["right", null, "O"],
    ["wrong", null, "X"],
    ["ungradable", null, "ungradable"],
    ["right", "right", "OO"],
    ["wrong", "right", "XO"],
    ["right", "wrong", "OX"],
    ["wrong", "wrong", "XX"],
    ["ungradable", "right", "ungradable"],
    ["wrong", "ungradable", "ungradable"],
  ] as const)("%s then %s is %s", (simple, long, kind) => {
    expect(traceKind(simple, long)).toBe(kind);
  });
});

describe("isSftKind", () => {
  it("lets in only what ends right", () => {
    expect(TRACE_KINDS.filter(isSftKind)).toEqual(["O", "OO", "XO"]);
  });
});

describe("hasLongThought", () => {
  it("tells a long trace by its second letter", () => {
    expect([hasLongThought("O"), hasLongThought("XX")]).toEqual([false, true]);
  });
});
