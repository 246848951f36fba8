import "server-only";

import { findUnjudgedGold, isGoldShownTo, showGold } from "#lib/calibration/show-commands.ts";
import { goldTurns } from "#lib/calibration/turn-commands.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { type RawSql, raw } from "#lib/db/raw.ts";
import { AppError } from "#lib/errors.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { findFree } from "#lib/review/claim-queries.ts";
import { mayAdjudicate, nameOfHolder, traceGone, type Who } from "#lib/review/judgement-queries.ts";
import { LEASE_MS } from "#lib/review/lease.ts";
import { type QueueState, readQueueState, type Source } from "#lib/review/order-queries.ts";
import type { CameBy } from "#lib/review/order-schema.ts";
import { randomStart } from "#lib/review/random-start.ts";

interface ClaimRequest extends Who {
  want: number;
  /** Not to be handed out again: already on this reviewer's screen. */
  held: string[];
  nearImageId?: string | undefined;
  /** The assignment to take from before the reviewer's others. */
  assignmentId?: string | undefined;
}

/**
 * Hands out traces that nobody else holds, and holds them for this reviewer: first from their own assignments, the one
 * due first before the others, then in the project's order (docs/decisions/queue-orders.md). Where the order is by
 * image, traces of the image in front of the reviewer come first, then those of images that nobody else is at, then any.
 * At the project's rate one is gold instead.
 *
 * A trace row is locked while its claim is written (`FOR NO KEY UPDATE SKIP LOCKED`), so two reviewers who ask at the same
 * moment get different traces and neither waits.
 *
 * By hand, in few statements: every trace of every reviewer goes through here.
 */
export async function claimNext(input: ClaimRequest): Promise<string[]> {
  if (input.want <= 0) return [];
  return raw().transaction(async (tx) => {
    const queue = await readQueueState(tx, input);
    if (!queue) return [];
    const gold = await goldTurns(tx, queue, input);
    const claimed: string[] = [];
    const taken: string[] = [];
    const handed: string[] = [];
    for (const source of sourcesOf(queue, input)) {
      while (handed.length < input.want) {
        const held = [...input.held, ...claimed, ...taken];
        // What is gold takes the place of a trace that is there: nobody meets gold in a queue that is empty.
        const isGold = gold.has(handed.length);
        const want = isGold ? 1 : nextGold(gold, handed.length, input.want) - handed.length;
        const picked = await findFree(tx, source, {
          ...input,
          verdictsAsked: queue.verdictsAsked,
          want,
          held,
        });
        if (picked.length === 0) break;
        if (isGold) {
          gold.delete(handed.length);
          const [again] = await findUnjudgedGold(tx, input, { held, want: 1 });
          const shown = again ?? (await showGold(tx, queue, input));
          if (shown === null) continue;
          await takeClaims(tx, { ...input, traceIds: [shown], places: 1, ...cameBy(source) });
          claimed.push(shown);
          handed.push(shown);
          continue;
        }
        // The claims are looked up again under the lock: another reviewer's may have been committed between this
        // statement's snapshot and the lock.
        const holders = await takeClaims(tx, {
          ...input,
          traceIds: picked,
          places: queue.verdictsAsked,
          ...cameBy(source),
        });
        for (const id of picked) {
          if (holders.has(id)) taken.push(id);
          else {
            claimed.push(id);
            handed.push(id);
          }
        }
      }
    }
    // Gold that was handed out before and not judged is not left behind when all else is done.
    if (queue.shadowId !== null && handed.length < input.want) {
      const traceIds = await findUnjudgedGold(tx, input, {
        held: [...input.held, ...claimed],
        want: input.want - handed.length,
      });
      await takeClaims(tx, { ...input, traceIds, places: 1, cameBy: queue.order, assignmentId: null });
      handed.push(...traceIds);
    }
    return handed;
  });
}

function nextGold(gold: ReadonlySet<number>, from: number, want: number): number {
  return Math.min(want, ...[...gold].filter((place) => place > from));
}

/** Where to look, in this order. */
function sourcesOf(queue: QueueState, input: ClaimRequest): Source[] {
  const assignments = queue.assignments.toSorted(
    (a, b) => Number(b.assignmentId === input.assignmentId) - Number(a.assignmentId === input.assignmentId),
  );
  const sources: Source[] = assignments.map((list) => ({ kind: "list", ...list }));
  if (queue.order === "newest") sources.push({ kind: "newest", order: "newest" });
  if (queue.order === "random")
    sources.push({ kind: "random", order: "random", start: randomStart(queue.seed) });
  if (queue.listId)
    sources.push({ kind: "list", order: queue.order, listId: queue.listId, assignmentId: null });
  const isByImage = queue.order === "image" || sources.length === assignments.length;
  if (isByImage && input.nearImageId)
    sources.push({ kind: "near", order: "image", imageId: input.nearImageId });
  return [
    ...sources,
    { kind: "image", order: "image", isUndisturbed: true },
    { kind: "image", order: "image", isUndisturbed: false },
  ];
}

