import { afterEach, expect, it, vi } from "vitest";
import { sessionAddress } from "#lib/db/connection.ts";
import { type RawSql, raw } from "#lib/db/raw.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { resetEnv } from "#lib/env.ts";

const database = await createTestDatabase();

afterEach(() => {
  process.env.DATABASE_URL = database.url;
  delete process.env.DATABASE_DIRECT_URL;
  resetEnv();
});

async function readSetting(tx: RawSql): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ value: string }[]>`
    SELECT current_setting('synchronous_commit') AS "value"`;
  return row?.value;
}

it("waits for the disk but in a transaction that is done again, and waits again on the same connection after it", async () => {
  const wait = await raw().transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL synchronous_commit TO on`;
    return readSetting(tx);
  });
  expect(wait).toBe("on");
  const before = await readSetting(raw());
  expect(await raw().transaction(readSetting, { isDoneAgain: true })).toBe("off");
  for (let use = 0; use < 20; use += 1) expect(await raw().transaction(readSetting)).toBe(before);
});

it("takes back what a transaction did that failed, whether or not it is done again", async () => {
  await raw().$executeRaw`CREATE TABLE scratch (n int)`;
  for (const isDoneAgain of [true, false]) {
    const failing = raw().transaction(
      async (tx) => {
        await tx.$executeRaw`INSERT INTO scratch VALUES (1)`;
        throw new Error("stop");
      },
      { isDoneAgain },
    );
    await expect(failing).rejects.toThrow("stop");
  }
  expect(await raw().$queryRaw`SELECT n FROM scratch`).toEqual([]);
  await raw().transaction((tx) => tx.$executeRaw`INSERT INTO scratch VALUES (2)`, { isDoneAgain: true });
  expect(await raw().$queryRaw`SELECT n FROM scratch`).toEqual([{ n: 2 }]);
});

it("fails where a statement in it had failed and the work went on: PostgreSQL then takes back what COMMIT is told", async () => {
  await raw().$executeRaw`CREATE TABLE swallowed (n int)`;
  const swallowing = raw().transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO swallowed VALUES (1)`;
    await tx.$executeRaw`SELECT 1 / 0`.catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow("taken back");
  expect(await raw().$queryRaw`SELECT n FROM swallowed`).toEqual([]);
});

it("tells statements apart that copies of this module send over the same connections", async () => {
  // The web server's bundles each have their own copy; what they share is the pool.
  vi.resetModules();
  const one = (await import("#lib/db/raw.ts")).raw();
  vi.resetModules();
  const other = (await import("#lib/db/raw.ts")).raw();
  for (let use = 0; use < 30; use += 1) {
    expect(await one.$queryRaw`SELECT 1 AS "n"`).toEqual([{ n: 1 }]);
    expect(await other.$queryRaw`SELECT 2 AS "n"`).toEqual([{ n: 2 }]);
  }
});

it("leaves nothing on a connection that a pooler lends: no statement under a name, no setting", async () => {
  const left = () =>
    raw().transaction(async (tx) => {
      for (let use = 0; use < 3; use += 1) await tx.$queryRaw`SELECT ${use}::int AS "n"`;
      return tx.$queryRaw<{ names: bigint; plans: string; idle: string }[]>`
        SELECT (SELECT count(*) FROM pg_prepared_statements) AS "names", current_setting('plan_cache_mode') AS "plans",
          current_setting('idle_in_transaction_session_timeout') AS "idle"`;
    });
  const [direct] = await left();
  expect(direct?.names).toBeGreaterThan(0n);
  expect(direct).toMatchObject({ plans: "force_custom_plan", idle: "30s" });

  // Another address to the same server, so that the pool is made anew.
  process.env.DATABASE_URL = `${database.url}?application_name=pooled`;
  process.env.DATABASE_DIRECT_URL = database.url;
  resetEnv();
  expect(await left()).toEqual([{ names: 0n, plans: "auto", idle: "0" }]);
  expect(sessionAddress()).toBe(database.url);
});
