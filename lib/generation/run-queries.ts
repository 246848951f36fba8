import "server-only";
import { db } from "#lib/db/client.ts";
import { readCounters, readCountersOf } from "#lib/db/counters.ts";
import { AppError } from "#lib/errors.ts";
import { readEndpointPauses } from "#lib/generation/endpoint-pause-queries.ts";
import { readFailures } from "#lib/generation/run-failure-queries.ts";
import {
  readAccepted,
  readCheckProgress,
  readSpending,
  readStageProgress,
  readTaskCounts,
  readTruncated,
} from "#lib/generation/run-figures.ts";
import { readForecast, readWholeForecast } from "#lib/generation/run-forecast-queries.ts";
import { forecastRemaining } from "#lib/generation/run-planner.ts";
import {
  type RunConfig,
  type RunKindName,
  type RunLine,
  type RunMoney,
  type RunProgress,
  type RunRelative,
  type RunSpending,
  type RunStateName,
  runConfigSchema,
  type TaskCounts,
} from "#lib/generation/run-schema.ts";
import { describeConfig, type FrozenModel } from "#lib/generation/schema.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";

const RATE_SECONDS = 30;

/** A page of a project's runs, the newest first. `cursor` is the id of the last one shown. */
export async function listRuns(
  projectId: string,
  cursor?: string,
  take = 25,
): Promise<{ runs: RunLine[]; next: string | null }> {
  const rows = await db().run.findMany({
    where: { projectId, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: "desc" },
    take: take + 1,
    include: { createdBy: { select: { name: true } } },
  });
  const page = rows.slice(0, take);
  const counters = await readCountersOf(page.map((run) => run.id));
  const runs = page.map((run): RunLine => {
    const config = runConfigSchema.parse(run.config);
    const counted = counters.get(run.id) ?? new Map();
    const spending = readSpending(counted);
    return {
      id: run.id,
      name: run.name,
      state: run.state,
      reason: run.reason,
      stages: [...config.stages].sort(),
      createdAt: run.createdAt.toISOString(),
      endedAt: run.endedAt?.toISOString() ?? null,
      createdByName: run.createdBy?.name ?? null,
      kind: run.kind,
      simulated: describeConfig(config).some((line) => line.simulated),
      counts: readTaskCounts(counted),
      costMicros: spending.costMicros,
      unpricedCalls: spending.unpricedCalls,
    };
  });
  return { runs, next: rows.length > take ? (page.at(-1)?.id ?? null) : null };
}

export type RunHead = {
  id: string;
  name: string;
  seed: string;
  config: RunConfig;
  createdAt: Date;
  createdByName: string | null;
  kind: RunKindName;
  /** The dry run or the run that this one goes on from, and those that go on from it. */
  parent: RunRelative | null;
  children: RunRelative[];
};

/** What does not change about a run; null where the project has no such run. */
export async function readRun(projectId: string, runId: string): Promise<RunHead | null> {
  const run = await db().run.findFirst({
    where: { id: runId, projectId },
    include: { createdBy: { select: { name: true } } },
  });
  if (!run) return null;
  const { id, name, seed, createdAt, kind } = run;
  const relative = { id: true, name: true, kind: true, state: true } as const;
  const [parent, children] = await Promise.all([
    run.parentId ? db().run.findFirst({ where: { id: run.parentId, projectId }, select: relative }) : null,
    db().run.findMany({
      where: { parentId: id, projectId },
      orderBy: { id: "asc" },
      take: 20,
      select: relative,
    }),
  ]);
  return {
    id,
    name,
    seed,
    createdAt,
    kind,
    parent,
    children,
    config: runConfigSchema.parse(run.config),
    createdByName: run.createdBy?.name ?? null,
  };
}

