import "server-only";
import { withdrawalOf } from "#lib/datasets/withdrawal.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { PUSH_VERSION, toPushView } from "#lib/hub/queries.ts";

/** Pushes of this project to the Hub, the newest first, of one version where it is named. */
export async function listPushLines(
  projectId: string,
  { version, cursor, limit }: { version?: string | undefined; cursor?: string | undefined; limit: number },
) {
  const rows = await db().hubPush.findMany({
    where: {
      projectId,
      ...(version ? { export: { versionId: version } } : {}),
      ...(cursor ? { id: { lt: cursor } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
    include: PUSH_VERSION,
  });
  const page = rows.slice(0, limit);
  return { items: page.map(toLine), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** One push of this project. @throws AppError `not_found`. */
export async function readPush(projectId: string, pushId: string) {
  const row = await db().hubPush.findFirst({ where: { id: pushId, projectId }, include: PUSH_VERSION });
  if (!row) throw new AppError("not_found", "There is no such push in this project.");
  return toLine(row);
}

function toLine(row: Prisma.HubPushGetPayload<{ include: typeof PUSH_VERSION }>) {
  const { version } = row.export;
  return {
    ...toPushView(row),
    versionId: row.export.versionId,
    withdrawn: withdrawalOf(version),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
