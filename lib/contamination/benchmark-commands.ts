import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { recordAudit } from "#lib/audit/commands.ts";
import { type BenchmarkRow, readBenchmark } from "#lib/contamination/benchmark-rows.ts";
import { hashPicture } from "#lib/contamination/hash-picture.ts";
import { benchmarkFileKey } from "#lib/contamination/keys.ts";
import { HASH_VERSION } from "#lib/contamination/perceptual-hash.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { describeError } from "#lib/log.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { deleteFile, putFile, withLocalFile } from "#lib/storage/storage.ts";

export const BENCHMARK_JOB = "benchmark-read";

const AT_ONCE = 100;
/** Of pictures that stand in memory until their rows are written. */
const BYTES_AT_ONCE = 64 * 2 ** 20;

export interface NewBenchmark {
  projectId: string;
  userId: string;
  /** Rows of a file are added to the benchmark of this name where there is one. */
  name: string;
  fileName: string;
}

/** One file of a benchmark, as the job that reads it is told. */
export interface BenchmarkFile {
  projectId: string;
  benchmarkId: string;
  fileId: string;
  fileName: string;
}

/**
 * Takes a benchmark's file and has a worker read it. The file is given away.
 *
 * @throws AppError `conflict` while another file of the same benchmark is read.
 */
