import { setTimeout as wait } from "node:timers/promises";
import type { FetchOptions } from "pg-boss";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { boss, disconnectBoss, STAGE_QUEUE } from "#lib/queue/boss.ts";
import { Dispatcher } from "#lib/queue/dispatcher.ts";
import { deleteClaimed, returnClaimed } from "#lib/queue/settle.ts";

await createTestDatabase();
afterAll(() => disconnectBoss());
afterEach(() => vi.restoreAllMocks());

type Data = { group: string; number: number };

describe("dispatchers side by side", { timeout: 60_000 }, () => {
  it("do each job once, keep a group's limit over all of them, and leave blocked groups alone", async () => {
    const instance = await boss();
    await instance.insert(
      STAGE_QUEUE,
      Array.from({ length: 90 }, (_, number) => {
        const group = ["a", "b", "blocked"][number % 3] ?? "";
        return { data: { group, number } satisfies Data, group: { id: group, tier: group } };
      }),
    );
    const done: number[] = [];
    const now = new Map<string, number>();
    const most = new Map<string, number>();
    let blocked = ["blocked"];
    const start = () => {
      const dispatcher = new Dispatcher<Data>({
        queue: STAGE_QUEUE,
        slots: 20,
        idleMs: 50,
        limits: async () => ({ groups: { default: 1, tiers: { a: 3, b: 7, blocked: 2 } }, blocked }),
        accept: async (jobs) => jobs.map((job) => ({ job, work: undefined })),
        run: async (job) => {
          const { group, number } = job.data;
          now.set(group, (now.get(group) ?? 0) + 1);
          most.set(group, Math.max(most.get(group) ?? 0, now.get(group) ?? 0));
          await wait(15);
          now.set(group, (now.get(group) ?? 0) - 1);
          await deleteClaimed(STAGE_QUEUE, [job], null);
          done.push(number);
        },
      });
      dispatcher.start();
      return dispatcher;
    };
    const dispatchers = [start(), start(), start()];
    await expect.poll(() => done.length, { timeout: 20_000 }).toBe(60);
    expect(most.get("blocked")).toBeUndefined();
    blocked = [];
    await expect.poll(() => done.length, { timeout: 20_000 }).toBe(90);
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop(1_000)));
    expect(new Set(done).size).toBe(90);
    expect(most.get("a")).toBe(3);
    expect(most.get("b")).toBe(7);
    expect(most.get("blocked")).toBe(2);
  });
});

describe("a dispatcher that found nothing but jobs of a group that is left alone", {
  timeout: 60_000,
}, () => {
  const startBesides = async (idleMs: number) => {
    await (await boss()).insert(
      STAGE_QUEUE,
      [0, 1, 2].map((number) => ({
        data: { group: "full", number } satisfies Data,
        group: { id: "full", tier: "full" },
      })),
    );
    const done: string[] = [];
    let looks = 0;
    const dispatcher = new Dispatcher<Data>({
      queue: STAGE_QUEUE,
      slots: 20,
      idleMs,
      limits: async () => {
        looks += 1;
        return { blocked: ["full"] };
      },
      accept: async (jobs) => jobs.map((job) => ({ job, work: undefined })),
      run: async (job) => {
        await deleteClaimed(STAGE_QUEUE, [job], null);
        done.push(job.data.group);
      },
    });
    dispatcher.start();
    await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(1);
    const insertOther = async () =>
      (await boss()).insert(STAGE_QUEUE, [
        { data: { group: "other", number: 3 } satisfies Data, group: { id: "other", tier: "other" } },
      ]);
    return { dispatcher, done, insertOther };
  };

  it("takes another group's job as soon as it is told of one", async () => {
    const { dispatcher, done, insertOther } = await startBesides(50);
    await insertOther();
    dispatcher.wake();
    await expect.poll(() => done, { timeout: 20_000 }).toEqual(["other"]);
    await dispatcher.stop(1_000);
    await (await boss()).deleteAllJobs(STAGE_QUEUE);
  });

  it("finds one that nobody told it of a moment later", async () => {
    const { dispatcher, done, insertOther } = await startBesides(50);
    await insertOther();
    await expect.poll(() => done, { timeout: 20_000 }).toEqual(["other"]);
    await dispatcher.stop(1_000);
    await (await boss()).deleteAllJobs(STAGE_QUEUE);
  });
});

describe("a dispatcher whose look beside groups that are left alone takes long", { timeout: 60_000 }, () => {
  it("looks seldom, and sooner where something new was announced, though not at once", async () => {
    const instance = await boss();
    const fetch = instance.fetch.bind(instance);
    const looks: number[] = [];
    // As if half a million jobs of the group were waiting.
    vi.spyOn(instance, "fetch").mockImplementation((async (name: string, options: FetchOptions) => {
      looks.push(performance.now());
      await wait(200);
      return fetch(name, options);
    }) as typeof instance.fetch);
    const dispatcher = new Dispatcher<Data>({
      queue: STAGE_QUEUE,
      slots: 20,
      idleMs: 50,
      limits: async () => ({ blocked: ["full"] }),
      accept: async () => [],
      run: async () => undefined,
    });
    dispatcher.start();
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBe(2);
    expect((looks[1] ?? 0) - (looks[0] ?? 0)).toBeGreaterThan(1_900);
    dispatcher.wake();
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBe(3);
    expect((looks[2] ?? 0) - (looks[1] ?? 0)).toBeGreaterThan(900);
    await dispatcher.stop(1_000);
  });
});

describe("a claim", () => {
  it("is void once somebody else has the job: the first worker can neither finish nor return it", async () => {
    const instance = await boss();
    await instance.insert(STAGE_QUEUE, [{ data: { group: "x", number: 1 } }]);
    const [first] = await instance.fetch<Data>(STAGE_QUEUE, { includeMetadata: true });
    if (!first) throw new Error("nothing was fetched");
    expect((await returnClaimed(STAGE_QUEUE, [{ ...first, startAfter: new Date() }], null)).size).toBe(1);
    const [second] = await instance.fetch<Data>(STAGE_QUEUE, { includeMetadata: true });
    expect(second?.id).toBe(first.id);
    expect((await deleteClaimed(STAGE_QUEUE, [first], null)).size).toBe(0);
    expect((await returnClaimed(STAGE_QUEUE, [first], null)).size).toBe(0);
    expect((await deleteClaimed(STAGE_QUEUE, second ? [second] : [], null)).size).toBe(1);
  });
});
