import "server-only";
import { db } from "#lib/db/client.ts";
import type { TraceEventKind } from "#lib/review/history.ts";

/** What happened to a trace without anybody judging it. */
export type SystemEvent = { key: string; at: Date; actorId: string | null } & TraceEventKind;

/** What the checks found on each of its texts, as one event a text, at the time of the last. */
export async function readCheckEvents(projectId: string, traceId: string): Promise<SystemEvent[]> {
  const rows = await db().checkResult.findMany({
    where: { projectId, revision: { traceId } },
    orderBy: [{ createdAt: "asc" }, { check: "asc" }],
    select: {
      traceRevisionId: true,
      check: true,
      result: true,
      createdAt: true,
      revision: { select: { number: true } },
    },
  });
  return [...Map.groupBy(rows, ({ traceRevisionId }) => traceRevisionId)].flatMap(([id, results]) => {
    const last = results.at(-1);
    if (!last) return [];
    const named = (result: (typeof rows)[number]["result"]) =>
      results.filter((one) => one.result === result).map(({ check }) => check);
    return [
      {
        key: `checks ${id}`,
        at: last.createdAt,
        actorId: null,
        kind: "checked" as const,
        number: last.revision.number,
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
