import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

/** Adds a reason at the end of the list; one that was archived under this label comes back. */
export async function addReason(actorId: string, projectId: string, label: string): Promise<void> {
  await change(actorId, projectId, "reason.added", { label }, async (tx) => {
    const known = await tx.rejectReason.findUnique({ where: { projectId_label: { projectId, label } } });
    if (known && !known.archivedAt) throw new AppError("conflict", `“${label}” is already in the list.`);
    const open = await openReasons(tx, projectId);
    const data = { position: open.length + 1, archivedAt: null };
    if (known) await tx.rejectReason.update({ where: { id: known.id }, data });
    else await tx.rejectReason.create({ data: { projectId, label, ...data } });
  });
}

/** Gives a reason another wording. Verdicts that name it show the new one. */
export async function renameReason(
  actorId: string,
  projectId: string,
  reasonId: string,
  label: string,
): Promise<void> {
  await change(actorId, projectId, "reason.renamed", { label }, async (tx) => {
    const reason = await findReason(tx, projectId, reasonId);
    const other = await tx.rejectReason.findUnique({ where: { projectId_label: { projectId, label } } });
    if (other && other.id !== reason.id) throw new AppError("conflict", `“${label}” is already in the list.`);
    await tx.rejectReason.update({ where: { id: reason.id }, data: { label } });
  });
}

/** Moves a reason one place up (-1) or down (1), and with it its digit. */
export async function moveReason(
  actorId: string,
  projectId: string,
  reasonId: string,
  by: -1 | 1,
): Promise<void> {
  await change(actorId, projectId, "reason.moved", {}, async (tx) => {
    const order = (await openReasons(tx, projectId)).map(({ id }) => id);
    const from = order.indexOf(reasonId);
    const to = from + by;
    if (from === -1) throw new AppError("not_found", "There is no such reason in the list.");
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    await number(tx, order);
  });
}

/** Takes a reason out of the list. Verdicts keep it. The last one stays: a rejection needs a reason. */
export async function archiveReason(actorId: string, projectId: string, reasonId: string): Promise<void> {
  await change(actorId, projectId, "reason.archived", {}, async (tx) => {
    const reason = await findReason(tx, projectId, reasonId);
    const rest = (await openReasons(tx, projectId)).map(({ id }) => id).filter((id) => id !== reason.id);
    if (rest.length === 0)
      throw new AppError("conflict", "This is the only reason left. Add another one first.");
    await tx.rejectReason.update({ where: { id: reason.id }, data: { archivedAt: new Date() } });
    await number(tx, rest);
  });
}

/** Puts an archived reason back, at the end of the list. */
export async function restoreReason(actorId: string, projectId: string, reasonId: string): Promise<void> {
  await change(actorId, projectId, "reason.restored", {}, async (tx) => {
    const reason = await findReason(tx, projectId, reasonId);
    if (!reason.archivedAt) return;
    const open = await openReasons(tx, projectId);
    await tx.rejectReason.update({
      where: { id: reason.id },
      data: { archivedAt: null, position: open.length + 1 },
    });
  });
}

/** One change of the list at a time, so that positions stay 1, 2, 3 …; recorded with it. */
async function change(
  actorId: string,
  projectId: string,
  action: string,
  data: { label?: string },
  work: (tx: Transaction) => Promise<void>,
): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Project" where "id" = ${projectId}::uuid for update`;
    await work(tx);
    await recordAudit(tx, { projectId, actorId, action, subjectType: "reason", data });
  });
}

async function findReason(tx: Transaction, projectId: string, reasonId: string) {
  const reason = await tx.rejectReason.findFirst({ where: { id: reasonId, projectId } });
  if (!reason) throw new AppError("not_found", "There is no such reason in the list.");
  return reason;
}

function openReasons(tx: Transaction, projectId: string) {
  return tx.rejectReason.findMany({
    where: { projectId, archivedAt: null },
    orderBy: [{ position: "asc" }, { id: "asc" }],
    select: { id: true },
  });
}

async function number(tx: Transaction, order: string[]): Promise<void> {
  for (const [index, id] of order.entries()) {
    await tx.rejectReason.update({ where: { id }, data: { position: index + 1 } });
  }
}