function cameBy(source: Source): { cameBy: CameBy; assignmentId: string | null } {
  return { cameBy: source.order, assignmentId: source.kind === "list" ? source.assignmentId : null };
}

/**
 * Hands out traces in dispute, then flagged ones, oldest first, and holds them for somebody who may settle them.
 * @throws AppError `forbidden` for others.
 */
export async function claimReferred(input: {
  projectId: string;
  reviewerId: string;
  want: number;
  held: string[];
}): Promise<string[]> {
  const member = await db().membership.findUnique({
    where: { projectId_userId: { projectId: input.projectId, userId: input.reviewerId } },
    select: { role: true, canAdjudicate: true },
  });
  if (!member || !mayAdjudicate(member))
    throw new AppError(
      "forbidden",
      "Owners settle disputes and flags, and reviewers whom an owner gave that right.",
    );
  return raw().transaction(async (tx) => {
    const claimed: string[] = [];
    for (const state of ["disputed", "flagged"]) {
      const rows = await tx.$queryRaw<{ id: string }[]>`
        SELECT t.id FROM "Trace" t
        WHERE t."projectId" = ${input.projectId}::uuid AND t.state = ${state}::"TraceState"
          AND t.id <> ALL (${input.held}::uuid[])
          AND NOT EXISTS (
            SELECT 1 FROM "ReviewSkip" s WHERE s."traceId" = t.id AND s."reviewerId" = ${input.reviewerId}::uuid)
          AND NOT EXISTS (
            SELECT 1 FROM "ReviewClaim" c WHERE c."traceId" = t.id AND c."reviewerId" <> ${input.reviewerId}::uuid
              AND c."expiresAt" > (now() AT TIME ZONE 'UTC'))
        ORDER BY t.id LIMIT ${input.want - claimed.length}::int FOR NO KEY UPDATE OF t SKIP LOCKED`;
      const traceIds = rows.map(({ id }) => id);
      const holders = await takeClaims(tx, {
        ...input,
        traceIds,
        places: 1,
        cameBy: "settle",
        assignmentId: null,
      });
      claimed.push(...traceIds.filter((id) => !holders.has(id)));
    }
    return claimed;
  });
}

/**
 * Claims one trace by its id, whatever its state: a reviewer opened it by its address or undid a verdict on it.
 * @throws AppError `conflict` (details `{holderName}`) while somebody else has it.
 */
export async function claimTrace(input: Who & { traceId: string }): Promise<void> {
  const { known, holders } = await claimAll(input, [input.traceId]);
  if (!known.has(input.traceId)) throw traceGone();
  const holderName = holders.get(input.traceId);
  if (holderName === undefined) return;
  throw new AppError(
    "conflict",
    `${holderName} has this trace now. Take the next one, or come back to it later.`,
    { details: { traceId: input.traceId, holderName } },
  );
}

/**
 * The same as part of a transaction that has the trace's row: nobody can take it between what that gives free and this.
 * @returns whether it is theirs now.
 */
export async function claimWithin(tx: RawSql, input: Who & { traceId: string }): Promise<boolean> {
  const { known, holders } = await claimAllWithin(tx, input, [input.traceId]);
  return known.has(input.traceId) && !holders.has(input.traceId);
}

/** Renews what is still held; says what was lost and who has it now. */
export async function renewClaims(
  input: Who & { traceIds: string[] },
): Promise<{ traceId: string; holderName: string | null }[]> {
  if (input.traceIds.length === 0) return [];
  const { known, holders } = await claimAll(input, input.traceIds);
  return input.traceIds.flatMap((traceId) =>
    known.has(traceId) && !holders.has(traceId)
      ? []
      : [{ traceId, holderName: holders.get(traceId) ?? null }],
  );
}

interface Claimed {
  /** Which of the traces the project has. */
  known: Set<string>;
  /** Who holds those that are taken. */
  holders: Map<string, string>;
}

/** Claims these traces as far as there is a place. */
function claimAll(who: Who, traceIds: string[]): Promise<Claimed> {
  return raw().transaction((tx) => claimAllWithin(tx, who, traceIds));
}

async function claimAllWithin(tx: RawSql, who: Who, traceIds: string[]): Promise<Claimed> {
  const { projectId, reviewerId } = who;
  // Always in one order, so that two who renew the same traces wait for each other instead of blocking each other.
  const rows = await tx.$queryRaw<{ id: string; isShadow: boolean; verdictsAsked: number }[]>`
    SELECT t.id, p."verdictsPerTrace" AS "verdictsAsked", p."shadowOfId" IS NOT NULL AS "isShadow"
    FROM "Trace" t JOIN "Project" p ON p.id = t."projectId"
    WHERE t.id = ANY (${traceIds}::uuid[])
      AND (p.id = ${projectId}::uuid OR p."shadowOfId" = ${projectId}::uuid)
    ORDER BY t.id FOR UPDATE OF t`;
  const shown = await isGoldShownTo(
    tx,
    who,
    rows.flatMap(({ id, isShadow }) => (isShadow ? [id] : [])),
  );
  const known = new Set(rows.flatMap(({ id, isShadow }) => (!isShadow || shown.has(id) ? [id] : [])));
  const [first] = rows;
  if (!first || known.size === 0) return { known, holders: new Map() };
  const holders = await takeClaims(tx, {
    projectId,
    reviewerId,
    traceIds: [...known],
    places: first.verdictsAsked,
    cameBy: "opened",
    assignmentId: null,
  });
  return { known, holders };
}

