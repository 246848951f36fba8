import "server-only";
import { db, type Prisma } from "#lib/db/client.ts";
import { env } from "#lib/env.ts";
import { type HubConnectionView, type PushView, pushProgressSchema } from "#lib/hub/schema.ts";
import { tagOf } from "#lib/hub/tags.ts";

/** So many pushes of a version are shown. */
const SHOWN = 20;

/** Whose token the project pushes with; null where it has none. */
export async function readHubConnection(projectId: string): Promise<HubConnectionView | null> {
  const row = await db().hubConnection.findUnique({ where: { projectId } });
  if (!row) return null;
  const { accountName, tokenHint, updatedAt } = row;
  return { accountName, tokenHint, updatedAt: updatedAt.toISOString() };
}

/** The pushes of a version's exports, newest first. */
export async function listPushes(projectId: string, versionId: string): Promise<PushView[]> {
  const rows = await db().hubPush.findMany({
    where: { projectId, export: { versionId } },
    orderBy: { id: "desc" },
    take: SHOWN,
    include: PUSH_VERSION,
  });
  return rows.map(toPushView);
}

/** What a push is shown with: its export's format, and which version it is of. */
export const PUSH_VERSION = {
  export: {
    select: {
      format: true,
      versionId: true,
      version: {
        select: {
          number: true,
          withdrawnAt: true,
          withdrawnReason: true,
          dataset: { select: { name: true } },
        },
      },
    },
  },
} as const;

export function toPushView(row: Prisma.HubPushGetPayload<{ include: typeof PUSH_VERSION }>): PushView {
  const { version } = row.export;
  const own = tagOf({ name: version.dataset.name, number: version.number });
  return {
    id: row.id,
    exportId: row.exportId,
    format: row.export.format,
    repo: row.repo,
    isPrivate: row.isPrivate,
    url: `${env().HUB_URL}/datasets/${row.repo}`,
    state: row.state,
    progress: pushProgressSchema.nullable().catch(null).parse(row.progress),
    error: row.error,
    commitUrl: row.commitUrl,
    tag: row.tag,
    tagKept: row.tag !== null && row.tag !== own ? own : null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The finished exports of a version, newest first: what can be pushed. */
export async function listPushable(
  projectId: string,
  versionId: string,
): Promise<{ id: string; format: string; fileName: string | null; bytes: number | null }[]> {
  const rows = await db().export.findMany({
    where: { projectId, versionId, state: "done", storageKey: { not: null } },
    orderBy: { id: "desc" },
    take: SHOWN,
    select: { id: true, format: true, fileName: true, bytes: true },
  });
  return rows.map(({ bytes, ...row }) => ({ ...row, bytes: bytes === null ? null : Number(bytes) }));
}
