import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AllowanceAsk, AllowanceGrant } from "#lib/generation/allowance-commands.ts";
import type { CallPass } from "#lib/generation/ledger-commands.ts";
import { Allowance, Slots } from "#lib/worker/allowance.ts";
import { HandBack } from "#lib/worker/hand-back.ts";

// The shared rows as they answer; what they do with a question has tests of its own.
const rows = vi.hoisted(() => ({
  answer: async (_ask: AllowanceAsk): Promise<AllowanceGrant | null> => null,
}));
vi.mock("#lib/generation/allowance-commands.ts", async (original) => ({
  ...(await original<object>()),
  syncAllowance: (_key: unknown, ask: AllowanceAsk) => rows.answer(ask),
}));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const allowance = () =>
  new Allowance({ runId: "r", endpointId: "e", model: "m" }, "holder", new Slots(8), () => undefined);
const grant = (ask: AllowanceAsk, micros: bigint, heldByOthers = 0n): AllowanceGrant => ({
  slots: 8,
  requests: null,
  tokens: null,
  micros: micros > ask.inFlightMicros ? micros : ask.inFlightMicros,
  blockedMs: 0,
  waitMs: 0,
  isRunning: true,
  budget: { budget: 1_000n, spent: 0n, uncertain: 0n, heldByOthers },
});
const call = { ceilingMicros: 100n, tokens: 10 };

