import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { createTextFile } from "#lib/datasets/freeze-files.ts";
import { exportKey, freezeLock, partKey, takedownLock } from "#lib/datasets/keys.ts";
import { hasPart, readPartLines } from "#lib/datasets/part-queries.ts";
import { readVersion } from "#lib/datasets/queries.ts";
import { rehashVersion } from "#lib/datasets/rehash-commands.ts";
import type { TakeDownInput, TakedownJob } from "#lib/datasets/takedown-schema.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { againAfterDeadlock } from "#lib/db/deadlock.ts";
import { AppError } from "#lib/errors.ts";
import { lockCalls } from "#lib/generation/lock-call-commands.ts";
import { folderOf } from "#lib/images/keys.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { deleteFile, deleteFolder, putFile } from "#lib/storage/storage.ts";

export const TAKEDOWN_JOB = "dataset.take-down";

export interface TakenDown {
  externalId: string;
  versions: number;
  lines: number;
  exports: number;
  /** Repositories at the Hub that such an export was pushed to: what lies there is out of reach. */
  repositories: string[];
  /** Other images of the project with the same bytes: they stay until they are taken down as well. */
  copies: number;
}

/**
 * Takes an image down: it goes with all that grew from it, with what was sent to models about it and what they replied.
 * In every version that held it, each of its lines gives way to a gap that names the line's hash, the reason and the
 * day, so that the version's own hash still holds. Exports that held it go, and can be made again. Texts are out of
 * reach when this returns; a worker then rewrites the files.
 *
 * @throws AppError `not_found`; `bad_input` where the typed name is another; `conflict` while a version is being frozen
 *   that may hold it, or an export of one is on its way to the Hub.
 */
export async function takeDownImage(input: TakeDownInput & { userId: string }): Promise<TakenDown> {
  const { projectId, imageId } = input;
  for (const versionId of await listOldVersionsWith(projectId, imageId))
    await rehashVersion(projectId, versionId);
  // A worker that is bringing the table of traces in line may hold what this wants, and want what this holds.
  return againAfterDeadlock(() => takeDownRows(input));
}

function takeDownRows(input: TakeDownInput & { userId: string }): Promise<TakenDown> {
  const { projectId, imageId } = input;
  return db().$transaction(
    async (tx) => {
      // What is asked for or made ready from here on waits, and then finds the image gone.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${takedownLock(projectId)}, 0))`;
      const image = await lockImage(tx, input);
      await refuseWhileBusy(tx, projectId, imageId);
      const copies = image.sha256
        ? await tx.image.count({ where: { projectId, sha256: image.sha256, id: { not: imageId } } })
        : 0;
      const { versionIds, lines } = await makeGaps(tx, input, image.sha256 ?? "");
      // Those that are being made, too: what finds its row gone at its end leaves nothing behind.
      const exports = await tx.export.findMany({
        where: { projectId, versionId: { in: versionIds } },
        select: { id: true, pushes: { select: { repo: true } } },
      });
      const repositories = [
        ...new Set(exports.flatMap(({ pushes }) => pushes.map(({ repo }) => repo))),
      ].sort();
      await tx.export.deleteMany({ where: { id: { in: exports.map(({ id }) => id) } } });
      await forgetCalls(tx, projectId, imageId);
      await tx.image.deleteMany({ where: { externalId: imageId, project: { shadowOfId: projectId } } });
      await tx.image.delete({ where: { id: imageId, projectId } });
      await recordAudit(tx, {
        projectId,
        actorId: input.userId,
        action: "image.taken-down",
        subjectType: "image",
        subjectId: imageId,
        data: {
          name: image.externalId,
          sha256: image.sha256,
          reason: input.reason,
          versions: versionIds.length,
          lines,
          repositories,
        },
      });
      const job: TakedownJob = {
        projectId,
        versionIds,
        folders: image.storageKey ? [folderOf(image.storageKey)] : [],
        exportKeys: exports.map(({ id }) => exportKey(projectId, id)),
      };
      await enqueueJob(tx, TAKEDOWN_JOB, job);
      return {
        externalId: image.externalId,
        versions: versionIds.length,
        lines,
        exports: exports.length,
        repositories,
        copies,
      };
    },
    { timeout: 5 * 60_000 },
  );
}

