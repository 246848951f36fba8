import "server-only";
import { db } from "#lib/db/client.ts";

export interface ReasonRow {
  id: string;
  label: string;
  /** From 1; the first nine are picked by their digit. */
  position: number;
  isArchived: boolean;
  /** Verdicts that name it. */
  uses: number;
}

/** A project's reject reasons in their order, archived ones last. */
export async function listReasons(projectId: string): Promise<ReasonRow[]> {
  const rows = await db().rejectReason.findMany({
    where: { projectId },
    orderBy: [{ position: "asc" }, { id: "asc" }],
    select: {
      id: true,
      label: true,
      position: true,
      archivedAt: true,
      _count: { select: { verdicts: true } },
    },
  });
  return rows
    .map(({ archivedAt, _count, ...row }) => ({
      ...row,
      isArchived: archivedAt !== null,
      uses: _count.verdicts,
    }))
    .sort((a, b) => Number(a.isArchived) - Number(b.isArchived));
}
