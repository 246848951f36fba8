import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  block,
  draw,
  giveWay,
  limitOf,
  type ModelRoom,
  mayAskForTurn,
  narrow,
  refill,
  shareMoney,
  shareOfRun,
  shareSlots,
  waitForBuckets,
  widen,
} from "#lib/generation/model-limit.ts";

const OPEN: ModelRoom = {
  concurrency: 64,
  requestsPerMinute: null,
  tokensPerMinute: null,
  blockedUntil: null,
  concurrencyNow: null,
  requestsLeft: null,
  tokensLeft: null,
  refilledAt: null,
  narrowedAt: null,
};

describe("concurrency", () => {
  it("halves on a refusal, once for a burst, and never falls below one", () => {
    const once = narrow(OPEN, 10_000);
    expect(limitOf(once)).toBe(32);
    expect(narrow(once, 11_000)).toBe(once);
    let room = once;
    for (let at = 20_000; at < 200_000; at += 10_000) room = narrow(room, at);
    expect(limitOf(room)).toBe(1);
  });

  it("widens by one for each round of answers, up to what the endpoint is set to", () => {
    const room = { ...OPEN, concurrencyNow: 4 };
    expect(limitOf(widen(room, 4))).toBe(5);
    expect(limitOf(widen(room, 4 + 5 + 6))).toBe(7);
    expect(widen(room, 100_000).concurrencyNow).toBeNull();
    expect(widen(OPEN, 10)).toBe(OPEN);
  });

  it("keeps the longest pause that was asked for", () => {
    expect(block(block(OPEN, 5_000), 3_000).blockedUntil).toBe(5_000);
  });
});

