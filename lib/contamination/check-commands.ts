import "server-only";
import pLimit from "p-limit";
import { recordAudit } from "#lib/audit/commands.ts";
import { canBeTransparent, hashPicture } from "#lib/contamination/hash-picture.ts";
import { BenchmarkIndex, type ImageMatch, type QuestionMatch } from "#lib/contamination/match.ts";
import { HASH_VERSION, UNREADABLE_VERSION } from "#lib/contamination/perceptual-hash.ts";
import {
  type CheckProgress,
  type ContaminationOptions,
  contaminationOptionsSchema,
} from "#lib/contamination/schema.ts";
import { db } from "#lib/db/client.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { derivativeKey } from "#lib/images/keys.ts";
import { describeError } from "#lib/log.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { readBytes } from "#lib/storage/storage.ts";

export const CONTAMINATION_JOB = "contamination-check";

const ITEMS_AT_ONCE = 2_000;
const IMAGES_AT_ONCE = 200;
const QUESTIONS_AT_ONCE = 2_000;
const PICTURES_AT_ONCE = 4;

/**
 * Has a worker compare the project's images and questions with all its benchmarks.
 *
 * @throws AppError `conflict` while a comparison is under way, or where there is no benchmark to compare with.
 */
export async function requestCheck(
  projectId: string,
  userId: string,
  options: ContaminationOptions,
): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`contamination ${projectId}`}, 0))`;
    const known = await tx.contaminationCheck.findUnique({ where: { projectId } });
    if (known?.state === "waiting" || known?.state === "working")
      throw new AppError("conflict", "A comparison is under way. Wait for its end.");
    if ((await tx.benchmark.count({ where: { projectId, itemCount: { gt: 0 } } })) === 0)
      throw new AppError("conflict", "There is no benchmark to compare with. Import one first.");
    const data = {
      state: "waiting" as const,
      error: null,
      progress: {},
      options,
      createdById: userId,
      startedAt: new Date(),
      endedAt: null,
    };
    await tx.contaminationCheck.upsert({
      where: { projectId },
      create: { projectId, ...data },
      update: data,
    });
    await recordAudit(tx, {
      projectId,
      actorId: userId,
      action: "contamination.checked",
      subjectType: "project",
      subjectId: projectId,
      data: { ...options },
    });
    // Without a key: the job of the comparison before may still be on its way out of the queue, and would swallow it.
    await enqueueJob(tx, CONTAMINATION_JOB, { projectId });
  });
}

/**
 * Compares. What is found replaces what was found before; what a person has dismissed stays dismissed. Repeating it
 * comes to the same, and pictures are hashed once.
 */
export async function makeCheck(projectId: string, context: { signal?: AbortSignal } = {}): Promise<void> {
  const check = await db().contaminationCheck.findUnique({ where: { projectId } });
  if (!check) throw new AppError("not_found", "This comparison is no longer there.");
  if (check.state === "done" || check.state === "failed") return;
  await db().contaminationCheck.update({ where: { projectId }, data: { state: "working" } });
  const options = contaminationOptionsSchema.parse(check.options);
  const benchmarks = await db().benchmark.findMany({
    where: { projectId, itemCount: { gt: 0 } },
    select: { id: true },
  });
  const benchmarkIds = benchmarks.map(({ id }) => id);
  const index = await readIndex(benchmarkIds);
  const seenAt = new Date();
  const run = { projectId, index, options, seenAt, signal: context.signal };
  const images = await compareImages(run);
  const questionCount = await compareQuestions(run);
  await db().$transaction([
    db().contaminationHit.deleteMany({ where: { projectId, createdAt: { lt: seenAt } } }),
    db().contaminationCheck.update({
      where: { projectId },
      data: {
        state: "done",
        error: null,
        progress: {},
        imageCount: images.compared,
        unreadCount: images.unread,
        questionCount,
        benchmarkIds,
        endedAt: new Date(),
      },
    }),
  ]);
}

/** Leaves the reason where a person looks for it. */
export async function failCheck(projectId: string, error: unknown): Promise<void> {
  await db().contaminationCheck.updateMany({
    where: { projectId, state: { in: ["waiting", "working"] } },
    data: { state: "failed", error: describeError(error, { projectId }), endedAt: new Date() },
  });
}

/** A person looked: it is no contamination after all, or it is. */
export async function judgeHit(
  projectId: string,
  userId: string,
  hitId: string,
  isDismissed: boolean,
): Promise<void> {
  const { count } = await db().contaminationHit.updateMany({
    where: { id: hitId, projectId },
    data: isDismissed
      ? { dismissedAt: new Date(), dismissedById: userId }
      : { dismissedAt: null, dismissedById: null },
  });
  if (count === 0)
    throw new AppError("not_found", "This find is no longer there: the comparison was made anew.");
}

type Check = {
  projectId: string;
  index: BenchmarkIndex;
  options: ContaminationOptions;
  seenAt: Date;
  signal: AbortSignal | undefined;
};

async function readIndex(benchmarkIds: string[]): Promise<BenchmarkIndex> {
  const index = new BenchmarkIndex();
  let last = "";
  for (;;) {
    const items = await db().benchmarkItem.findMany({
      where: { benchmarkId: { in: benchmarkIds }, ...(last === "" ? {} : { id: { gt: last } }) },
      orderBy: { id: "asc" },
      take: ITEMS_AT_ONCE,
      select: {
        id: true,
        benchmarkId: true,
        question: true,
        imageSha256: true,
        imageHash: true,
        mirrorHash: true,
        otherHashes: true,
        otherMirrors: true,
      },
    });
    for (const item of items) index.add(item);
    if (items.length < ITEMS_AT_ONCE) return index;
    last = items.at(-1)?.id ?? "";
  }
}

async function compareImages(run: Check): Promise<{ compared: number; unread: number }> {
  const { projectId, index, options } = run;
  const limit = pLimit(PICTURES_AT_ONCE);
  const total = await db().image.count({ where: { projectId } });
  let compared = 0;
  let unread = 0;
  let last = "";
  for (;;) {
    run.signal?.throwIfAborted();
    const images = await db().image.findMany({
      where: { projectId, ...(last === "" ? {} : { id: { gt: last } }) },
      orderBy: { id: "asc" },
      take: IMAGES_AT_ONCE,
      select: { id: true, sha256: true, mime: true, storageKey: true, fingerprint: true },
    });
    const hashed = await Promise.all(images.map((image) => limit(() => fingerprintOf(projectId, image))));
    const found = hashed.filter((image) => image !== null);
    const readable = found.filter(({ isUnread }) => !isUnread).length;
    compared += readable;
    unread += images.length - readable;
    await storeHits(
      run,
      "imageId",
      found.flatMap((image) =>
        index.findImage(image, options).map((match) => ({ subjectId: image.imageId, ...match })),
      ),
    );
    await report(projectId, { what: "images", done: compared + unread, total });
    if (images.length < IMAGES_AT_ONCE) return { compared, unread };
    last = images.at(-1)?.id ?? "";
  }
}

type ImageRow = {
  id: string;
  sha256: string | null;
  mime: string | null;
  storageKey: string | null;
  fingerprint: (Hashes & { sha256: string; hashVersion: number }) | null;
};
type Hashes = { hash: Uint8Array | null; otherHashes: Uint8Array | null };

/**
 * Hashes an image whose file is new, or could not be read the last time, or was hashed by an earlier rule that says less
 * of it. Null where it has no file. Of one that is no picture that can be opened the bytes are compared alone, and a row
 * says so: whether a benchmark has it is not known.
 */
async function fingerprintOf(
  projectId: string,
  { id, sha256, mime, storageKey, fingerprint }: ImageRow,
): Promise<(Hashes & { imageId: string; sha256: string; isUnread: boolean }) | null> {
  if (sha256 === null || storageKey === null) return null;
  if (fingerprint?.sha256 === sha256 && isCurrent(fingerprint.hashVersion, mime)) {
    const { hash, otherHashes } = fingerprint;
    return { imageId: id, sha256, hash, otherHashes, isUnread: false };
  }
  const bytes = await readSmallest(storageKey, mime);
  const hashed = bytes && (await hashPicture(bytes));
  const hashes = { hash: hashed?.hash ?? null, otherHashes: hashed?.otherHashes ?? null };
  const data = { projectId, sha256, ...hashes, hashVersion: hashed ? HASH_VERSION : UNREADABLE_VERSION };
  await db().imageFingerprint.upsert({
    where: { imageId: id },
    create: { imageId: id, ...data },
    update: data,
  });
  return { imageId: id, sha256, ...hashes, isUnread: !hashed };
}

function isCurrent(version: number, mime: string | null): boolean {
  return version === HASH_VERSION || (version !== UNREADABLE_VERSION && !canBeTransparent(mime));
}

/**
 * The thumbnail says as much as the whole picture to a hash of 64 bits, and is read a hundred times as fast. But it may
 * lie on a ground of its own: of what can be transparent the picture itself is read.
 */
async function readSmallest(storageKey: string, mime: string | null): Promise<Uint8Array | null> {
  const thumb = derivativeKey(storageKey, "thumb.webp");
  for (const key of canBeTransparent(mime) ? [storageKey, thumb] : [thumb, storageKey]) {
    try {
      return await readBytes(key);
    } catch (error) {
      if (!isAppError(error) || error.code !== "not_found") throw error;
    }
  }
  return null;
}

async function compareQuestions(run: Check): Promise<number> {
  const { projectId, index, options } = run;
  const where = { projectId, currentRevisionId: { not: null } };
  const total = await db().question.count({ where });
  let compared = 0;
  let last = "";
  for (;;) {
    run.signal?.throwIfAborted();
    const questions = await db().question.findMany({
      where: { ...where, ...(last === "" ? {} : { id: { gt: last } }) },
      orderBy: { id: "asc" },
      take: QUESTIONS_AT_ONCE,
      select: { id: true, currentRevision: { select: { text: true } } },
    });
    compared += questions.length;
    await storeHits(
      run,
      "questionId",
      questions.flatMap(({ id, currentRevision }) =>
        index
          .findQuestion(currentRevision?.text ?? "", options)
          .map((match) => ({ subjectId: id, ...match })),
      ),
    );
    await report(projectId, { what: "questions", done: compared, total });
    if (questions.length < QUESTIONS_AT_ONCE) return compared;
    last = questions.at(-1)?.id ?? "";
  }
}

type Hit = { subjectId: string } & (ImageMatch | QuestionMatch);

async function storeHits(
  { projectId, seenAt }: Check,
  subject: "imageId" | "questionId",
  hits: Hit[],
): Promise<void> {
  for (const { subjectId, itemId, ...found } of hits) {
    const key = { benchmarkItemId: itemId };
    const data = { ...found, createdAt: seenAt };
    const create = { projectId, ...key, ...data };
    // A hit has one subject: each kind has its own key.
    if (subject === "imageId") {
      await db().contaminationHit.upsert({
        where: { benchmarkItemId_imageId: { ...key, imageId: subjectId } },
        create: { ...create, imageId: subjectId },
        update: data,
      });
    } else {
      await db().contaminationHit.upsert({
        where: { benchmarkItemId_questionId: { ...key, questionId: subjectId } },
        create: { ...create, questionId: subjectId },
        update: data,
      });
    }
  }
}

async function report(projectId: string, progress: CheckProgress): Promise<void> {
  await db().contaminationCheck.update({ where: { projectId }, data: { progress: { ...progress } } });
}