/** How a run stands, for its screen. */
export async function readRunProgress(projectId: string, runId: string): Promise<RunProgress | null> {
  const run = await db().run.findFirst({ where: { id: runId, projectId } });
  if (!run) return null;
  const config = runConfigSchema.parse(run.config);
  const isRunning = run.state === "running";
  const [counters, inFlight, lately, reservedMicros, waitingFor, isWorkerAlive] = await Promise.all([
    readCounters(runId),
    isRunning ? countInFlight(runId) : new Map<string, number>(),
    isRunning ? countLately(runId) : { tasks: 0, calls: 0 },
    readReserved(runId),
    isRunning ? readEndpointPauses(modelsOf(config)) : [],
    isAnyWorkerAlive(),
  ]);
  const stages = readStageProgress(withInFlight(counters, inFlight), config.stages);
  const money: RunMoney = {
    spentMicros: Number(run.spentMicros),
    uncertainMicros: Number(run.uncertainMicros),
    reservedMicros,
    budgetMicros: run.budgetMicros === null ? null : Number(run.budgetMicros),
  };
  const spending = readSpending(counters);
  const forecastRun = {
    id: runId,
    projectId,
    config,
    isPlanned: run.plannedAt !== null,
    isRunning,
    spentMicros: Math.max(spending.costMicros, money.spentMicros) + money.uncertainMicros,
  };
  const [failures, forecast, whole] = await Promise.all([
    readFailures(projectId, runId, counters),
    readForecast(forecastRun, counters, stages),
    isRunning ? null : readWholeForecast(forecastRun, counters, stages),
  ]);
  const age = Math.max(1, Math.min(RATE_SECONDS, (Date.now() - run.createdAt.getTime()) / 1_000));
  const perSecond = (count: number) => (count > 0 ? count / age : null);
  const ratePerSecond = perSecond(lately.tasks);
  const checks = readCheckProgress(
    counters,
    config.checks.map(({ check }) => check),
  );
  const remaining = forecastRemaining(config, stages, checks);
  return {
    runId,
    state: run.state,
    reason: run.reason,
    isPlanned: run.plannedAt !== null,
    startedAt: run.createdAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    stages,
    checks,
    spending,
    money,
    forecast,
    whole,
    concurrency: run.concurrency,
    accepted: readAccepted(counters, config.stages),
    untilAccepted: run.untilAccepted,
    truncated: readTruncated(counters, config.stages),
    callsPerSecond: perSecond(lately.calls),
    ratePerSecond,
    secondsLeft: ratePerSecond && run.plannedAt ? Math.ceil(remaining / ratePerSecond) : null,
    failures,
    waitingFor,
    isAnyWorkerAlive: isWorkerAlive,
  };
}

export type RunSummary = {
  runId: string;
  name: string;
  state: RunStateName;
  reason: string | null;
  counts: TaskCounts;
  spending: RunSpending;
};

/** How a run stands, in a few figures, for the command line. Throws AppError("not_found"). */
export async function readRunSummary(runId: string): Promise<RunSummary> {
  const run = await db().run.findUnique({ where: { id: runId } });
  if (!run) throw new AppError("not_found", "This run is not there any more.");
  const counters = await readCounters(runId);
  return {
    runId,
    name: run.name,
    state: run.state,
    reason: run.reason,
    counts: readTaskCounts(counters),
    spending: readSpending(counters),
  };
}

/** A page of the questions that a run's second or third stage worked on. */
export async function readRunQuestions(
  runId: string,
  cursor: string | undefined,
  take: number,
): Promise<{ projectId: string; questionIds: string[]; next: string | null }> {
  const run = await db().run.findUnique({ where: { id: runId }, select: { projectId: true, config: true } });
  if (!run) return { projectId: "", questionIds: [], next: null };
  const after = cursor ?? "00000000-0000-0000-0000-000000000000";
  const isFromQuestions = runConfigSchema.parse(run.config).stages.includes(2);
  const rows = isFromQuestions
    ? await db().$queryRaw<{ id: string }[]>`
        SELECT DISTINCT "inputId" AS id FROM "RunTask"
        WHERE "runId" = ${runId}::uuid AND "stage" = 2 AND "state" = 'done' AND "inputId" > ${after}::uuid
        ORDER BY id LIMIT ${take}`
    : await db().$queryRaw<{ id: string }[]>`
        SELECT DISTINCT s."questionId" AS id
        FROM "RunTask" t JOIN "SimpleThought" s ON s."id" = t."inputId"
        WHERE t."runId" = ${runId}::uuid AND t."stage" = 3 AND t."state" = 'done' AND s."questionId" > ${after}::uuid
        ORDER BY id LIMIT ${take}`;
  const questionIds = rows.map((row) => row.id);
  return {
    projectId: run.projectId,
    questionIds,
    next: rows.length < take ? null : (questionIds.at(-1) ?? null),
  };
}

