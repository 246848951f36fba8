import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { AppError } from "#lib/errors.ts";
import { BACKGROUND_QUEUE, boss, disconnectBoss } from "#lib/queue/boss.ts";
import { createJobDispatcher, enqueueJob, registerJob, runJobsUntilIdle } from "#lib/queue/jobs.ts";

await createTestDatabase();
afterAll(() => disconnectBoss());

const dataSchema = z.object({ value: z.number() });
const done: number[] = [];
const givenUp: unknown[] = [];
let failuresLeft = 0;

registerJob({
  name: "collect",
  schema: dataSchema,
  concurrency: 2,
  run: async ({ value }) => {
    if (failuresLeft > 0) {
      failuresLeft -= 1;
      throw new Error("not this time");
    }
    done.push(value);
  },
  giveUp: async (_data, error) => {
    givenUp.push(error);
  },
});
registerJob({
  name: "hopeless",
  schema: dataSchema,
  run: async () => {
    throw new AppError("bad_input", "This file cannot be read.");
  },
  giveUp: async ({ value }, error) => {
    givenUp.push([value, error instanceof Error ? error.message : error]);
  },
});

beforeEach(() => {
  done.length = 0;
  givenUp.length = 0;
  failuresLeft = 0;
});

describe("enqueueJob", () => {
  it("appears with its transaction, or not at all", async () => {
    await db().$transaction((tx) => enqueueJob(tx, "collect", { value: 1 }));
    const broken = db().$transaction(async (tx) => {
      await enqueueJob(tx, "collect", { value: 2 });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    await runJobsUntilIdle();
    expect(done).toEqual([1]);
  });

  it("keeps one job for each key while it is not done, and takes the key again after", async () => {
    await enqueueJob(null, "collect", { value: 1 }, { key: "same" });
    await enqueueJob(null, "collect", { value: 2 }, { key: "same" });
    await enqueueJob(null, "collect", { value: 3 }, { key: "other" });
    await runJobsUntilIdle();
    expect([...done].sort()).toEqual([1, 3]);
    await enqueueJob(null, "collect", { value: 4 }, { key: "same" });
    await runJobsUntilIdle();
    expect(done).toContain(4);
  });
});

describe("a job that fails", () => {
  it("is tried again, and its success counts", async () => {
    failuresLeft = 2;
    await enqueueJob(null, "collect", { value: 9 });
    await runJobsUntilIdle();
    expect(done).toEqual([9]);
    expect(givenUp).toEqual([]);
  });

  it("is given up after its tries, with the error, and leaves nothing in the queue", async () => {
    failuresLeft = 3;
    await enqueueJob(null, "collect", { value: 9 });
    await expect(runJobsUntilIdle()).rejects.toThrow("not this time");
    expect(done).toEqual([]);
    expect(givenUp).toHaveLength(1);
    expect(await waiting()).toBe(0);
  });

  it("is given up at once where trying again cannot help", async () => {
    await enqueueJob(null, "hopeless", { value: 5 });
    await expect(runJobsUntilIdle()).rejects.toThrow("This file cannot be read.");
    expect(givenUp).toEqual([[5, "This file cannot be read."]]);
  });
});

describe("the dispatcher", () => {
  it("does everything, several at once, and stops when it is told to", async () => {
    const dispatcher = createJobDispatcher();
    dispatcher.start();
    for (let value = 0; value < 40; value += 1) await enqueueJob(null, "collect", { value });
    dispatcher.wake();
    await expect.poll(() => done.length, { timeout: 20_000 }).toBe(40);
    await dispatcher.stop(1_000);
    expect(new Set(done).size).toBe(40);
    expect(await waiting()).toBe(0);
  });
});

async function waiting(): Promise<number> {
  const instance = await boss();
  const jobs = await instance.findJobs(BACKGROUND_QUEUE, {});
  return jobs.length;
}
