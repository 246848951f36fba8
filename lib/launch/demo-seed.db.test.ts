import { rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { verifyPassword } from "#lib/auth/password.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { DEMO_PHOTOS, DEMO_PHOTOS_RUN } from "#lib/launch/demo-photos.ts";
import { seedDemo } from "#lib/launch/demo-seed.ts";
import { judgeDemo } from "#lib/launch/demo-verdicts.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { closeOwnSimulator } from "#lib/simulator/address.ts";
import { playbackImages } from "#lib/simulator/playback/images/all.ts";

const database = await createTestDatabase();
const signIn = { email: "demo@second-look.example", password: "a password of the test" };

vi.mock("#lib/launch/demo-verdicts.ts", { spy: true });

/** As on a new machine: no rows, and a simulator that remembers nothing. */
beforeEach(async () => {
  await closeOwnSimulator();
  await rm(path.join(database.dataDir, "simulator"), { recursive: true, force: true });
  await database.truncate();
});
afterAll(async () => {
  await disconnectBoss();
  await closeOwnSimulator();
});

describe("the demo's seed", { timeout: 180_000 }, () => {
  it("makes the project with its people, pictures, run and verdicts, and a second call changes nothing", async () => {
    await seedDemo(signIn);

    const users = await db().user.findMany({ orderBy: { createdAt: "asc" }, include: { memberships: true } });
    expect(users.map(({ email, isAdmin, isDemo }) => ({ email, isAdmin, isDemo }))).toEqual([
      { email: signIn.email, isAdmin: true, isDemo: true },
      { email: "robin@second-look.example", isAdmin: false, isDemo: true },
    ]);
    expect(users.map(({ memberships }) => memberships.map(({ role }) => role))).toEqual([
      ["owner"],
      ["reviewer"],
    ]);
    expect(users[0]?.passwordHash).toMatch(/^\$argon2id\$/);
    expect(await verifyPassword(users[0]?.passwordHash ?? null, signIn.password)).toBe(true);
    expect(await db().project.findMany({ select: { isDemo: true } })).toEqual([{ isDemo: true }]);

    const images = await db().image.findMany({
      orderBy: { id: "asc" },
      include: { _count: { select: { questions: true, traces: true } } },
    });
    expect(new Set(images.map(({ externalId }) => externalId))).toEqual(
      new Set(DEMO_PHOTOS.map(({ name }) => name)),
    );
    const untouched = DEMO_PHOTOS.slice(DEMO_PHOTOS_RUN).map(({ name }) => name);
    expect(untouched).toHaveLength(3);
    for (const { externalId, description, source, licence, _count } of images) {
      const written = playbackImages.find(({ name }) => name === externalId);
      expect(description).toBe(written?.description);
      expect(source).toContain("Getty's Open Content Program");
      expect(licence).toContain("CC0-1.0");
      const wanted = untouched.includes(externalId) ? 0 : written?.questions.length;
      expect(_count.questions, externalId).toBe(wanted);
      expect(_count.traces > 0, externalId).toBe(wanted !== 0);
    }

    const runs = await db().run.findMany({ select: { state: true } });
    expect(runs).toEqual([{ state: "done" }]);
    expect(await db().runTask.count({ where: { state: { not: "done" } } })).toBe(0);
    expect(await db().trace.count({ where: { simulated: false } })).toBe(0);

    const content = await readContent();
    expect(content.handWritten).toBe(content.texts);
    expect(content.states).toEqual({ approved: 6, rejected: 2, unselected: 84, waiting: 82 });
    expect(content.kinds).toEqual({ O: 51, OO: 48, OX: 2, X: 36, XO: 34, XX: 1, ungradable: 2 });
    expect(content.failedChecks).toEqual(["answer-whole thought-closed token-limit", "consistency", "leak"]);
    expect(await db().traceRevision.count({ where: { number: 2, authorId: { not: null } } })).toBe(1);
    expect(await db().verdictReason.count()).toBe(2);

    const rows = await countRows();
    await seedDemo(signIn);
    expect(await countRows()).toEqual(rows);
    expect(await readContent()).toEqual(content);
  });

  it("is finished by the next call where it was killed, and makes the same content again", async () => {
    vi.mocked(judgeDemo).mockImplementationOnce(async () => {
      throw new Error("killed");
    });
    await expect(seedDemo(signIn)).rejects.toThrow("killed");
    expect(await db().verdict.count()).toBe(0);
    await seedDemo({ ...signIn, password: "another password" });

    expect(await db().project.count()).toBe(1);
    expect(await db().run.count()).toBe(1);
    expect(await db().verdict.count()).toBe(8);
    const user = await db().user.findUniqueOrThrow({ where: { email: signIn.email } });
    expect(await verifyPassword(user.passwordHash, "another password")).toBe(true);
    const first = await readContent();

    await closeOwnSimulator();
    await rm(path.join(database.dataDir, "simulator"), { recursive: true, force: true });
    await database.truncate();
    await seedDemo(signIn);
    expect(await readContent()).toEqual(first);
  });
});

async function countRows() {
  return {
    users: await db().user.count(),
    images: await db().image.count(),
    questions: await db().question.count(),
    calls: await db().modelCall.count(),
    traces: await db().trace.count(),
    revisions: await db().traceRevision.count(),
    verdicts: await db().verdict.count(),
  };
}

/** What a person sees of the demo, without ids and times. */
async function readContent() {
  const found = await db().trace.findMany({
    include: {
      image: true,
      question: { include: { currentRevision: true } },
      simpleThought: true,
      longThought: true,
      currentRevision: true,
      verdicts: { include: { reviewer: true } },
    },
  });
  const written = new Set(
    playbackImages.flatMap(({ questions }) =>
      questions.flatMap(({ simpleThoughts }) =>
        simpleThoughts.flatMap(({ thought, longThoughts }) => [
          withoutLabels(thought),
          ...longThoughts.map(({ continuation }) => withoutLabels(continuation)),
        ]),
      ),
    ),
  );
  const texts = found.map(
    ({ longThought, simpleThought }) => longThought?.continuation ?? simpleThought.text,
  );
  return {
    texts: texts.length,
    handWritten: texts.filter((text) => written.has(withoutLabels(text))).length,
    states: countBy(found, ({ state }) => state),
    kinds: countBy(found, ({ kind }) => kind),
    failedChecks: found
      .filter(({ failedChecks }) => failedChecks.length > 0)
      .map(({ failedChecks }) => [...failedChecks].sort().join(" "))
      .sort((left, right) => left.localeCompare(right)),
    traces: found
      .map((trace) =>
        JSON.stringify([
          trace.image.externalId,
          trace.question.ordinal,
          trace.question.currentRevision?.choices,
          trace.question.currentRevision?.answerStyle,
          trace.simpleThought.sampleIndex,
          trace.simpleThought.text,
          trace.longThought?.joiner,
          trace.longThought?.cue,
          trace.currentRevision?.body,
          trace.currentRevision?.answer,
          trace.kind,
          trace.state,
          trace.verdicts.map(({ decision, comment, reviewer }) => [decision, comment, reviewer.name]),
        ]),
      )
      .sort(),
  };
}

/** Labels are placed as a question's choices were shuffled, and the first letter as its cue asks. */
function withoutLabels(text: string): string {
  return text
    .replace(/\{label:[^}]+\}|\([A-D]\)/g, "()")
    .trim()
    .toLowerCase();
}

function countBy<T>(list: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(list, keyOf)].map(([key, items]) => [key, items.length]));
}