describe("buckets", () => {
  const limited = { ...OPEN, requestsPerMinute: 600, tokensPerMinute: 60_000 };

  it("lets no minute see more than the allowance, wherever it begins and however greedily it is drawn", () => {
    let room: ModelRoom = limited;
    const drawn: { at: number; requests: number; tokens: number }[] = [];
    for (let at = 0; at < 300_000; at += 250) {
      const taken = draw(refill(room, at), { requests: 1_000, tokens: 100_000, next: 10 });
      room = taken.room;
      drawn.push({ at, requests: taken.requests, tokens: taken.tokens });
    }
    for (const { at: from } of drawn) {
      const minute = drawn.filter(({ at }) => at >= from && at < from + 60_000);
      expect(minute.reduce((sum, { requests }) => sum + requests, 0)).toBeLessThanOrEqual(600 + 1e-6);
      expect(minute.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(60_000 + 1e-6);
    }
    const total = drawn.reduce((sum, { requests }) => sum + requests, 0);
    expect(total).toBeGreaterThan(5 * 600 * 0.9);
  });

  it("lets a call pass that is larger than the whole bucket, and then waits for the debt", () => {
    const { room, tokens } = draw(refill(limited, 0), { requests: 1, tokens: 9_000, next: 9_000 });
    expect(tokens).toBe(9_000);
    expect(room.tokensLeft).toBeLessThan(0);
    expect(waitForBuckets(room, { requests: 1, tokens: 100 })).toBeGreaterThan(1_000);
    expect(draw(room, { requests: 1, tokens: 100, next: 100 }).tokens).toBe(0);
  });

  it("has no limit where none is known, and takes back what was not used", () => {
    expect(draw(refill(OPEN, 0), { requests: 7, tokens: 7_000, next: 1_000 })).toMatchObject({
      requests: 7,
      tokens: 7_000,
    });
    const { room } = draw(refill(limited, 0), { requests: 20, tokens: 2_000, next: 100 });
    expect(draw(room, { requests: -5, tokens: -500, next: 0 }).room.requestsLeft).toBe(35);
  });

  it("fills nothing when the clock goes back", () => {
    const { room } = draw(refill(limited, 60_000), { requests: 50, tokens: 0, next: 0 });
    expect(refill(room, 30_000).requestsLeft).toBe(0);
    expect(refill(refill(room, 30_000), 60_000).requestsLeft).toBe(0);
  });
});

describe("shareSlots", () => {
  it("gives all to the only one", () => {
    expect(shareSlots(64, 100, [])).toBe(64);
    expect(shareSlots(64, 10, [])).toBe(10);
  });

  it("never exceeds the limit, and comes to even shares when each looks again", () => {
    const holders = [
      { calls: 64, wanted: 100 },
      { calls: 0, wanted: 100 },
      { calls: 0, wanted: 100 },
    ];
    for (let round = 0; round < 4; round += 1) {
      holders.forEach((holder, index) => {
        holder.calls = shareSlots(
          64,
          holder.wanted,
          holders.filter((_, other) => other !== index),
        );
        expect(holders.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(64);
      });
    }
    expect(holders.map(({ calls }) => calls)).toEqual([22, 21, 21]);
  });

  it("leaves the idle nothing", () => {
    expect(shareSlots(64, 0, [{ calls: 10, wanted: 100 }])).toBe(0);
  });

  it("comes to use every slot that somebody wants, whoever looks when, and nobody who wants one starves", () => {
    const holder = fc.record({ calls: fc.nat(12), wanted: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.array(holder, { minLength: 1, maxLength: 6 }),
        (limit, given) => {
          const holders = given.map((one) => ({ ...one, calls: Math.min(one.calls, one.wanted) }));
          for (let round = 0; round < 30; round += 1)
            for (const one of holders)
              one.calls = shareSlots(
                limit,
                one.wanted,
                holders.filter((other) => other !== one),
              );
          const sumOf = (key: "calls" | "wanted") => holders.reduce((sum, one) => sum + one[key], 0);
          expect(sumOf("calls")).toBe(Math.min(limit, sumOf("wanted")));
          if (limit >= holders.length) for (const { calls } of holders) expect(calls).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe("shareOfRun", () => {
  const single = (calls: number) => ({ calls, wanted: 1, isSingle: true });
  const run = (calls: number) => ({ calls, wanted: 100, isSingle: false });

  it("is not made smaller by single calls that wait, and shares what they leave with other processes", () => {
    expect(shareOfRun(8, 100, [single(0), single(0), single(0), single(0)])).toBe(8);
    expect(shareOfRun(8, 100, [single(1), single(1), single(0)])).toBe(6);
    expect(shareOfRun(8, 100, [single(1), single(1), run(3)])).toBe(3);
    expect(shareOfRun(1, 100, [single(1)])).toBe(0);
  });
});

describe("shareMoney", () => {
  const of = (part: Partial<Parameters<typeof shareMoney>[0]>) =>
    shareMoney({ budget: 100n, gone: 0n, heldByOthers: 0n, inFlight: 0n, wanted: 40n, next: 10n, ...part });

  it("gives what is wanted while there is enough, without a budget always", () => {
    expect(of({})).toBe(40n);
    expect(of({ budget: null, gone: 10_000n })).toBe(40n);
  });

  it("gives the rest, or nothing where the rest is no whole call", () => {
    expect(of({ gone: 70n })).toBe(30n);
    expect(of({ gone: 70n, heldByOthers: 25n })).toBe(0n);
    expect(of({ gone: 95n, inFlight: 5n, next: 10n })).toBe(5n);
  });
});

describe("a single call that waits", () => {
  const run = (calls: number) => ({ calls, isSingle: false });
  const single = (calls: number) => ({ calls, isSingle: true });

  it("is left one slot, and no more: the one that ends first, or one that is free already", () => {
    expect(giveWay(8, 8, [])).toBe(7);
    expect(giveWay(8, 4, [run(4)])).toBe(3);
    expect(giveWay(8, 3, [run(4)])).toBe(3);
    expect(giveWay(8, 2, [run(4), single(1)])).toBe(2);
    expect(giveWay(1, 1, [])).toBe(0);
    // A limit that was lowered under what is in flight.
    expect(giveWay(2, 4, [run(4)])).toBe(0);
  });

  it("asks for one as long as single calls have few", () => {
    expect(mayAskForTurn(1, [run(1)])).toBe(true);
    expect(mayAskForTurn(1, [single(1)])).toBe(false);
    expect(mayAskForTurn(16, [run(13), single(1), single(1), single(1)])).toBe(true);
    expect(mayAskForTurn(16, [run(12), single(1), single(1), single(1), single(1)])).toBe(false);
  });
});
