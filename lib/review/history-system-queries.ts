import "server-only";
import type { CheckOutcome } from "#lib/checks/check-trace.ts";
import { db } from "#lib/db/client.ts";
import type { TraceEventKind } from "#lib/review/history.ts";

/** What happened to a trace without anybody judging it. */
export type SystemEvent = { key: string; at: Date; actorId: string | null } & TraceEventKind;

type CheckRow = {
  traceRevisionId: string;
  check: string;
  result: CheckOutcome;
  createdAt: Date;
  number: number;
};

/** What the checks found on each of its texts, as one event a text, at the time of the last. */
export async function readCheckEvents(projectId: string, traceId: string): Promise<SystemEvent[]> {
  const rows = await db().$queryRaw<CheckRow[]>`
    SELECT c."traceRevisionId"::text AS "traceRevisionId", c."check", c."result"::text AS "result", c."createdAt", r."number"
    FROM "RevisionCheck" c
      JOIN "TraceRevision" r ON r."id" = c."traceRevisionId"
      JOIN "Trace" t ON t."id" = r."traceId"
    WHERE r."traceId" = ${traceId}::uuid AND t."projectId" = ${projectId}::uuid
    ORDER BY c."createdAt", c."check"`;
  return [...Map.groupBy(rows, ({ traceRevisionId }) => traceRevisionId)].flatMap(([id, results]) => {
    const last = results.at(-1);
    if (!last) return [];
    const named = (result: CheckOutcome) =>
      results.filter((one) => one.result === result).map(({ check }) => check);
    return [
      {
        key: `checks ${id}`,
        at: last.createdAt,
        actorId: null,
        kind: "checked" as const,
        number: last.number,
        passed: named("pass").length,
        failed: named("fail"),
        unknown: named("unknown"),
      },
    ];
  });
}

/** The dataset versions that hold it, as one event each; of a pair on either side. */
export async function readFreezeEvents(
  projectId: string,
  { traceId, questionId }: { traceId: string; questionId: string },
): Promise<SystemEvent[]> {
  // The chosen side of a pair is a trace of the same question: by those the other side is found without reading all.
  const siblings = await db().trace.findMany({ where: { projectId, questionId }, select: { id: true } });
  const rows = await db().datasetRecord.groupBy({
    by: ["versionId", "part", "pairKind"],
    where: {
      traceId: { in: siblings.map(({ id }) => id) },
      OR: [{ traceId }, { rejectedTraceId: traceId }],
      version: { projectId, state: "ready" },
    },
  });
  const versions = await db().datasetVersion.findMany({
    where: { projectId, id: { in: [...new Set(rows.map(({ versionId }) => versionId))] } },
    select: {
      id: true,
      number: true,
      createdAt: true,
      createdById: true,
      withdrawnAt: true,
      dataset: { select: { name: true } },
    },
  });
  return versions.map((version) => ({
    key: `version ${version.id}`,
    at: version.createdAt,
    actorId: version.createdById ?? "",
    kind: "frozen" as const,
    versionId: version.id,
    version: `${version.dataset.name}, version ${version.number}`,
    parts: [
      ...new Set(rows.filter(({ versionId }) => versionId === version.id).map(({ part }) => part)),
    ].sort(),
    isWithdrawn: version.withdrawnAt !== null,
  }));
}
