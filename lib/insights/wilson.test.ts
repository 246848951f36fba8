import { describe, expect, it } from "vitest";
import { wilsonInterval } from "#lib/insights/wilson.ts";

describe("wilsonInterval", () => {
  it("agrees with figures worked out by hand from the formula", () => {
    // 15 of 20: centre (0.75 + 3.8415/40) / (1 + 3.8415/20) = 0.70972; half-width 0.17823.
    const interval = wilsonInterval(15, 20);
    expect(interval?.low).toBeCloseTo(0.5313, 3);
    expect(interval?.high).toBeCloseTo(0.8881, 3);
  });

  it("says something sensible at the ends", () => {
    expect(wilsonInterval(0, 10)).toMatchObject({ share: 0, low: 0 });
    expect(wilsonInterval(0, 10)?.high).toBeCloseTo(0.2775, 3);
    expect(wilsonInterval(10, 10)?.low).toBeCloseTo(0.7225, 3);
    expect(wilsonInterval(10, 10)?.high).toBeCloseTo(1, 12);
  });

  it("has nothing to say of nothing, and refuses what is no share", () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});
