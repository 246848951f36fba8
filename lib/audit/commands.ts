import "server-only";
import type { Prisma, Transaction } from "#lib/db/client.ts";

export interface AuditEntry {
  /** Null: an event of the server, not of a project. */
  projectId: string | null;
  /** Null: the server itself. */
  actorId: string | null;
  /** What happened, as `subject.verb`: `member.added`, `project.archived`. */
  action: string;
  subjectType: string;
  subjectId?: string | null;
  /** Names and values for the sentence on the screen. Never a secret. */
  data?: Prisma.InputJsonObject;
}

/** Records who did what, in the transaction of the change itself: either both are kept or neither. */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({
    data: {
      projectId: entry.projectId,
      actorId: entry.actorId,
      action: entry.action,
      subjectType: entry.subjectType,
      subjectId: entry.subjectId ?? null,
      data: entry.data ?? {},
    },
  });
}
