import { describe, expect, it } from "vitest";
import {
  ACCOUNT_POLICY,
  afterFailure,
  describeWait,
  secondsToWait,
  type ThrottleState,
  withoutLastFailure,
} from "#lib/auth/throttle.ts";

const start = new Date("2026-01-01T00:00:00Z");
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

function fail(times: number, at = start): ThrottleState {
  let state: ThrottleState | null = null;
  for (let i = 0; i < times; i++) state = afterFailure(state, ACCOUNT_POLICY, at);
  if (!state) throw new Error("at least one failure");
  return state;
}

describe("throttle", () => {
  it("lets four failures pass and waits after the fifth", () => {
    expect(secondsToWait(null, start)).toBe(0);
    expect(secondsToWait(fail(4), start)).toBe(0);
    expect(secondsToWait(fail(5), start)).toBe(30);
  });

  it("doubles the wait with each further failure, up to 15 minutes", () => {
    expect(secondsToWait(fail(6), start)).toBe(60);
    expect(secondsToWait(fail(7), start)).toBe(120);
    expect(secondsToWait(fail(30), start)).toBe(900);
  });

  it("allows the next try when the wait is over, and not a moment before", () => {
    const state = fail(5);
    expect(secondsToWait(state, later(29.5))).toBe(1);
    expect(secondsToWait(state, later(30))).toBe(0);
  });

  it("forgets failures after the window, counted from the end of the last wait", () => {
    expect(afterFailure(fail(4), ACCOUNT_POLICY, later(15 * 60 + 1)).failures).toBe(1);
    const blocked = fail(30);
    expect(afterFailure(blocked, ACCOUNT_POLICY, later(20 * 60)).failures).toBe(31);
    expect(afterFailure(blocked, ACCOUNT_POLICY, later(30 * 60 + 1)).failures).toBe(1);
  });

  it("takes a counted try back", () => {
    const state = withoutLastFailure(fail(5));
    expect(state.failures).toBe(4);
    expect(secondsToWait(state, start)).toBe(0);
  });

  it("says the wait so that trying again then works", () => {
    expect(describeWait(1)).toBe("1 second");
    expect(describeWait(60)).toBe("60 seconds");
    expect(describeWait(121)).toBe("3 minutes");
  });
});
