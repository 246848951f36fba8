import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeProject } from "#lib/db/test-records.ts";
import { REFUSED_MS } from "#lib/generation/run-breaker.ts";
import { stopForTroubles } from "#lib/generation/run-control-commands.ts";
import { forgetOldTroubles, forgetTroubles, type Trouble } from "#lib/generation/run-trouble-commands.ts";
import { Breakers } from "#lib/worker/breakers.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

const failed: Trouble = { kind: "failed", code: "timed_out", message: "Local gave no reply in time." };
const refused: Trouble = { kind: "rate_limited", waitMs: 1_000 };

async function makeRun() {
  const { id: projectId } = await makeProject([]);
  const { id } = await db().run.create({ data: { projectId, name: "A run", config: {}, seed: "s" } });
  const read = () => db().run.findUniqueOrThrow({ where: { id } });
  return { projectId, id, read };
}

function done(run: { id: string; projectId: string }, count: number, more: { reused?: boolean } = {}) {
  return db().runTask.createMany({
    data: Array.from({ length: count }, () => ({
      runId: run.id,
      projectId: run.projectId,
      stage: 2,
      inputId: randomUUID(),
      state: "done" as const,
      endedAt: new Date(),
      ...more,
    })),
  });
}

/** As many processes as a run may have: nothing is shared between them but the database. */
const breakersOf = (count: number) => Array.from({ length: count }, () => new Breakers());

describe("a run whose calls fail, spread over workers", () => {
  it("stops when nearly all of its last calls failed, whoever sent them", async () => {
    const run = await makeRun();
    await done(run, 2);
    for (let round = 0; round < 4; round += 1)
      for (const breakers of breakersOf(4)) await breakers.note(run.id, failed);
    // Sixteen of eighteen: too little to judge by.
    expect((await run.read()).state).toBe("running");
    for (const breakers of breakersOf(2)) await breakers.note(run.id, failed);
    expect(await run.read()).toMatchObject({
      state: "stopped",
      reason: expect.stringContaining("18 of the last 20 calls failed"),
    });
  });

  it("goes on where others are answered meanwhile, but not for what the ledger had", async () => {
    const run = await makeRun();
    const fail = async () => {
      for (const breakers of breakersOf(20)) await breakers.note(run.id, failed);
    };
    await Promise.all(breakersOf(10).map((breakers) => breakers.note(run.id, failed)));
    await done(run, 10);
    await Promise.all(breakersOf(9).map((breakers) => breakers.note(run.id, failed)));
    expect((await run.read()).state).toBe("running");
    await done(run, 100, { reused: true });
    await fail();
    expect((await run.read()).state).toBe("stopped");
  });

  it("is not stopped for what was forgotten when it was resumed", async () => {
    const run = await makeRun();
    await Promise.all(breakersOf(20).map((breakers) => breakers.note(run.id, failed)));
    const { state, reason } = await run.read();
    expect(state).toBe("stopped");
    // Somebody resumes it while the last of those that found the same are still about to stop it.
    const late = db().$transaction(async (tx) => {
      await tx.run.update({ where: { id: run.id }, data: { state: "running", reason: null } });
      const stopping = stopForTroubles(run.id, reason ?? "");
      await wait(200);
      await forgetTroubles(tx, run.id);
      return { stopping };
    });
    expect(await (await late).stopping).toBe(false);
    expect((await run.read()).state).toBe("running");
    await new Breakers().note(run.id, failed);
    expect((await run.read()).state).toBe("running");
  });

  it("is judged anew when it is taken up again, and old failures count no more", async () => {
    const run = await makeRun();
    for (const breakers of breakersOf(19)) await breakers.note(run.id, failed);
    await db().$transaction((tx) => forgetTroubles(tx, run.id));
    for (const breakers of breakersOf(19)) await breakers.note(run.id, failed);
    expect((await run.read()).state).toBe("running");
    await db().runTrouble.updateMany({ data: { at: new Date(Date.now() - 11 * 60_000) } });
    for (const breakers of breakersOf(19)) await breakers.note(run.id, failed);
    expect((await run.read()).state).toBe("running");
    await db().runTrouble.updateMany({ data: { at: new Date(Date.now() - 2 * 3_600_000) } });
    await forgetOldTroubles();
    expect(await db().runTrouble.count()).toBe(0);
  });

  it("stops when it has been refused for long by every worker, and not where one was answered", async () => {
    const run = await makeRun();
    const long = () =>
      db().runTrouble.updateMany({ data: { at: new Date(Date.now() - REFUSED_MS - 1_000) } });
    await new Breakers().note(run.id, refused);
    await long();
    await done(run, 1);
    await new Breakers().note(run.id, refused);
    expect((await run.read()).state).toBe("running");
    await db().runTask.deleteMany({});
    await new Breakers().note(run.id, refused);
    expect(await run.read()).toMatchObject({
      state: "stopped",
      reason: expect.stringContaining("“too many requests”"),
    });
  });

  it("writes a refusal down once where a pause turns many tasks away", async () => {
    const run = await makeRun();
    const breakers = new Breakers();
    for (let at = 0; at < 50; at += 1) await breakers.note(run.id, refused);
    expect(await db().runTrouble.count()).toBe(1);
  });

  it("has no troubles any more when it was deleted", async () => {
    const run = await makeRun();
    await new Breakers().note(run.id, failed);
    await db().run.delete({ where: { id: run.id } });
    await new Breakers().note(run.id, failed);
    expect(await db().runTrouble.count()).toBe(0);
  });
});
