import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { db, type Prisma, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { formatDollars, requirePrices, toMicros } from "#lib/generation/run-budget.ts";
import { FEED_RUN_JOB } from "#lib/generation/run-commands.ts";
import { runConfigSchema } from "#lib/generation/run-schema.ts";
import { nextRunState, type RunEvent, statesBefore } from "#lib/generation/run-state.ts";
import { describeTarget, readTargets } from "#lib/generation/run-target-commands.ts";
import { forgetTroubles } from "#lib/generation/run-trouble-commands.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { wakeWorker } from "#lib/queue/wake.ts";

/** A resumed run is fed a second time: see `parkTasks` for the moment that this covers. */
const SECOND_FEED_MS = 15_000;

/**
 * Changes a run's budget or how many of its calls may be in flight, also while it runs: the next call is sent by the
 * new figure. A run that had stopped for its budget can then be resumed.
 */
export async function changeLimits(
  projectId: string,
  runId: string,
  userId: string | null,
  change: { budget?: string | null | undefined; concurrency?: number | null | undefined },
): Promise<void> {
  await db().$transaction(async (tx) => {
    const run = await tx.run.findFirst({ where: { id: runId, projectId } });
    if (!run) throw new AppError("not_found", "This run is not there any more.");
    if (run.state === "cancelled") throw new AppError("conflict", "A cancelled run cannot be changed.");
    const data: Prisma.RunUpdateInput = {};
    if (change.concurrency !== undefined) data.concurrency = change.concurrency;
    if (change.budget !== undefined) {
      if (change.budget !== null) requirePrices(runConfigSchema.parse(run.config));
      data.budgetMicros = change.budget === null ? null : toMicros(change.budget);
      const gone = run.spentMicros + run.uncertainMicros;
      if (data.budgetMicros !== null && data.budgetMicros < gone)
        throw new AppError(
          "bad_input",
          `The run has used ${formatDollars(gone)} already: its budget cannot be lower.`,
        );
    }
    await tx.run.update({ where: { id: runId }, data });
    await recordAudit(tx, {
      projectId,
      actorId: userId,
      action: "run.change",
      subjectType: "run",
      subjectId: runId,
      data: {
        ...(change.budget === undefined ? {} : { budget: change.budget }),
        ...(change.concurrency === undefined ? {} : { concurrency: change.concurrency }),
      },
    });
  }, PATIENT_TRANSACTION);
  wakeWorker();
}

/** Lets calls in flight finish and starts no more. */
export async function pauseRun(projectId: string, runId: string, userId: string | null): Promise<void> {
  await change(projectId, runId, userId, "pause", "Paused by hand.", nothingMore);
}

/** Goes on with a run that was paused or that stopped by itself. */
export async function resumeRun(projectId: string, runId: string, userId: string | null): Promise<void> {
  await change(projectId, runId, userId, "resume", null, (tx) => forgetTroubles(tx, runId));
  await feedTwice(runId);
}

/** Ends a run for good: what waits is given up, what is in flight is finished and kept. */
export async function cancelRun(projectId: string, runId: string, userId: string | null): Promise<void> {
  await change(projectId, runId, userId, "cancel", "Cancelled by hand.", nothingMore);
  await db().$executeRaw`
    UPDATE "RunTask" SET "state" = 'cancelled'
    WHERE "id" IN (
        SELECT "id" FROM "RunTask" WHERE "runId" = ${runId}::uuid AND "projectId" = ${projectId}::uuid AND "state" = 'waiting'
        ORDER BY "id" FOR NO KEY UPDATE
      )`;
}

/** Sets failed tasks (all, or those with one cause) to be done again. Returns how many; the run goes on if it had ended. */
export async function retryFailed(
  projectId: string,
  runId: string,
  userId: string | null,
  errorCode?: string,
): Promise<number> {
  // In one transaction: a run that is running again with nothing to do yet would be ended by whoever looks.
  const { count } = await change(projectId, runId, userId, "retry", null, async (tx) => {
    await forgetTroubles(tx, runId);
    return tx.runTask.updateMany({
      where: { runId, projectId, state: "failed", ...(errorCode === undefined ? {} : { errorCode }) },
      data: { state: "waiting", attempts: 0, errorCode: null, error: null, endedAt: null },
    });
  });
  await feedTwice(runId);
  return count;
}

/**
 * Stops a run that cannot sensibly go on, with the sentence that a person will read, and how far it came where so many
 * traces were wanted. Does nothing if it has ended.
 */
export async function stopRun(runId: string, reason: string): Promise<boolean> {
  return stopInside(db(), runId, await withTarget(runId, reason));
}

/**
 * Stops a run for what its troubles say, unless they were forgotten meanwhile: whoever resumed the run knows of them,
 * and its next calls are judged anew.
 */
export async function stopForTroubles(runId: string, reason: string): Promise<boolean> {
  const whole = await withTarget(runId, reason);
  return db().$transaction(async (tx) => {
    // A resumption holds the run's row while it forgets: after it, they are seen to be gone.
    await tx.$queryRaw`SELECT 1 FROM "Run" WHERE "id" = ${runId}::uuid FOR NO KEY UPDATE`;
    if ((await tx.runTrouble.count({ where: { runId } })) === 0) return false;
    return stopInside(tx, runId, whole);
  }, PATIENT_TRANSACTION);
}

async function withTarget(runId: string, reason: string): Promise<string> {
  const target = (await readTargets([runId])).get(runId);
  return target ? `${reason} ${describeTarget(target.wanted, target.accepted)}` : reason;
}

async function stopInside(tx: Transaction, runId: string, reason: string): Promise<boolean> {
  const { count } = await tx.run.updateMany({
    where: { id: runId, state: { in: statesBefore("stop") } },
    data: { state: "stopped", reason },
  });
  return count > 0;
}

const nothingMore = async () => undefined;

/** Takes a run from one state to the next, in one transaction with what belongs to it. */
async function change<T>(
  projectId: string,
  runId: string,
  userId: string | null,
  event: RunEvent,
  reason: string | null,
  also: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db().$transaction(async (tx) => {
    const run = await tx.run.findFirst({
      where: { id: runId, projectId },
      select: { state: true, kind: true, name: true, createdById: true },
    });
    if (!run) throw new AppError("not_found", "This run is not there any more.");
    if (run.kind === "imported") {
      throw new AppError("conflict", "This run was made elsewhere: there is nothing to start or stop here.");
    }
    const state = nextRunState(run.state, event);
    if (!state) throw new AppError("conflict", `This run is ${run.state}: it cannot be ${PAST[event]}.`);
    const { count } = await tx.run.updateMany({
      where: { id: runId, projectId, state: run.state },
      data: { state, reason, endedAt: state === "cancelled" ? new Date() : null },
    });
    if (count === 0)
      throw new AppError("conflict", "The run changed at the same moment. Look at it again, then decide.");
    await recordAudit(tx, {
      projectId,
      actorId: userId,
      action: `run.${event}`,
      subjectType: "run",
      subjectId: runId,
      data: {},
    });
    // Ends and stops by themselves are told by a trigger; that somebody else cancelled it is told from here.
    if (state === "cancelled" && run.createdById !== null && run.createdById !== userId) {
      const data = { name: run.name, kind: run.kind, reason, failed: 0 };
      await tx.notification.create({
        data: { projectId, runId, userId: run.createdById, event: "run.cancelled", data },
      });
    }
    return also(tx);
  }, PATIENT_TRANSACTION);
}

async function feedTwice(runId: string): Promise<void> {
  await enqueueJob(null, FEED_RUN_JOB, { runId });
  await enqueueJob(null, FEED_RUN_JOB, { runId }, { startAfter: new Date(Date.now() + SECOND_FEED_MS) });
  wakeWorker();
}

const PAST: Record<RunEvent, string> = {
  pause: "paused",
  resume: "resumed",
  cancel: "cancelled",
  finish: "finished",
  stop: "stopped",
  retry: "taken up again",
};
