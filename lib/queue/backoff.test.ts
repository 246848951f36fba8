import { describe, expect, it } from "vitest";
import { jitteredDelay, waitAfterRateLimit } from "#lib/queue/backoff.ts";

const backoff = { firstMs: 1_000, maxMs: 60_000 };

describe("jitteredDelay", () => {
  it("doubles from the first delay and stays in the upper half", () => {
    expect([1, 2, 3, 4].map((failures) => jitteredDelay(failures, backoff, 0))).toEqual([
      500, 1_000, 2_000, 4_000,
    ]);
    expect(jitteredDelay(1, backoff, 0.999)).toBe(1_000);
  });

  it("never goes over the limit, however often something failed", () => {
    expect(jitteredDelay(500, backoff, 0.999)).toBeLessThanOrEqual(60_000);
    expect(jitteredDelay(500, backoff, 0)).toBe(30_000);
  });
});

describe("waitAfterRateLimit", () => {
  it("waits at least as long as it was asked to", () => {
    for (const random of [0, 0.5, 0.999]) expect(waitAfterRateLimit(7_000, 1, random)).toBeGreaterThan(7_000);
    expect(waitAfterRateLimit(0, 9, 0)).toBe(50);
  });

  it("backs off by itself where the endpoint did not say, and caps what it was asked at an hour", () => {
    expect(waitAfterRateLimit(null, 1, 0)).toBe(500);
    expect(waitAfterRateLimit(null, 3, 0)).toBe(2_000);
    expect(waitAfterRateLimit(90_000_000, 1, 0)).toBeLessThan(3_700_000);
  });
});
