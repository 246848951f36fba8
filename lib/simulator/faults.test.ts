import { describe, expect, it } from "vitest";
import { createRandom } from "#lib/random.ts";
import { parseMisbehaviour } from "./behaviour.ts";
import { createFaultPlan, drawLatency } from "./faults.ts";
import { createLimits } from "./limits.ts";

const call = { stage: 2, route: "chat", model: "simulated-vlm" } as const;

describe("fault rules", () => {
  it("strike for their own calls, in their order, as often as they say", () => {
    const { rules } = parseMisbehaviour({
      rules: [
        { fault: { kind: "empty" }, stage: 3 },
        { fault: { kind: "status", status: 429 }, model: "simulated-vlm", times: 1, after: 1 },
        { fault: { kind: "malformed-body" }, route: "completions" },
      ],
    });
    const plan = createFaultPlan(rules, createRandom("x"));
    const kinds = [
      plan.choose(call),
      plan.choose({ ...call, stage: 3 }),
      plan.choose(call),
      plan.choose(call),
      plan.choose({ ...call, route: "completions" }),
    ].map((fault) => fault?.kind);
    expect(kinds).toEqual([undefined, "empty", "status", undefined, "malformed-body"]);
  });

  it("strike in their share of the calls, the same for the same seed", () => {
    const { rules } = parseMisbehaviour({ rules: [{ fault: { kind: "empty" }, probability: 0.3 }] });
    const draw = () => {
      const plan = createFaultPlan(rules, createRandom("share"));
      return Array.from({ length: 2000 }, () => plan.choose(call) !== undefined);
    };
    const struck = draw();
    expect(struck.filter(Boolean).length / 2000).toBeCloseTo(0.3, 1);
    expect(draw()).toEqual(struck);
  });

  it("are refused where they are misspelt", () => {
    expect(() => parseMisbehaviour(JSON.parse('{"rules":[{"fault":{"kind":"nothing"}}]}'))).toThrow();
    expect(() => parseMisbehaviour(JSON.parse('{"latency":5}'))).toThrow();
  });
});

describe("latency", () => {
  it("is fixed, uniform, or lognormal around its median", () => {
    const random = createRandom("latency");
    expect(drawLatency(20, random)).toBe(20);
    const draws = Array.from({ length: 3000 }, () =>
      drawLatency({ kind: "lognormal", median: 200, sigma: 0.5 }, random),
    );
    const sorted = [...draws].sort((one, other) => one - other);
    expect(sorted[1500]).toBeGreaterThan(180);
    expect(sorted[1500]).toBeLessThan(220);
    const uniform = Array.from({ length: 500 }, () =>
      drawLatency({ kind: "uniform", min: 5, max: 6 }, random),
    );
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(6);
  });
});

describe("limits", () => {
  it("let in again what was released, once, and open a new minute", () => {
    let time = 1_000_000;
    const limits = createLimits(() => time);
    const one = parseMisbehaviour({ maxConcurrent: 1 });
    const release = limits.admit(one);
    expect(() => limits.admit(one)).toThrow(/at once/);
    release();
    release();
    limits.admit(one)();
    const minute = parseMisbehaviour({ requestsPerMinute: 2 });
    limits.admit(minute)();
    time += 30_000;
    limits.admit(minute)();
    expect(() => limits.admit(minute)).toThrow(expect.objectContaining({ status: 429, retryAfter: 30 }));
    time += 30_000;
    limits.admit(minute)();
  });
});