/** What became of it so far. */
function watch(promise: Promise<CallPass>) {
  const seen: { pass: CallPass | null; error: unknown } = { pass: null, error: null };
  promise.then(
    (pass) => {
      seen.pass = pass;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}

it("a call that waits for its turn goes back at once when its worker stops", async () => {
  rows.answer = async (ask) => grant(ask, 0n, 500n);
  const stopping = new AbortController();
  const waiting = watch(allowance().enter(call, stopping.signal));
  await vi.advanceTimersByTimeAsync(200);
  expect(waiting).toEqual({ pass: null, error: null });
  stopping.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting.error).toBeInstanceOf(HandBack);
});

it("a call that waits for money in others' hands makes room for other work after some seconds", async () => {
  rows.answer = async (ask) => grant(ask, 0n, 500n);
  const waiting = watch(allowance().enter(call));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(waiting.error).toBeNull();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(waiting.error).toMatchObject({ name: "HandBack", afterMs: 10_000 });
});

it("spends nothing of what it held when the answer about it was lost, until it has been told anew", async () => {
  rows.answer = async (ask) => grant(ask, 400n);
  const ours = allowance();
  const first = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(100);
  expect(first.pass).not.toBeNull();
  // Others were given the rest meanwhile.
  rows.answer = async () => {
    throw new Error("Connection terminated unexpectedly");
  };
  await vi.advanceTimersByTimeAsync(600);
  const second = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(second).toEqual({ pass: null, error: null });
  rows.answer = async (ask) => grant(ask, 200n);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(second.pass).not.toBeNull();
});

it("spends nothing of what it held before it slept: others may have it by now", async () => {
  const answers: ((grant: AllowanceGrant) => void)[] = [];
  rows.answer = async (ask) => grant(ask, 400n);
  const ours = allowance();
  const first = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(100);
  expect(first.pass).not.toBeNull();
  rows.answer = () => new Promise((resolve) => answers.push(resolve as (grant: AllowanceGrant) => void));
  // The machine sleeps: no timer runs, the clock goes on.
  const clock = performance.now.bind(performance);
  const asleep = vi.spyOn(performance, "now").mockImplementation(() => clock() + 60_000);
  const second = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(0);
  expect(second.pass).toBeNull();
  asleep.mockRestore();
});

it("begins nothing that stood ready when it slept, until it has been told anew", async () => {
  const asked: AllowanceAsk[] = [];
  const answers: (() => void)[] = [];
  rows.answer = async (ask) => grant(ask, 400n);
  const ours = allowance();
  const ready = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(100);
  rows.answer = (ask) => {
    asked.push(ask);
    return new Promise((resolve) => answers.push(() => resolve(grant(ask, 400n))));
  };
  const clock = performance.now.bind(performance);
  const asleep = vi.spyOn(performance, "now").mockImplementation(() => clock() + 60_000);
  let begun = 0;
  void ready.pass?.begin().then(() => (begun += 1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toMatchObject([{ inFlight: 0 }]);
  expect(begun).toBe(0);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toBe(1);
  asleep.mockRestore();
});

it("looks no more when the endpoint is gone and its last call has ended", async () => {
  let looks = 0;
  rows.answer = async (ask) => grant(ask, 400n);
  const ours = allowance();
  const last = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(100);
  await last.pass?.begin();
  rows.answer = async () => {
    looks += 1;
    return null;
  };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks).toBeGreaterThan(0);
  last.pass?.leave({ kind: "answered", costMicros: 10n, tokens: 10 });
  await vi.advanceTimersByTimeAsync(1_000);
  const before = looks;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBe(before);
});

it("hands back what stands ready when the endpoint is gone, and does not look for it again and again", async () => {
  let looks = 0;
  rows.answer = async (ask) => ({ ...grant(ask, 400n), slots: 1 });
  const ours = allowance();
  const [first, second] = [watch(ours.enter(call)), watch(ours.enter(call))];
  await vi.advanceTimersByTimeAsync(100);
  await first.pass?.begin();
  let handedBack: unknown = null;
  second.pass?.begin().catch((error: unknown) => {
    handedBack = error;
    second.pass?.leave({ kind: "unsent" });
  });
  rows.answer = async () => {
    looks += 1;
    return null;
  };
  await vi.advanceTimersByTimeAsync(5_000);
  expect(handedBack).toBeInstanceOf(HandBack);
  // The other one is still in flight, and twice a second is often enough.
  expect(looks).toBeLessThanOrEqual(12);
});

it("keeps the money of a call whose outcome could not be written down, until the ledger counts it as lost", async () => {
  const held: bigint[] = [];
  rows.answer = async (ask) => {
    held.push(ask.inFlightMicros);
    return grant(ask, ask.inFlightMicros + 300n);
  };
  const ours = allowance();
  const entered = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(100);
  await entered.pass?.begin();
  entered.pass?.leave({ kind: "unknown" });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(held.at(-1)).toBe(100n);
  expect(ours.isIdle).toBe(false);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ours.isIdle).toBe(true);
});

it("looks now and then, and not without a pause, while others have all slots; and begins soon after they let go", async () => {
  let looks = 0;
  let slots = 0;
  rows.answer = async (ask) => {
    looks += 1;
    // Slower than the pause between two looks.
    await new Promise((resolve) => setTimeout(resolve, 80));
    return { ...grant(ask, 400n), slots };
  };
  const ours = allowance();
  const waiting = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(waiting.pass).toBeNull();
  expect(looks).toBeGreaterThan(10);
  expect(looks).toBeLessThan(30);
  slots = 8;
  await vi.advanceTimersByTimeAsync(700);
  expect(waiting.pass).not.toBeNull();
});

it("looks now and then, too, while the database is away, and begins when it is back", async () => {
  let looks = 0;
  rows.answer = async () => {
    looks += 1;
    throw new Error("away");
  };
  const waiting = watch(allowance().enter(call));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBeGreaterThan(10);
  expect(looks).toBeLessThan(30);
  rows.answer = async (ask) => grant(ask, 400n);
  await vi.advanceTimersByTimeAsync(700);
  expect(waiting.pass).not.toBeNull();
});

it("sends nothing that stands ready while the endpoint asked to be left alone: it goes back for as long", async () => {
  rows.answer = async (ask) => ({ ...grant(ask, 400n), slots: 1 });
  const ours = allowance();
  const [first, second] = [watch(ours.enter(call)), watch(ours.enter(call))];
  await vi.advanceTimersByTimeAsync(100);
  await first.pass?.begin();
  const ready = { isBegun: false, error: null as unknown };
  second.pass?.begin().then(
    () => {
      ready.isBegun = true;
    },
    (error: unknown) => {
      ready.error = error;
      second.pass?.leave({ kind: "unsent" });
    },
  );
  const failure = {
    kind: "rate_limited" as const,
    httpStatus: 429,
    retryAfterMs: 20_000,
    message: "Too many.",
  };
  first.pass?.leave({ kind: "failed", failure });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ready.isBegun).toBe(false);
  expect(ready.error).toMatchObject({ name: "HandBack" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ours.isIdle).toBe(true);
});

it("does not take a budget for used up by what was settled while it asked: it asks again", async () => {
  const answers: (() => void)[] = [];
  rows.answer = async (ask) => grant(ask, 100n);
  const ours = allowance();
  const first = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(100);
  await first.pass?.begin();
  // Its reply is stored, and counted as spent, while its ceiling still counts as in flight.
  rows.answer = (ask) =>
    new Promise((resolve) => {
      answers.push(() => resolve(grant(ask, 0n)));
    });
  const second = watch(ours.enter(call));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toHaveLength(1);
  first.pass?.leave({ kind: "answered", costMicros: 10n, tokens: 10 });
  rows.answer = async (ask) => grant(ask, 100n);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(second.error).toBeNull();
  expect(second.pass).not.toBeNull();
});

describe("while it asks", () => {
  /** Three calls in flight and five that are being made ready, all of them let in. */
  async function letInEight(ours: Allowance): Promise<CallPass[]> {
    rows.answer = async (ask) => ({ ...grant(ask, ask.micros), budget: null });
    const entering = Array.from({ length: 8 }, () => ours.enter({ ceilingMicros: null, tokens: 10 }));
    await vi.advanceTimersByTimeAsync(100);
    const passes = await Promise.all(entering);
    for (const pass of passes.slice(0, 3)) await pass.begin();
    return passes;
  }

  it("lets what is ready begin in the slots that it holds, and says so", async () => {
    const ours = allowance();
    const passes = await letInEight(ours);
    const asked: AllowanceAsk[] = [];
    rows.answer = (ask) => {
      asked.push(ask);
      return new Promise(() => undefined);
    };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toMatchObject([{ inFlight: 8, wanted: 8 }]);
    let begun = 0;
    for (const pass of passes.slice(3)) void pass.begin().then(() => (begun += 1));
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(5);
  });

  it("says no more than is in flight where the endpoint asked to be left alone", async () => {
    const ours = allowance();
    const [refused] = await letInEight(ours);
    const asked: AllowanceAsk[] = [];
    rows.answer = async (ask) => {
      asked.push(ask);
      return { ...grant(ask, ask.micros), budget: null, blockedMs: 10_000 };
    };
    const failure = { kind: "rate_limited", retryAfterMs: 10_000, httpStatus: 429, message: "busy" } as const;
    refused?.leave({ kind: "failed", failure });
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toMatchObject([{ inFlight: 2, refusedMs: expect.any(Number) }]);
  });

  it("gives back soon what it said, where all of it was left unsent meanwhile: the run was paused", async () => {
    const ours = allowance();
    const passes = await letInEight(ours);
    const asked: AllowanceAsk[] = [];
    const answers: (() => void)[] = [];
    rows.answer = (ask) => {
      asked.push(ask);
      const answer = { ...grant(ask, 0n), slots: 0, micros: 0n, budget: null, isRunning: false };
      return new Promise((resolve) => answers.push(() => resolve(answer)));
    };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toMatchObject([{ inFlight: 8 }]);
    for (const pass of passes.slice(0, 3)) pass.leave({ kind: "answered", costMicros: null, tokens: 10 });
    for (const pass of passes.slice(3)) pass.leave({ kind: "unsent" });
    await vi.advanceTimersByTimeAsync(1_000);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked.slice(1)).toMatchObject([{ inFlight: 0, wanted: 0 }]);
    answers[1]?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
  });
});

