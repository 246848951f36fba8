import { describe, expect, it } from "vitest";
import {
  type Breaker,
  type CallSign,
  findReasonToStop,
  newBreaker,
  REFUSED_MS,
  record,
} from "#lib/generation/run-breaker.ts";

const answered: CallSign = { kind: "answered" };
const failed: CallSign = {
  kind: "failed",
  code: "server_error",
  message: "Local failed on its side (status 500).",
};

function recordAll(signs: readonly CallSign[], start = newBreaker, now = 1_000): Breaker {
  return signs.reduce((breaker, sign) => record(breaker, sign, now), start);
}
const times = (count: number, sign: CallSign): CallSign[] => Array.from({ length: count }, () => sign);

describe("the breaker", () => {
  it("lets a run go on while there is too little to judge by", () => {
    expect(findReasonToStop(recordAll(times(19, failed)), 1_000)).toBeNull();
  });

  it("stops it when nearly all of the last calls failed, and says how many and why", () => {
    const reason = findReasonToStop(recordAll([...times(2, answered), ...times(18, failed)]), 1_000);
    expect(reason).toContain("18 of the last 20 calls failed");
    expect(reason).toContain("the endpoint failed on its side");
    expect(reason).toContain("status 500");
    expect(findReasonToStop(recordAll([...times(3, answered), ...times(17, failed)]), 1_000)).toBeNull();
  });

  it("looks at the last calls only, and forgets old ones", () => {
    expect(findReasonToStop(recordAll([...times(40, failed), ...times(3, answered)]), 1_000)).toBeNull();
    expect(findReasonToStop(recordAll(times(20, failed)), 1_000 + 11 * 60_000)).toBeNull();
  });

  it("does not count what the endpoint asked to wait, until it goes on for too long", () => {
    const burst = recordAll([...times(20, answered), ...times(200, { kind: "rate_limited", waitMs: 1_000 })]);
    expect(findReasonToStop(burst, 1_000 + REFUSED_MS - 1)).toBeNull();
    expect(findReasonToStop(burst, 1_000 + REFUSED_MS)).toContain("too many requests");
    expect(findReasonToStop(record(burst, answered, 5_000), 1_000 + REFUSED_MS)).toBeNull();
    const patient = record(burst, { kind: "rate_limited", waitMs: 3_600_000 }, 5_000);
    expect(findReasonToStop(patient, 1_000 + 2 * REFUSED_MS)).toBeNull();
  });

  it("gives an endpoint the pause that it asks for, but not the same pause for ever", () => {
    let breaker = newBreaker;
    const stoppedAfter = (waitMs: number) => {
      breaker = newBreaker;
      for (let now = 0; now < 100 * waitMs; now += waitMs) {
        breaker = record(breaker, { kind: "rate_limited", waitMs }, now);
        if (findReasonToStop(breaker, now)) return now;
      }
      return null;
    };
    expect(stoppedAfter(90_000)).toBe(REFUSED_MS);
    expect(stoppedAfter(3_600_000)).toBe(4 * 3_600_000);
    expect(findReasonToStop(breaker, 4 * 3_600_000)).toContain("For 4 hours");
  });
});
