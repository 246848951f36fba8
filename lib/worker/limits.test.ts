import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Limits } from "#lib/worker/limits.ts";

vi.mock("#lib/generation/run-limits-commands.ts", () => ({ readModelRooms: async () => [] }));

const SLOTS = 10;
let limits: Limits;

beforeEach(() => {
  vi.useFakeTimers();
  limits = new Limits(SLOTS);
});
afterEach(async () => {
  await limits.close();
  vi.useRealTimers();
});

const takeMany = (count: number, model: string) =>
  Array.from({ length: count }, () => limits.take("endpoint", model));

describe("what a process takes of the queue", () => {
  it("is twice its slots and a few while nothing has ended yet", async () => {
    expect(await limits.read()).toEqual({ blocked: [], most: 28 });
    takeMany(28, "slow");
    expect((await limits.read()).blocked).toEqual(["endpoint/slow"]);
  });

  it("grows with the pace of what is answered without a call, up to twenty for each slot, and shrinks with it", async () => {
    for (const letGo of takeMany(28, "fast")) letGo(true);
    takeMany(28, "fast");
    expect(await limits.read()).toEqual({ blocked: [], most: 28 + 4 * 28 - 28 });
    for (const letGo of takeMany(100, "fast")) letGo(true);
    expect(await limits.read()).toEqual({ blocked: [], most: 200 - 28 });
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await limits.read()).blocked).toEqual(["endpoint/fast"]);
  });

  it("does not grow by what goes back to the queue or fails", async () => {
    for (const letGo of takeMany(500, "fast")) letGo(false);
    takeMany(28, "fast");
    expect((await limits.read()).blocked).toEqual(["endpoint/fast"]);
  });

  it("is no crowd of one model because another has room", async () => {
    for (const letGo of takeMany(100, "fast")) letGo(true);
    takeMany(60, "fast");
    for (const letGo of takeMany(10, "slow")) letGo(true);
    takeMany(5, "slow");
    // Fast ones have room for 140; what is fetched may be slow ones all the same.
    expect(await limits.read()).toEqual({ blocked: [], most: 28 + 4 * 10 - 5 });
    takeMany(40, "slow");
    // Never very few: a model that has nearly enough does not hold up the other.
    expect(await limits.read()).toEqual({ blocked: [], most: 40 });
    takeMany(10, "slow");
    expect(await limits.read()).toEqual({ blocked: ["endpoint/slow"], most: 140 });
  });
});