/** So many calls that wait to be let in, each of which begins as soon as it may. */
function crowd(ours: Allowance, count: number) {
  const seen = {
    entered: 0,
    inFlight: [] as CallPass[],
    /** The one that began first is answered. */
    answer: () => seen.inFlight.shift()?.leave({ kind: "answered", costMicros: 1n, tokens: 10 }),
  };
  for (let index = 0; index < count; index += 1)
    void ours.enter(call).then(async (pass) => {
      seen.entered += 1;
      await pass.begin();
      seen.inFlight.push(pass);
    });
  return seen;
}

describe("how many calls stand ready", () => {
  beforeEach(() => {
    rows.answer = async (ask) => ({ ...grant(ask, ask.micros), budget: null });
  });

  it("is few while those in flight are slow, also where many end together", async () => {
    const calls = crowd(allowance(), 200);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls.inFlight).toHaveLength(8);
    expect(calls.entered).toBe(8 + 8);
    for (let index = 0; index < 8; index += 1) calls.answer();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls.inFlight).toHaveLength(8);
    // Eight calls of twenty seconds are less than one in a second.
    expect(calls.entered).toBe(8 + 8 + 8 + 1);
  });

  it("grows with their pace", async () => {
    const calls = crowd(allowance(), 200);
    await vi.advanceTimersByTimeAsync(100);
    for (let ended = 1; ended <= 40; ended += 1) {
      calls.answer();
      await vi.advanceTimersByTimeAsync(40);
    }
    // 25 end in a second, and eight are in flight.
    const ready = calls.entered - 40 - 8;
    expect(ready).toBeGreaterThanOrEqual(8 + 20);
    expect(ready).toBeLessThanOrEqual(8 + 32);
  });

  it("counts no slot that another run's calls have, and makes up for it when they end", async () => {
    const slots = new Slots(8);
    const ofRun = (runId: string) =>
      new Allowance({ runId, endpointId: "e", model: "m" }, "holder", slots, () => undefined);
    const first = crowd(ofRun("first"), 8);
    await vi.advanceTimersByTimeAsync(1_000);
    const second = crowd(ofRun("second"), 100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(first.inFlight).toHaveLength(8);
    expect(second).toMatchObject({ entered: 8, inFlight: [] });
    for (let index = 0; index < 8; index += 1) first.answer();
    await vi.advanceTimersByTimeAsync(100);
    expect(second.inFlight).toHaveLength(8);
    expect(second.entered).toBe(8 + 8);
  });
});
