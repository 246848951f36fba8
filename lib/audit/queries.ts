import "server-only";
import { isUuid } from "#lib/auth/uuid.ts";
import { db } from "#lib/db/client.ts";

export interface AuditRow {
  id: string;
  at: Date;
  action: string;
  subjectType: string;
  subjectId: string | null;
  data: unknown;
  actorName: string | null;
}

/** The events of a project (or, with null, of the server), newest first; `before` is the last id of the page above. */
export async function listAuditEvents(
  projectId: string | null,
  options: { before?: string; take?: number } = {},
): Promise<AuditRow[]> {
  const rows = await db().auditEvent.findMany({
    where: { projectId, ...(isUuid(options.before) ? { id: { lt: options.before } } : {}) },
    orderBy: { id: "desc" },
    take: options.take ?? 20,
    select: {
      id: true,
      at: true,
      action: true,
      subjectType: true,
      subjectId: true,
      data: true,
      actor: { select: { name: true } },
    },
  });
  return rows.map(({ actor, ...row }) => ({ ...row, actorName: actor?.name ?? null }));
}
