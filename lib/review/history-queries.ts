import "server-only";
import { can } from "#lib/auth/permissions.ts";
import { findShownGold } from "#lib/calibration/place-queries.ts";
import { readUserNames } from "#lib/comments/queries.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { answerFirst } from "#lib/review/ground-queries.ts";
import type { TraceEvent, TraceEventKind } from "#lib/review/history.ts";
import { readCheckEvents, readFreezeEvents } from "#lib/review/history-system-queries.ts";
import { traceGone } from "#lib/review/judgement-queries.ts";
import { readSight, type Viewer } from "#lib/review/view-queries.ts";
import { mustAnswerFirst, seesOthers } from "#lib/review/visibility.ts";

/**
 * Everything that happened to a trace, the newest first, as this person may see it: what people did, what its checks
 * found, and the dataset versions that hold it. While others' findings are kept back there is only what they did
 * themselves, and what the checks found; that a version holds it would tell that it was approved.
 * @throws AppError `not_found`; `conflict` while the question is to be answered first.
 */
export async function readTraceHistory(
  projectId: string,
  viewer: Viewer,
  traceId: string,
): Promise<TraceEvent[]> {
  const [sight, row] = await Promise.all([
    readSight(projectId, viewer, traceId),
    db().trace.findFirst({ where: { id: traceId, projectId }, include: INCLUDE }),
  ]);
  if (!sight || !row) {
    // Gold in front of this viewer stands in another place.
    const seesAll = !viewer.isJudging && can(viewer.role, "project.manage");
    const gold = await findShownGold(projectId, { userId: viewer.userId, seesAll }, [traceId]);
    const place = gold.get(traceId);
    if (!place) throw traceGone();
    return readTraceHistory(place.shadowId, viewer, traceId);
  }
  if (mustAnswerFirst(sight)) throw answerFirst(traceId);
  const events = eventsOf(row);
  const seesAll = seesOthers(sight);
  const [checks, freezes] = await Promise.all([
    readCheckEvents(projectId, traceId),
    seesAll ? readFreezeEvents(projectId, { traceId, questionId: row.questionId }) : [],
  ]);
  const system = [...checks, ...freezes].map((event) => ({ ...event, undoneAt: null }));
  const shown = [
    ...(seesAll ? events : events.filter(({ actorId }) => actorId === viewer.userId)),
    ...system,
  ];
  const names = await readUserNames(
    db(),
    shown.flatMap(({ actorId }) => (actorId ? [actorId] : [])),
  );
  return shown
    .map(({ actorId, at, undoneAt, ...event }) => ({
      ...event,
      at: at.toISOString(),
      undoneAt: undoneAt?.toISOString() ?? null,
      actorName: actorId === null ? "" : names(actorId),
    }))
    .sort((a, b) => b.at.localeCompare(a.at) || b.key.localeCompare(a.key));
}

const INCLUDE = {
  verdicts: { include: { reasons: { include: { reason: true } }, findings: true } },
  revisions: { where: { authorId: { not: null } } },
  repairs: { where: { state: { in: ["taken", "ready", "declined"] } }, include: { candidates: true } },
  referrals: true,
  comments: { include: { events: true } },
  firstErrors: true,
  preferred: true,
  notPreferred: true,
  question: {
    include: { revisions: { where: { authorId: { not: null } } }, rejections: true, blindAnswers: true },
  },
} satisfies Prisma.TraceInclude;

type Row = Prisma.TraceGetPayload<{ include: typeof INCLUDE }>;
type Raw = { key: string; at: Date; actorId: string; undoneAt: Date | null } & TraceEventKind;