export async function addBenchmark(
  { projectId, userId, name, fileName }: NewBenchmark,
  filePath: string,
): Promise<BenchmarkFile> {
  const fileId = randomUUID();
  const key = benchmarkFileKey(projectId, fileId);
  // The file first: a server that dies here leaves a file, and no benchmark that waits for ever.
  await putFile(key, filePath, { move: true });
  try {
    return await db().$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`benchmark ${projectId} ${name}`}, 0))`;
      const known = await tx.benchmark.findUnique({ where: { projectId_name: { projectId, name } } });
      if (known?.state === "reading")
        throw new AppError("conflict", `A file of “${name}” is being read. Wait for it, then add the next.`);
      const { id: benchmarkId } = known
        ? await tx.benchmark.update({ where: { id: known.id }, data: { state: "reading", error: null } })
        : await tx.benchmark.create({ data: { projectId, name, createdById: userId } });
      await recordAudit(tx, {
        projectId,
        actorId: userId,
        action: "benchmark.added",
        subjectType: "benchmark",
        subjectId: benchmarkId,
        data: { name, fileName },
      });
      const file: BenchmarkFile = { projectId, benchmarkId, fileId, fileName };
      // Without a key: the job of the file before may still be on its way out of the queue.
      await enqueueJob(tx, BENCHMARK_JOB, file);
      return file;
    });
  } catch (error) {
    await deleteFile(key);
    throw error;
  }
}

/** Reads a benchmark's file into items: questions as they are, pictures as hashes. Repeating it adds nothing. */
export async function readBenchmarkFile(
  { projectId, benchmarkId, fileId, fileName }: BenchmarkFile,
  context: { signal?: AbortSignal } = {},
): Promise<void> {
  const benchmark = await db().benchmark.findUnique({ where: { id: benchmarkId } });
  if (!benchmark) throw new AppError("not_found", "This benchmark is no longer there.");
  if (benchmark.state !== "reading") return;
  const key = benchmarkFileKey(projectId, fileId);
  let skipped = 0;
  await withLocalFile(key, async (filePath) => {
    let batch: BenchmarkRow[] = [];
    let bytes = 0;
    const flush = async () => {
      context.signal?.throwIfAborted();
      const items = (await Promise.all(batch.map((row) => toItem(benchmarkId, row)))).filter(
        (item) => item !== null,
      );
      skipped += batch.length - items.length;
      batch = [];
      bytes = 0;
      await db().benchmarkItem.createMany({ data: items, skipDuplicates: true });
      await renewHashes(benchmarkId, items);
    };
    for await (const row of readBenchmark(filePath, fileName)) {
      batch.push(row);
      bytes += row.image?.length ?? 0;
      if (batch.length >= AT_ONCE || bytes >= BYTES_AT_ONCE) await flush();
    }
    await flush();
  });
  const where = { benchmarkId };
  const [itemCount, imageCount, questionCount] = await Promise.all([
    db().benchmarkItem.count({ where }),
    db().benchmarkItem.count({ where: { ...where, imageHash: { not: null } } }),
    db().benchmarkItem.count({ where: { ...where, question: { not: "" } } }),
  ]);
  if (itemCount === 0)
    throw new AppError(
      "bad_input",
      "No row of the file has a question or a picture that can be read. Check its columns, then import it again.",
    );
  await db().$transaction([
    db().benchmark.update({
      where: { id: benchmarkId },
      data: { state: "ready", error: null, itemCount, imageCount, questionCount, skippedCount: skipped },
    }),
    // The last comparison did not see these rows, so it does not stand for this benchmark any more.
    db().$executeRaw`
      UPDATE "ContaminationCheck" SET "benchmarkIds" = array_remove("benchmarkIds", ${benchmarkId}::uuid)
      WHERE "projectId" = ${projectId}::uuid`,
  ]);
  await deleteFile(key);
}

/**
 * Rows that were there already and were hashed by an earlier rule. Pictures are not kept, so reading the file again is
 * the one way to it; what has no transparency has the same hash as before.
 */
async function renewHashes(
  benchmarkId: string,
  items: readonly Prisma.BenchmarkItemCreateManyInput[],
): Promise<void> {
  for (const { identity, imageHash, mirrorHash, otherHashes, otherMirrors } of items) {
    if (!otherHashes) continue;
    await db().benchmarkItem.updateMany({
      where: { benchmarkId, identity, hashVersion: { lt: HASH_VERSION } },
      data: {
        imageHash: imageHash ?? null,
        mirrorHash: mirrorHash ?? null,
        otherHashes,
        otherMirrors: otherMirrors ?? null,
        hashVersion: HASH_VERSION,
      },
    });
  }
}

/** Leaves the reason where a person looks for it, and no file. What earlier files brought stays. */
export async function failBenchmark(
  { projectId, benchmarkId, fileId }: BenchmarkFile,
  error: unknown,
): Promise<void> {
  await db().benchmark.updateMany({
    where: { id: benchmarkId, state: "reading" },
    data: { state: "failed", error: describeError(error, { benchmarkId }) },
  });
  await deleteFile(benchmarkFileKey(projectId, fileId));
}

/** Removes a benchmark with what was found in it. A file that is being read goes with the job that finds it gone. */
export async function deleteBenchmark(
  projectId: string,
  actorId: string,
  benchmarkId: string,
): Promise<void> {
  await db().$transaction(
    async (tx) => {
      const benchmark = await tx.benchmark.findFirst({ where: { id: benchmarkId, projectId } });
      if (!benchmark) throw new AppError("not_found", "There is no such benchmark in this project.");
      await tx.benchmark.delete({ where: { id: benchmarkId } });
      await recordAudit(tx, {
        projectId,
        actorId,
        action: "benchmark.removed",
        subjectType: "benchmark",
        subjectId: benchmarkId,
        data: { name: benchmark.name },
      });
    },
    { timeout: 60_000 },
  );
}

/** Null where a row says nothing that could be compared. */
async function toItem(
  benchmarkId: string,
  row: BenchmarkRow,
): Promise<Prisma.BenchmarkItemCreateManyInput | null> {
  const hashed = row.image && (await hashPicture(row.image));
  const question = row.question.replaceAll("\0", "").trim();
  if (!hashed && question === "") return null;
  const imageSha256 = hashed && row.image ? createHash("sha256").update(row.image).digest("hex") : null;
  return {
    benchmarkId,
    externalId: row.externalId.replaceAll("\0", ""),
    question,
    imageSha256,
    imageHash: hashed?.hash ?? null,
    mirrorHash: hashed?.mirror ?? null,
    otherHashes: hashed?.otherHashes ?? null,
    otherMirrors: hashed?.otherMirrors ?? null,
    hashVersion: HASH_VERSION,
    identity: createHash("sha256")
      .update(JSON.stringify([row.externalId, question, imageSha256]))
      .digest("hex"),
  };
}
