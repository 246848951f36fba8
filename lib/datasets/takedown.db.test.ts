import { createHash, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { exportVersion } from "#lib/datasets/export-commands.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import { freezeVersion } from "#lib/datasets/freeze-commands.ts";
import { registerDatasetJobs } from "#lib/datasets/jobs.ts";
import { freezeLock, partKey } from "#lib/datasets/keys.ts";
import { openPart } from "#lib/datasets/part-queries.ts";
import { readLineAt } from "#lib/datasets/preview/line-queries.ts";
import { readVersion } from "#lib/datasets/queries.ts";
import {
  DEFAULT_PREFERENCE,
  DEFAULT_STEPS,
  NO_SPLITS,
  SFT_PRESET_OPTIONS,
} from "#lib/datasets/recipe-schema.ts";
import { finishTakedown, takeDownImage } from "#lib/datasets/takedown-commands.ts";
import { makeRandomProject } from "#lib/datasets/test-random-project.ts";
import { createDatasetVersion, requestVersion, withdrawVersion } from "#lib/datasets/version-commands.ts";
import { isGap, VERSION_PARTS } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { storeReply } from "#lib/generation/ledger-rows-commands.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";
import { exists, putBytes, readBytes } from "#lib/storage/storage.ts";

const database = await createTestDatabase();
registerDatasetJobs();

beforeEach(() => database.truncate());

const OPTIONS = {
  sft: SFT_PRESET_OPTIONS.everything,
  preference: DEFAULT_PREFERENCE,
  steps: DEFAULT_STEPS,
  splits: NO_SPLITS,
  filter: WHOLE_PROJECT,
};

async function setUp() {
  const { projectId, userId } = await makeRandomProject("three kites");
  const { versionId } = await createDatasetVersion({ projectId, userId, name: "kites", options: OPTIONS });
  const { imageId } = await db().datasetRecord.findFirstOrThrow({
    where: { versionId, part: "preference" },
    orderBy: { ordinal: "asc" },
  });
  const image = await db().image.findUniqueOrThrow({ where: { id: imageId } });
  return { projectId, userId, versionId, image };
}

async function readAll(projectId: string, versionId: string) {
  const version = await readVersion(projectId, versionId);
  if (!version) throw new Error("the version is gone");
  const lines = [];
  for (const part of VERSION_PARTS)
    for await (const line of openPart(projectId, version, part)) lines.push({ part, line });
  return { version, lines };
}

describe("taking an image down", () => {
  it("leaves a named gap in place of each of its lines, and the version's hash holds", async () => {
    const { projectId, userId, versionId, image } = await setUp();
    const before = await readAll(projectId, versionId);
    const held = before.lines.filter(({ line }) => !isGap(line) && line.imageId === image.id);
    const { id: _id, ...picture } = image;
    const copies = await db().image.count({ where: { projectId, sha256: image.sha256 } });
    await db().image.create({ data: { ...picture, externalId: "the same picture" } });
    await db().hubPush.create({
      data: {
        ...{ projectId, repo: "kites/of-old", isPrivate: true, state: "done" },
        export: { create: { projectId, versionId, format: "jsonl", state: "done" } },
      },
    });
    const done = await takeDownImage({
      projectId,
      userId,
      imageId: image.id,
      reason: "its owner asked",
      confirm: image.externalId,
    });
    expect(done).toMatchObject({
      ...{ versions: 1, lines: held.length, exports: 1 },
      ...{ copies, repositories: ["kites/of-old"] },
    });
    expect(held.length).toBeGreaterThan(1);

    const check = async () => {
      const { version, lines } = await readAll(projectId, versionId);
      expect(version.contentHash).toBe(before.version.contentHash);
      expect(version.gaps).toBe(held.length);
      expect(lines).toHaveLength(before.lines.length);
      for (const [place, { line }] of lines.entries()) {
        const was = before.lines[place]?.line;
        if (isGap(line)) expect(line).toMatchObject({ reason: "its owner asked", imageSha256: image.sha256 });
        else expect(line).toEqual(was);
        expect(isGap(line)).toBe(held.some((one) => one.line === was));
      }
    };
    const shown = held.map(({ part, line }) => readLineAt(projectId, { id: versionId }, part, line.ordinal));
    for (const line of await Promise.all(shown)) expect(line).toMatchObject({ gap: true });
    // At once, and after the files were rewritten; doing that twice changes nothing.
    await check();
    await runJobsUntilIdle();
    await check();
    for (const part of VERSION_PARTS) {
      const bytes = Buffer.from(await readBytes(partKey(projectId, versionId, part))).toString();
      expect(bytes).not.toContain(image.id);
    }
    expect(await db().image.count({ where: { id: image.id } })).toBe(0);
    expect(await db().trace.count({ where: { imageId: image.id } })).toBe(0);
    expect(await db().auditEvent.findFirst({ where: { action: "image.taken-down" } })).toMatchObject({
      actorId: userId,
      data: { reason: "its owner asked", lines: held.length },
    });
  });

  it("gives a version of the first form the hashes of its lines first", async () => {
    const { projectId, userId, image } = await setUp();
    const { versionId } = await createDatasetVersion({
      projectId,
      userId,
      name: "old",
      options: { ...OPTIONS, preference: null, steps: null },
    });
    const bytes = await readBytes(partKey(projectId, versionId, "sft"));
    await db()
      .$executeRaw`UPDATE "DatasetRecord" SET "lineHash" = NULL WHERE "versionId" = ${versionId}::uuid`;
    await db().$executeRaw`
      UPDATE "DatasetVersion" SET form = 1, summary = summary - 'parts', recipe = recipe - 'sft' - 'preference' - 'steps',
        "contentHash" = ${createHash("sha256").update(bytes).digest("hex")} WHERE id = ${versionId}::uuid`;
    const { imageId } = await db().datasetRecord.findFirstOrThrow({ where: { versionId } });
    const target = await db().image.findUniqueOrThrow({ where: { id: imageId } });
    await takeDownImage({ projectId, userId, imageId, reason: "gone", confirm: target.externalId });
    await runJobsUntilIdle();
    const { version, lines } = await readAll(projectId, versionId);
    expect(version.form).toBe(2);
    expect(lines.some(({ line }) => isGap(line))).toBe(true);
    expect(image.projectId).toBe(projectId);
  });

  it("keeps no reply that arrives afterwards, though it counts what it cost", async () => {
    const { projectId, userId, image } = await setUp();
    const description = 'A red "kite" over a beach, high above the pier.\nTwo boats – far out.';
    await db().image.update({ where: { id: image.id }, data: { description } });
    // A stage sends the description within a prompt; a check sends the picture by its hash.
    const asked = [
      { messages: [{ role: "user", content: `Make questions of this: ${description} Begin.` }] },
      { messages: [{ role: "user", content: [{ image_url: { url: `sha256:${image.sha256}` } }] }] },
      { messages: [{ role: "user", content: "Something about another picture altogether, of no kite." }] },
    ];
    const calls = [];
    for (const [place, request] of asked.entries())
      calls.push(
        await db().modelCall.create({
          data: {
            ...{ projectId, identity: `on its way ${place}`, purpose: "vlm", model: "m", status: "pending" },
            leaseToken: randomUUID(),
            leaseUntil: new Date(Date.now() + 60_000),
            body: { create: { request } },
            attempts: { create: { number: 1, outcome: "sent", startedAt: new Date() } },
          },
        }),
      );
    await takeDownImage({ projectId, userId, imageId: image.id, reason: "gone", confirm: image.externalId });
    for (const { id } of calls)
      await storeReply(
        { callId: id, attempt: 1 },
        {
          ...{ body: "Zanzibar, as the picture shows", httpStatus: 200, durationMs: 5, costMicros: 7n },
          envelope: { finishReason: "stop", promptTokens: 1, completionTokens: 1 },
        },
      );
    const rows = await db().modelCall.findMany({
      where: { id: { in: calls.map(({ id }) => id) } },
      include: { reply: true, body: true, attempts: true },
      orderBy: { id: "asc" },
    });
    const of = (id: string | undefined) => rows.find((row) => row.id === id);
    for (const call of calls.slice(0, 2))
      expect(of(call.id)).toMatchObject({ status: "answered", costMicros: 7n, reply: null, body: null });
    expect(of(calls[2]?.id)).toMatchObject({ reply: { reply: "Zanzibar, as the picture shows" } });
    const told = JSON.stringify(
      rows.slice(0, 2).map(({ attempts }) => attempts),
      (_, value) => (typeof value === "bigint" ? String(value) : value),
    );
    expect(told).not.toContain("Zanzibar");
  });

  it("asks for the image's name, and does not reach into another project", async () => {
    const { projectId, userId, image } = await setUp();
    const ask = { projectId, userId, imageId: image.id, reason: "gone" };
    await expect(takeDownImage({ ...ask, confirm: "another" })).rejects.toMatchObject({ code: "bad_input" });
    const other = await makeRandomProject("another");
    await expect(
      takeDownImage({ ...ask, projectId: other.projectId, confirm: image.externalId }),
    ).rejects.toMatchObject({ code: "not_found" });
    expect(await db().datasetGap.count()).toBe(0);
  });

  it("waits for what is being frozen, and not for what was broken off", async () => {
    const { projectId, userId, image } = await setUp();
    const { versionId } = await requestVersion({ projectId, userId, name: "kites", options: OPTIONS });
    const take = () =>
      takeDownImage({ projectId, userId, imageId: image.id, reason: "gone", confirm: image.externalId });
    const [isAtIt, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const worker = db().$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${freezeLock(versionId)}, 0))`;
        isAtIt.resolve();
        await mayEnd.promise;
      },
      { timeout: 120_000 },
    );
    await isAtIt.promise;
    await expect(take()).rejects.toMatchObject({ code: "conflict" });
    mayEnd.resolve();
    await worker;

    // As a process leaves it that was killed: its lines and its files may be there, and nobody is at it.
    await db().datasetVersion.update({ where: { id: versionId }, data: { progress: { attempt: "killed" } } });
    await db().datasetRecord.create({
      data: {
        ...{ versionId, part: "sft", ordinal: 0, kind: "O", imageId: image.id, lineHash: Buffer.alloc(32) },
        ...{ traceId: image.id, traceRevisionId: image.id, questionRevisionId: image.id },
      },
    });
    await putBytes(partKey(projectId, versionId, "steps"), Buffer.from("left behind"));
    await take();
    expect(await db().datasetVersion.findUnique({ where: { id: versionId } })).toMatchObject({
      state: "freezing",
      progress: {},
    });
    await finishTakedown({ projectId, versionIds: [versionId], folders: [], exportKeys: [] });
    expect(await exists(partKey(projectId, versionId, "steps"))).toBe(false);

    await runJobsUntilIdle();
    const { lines } = await readAll(projectId, versionId);
    expect(lines.length).toBeGreaterThan(0);
    for (const { line } of lines) expect(isGap(line) || line.imageId === image.id).toBe(false);
  });

  it("lets no version become ready with an image that went while it was being frozen", async () => {
    const { projectId, userId, image } = await setUp();
    const { versionId } = await requestVersion({ projectId, userId, name: "kites", options: OPTIONS });
    const freezing = freezeVersion(versionId, {
      accept: async () => {
        await db().image.delete({ where: { id: image.id } });
      },
    });
    await expect(freezing).rejects.toMatchObject({ code: "conflict" });
    expect(await readVersion(projectId, versionId)).toBeNull();
    await runJobsUntilIdle();
    const { lines } = await readAll(projectId, versionId);
    for (const { line } of lines) expect(isGap(line) || line.imageId === image.id).toBe(false);
  });

  it("takes what was compared and what could not be read of it along", async () => {
    const { projectId, userId, image } = await setUp();
    const addCall = async (identity: string) => {
      const call = await db().modelCall.create({ data: { projectId, identity, purpose: "vlm", model: "m" } });
      await db().modelCallReply.create({ data: { callId: call.id, reply: "a red kite" } });
      return call.id;
    };
    const [unread, compared, another] = [await addCall("1"), await addCall("2"), await addCall("3")];
    await db().questionProblem.create({
      data: {
        ...{ projectId, imageId: image.id, callId: unread, ordinal: 0 },
        ...{ reason: "unreadable", excerpt: "a red kite" },
      },
    });
    const comparison = await db().promptComparison.create({
      data: { projectId, name: "two", stage: 1, seed: "s", sides: [], state: "done" },
    });
    const place = { projectId, comparisonId: comparison.id, state: "done" as const, result: { is: "red" } };
    await db().promptComparisonItem.createMany({
      data: [
        { ...place, ordinal: 0, side: 0, inputId: image.id, callId: compared },
        { ...place, ordinal: 1, side: 0, inputId: userId, callId: another },
      ],
    });
    await takeDownImage({
      ...{ projectId, userId, imageId: image.id, reason: "gone", confirm: image.externalId },
    });
    expect(await db().questionProblem.count()).toBe(0);
    const replies = await db().modelCallReply.findMany({
      where: { callId: { in: [unread, compared, another] } },
    });
    expect(replies.map(({ callId }) => callId)).toEqual([another]);
    const items = await db().promptComparisonItem.findMany({ orderBy: { ordinal: "asc" } });
    expect(items.map(({ result }) => result)).toEqual([null, { is: "red" }]);
  });
});

describe("withdrawing a version", () => {
  it("says so with the reason, once, and exports it no more", async () => {
    const { projectId, userId, versionId } = await setUp();
    const withdraw = () => withdrawVersion({ projectId, userId, versionId, reason: "a wrong key" });
    await withdraw();
    await expect(withdraw()).rejects.toMatchObject({ code: "conflict" });
    expect(await readVersion(projectId, versionId)).toMatchObject({
      withdrawn: { reason: "a wrong key" },
    });
    await expect(
      exportVersion({
        projectId,
        userId,
        versionId,
        format: "llamafactory",
        options: { images: "training" },
        allowSimulated: true,
      }),
    ).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("a wrong key") });
  });
});
