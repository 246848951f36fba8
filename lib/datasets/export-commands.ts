import "server-only";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import { z } from "zod";
import { recordAudit } from "#lib/audit/commands.ts";
import { type ArchiveProgress, archiveName, writeArchive } from "#lib/datasets/archive.ts";
import { cardFactsSchema } from "#lib/datasets/card/facts-schema.ts";
import { EXPORT_JOB, startPulse } from "#lib/datasets/export-pulse-commands.ts";
import { FORMATS, maskingOf, normalizeOptions, planExport } from "#lib/datasets/formats/catalog.ts";
import type { LineSource } from "#lib/datasets/formats/lines.ts";
import { exportKey, takedownLock } from "#lib/datasets/keys.ts";
import type { VersionFacts } from "#lib/datasets/manifest.ts";
import { hasPart, readPartLines } from "#lib/datasets/part-queries.ts";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportOptions,
  exportOptionsSchema,
  recipeSchema,
  summarySchema,
} from "#lib/datasets/schema.ts";
import { simulatedError } from "#lib/datasets/version-commands.ts";
import { withdrawnSentence } from "#lib/datasets/withdrawal.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { describeError } from "#lib/log.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { deleteFile, exists, putFile, temporaryPath, withLocalFile } from "#lib/storage/storage.ts";

const exportFormatSchema = z.enum(EXPORT_FORMATS);

export type ExportRequest = {
  projectId: string;
  userId: string;
  versionId: string;
  format: ExportFormat;
  options: ExportOptions;
  /** Said yes to exporting texts that no model wrote. */
  allowSimulated: boolean;
  /** Said yes to a form in which the wrong first thought of X→O is trained on. */
  allowUnmasked?: boolean;
};

/**
 * Asks for a version as an archive and returns the export's id. The same version, format and options are made once: a
 * finished or running export is given back, a failed one is tried again.
 *
 * @throws AppError `conflict` with details `{ simulatedRecords }` where the version holds simulated records and nobody
 *   has said that they may go out, with `{ unmaskedRecords }` where the form masks nothing and nobody has said that it
 *   may; `bad_input` where the format can't carry what the version holds; `not_found` for another project's version.
 */
export async function requestExport(request: ExportRequest, isQueued = true): Promise<{ exportId: string }> {
  const { projectId, versionId, format } = request;
  const options = normalizeOptions(format, exportOptionsSchema.parse(request.options));
  return db().$transaction(async (tx) => {
    // An export that is asked for while an image is taken down is made of what is left.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${takedownLock(projectId)}, 0))`;
    const version = await tx.datasetVersion.findFirst({ where: { id: versionId, projectId } });
    if (!version) throw new AppError("not_found", "There is no such dataset version in this project.");
    if (version.withdrawnAt) throw withdrawnError(version.withdrawnReason, "conflict");
    if (version.state !== "ready") {
      throw new AppError(
        "conflict",
        "This version is not frozen yet, so there is nothing to export. Wait until it is ready.",
      );
    }
    refuseUnsuitable(version, request, options);
    // Two requests for one export wait for each other here and then find each other's row.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`export ${versionId}`}, 0))`;
    const same = await tx.export.findFirst({
      where: { projectId, versionId, format, options: { equals: options } },
      orderBy: { id: "desc" },
    });
    const isUsable =
      same && (same.state !== "done" || (same.storageKey !== null && (await exists(same.storageKey))));
    if (isUsable && same.state !== "failed") {
      // Whoever was making it may have ended without a word, as a command that was stopped does.
      if (isQueued && same.state !== "done") {
        await enqueueJob(tx, EXPORT_JOB, { exportId: same.id }, { key: same.id });
      }
      return { exportId: same.id };
    }
    const row =
      isUsable && same
        ? await tx.export.update({
            where: { id: same.id },
            data: { state: "waiting", error: null, endedAt: null, heardAt: new Date() },
          })
        : await tx.export.create({
            data: { projectId, versionId, format, options, createdById: request.userId },
          });
    await recordAudit(tx, {
      projectId,
      actorId: request.userId,
      action: "dataset.exported",
      subjectType: "export",
      subjectId: row.id,
      data: {
        versionId,
        format,
        ...options,
        allowSimulated: request.allowSimulated,
        ...(request.allowUnmasked ? { allowUnmasked: true } : {}),
      },
    });
    if (isQueued) await enqueueJob(tx, EXPORT_JOB, { exportId: row.id }, { key: row.id });
    return { exportId: row.id };
  });
}

function withdrawnError(reason: string | null, code: "conflict" | "bad_input"): AppError {
  return new AppError(code, withdrawnSentence("can't be exported any more", { reason: reason ?? "" }));
}

function exportGone(): AppError {
  return new AppError("not_found", "This export is no longer there.");
}