function eventsOf(row: Row): Raw[] {
  return [
    ...row.verdicts.map(
      (verdict): Raw => ({
        key: verdict.id,
        at: verdict.createdAt,
        actorId: verdict.reviewerId,
        undoneAt: verdict.undoneAt,
        kind: "verdict",
        decision: verdict.decision,
        source: verdict.source,
        reasons: verdict.reasons.map(({ reason }) => reason.label),
        comment: verdict.comment,
        overrodeChecks: verdict.overrodeChecks,
        overrodeOwnAnswer: verdict.overrodeOwnAnswer,
        isSuperseded: verdict.supersededAt !== null,
        markedSteps: countMarks(verdict.findings?.data),
      }),
    ),
    ...row.revisions.map((revision) => revisionEvent(revision, row.repairs)),
    ...row.repairs.flatMap(({ id, state, settledAt, reviewerId, stepText }): Raw[] =>
      state === "declined" && settledAt
        ? [{ ...by(id, settledAt, reviewerId), kind: "repair-declined", stepText }]
        : [],
    ),
    ...row.question.revisions.map(
      ({ id, number, createdAt, authorId }): Raw => ({
        ...by(id, createdAt, authorId),
        kind: "question-edit",
        number,
      }),
    ),
    ...row.referrals.flatMap(referralEvents),
    ...row.question.rejections.map(
      (rejection): Raw => ({
        ...by(rejection.id, rejection.createdAt, rejection.reviewerId, rejection.undoneAt),
        kind: "question-rejected",
        fault: rejection.fault,
        comment: rejection.comment,
        isWithdrawn: rejection.withdrewQuestion,
      }),
    ),
    ...row.comments.flatMap(commentEvents),
    ...[...row.preferred, ...row.notPreferred].map(
      (choice): Raw => ({
        ...by(choice.id, choice.createdAt, choice.reviewerId, choice.undoneAt ?? choice.supersededAt),
        kind: "preferred",
        isBetter: choice.betterTraceId === row.id,
        otherTraceId: choice.betterTraceId === row.id ? choice.worseTraceId : choice.betterTraceId,
        note: choice.note,
      }),
    ),
    ...row.question.blindAnswers.map(
      (answer): Raw => ({
        ...by(`answer ${answer.reviewerId}`, answer.createdAt, answer.reviewerId),
        kind: "own-answer",
        choiceText: answer.choiceIndex === null ? null : answer.choiceText,
        agrees: answer.agrees,
      }),
    ),
    ...row.firstErrors.map(
      (error): Raw => ({
        ...by(`error ${error.reviewerId}`, error.updatedAt, error.reviewerId),
        kind: "first-error",
        part: error.part,
        note: error.note,
      }),
    ),
  ];
}

function revisionEvent(revision: Row["revisions"][number], repairs: Row["repairs"]): Raw {
  const { id, number, note, createdAt, authorId, body, repairId } = revision;
  const repair = repairId === null ? undefined : repairs.find((one) => one.id === repairId);
  const whenAndWho = by(id, createdAt, authorId);
  if (!repair) return { ...whenAndWho, kind: "edit", number, note };
  const taken = repair.candidates.find(({ result }) => body === `${repair.kept}${tailOf(result)}`);
  return {
    ...whenAndWho,
    kind: "repaired",
    number,
    note,
    stepText: repair.stepText,
    callId: taken?.callId ?? null,
    isTakenBack: repair.takenRevisionId !== id,
  };
}

function tailOf(result: unknown): string {
  return typeof result === "object" && result !== null && "tail" in result ? String(result.tail) : "";
}

function referralEvents(referral: Row["referrals"][number]): Raw[] {
  const { id, kind, note, settledAt, settledById, settledAs, settledNote } = referral;
  const raised: Raw = { ...by(id, referral.createdAt, referral.reviewerId, referral.undoneAt), kind, note };
  // A verdict or an edit that settled it is an event of its own.
  if (!settledAt || settledAs !== "returned") return [raised];
  return [
    raised,
    {
      ...by(`${id} settled`, settledAt, settledById),
      kind: "settled",
      referral: kind,
      as: settledAs,
      note: settledNote,
    },
  ];
}

function commentEvents(comment: Row["comments"][number]): Raw[] {
  const { id, createdAt, authorId, body, stepKey, regionId, events } = comment;
  return [
    {
      ...by(id, createdAt, authorId),
      kind: "comment",
      body,
      isOnPlace: stepKey !== null || regionId !== null,
    },
    ...events.map(
      (event): Raw => ({
        ...by(event.id, event.createdAt, event.userId),
        kind: event.isResolved ? "comment-resolved" : "comment-reopened",
        body,
      }),
    ),
  ];
}

function by(key: string, at: Date, actorId: string | null, undoneAt: Date | null = null) {
  return { key, at, actorId: actorId ?? "", undoneAt };
}

function countMarks(data: unknown): number {
  if (typeof data !== "object" || data === null || !("marks" in data)) return 0;
  return Array.isArray(data.marks) ? data.marks.length : 0;
}
