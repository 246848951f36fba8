import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashPassword } from "#lib/auth/password.ts";
import { db } from "#lib/db/client.ts";
import { markProcess } from "#lib/db/process-lock.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { env, resetEnv } from "#lib/env.ts";
import { prepareFirstSignIn } from "#lib/launch/first-start.ts";
import { claimPort, localAddress } from "#lib/launch/port.ts";
import { readHealth } from "#lib/launch/queries.ts";
import { provideSecrets } from "#lib/launch/secrets.ts";

const database = await createTestDatabase();
const ROOT = path.join(import.meta.dirname, "../..");
let folder: string;
let count = 0;

beforeEach(() => {
  count += 1;
  folder = path.join(database.dataDir, `case-${count}`);
  mkdirSync(folder);
});

/** Occupies a port of its own for as long as the test runs. */
async function occupyPort(): Promise<{ port: number; free(): void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no address");
  return { port: address.port, free: () => server.close() };
}

describe("provideSecrets", () => {
  const names = ["NEXTAUTH_SECRET", "SECOND_LOOK_SECRET_KEY"] as const;
  const given = names.map((name) => process.env[name]);
  afterEach(() => {
    names.forEach((name, index) => {
      process.env[name] = given[index];
    });
    resetEnv();
  });

  it("makes secrets once, keeps them to the owner, and leaves alone what is set", () => {
    for (const name of names) delete process.env[name];
    provideSecrets(folder);
    const made = names.map((name) => env()[name]);
    expect(made.every((secret) => (secret?.length ?? 0) >= 32)).toBe(true);
    expect(statSync(path.join(folder, "secrets.json")).mode & 0o777).toBe(0o600);

    delete process.env.NEXTAUTH_SECRET;
    process.env.SECOND_LOOK_SECRET_KEY = "chosen by the operator";
    provideSecrets(folder);
    expect([env().NEXTAUTH_SECRET, env().SECOND_LOOK_SECRET_KEY]).toEqual([
      made[0],
      "chosen by the operator",
    ]);
  });

  it("says in a sentence that the kept secrets are broken, and does not replace them", () => {
    const file = path.join(folder, "secrets.json");
    writeFileSync(file, "{");
    expect(() => provideSecrets(folder)).toThrow(/cannot be read: put the file back from a copy/);
    expect(readFileSync(file, "utf8")).toBe("{");
  });
});

describe("claimPort", () => {
  it("finds a free port, and says that a port is taken", async () => {
    expect(await claimPort("127.0.0.1", 0)).toBeGreaterThan(0);
    const { port, free } = await occupyPort();
    await expect(claimPort("127.0.0.1", port)).rejects.toThrow(`Port ${port} is taken by another program`);
    free();
  });

  it("names the address that a browser here can use", () => {
    expect([localAddress("0.0.0.0", 80), localAddress("::1", 81)]).toEqual([
      "http://127.0.0.1:80",
      "http://[::1]:81",
    ]);
  });
});

describe("the first sign-in", () => {
  afterEach(() => {
    delete process.env.SECOND_LOOK_DEMO;
    resetEnv();
  });

  it("is the set-up page's where no demo is wanted, and nobody's business after that", async () => {
    process.env.SECOND_LOOK_DEMO = "0";
    resetEnv();
    const told = await prepareFirstSignIn(folder, () => undefined);
    expect(told).toEqual([
      expect.stringMatching(/make the first administrator at \/setup with the code \w{4}-\w{4}-\w{4}$/),
    ]);
    await db().user.create({ data: { email: "ada@example.org", name: "Ada", isAdmin: true } });
    expect(await prepareFirstSignIn(folder, () => undefined)).toEqual([]);
  });

  it("prints the demo's password only as long as it is the demo's password", async () => {
    const password = "four-four-four";
    const { id } = await db().user.create({
      data: { email: "demo@second-look.example", name: "Demo", passwordHash: await hashPassword(password) },
    });
    writeFileSync(
      path.join(folder, "demo-sign-in.json"),
      JSON.stringify({ email: "demo@second-look.example", password, isSeeded: true }),
    );
    expect(await prepareFirstSignIn(folder, () => undefined)).toEqual([expect.stringContaining(password)]);
    await db().user.update({
      where: { id },
      data: { passwordHash: await hashPassword("changed by its owner") },
    });
    expect(await prepareFirstSignIn(folder, () => undefined)).toEqual([]);
  });
});

describe("readHealth", () => {
  it("says whether a worker has been heard of lately", async () => {
    const now = new Date();
    expect(await readHealth(now)).toEqual({ database: "ok", worker: "none" });
    await db().workerHeartbeat.create({
      data: { id: crypto.randomUUID(), host: "here", pid: 1, seenAt: now },
    });
    expect(await readHealth(now)).toEqual({ database: "ok", worker: "running" });
    expect(await readHealth(new Date(now.getTime() + 60_000))).toEqual({ database: "ok", worker: "none" });
  });
});

/** Runs `npm start`'s program until it ends by itself. */
function start(extraEnv: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [path.join(ROOT, "bin/start.mjs")], {
    env: { ...process.env, SECOND_LOOK_DATA: folder, PORT: "0", SECOND_LOOK_DEMO: "0", ...extraEnv },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, said: said.trim() })));
}

describe("npm start, where it cannot start", () => {
  it.each([
    [
      "a bad setting",
      { PORT: "many" },
      "The environment has a value that cannot be used: PORT must be a whole number from 0 to 65535.",
    ],
    [
      "an unreachable database",
      { DATABASE_URL: "postgresql://a:hunter2@127.0.0.1:1/x" },
      "The database in DATABASE_URL does not answer: nothing listens at 127.0.0.1:1.",
    ],
    [
      "an address of another machine",
      { HOST: "192.0.2.1" },
      "This machine has no address 192.0.2.1: set HOST to one of its own, such as 127.0.0.1 or 0.0.0.0.",
    ],
  ])("says one sentence about %s", async (_what, extraEnv, sentence) => {
    expect(await start(extraEnv)).toEqual({ code: 1, said: sentence });
  });

  it("says one sentence about a taken port", async () => {
    const { port, free } = await occupyPort();
    const { code, said } = await start({ PORT: String(port) });
    expect([code, said]).toEqual([
      1,
      `Port ${port} is taken by another program: stop that one, or choose another port with PORT=${port === 65535 ? 3001 : port + 1}.`,
    ]);
    free();
  });

  it("says one sentence about a data folder that another uses, and one about a file in its place", async () => {
    const child = spawn("sleep", ["60"]);
    writeFileSync(path.join(folder, "app.lock"), JSON.stringify(markProcess(child.pid)));
    const held = await start({});
    child.kill();
    expect([held.code, held.said]).toEqual([
      1,
      expect.stringMatching(
        /^Second Look already runs on the data folder .* \(process \d+\): stop that one first.*\.$/,
      ),
    ]);

    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
    expect((await start({})).said).toMatch(/is in the way: a file stands where a folder should be\.$/);
  });
});