function refuseUnsuitable(
  version: Pick<PlainVersion, "summary" | "simulated" | "recordCount" | "pairCount" | "stepCount">,
  { format, allowSimulated, allowUnmasked }: ExportRequest,
  options: ExportOptions,
): void {
  const summary = summarySchema.parse(version.summary);
  const corrected = summary.byKind.XO ?? 0;
  const { problem } = planExport(format, options, {
    records: version.recordCount,
    pairs: version.pairCount,
    judged: version.stepCount,
    corrected,
  });
  if (problem) throw new AppError("bad_input", problem);
  if (version.simulated && !allowSimulated) throw simulatedError(summary.simulated);
  if (maskingOf(format, options) === "not-masked" && corrected > 0 && !allowUnmasked) {
    throw new AppError(
      "conflict",
      `This form of ${FORMATS[format].label} is not masked: the wrong first thought of ${corrected} X→O records would be trained on. Say that this is meant, or choose the masked form.`,
      { details: { unmaskedRecords: corrected } },
    );
  }
}

export type ExportContext = {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ArchiveProgress) => void) | undefined;
  /** Where the bytes go; a test puts a disk there that fills up. */
  openOutput?: ((path: string) => Writable) | undefined;
};

/**
 * Makes the archive of an export and puts it into storage. Repeating it changes nothing: equal bytes, one key. Where it
 * throws, nothing of it is left in storage or beside it. One that failed or was given up is made only after somebody has
 * asked for it again.
 *
 * @throws AppError as `writeArchive`.
 */
export async function makeExport(exportId: string, context: ExportContext = {}): Promise<void> {
  const row = await db().export.findUnique({
    where: { id: exportId },
    include: { version: { include: { dataset: true } } },
  });
  if (!row) throw exportGone();
  if (row.state === "done" && row.storageKey && (await exists(row.storageKey))) return;
  if (row.version.withdrawnAt) throw withdrawnError(row.version.withdrawnReason, "bad_input");
  const format = exportFormatSchema.parse(row.format);
  const { count: isWanted } = await db().export.updateMany({
    where: { id: exportId, state: { not: "failed" } },
    data: { state: "working", error: null, heardAt: new Date() },
  });
  if (isWanted === 0) return;

  const facts = factsOf(row.version);
  const pulse = startPulse(exportId, context.onProgress);
  const outputPath = await temporaryPath();
  let isAskedAgain = false;
  try {
    const archive = await writeArchive({
      facts,
      format,
      options: exportOptionsSchema.parse(row.options),
      lines: linesOf(row.version, facts),
      contentHash: row.version.contentHash,
      card: row.version.cardFacts === null ? null : cardFactsSchema.parse(row.version.cardFacts),
      locateImage: (imageId) => locateImage(row.projectId, imageId),
      outputPath,
      signal: context.signal ? AbortSignal.any([context.signal, pulse.signal]) : pulse.signal,
      onProgress: pulse.tell,
      openOutput: context.openOutput,
    });
    const storageKey = exportKey(row.projectId, exportId);
    await putFile(storageKey, outputPath, { contentType: "application/zip", move: true });
    await pulse.end();
    const { count } = await db().export.updateMany({
      where: { id: exportId, state: "working", version: { withdrawnAt: null } },
      data: {
        state: "done",
        error: null,
        progress: Prisma.DbNull,
        storageKey,
        fileName: archiveName(facts, format),
        bytes: archive.bytes,
        sha256: archive.sha256,
        manifest: z
          .record(z.string(), z.json())
          .parse(JSON.parse(JSON.stringify(archive.manifest))) as Prisma.InputJsonObject,
        endedAt: new Date(),
      },
    });
    if (count === 0) isAskedAgain = (await leaveUnfinished(exportId, storageKey)) === "waiting";
  } catch (error) {
    if (!pulse.signal.aborted || isAppError(error)) throw error;
    // Given up: that is written down already, and there is nothing to try again. Or its row is gone.
    const left = await db().export.findUnique({ where: { id: exportId }, select: { state: true } });
    if (!left) throw exportGone();
    isAskedAgain = left.state === "waiting";
  } finally {
    await pulse.end();
    await rm(outputPath, { force: true });
  }
  // Given up and asked for again at once: while this job is at work, the queue has no other for it.
  if (isAskedAgain) await makeExport(exportId, context);
}

/**
 * The archive is made, and cannot be handed out: says why, and leaves nothing of it where it must not stay. Returns how
 * the export stands.
 */
async function leaveUnfinished(exportId: string, storageKey: string): Promise<string> {
  const row = await db().export.findUnique({
    where: { id: exportId },
    select: { state: true, version: { select: { withdrawnAt: true, withdrawnReason: true } } },
  });
  // Another process made the same bytes, or is about to: they have one name. What was done before a withdrawal stays.
  if (row && (row.state === "done" || (!row.version.withdrawnAt && row.state !== "failed"))) return row.state;
  await deleteFile(storageKey);
  // An image was taken down meanwhile, and what holds it must not stay.
  if (!row) throw exportGone();
  if (row.version.withdrawnAt) throw withdrawnError(row.version.withdrawnReason, "bad_input");
  return row.state;
}

/** Leaves the reason where a person looks for it. */
export async function failExport(exportId: string, error: unknown): Promise<void> {
  await db().export.updateMany({
    where: { id: exportId, state: { not: "done" } },
    data: {
      state: "failed",
      error: describeError(error, { exportId }),
      progress: Prisma.DbNull,
      endedAt: new Date(),
    },
  });
}