/** Running runs in which nothing has ended for a minute, each with one task that waits. */
export async function findIdleRuns(): Promise<{ runId: string; openTaskId: string | null }[]> {
  return db().$queryRaw<{ runId: string; openTaskId: string | null }[]>`
    SELECT r."id"::text AS "runId", (
      SELECT t."id"::text FROM "RunTask" t WHERE t."runId" = r."id" AND t."state" IN ('waiting', 'working') LIMIT 1
    ) AS "openTaskId"
    FROM "Run" r
    WHERE r."state" = 'running' AND r."createdAt" < (now() AT TIME ZONE 'UTC') - interval '1 minute'
      AND NOT EXISTS (
        SELECT 1 FROM "RunTask" t
        WHERE t."runId" = r."id" AND t."endedAt" > (now() AT TIME ZONE 'UTC') - interval '1 minute'
      )`;
}

async function countLately(runId: string): Promise<{ tasks: number; calls: number }> {
  const [row] = await db().$queryRaw<{ tasks: bigint; calls: bigint }[]>`
    SELECT count(*) AS tasks, count(*) FILTER (WHERE NOT "reused") AS calls FROM "RunTask"
    WHERE "runId" = ${runId}::uuid
      AND "endedAt" > (now() AT TIME ZONE 'UTC') - ${RATE_SECONDS} * interval '1 second'`;
  return { tasks: Number(row?.tasks ?? 0), calls: Number(row?.calls ?? 0) };
}

/** What the calls in flight may cost at most, over all workers. */
async function readReserved(runId: string): Promise<number> {
  const held = await db().callHold.aggregate({ where: { runId }, _sum: { micros: true } });
  return Number(held._sum.micros ?? 0);
}

function modelsOf({ stage1, stage2, stage3, checks }: RunConfig): FrozenModel[] {
  return [stage1, stage2, stage3, ...checks].flatMap((part) => (part ? [part.model] : []));
}

/** Calls that have been sent and not answered yet, by stage. */
async function countInFlight(runId: string): Promise<Map<string, number>> {
  const rows = await db().$queryRaw<{ stage: number; count: bigint }[]>`
    SELECT c."stage", count(*) AS "count" FROM "CallAttempt" a JOIN "ModelCall" c ON c."id" = a."callId"
    WHERE a."runId" = ${runId}::uuid AND a."endedAt" IS NULL
      AND c."runId" = a."runId" AND c."status" = 'pending' AND c."stage" IS NOT NULL
      AND c."leaseUntil" > (now() AT TIME ZONE 'UTC')
    GROUP BY c."stage"`;
  return new Map(rows.map(({ stage, count }) => [String(stage), Number(count)]));
}

/** Tasks whose calls are in flight are counted as waiting: here they are told apart. */
function withInFlight(
  counters: ReadonlyMap<string, number>,
  inFlight: ReadonlyMap<string, number>,
): Map<string, number> {
  const figures = new Map(counters);
  for (const [stage, count] of inFlight) {
    const waiting = figures.get(`task|${stage}|waiting`) ?? 0;
    const working = Math.min(waiting, count);
    figures.set(`task|${stage}|waiting`, waiting - working);
    figures.set(`task|${stage}|working`, (figures.get(`task|${stage}|working`) ?? 0) + working);
  }
  return figures;
}