/** Gives traces back at once, so that others need not wait for the lease to end. */
export async function releaseClaims(
  input: { projectId: string; reviewerId: string; traceIds: string[] },
  tx: Transaction = db(),
): Promise<void> {
  const { projectId, reviewerId, traceIds } = input;
  await tx.reviewClaim.deleteMany({
    where: {
      reviewerId,
      traceId: { in: traceIds },
      trace: { project: { OR: [{ id: projectId }, { shadowOfId: projectId }] } },
    },
  });
}

/** Removes claims whose lease has ended. They hold nothing back even before; this only keeps the table small. */
export async function removeExpiredClaims(): Promise<number> {
  const { count } = await db().reviewClaim.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  return count;
}

interface ClaimRow {
  traceId: string;
  slot: number;
  reviewerId: string;
  name: string;
  isLive: boolean;
}

/**
 * Writes or renews claims on traces whose rows are locked by this transaction, as far as there is a place for one.
 * @returns of those that are taken, who holds them.
 */
async function takeClaims(
  tx: RawSql,
  claim: Who & { traceIds: string[]; places: number; cameBy: CameBy; assignmentId: string | null },
): Promise<Map<string, string>> {
  const holders = new Map<string, string>();
  if (claim.traceIds.length === 0) return holders;
  const rows = await tx.$queryRaw<ClaimRow[]>`
    SELECT c."traceId", c.slot, c."reviewerId", u.name, c."expiresAt" > (now() AT TIME ZONE 'UTC') AS "isLive"
    FROM "ReviewClaim" c JOIN "User" u ON u.id = c."reviewerId"
    WHERE c."traceId" = ANY (${claim.traceIds}::uuid[]) ORDER BY c.slot`;
  const byTrace = Map.groupBy(rows, ({ traceId }) => traceId);
  const wanted: { traceId: string; slot: number }[] = [];
  for (const traceId of claim.traceIds) {
    const known = byTrace.get(traceId) ?? [];
    const own = known.find(({ reviewerId }) => reviewerId === claim.reviewerId);
    const others = known.filter(({ isLive, reviewerId }) => isLive && reviewerId !== claim.reviewerId);
    const [first] = others;
    // A claim of one's own whose lease has ended holds until somebody has taken the trace.
    if (own) wanted.push({ traceId, slot: own.slot });
    else if (first && others.length >= claim.places)
      holders.set(traceId, nameOfHolder(first.name, claim.places));
    else wanted.push({ traceId, slot: freeSlot(others) });
  }
  if (wanted.length === 0) return holders;
  await tx.$executeRaw`
    INSERT INTO "ReviewClaim" (id, "projectId", "traceId", slot, "reviewerId", "claimedAt", "expiresAt", "queueOrder",
      "assignmentId")
    SELECT w.id, t."projectId", w."traceId", w.slot, ${claim.reviewerId}::uuid, at.now,
      at.now + ${LEASE_MS}::int * interval '1 millisecond', ${claim.cameBy}, ${claim.assignmentId}::uuid
    FROM unnest(${wanted.map(() => createUuid7())}::uuid[], ${wanted.map(({ traceId }) => traceId)}::uuid[],
      ${wanted.map(({ slot }) => slot)}::int[]) AS w(id, "traceId", slot)
      JOIN "Trace" t ON t.id = w."traceId",
      (SELECT now() AT TIME ZONE 'UTC' AS now) AS at
    ON CONFLICT ("traceId", slot) DO UPDATE SET "reviewerId" = EXCLUDED."reviewerId",
      "expiresAt" = EXCLUDED."expiresAt",
      -- Whoever has it already goes on having it as it came to them.
      "claimedAt" = CASE WHEN "ReviewClaim"."reviewerId" = EXCLUDED."reviewerId"
        THEN "ReviewClaim"."claimedAt" ELSE EXCLUDED."claimedAt" END,
      "queueOrder" = CASE WHEN "ReviewClaim"."reviewerId" = EXCLUDED."reviewerId"
        THEN "ReviewClaim"."queueOrder" ELSE EXCLUDED."queueOrder" END,
      "assignmentId" = CASE WHEN "ReviewClaim"."reviewerId" = EXCLUDED."reviewerId"
        THEN "ReviewClaim"."assignmentId" ELSE EXCLUDED."assignmentId" END`;
  return holders;
}

/** The first place that nobody live has; one whose lease has ended is taken over. */
function freeSlot(others: readonly ClaimRow[]): number {
  const taken = new Set(others.map(({ slot }) => slot));
  let slot = 0;
  while (taken.has(slot)) slot += 1;
  return slot;
}