/** Removes from storage what was taken down. Safe to repeat: what is gone already stays gone. */
export async function finishTakedown(
  { projectId, versionIds, folders, exportKeys }: TakedownJob,
  signal?: AbortSignal,
): Promise<void> {
  for (const folder of folders) await deleteFolder(folder);
  for (const key of exportKeys) await deleteFile(key);
  await dropIdleFiles(projectId);
  for (const versionId of versionIds) {
    const version = await readVersion(projectId, versionId);
    if (!version) continue;
    for (const part of VERSION_PARTS) {
      if (!hasPart(version, part)) continue;
      signal?.throwIfAborted();
      const file = await createTextFile();
      try {
        // Lines that are to be gaps are read as gaps.
        for await (const lines of readPartLines(projectId, version, part))
          await file.write(lines.map((line) => `${decoder.decode(line)}\n`).join(""));
        await file.close();
        await putFile(partKey(projectId, versionId, part), file.path, {
          contentType: "application/jsonl",
          move: true,
        });
      } finally {
        await file.discard();
      }
    }
  }
}

/**
 * What attempts at versions that never became ready have left in storage. A version that somebody is at is not touched:
 * it was begun after the image went. Who begins meanwhile waits.
 */
async function dropIdleFiles(projectId: string): Promise<void> {
  const rows = await db().datasetVersion.findMany({
    where: { projectId, state: { not: "ready" } },
    select: { id: true },
  });
  for (const { id } of rows) {
    await db().$transaction(async (tx) => {
      const idle = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM "DatasetVersion" WHERE id = ${id}::uuid
          AND (state = 'failed' OR (state = 'freezing' AND progress->>'attempt' IS NULL)) FOR UPDATE`;
      if (idle.length === 0) return;
      for (const part of VERSION_PARTS) await deleteFile(partKey(projectId, id, part));
    });
  }
}

const decoder = new TextDecoder();

async function listOldVersionsWith(projectId: string, imageId: string): Promise<string[]> {
  const rows = await db().datasetVersion.findMany({
    where: { projectId, form: 1, records: { some: { imageId } } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

async function lockImage(tx: Transaction, { projectId, imageId, confirm }: TakeDownInput) {
  await tx.$queryRaw`SELECT 1 FROM "Image" WHERE id = ${imageId}::uuid FOR UPDATE`;
  const image = await tx.image.findFirst({
    where: { id: imageId, projectId },
    select: { externalId: true, storageKey: true, sha256: true },
  });
  if (!image)
    throw new AppError(
      "not_found",
      "There is no such image in this project. It may have been taken down already.",
    );
  if (confirm.trim() !== image.externalId)
    throw new AppError("bad_input", `Type the image's name, “${image.externalId}”, to take it down.`);
  return image;
}

/**
 * What is being made at this moment could still take the image in. A version that says it is being frozen while nobody
 * is at it waits for a worker, or was broken off: it is no hindrance, and an attempt at it that has already begun counts
 * no more.
 */
async function refuseWhileBusy(tx: Transaction, projectId: string, imageId: string): Promise<void> {
  const freezing = await tx.datasetVersion.findMany({
    where: { projectId, state: "freezing" },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  for (const { id } of freezing) {
    const [lock] = await tx.$queryRaw<{ isFree: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${freezeLock(id)}, 0)) AS "isFree"`;
    if (!lock?.isFree)
      throw new AppError(
        "conflict",
        "A version of this project is being frozen and may hold the image. Wait until it is ready, or remove it.",
      );
    await tx.datasetVersion.updateMany({ where: { id, state: "freezing" }, data: { progress: {} } });
  }
  const pushed = await tx.hubPush.findFirst({
    where: {
      projectId,
      state: { in: ["waiting", "working"] },
      export: { version: { records: { some: { imageId } } } },
    },
    select: { repo: true },
  });
  if (pushed)
    throw new AppError(
      "conflict",
      `An export that holds the image is on its way to ${pushed.repo}. Wait until it is there, or stop it.`,
    );
}

async function makeGaps(
  tx: Transaction,
  { projectId, imageId, reason, userId }: TakeDownInput & { userId: string },
  imageSha256: string,
): Promise<{ versionIds: string[]; lines: number }> {
  const rows = await tx.$queryRaw<{ versionId: string }[]>`
    WITH gone AS (
      DELETE FROM "DatasetRecord" r USING "DatasetVersion" v
      WHERE v.id = r."versionId" AND v."projectId" = ${projectId}::uuid AND r."imageId" = ${imageId}::uuid
        AND r."lineHash" IS NOT NULL
      RETURNING r."versionId", r.part, r.ordinal, r."lineHash"
    )
    INSERT INTO "DatasetGap" ("versionId", part, ordinal, "lineSha256", "imageSha256", reason, "createdById", "createdAt")
    SELECT "versionId", part, ordinal, encode("lineHash", 'hex'), ${imageSha256}, ${reason}, ${userId}::uuid,
      (now() AT TIME ZONE 'UTC')
    FROM gone RETURNING "versionId"::text`;
  const left = await tx.datasetRecord.count({ where: { imageId, version: { projectId } } });
  if (left > 0) throw new AppError("conflict", "A version was made at this moment. Try again.");
  return { versionIds: [...new Set(rows.map(({ versionId }) => versionId))].sort(), lines: rows.length };
}

/**
 * What was asked of models about the image, and what they answered. The calls stay, for what they cost, under an
 * identity that nothing asks for again.
 */
async function forgetCalls(tx: Transaction, projectId: string, imageId: string): Promise<void> {
  const calls = await tx.$queryRaw<{ id: string }[]>`
    WITH q AS (SELECT id, "callId" FROM "Question" WHERE "imageId" = ${imageId}::uuid),
    s AS (SELECT t.id, t."callId" FROM "SimpleThought" t JOIN q ON q.id = t."questionId"),
    l AS (SELECT t.id, t."callId" FROM "LongThought" t JOIN s ON s.id = t."simpleThoughtId"),
    t AS (SELECT id FROM "Trace" WHERE "imageId" = ${imageId}::uuid),
    words AS (
      SELECT 'sha256:' || "sha256" AS words FROM "Image" WHERE id = ${imageId}::uuid AND "sha256" IS NOT NULL
      UNION ALL SELECT description FROM "Image" WHERE id = ${imageId}::uuid
      UNION ALL SELECT r.text FROM "QuestionRevision" r JOIN q ON q.id = r."questionId"
      UNION ALL SELECT t.text FROM "SimpleThought" t JOIN s ON s.id = t.id
    ),
    -- As they stand within a text of JSON. A text of a few letters would be found in others.
    sent AS (SELECT substr(j, 2, length(j) - 2) AS words
      FROM (SELECT to_jsonb(btrim(words))::text AS j FROM words WHERE length(btrim(words)) >= 24) texts),
    inputs AS (SELECT ${imageId}::uuid AS id UNION SELECT id FROM q UNION SELECT id FROM s UNION SELECT id FROM l
      UNION SELECT id FROM t)
    SELECT "callId"::text AS id FROM (
      SELECT "callId" FROM q UNION SELECT "callId" FROM s UNION SELECT "callId" FROM l
      UNION SELECT k."callId" FROM "RunTask" k JOIN inputs i ON i.id = k."inputId" WHERE k."projectId" = ${projectId}::uuid
      UNION SELECT p."callId" FROM "QuestionProblem" p WHERE p."imageId" = ${imageId}::uuid
      UNION SELECT p."callId" FROM "PromptComparisonItem" p JOIN inputs i ON i.id = p."inputId"
        WHERE p."projectId" = ${projectId}::uuid
      UNION SELECT c."callId" FROM "RepairCandidate" c JOIN "Repair" r ON r.id = c."repairId" JOIN t ON t.id = r."traceId"
      -- Calls that are on their way: nothing names them yet but what was sent, the picture or one of its texts.
      UNION SELECT c.id FROM "ModelCall" c JOIN "ModelCallBody" b ON b."callId" = c.id
        WHERE c."projectId" = ${projectId}::uuid AND c.status = 'pending' AND EXISTS (
          SELECT 1 FROM sent WHERE position(sent.words IN b.request::text) > 0)
    ) named WHERE "callId" IS NOT NULL`;
  const ids = calls.map(({ id }) => id);
  // Before anything of them is removed: a reply that is being stored at this moment is there when the lock is given, and
  // goes with the rest; what comes later finds the call marked.
  await lockCalls(tx, ids);
  await tx.$executeRaw`
    UPDATE "ModelCall" SET identity = 'taken down ' || id WHERE id = ANY(${ids}::uuid[])`;
  await tx.questionProblem.deleteMany({ where: { projectId, imageId } });
  // What a comparison of prompts made of them; its calls were found above.
  await tx.$executeRaw`
    UPDATE "PromptComparisonItem" SET result = NULL
    WHERE "projectId" = ${projectId}::uuid AND "callId" = ANY(${ids}::uuid[])`;
  await tx.$executeRaw`
    DELETE FROM "TextFingerprint" f USING "Question" q
    WHERE q.id = f."questionId" AND q."imageId" = ${imageId}::uuid`;
  await tx.modelCallBody.deleteMany({ where: { callId: { in: ids } } });
  await tx.modelCallReply.deleteMany({ where: { callId: { in: ids } } });
  await tx.callAttempt.updateMany({ where: { callId: { in: ids } }, data: { body: null } });
}
