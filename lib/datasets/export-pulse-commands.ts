import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import type { ArchiveProgress } from "#lib/datasets/archive.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { log } from "#lib/log.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";

export const EXPORT_JOB = "dataset-export";

/** So often, in milliseconds, is it written down how far an export is, and that somebody is at it. */
const TELL_EVERY_MS = 1_000;
const PULSE_EVERY_MS = 10_000;

/** One that gave no sign of life for so long has nobody who makes it. */
export const SILENT_SECONDS = 120;

/**
 * The signs of life of whoever makes an export: how far it is, now and then, and that it is still at it. Where a person
 * has given the export up meanwhile, or it is gone, `signal` aborts.
 */
export function startPulse(exportId: string, onProgress?: (progress: ArchiveProgress) => void) {
  const stopped = new AbortController();
  let last = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const write = (data: { progress?: ArchiveProgress }) => {
    last = Date.now();
    writing = writing
      .then(() =>
        db().export.updateMany({
          where: { id: exportId, state: "working" },
          data: { ...data, heardAt: new Date() },
        }),
      )
      .then(({ count }) => {
        if (count === 0) stopped.abort(new Error("This export was given up, or is gone."));
      })
      // It is only told; the export itself says what is wrong with the database.
      .catch((error: unknown) => log.debug({ err: error, exportId }, "a sign of life was not written"));
  };
  const timer = setInterval(() => {
    if (Date.now() - last >= PULSE_EVERY_MS) write({});
  }, PULSE_EVERY_MS);
  timer.unref();
  return {
    signal: stopped.signal,
    tell(progress: ArchiveProgress): void {
      onProgress?.(progress);
      if (Date.now() - last >= TELL_EVERY_MS) write({ progress });
    },
    async end(): Promise<void> {
      clearInterval(timer);
      await writing;
    },
  };
}

/**
 * Gives an export up that waits or is being made; it can be asked for again.
 *
 * @throws AppError `not_found`; `conflict` where it has ended.
 */
export async function giveUpExport(input: {
  projectId: string;
  userId: string;
  exportId: string;
}): Promise<void> {
  const { projectId, userId, exportId } = input;
  await db().$transaction(async (tx) => {
    const { count } = await tx.export.updateMany({
      where: { id: exportId, projectId, state: { in: ["waiting", "working"] } },
      data: {
        state: "failed",
        error: "It was given up by a person. It can be made again.",
        progress: Prisma.DbNull,
        endedAt: new Date(),
      },
    });
    if (count === 0)
      throw (await tx.export.count({ where: { id: exportId, projectId } })) > 0
        ? new AppError("conflict", "This export has ended already.")
        : new AppError("not_found", "There is no such export in this project.");
    await recordAudit(tx, {
      projectId,
      actorId: userId,
      action: "dataset.export-given-up",
      subjectType: "export",
      subjectId: exportId,
    });
  });
}

/**
 * Gives exports that nobody makes any more to a worker: a command that was stopped, or a process that died, leaves them
 * without a job. Where there is a job, waiting or at work, nothing happens.
 */
export async function takeUpLostExports(): Promise<number> {
  const lost = await db().$queryRaw<{ id: string }[]>`
    SELECT e.id::text AS id FROM "Export" e
    WHERE e.state IN ('waiting', 'working')
      AND coalesce(e."heardAt", e."createdAt")
        < (now() AT TIME ZONE 'UTC') - ${SILENT_SECONDS}::int * interval '1 second'
    ORDER BY e.id LIMIT 200`;
  for (const { id } of lost) await enqueueJob(null, EXPORT_JOB, { exportId: id }, { key: id });
  return lost.length;
}