/** Asks for an export and makes it in this process: the command line's way, which needs no worker. */
export async function exportVersion(
  request: ExportRequest,
  onProgress?: (progress: ArchiveProgress) => void,
): Promise<{ exportId: string }> {
  const { exportId } = await requestExport(request, false);
  try {
    await makeExport(exportId, onProgress ? { onProgress } : {});
  } catch (error) {
    await failExport(exportId, error);
    throw error;
  }
  return { exportId };
}

/**
 * Unpacks a finished export into a folder, without the archive's own folder around it.
 * @returns the paths of the files, relative to the folder.
 */
export async function unpackExport(exportId: string, folder: string): Promise<string[]> {
  const row = await db().export.findUnique({ where: { id: exportId }, select: { storageKey: true } });
  if (!row?.storageKey) throw new AppError("conflict", "This export is not finished.");
  return withLocalFile(row.storageKey, async (zipPath) => {
    const zip = await openPromise(zipPath);
    const files: string[] = [];
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.slice(entry.fileName.indexOf("/") + 1);
      const target = path.join(folder, name);
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
      files.push(name);
    }
    return files;
  });
}

export interface ExportEntry {
  /** Below the export's folder, with slashes. */
  path: string;
  sha256: string;
  bytes: number;
  /** May be called again and again while the folder is open. */
  open: () => Promise<Readable>;
}

/**
 * The files of a finished export, one by one, as they lie in its archive: for a push that sends them apart. Close it
 * when the last was read: from a bucket, the archive is lent as a copy on this machine.
 *
 * @throws AppError `conflict` where the export is not finished, `not_found` where its archive is gone.
 */
export async function exportFolderEntries(
  exportId: string,
): Promise<{ entries: ExportEntry[]; close: () => Promise<void> }> {
  const row = await db().export.findUnique({ where: { id: exportId } });
  if (row?.state !== "done" || !row.storageKey)
    throw new AppError("conflict", "This export is not finished.");
  const manifest = manifestFilesSchema.parse(row.manifest);
  const lent = await lendLocalFile(row.storageKey);
  try {
    const zip = await openPromise(lent.path, { autoClose: false });
    const entries: ExportEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      const path = entry.fileName.slice(entry.fileName.indexOf("/") + 1);
      const open = () => zip.openReadStreamPromise(entry);
      const sha256 = manifest.files[path]?.sha256 ?? (await hashOf(await open()));
      entries.push({ path, sha256, bytes: entry.uncompressedSize, open });
    }
    return {
      entries,
      close: async () => {
        zip.close();
        await lent.giveBack();
      },
    };
  } catch (error) {
    await lent.giveBack();
    throw error;
  }
}

const manifestFilesSchema = z.object({
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.int() })),
});

/** Holds a file as `withLocalFile` lends it, until it is given back. */
async function lendLocalFile(key: string): Promise<{ path: string; giveBack: () => Promise<void> }> {
  const returned = Promise.withResolvers<void>();
  return new Promise((resolve, reject) => {
    const lent = withLocalFile(key, async (filePath) => {
      resolve({
        path: filePath,
        giveBack: async () => {
          returned.resolve();
          await lent;
        },
      });
      await returned.promise;
    });
    lent.catch(reject);
  });
}

async function hashOf(stream: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function locateImage(
  projectId: string,
  imageId: string,
): Promise<{ storageKey: string; sha256: string } | null> {
  const image = await db().image.findFirst({
    where: { id: imageId, projectId },
    select: { storageKey: true, sha256: true },
  });
  return image?.storageKey && image.sha256 ? { storageKey: image.storageKey, sha256: image.sha256 } : null;
}

/** The lines of a version's parts, checked against its hash as they are read. */
function linesOf(version: PlainVersion, { recipe, summary }: VersionFacts): LineSource {
  const { projectId, id, form, contentHash } = version;
  const parts = { id, form, contentHash, recipe, summary };
  const counts = { sft: version.recordCount, preference: version.pairCount, steps: version.stepCount };
  return {
    has: (part) => hasPart(parts, part) && counts[part] > 0,
    isSplit: recipe.splits.validation > 0 || recipe.splits.test > 0,
    read: (part) => readPartLines(projectId, parts, part),
  };
}

type PlainVersion = Prisma.DatasetVersionGetPayload<object>;
type VersionRow = Prisma.DatasetVersionGetPayload<{ include: { dataset: true } }>;

function factsOf(version: VersionRow): VersionFacts {
  const recipe = recipeSchema.parse(version.recipe);
  return {
    projectId: version.projectId,
    projectName: recipe.projectName,
    datasetName: version.dataset.name,
    versionId: version.id,
    versionNumber: version.number,
    createdAt: version.createdAt.toISOString(),
    recordCount: version.recordCount,
    pairCount: version.pairCount,
    stepCount: version.stepCount,
    recipe,
    summary: summarySchema.parse(version.summary),
  };
}
