import "server-only";
import { can } from "#lib/auth/permissions.ts";
import { findShownGold } from "#lib/calibration/place-queries.ts";
import type { DirectPair, PairQuestion } from "#lib/datasets/pair-schema.ts";
import { findQuestionFlaw, type PairAsked, toPairSide, toPairThought } from "#lib/datasets/pair-thought.ts";
import { pairsOfTrace } from "#lib/datasets/pairs.ts";
import { currentRecipe } from "#lib/datasets/recipe-queries.ts";
import { renderPrompt } from "#lib/datasets/render-record.ts";
import type { Recipe } from "#lib/datasets/schema.ts";
import type { TracePairsView } from "#lib/datasets/trace-pairs-schema.ts";
import { type RevisionText, type StatedTrace, toGroups } from "#lib/datasets/trace-pairs-view.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { answerFirst } from "#lib/review/ground-queries.ts";
import { readSights, type Viewer } from "#lib/review/view-queries.ts";
import { mustAnswerFirst, type Sight, seesOthers } from "#lib/review/visibility.ts";

/** One question has some forty traces at the published scale; more than these are not looked at. */
const MOST_TRACES = 400;

/**
 * The preference pairs in which a trace stands, or would stand if what each names were so, written out as a trainer
 * would be given them. What its reader may not see yet takes no part: traces whose question they are to answer first,
 * and others' preferences about traces that they have still to judge. Gold in front of them answers as any other trace
 * does.
 *
 * @throws AppError `not_found`; `conflict` (details `{mustAnswerFirst: true}`).
 */
export async function readTracePairs(
  projectId: string,
  viewer: Viewer,
  traceId: string,
): Promise<TracePairsView> {
  const recipe = await currentRecipe(projectId);
  const seesAll = !viewer.isJudging && can(viewer.role, "project.manage");
  const gold = (await findShownGold(projectId, { userId: viewer.userId, seesAll }, [traceId])).get(traceId);
  const view = await readPairsIn(gold?.shadowId ?? projectId, { viewer, traceId, recipe });
  return gold ? { ...view, imageName: gold.imageExternalId } : view;
}

async function readPairsIn(
  projectId: string,
  { viewer, traceId, recipe }: { viewer: Viewer; traceId: string; recipe: Recipe },
): Promise<TracePairsView> {
  const own = await db().trace.findFirst({ where: { id: traceId, projectId }, select: { questionId: true } });
  if (!own) throw new AppError("not_found", "There is no such trace in this project.");
  const where = { projectId, questionId: own.questionId };
  const [rows, others, count] = await Promise.all([
    db().trace.findMany({ where: { ...where, id: traceId }, select: traceSelect }),
    db().trace.findMany({
      where: { ...where, id: { not: traceId } },
      orderBy: { id: "asc" },
      take: MOST_TRACES - 1,
      select: traceSelect,
    }),
    db().trace.count({ where }),
  ]);
  const all = [...rows, ...others];
  const sights = await readSights(
    projectId,
    viewer,
    all.map(({ id }) => id),
  );
  const mayRead = (id: string) => {
    const sight = sights.get(id);
    return sight !== undefined && !mustAnswerFirst(sight);
  };
  if (!mayRead(traceId)) throw answerFirst(traceId);

  const open = all.filter(({ id }) => mayRead(id));
  const traces = open.flatMap(toPairTrace);
  const asked = await readAsked(projectId, own.questionId);
  const question: PairQuestion = {
    questionId: own.questionId,
    flaw: findQuestionFlaw(asked),
    thoughts: traces.map((trace) => toPairThought(asked, trace)),
    direct: [
      ...(await readRepairs(projectId, asked, traces)),
      ...(await readPreferences(projectId, viewer, asked, traces, sights)),
      ...(await readImported(projectId, asked, traces)),
    ],
  };
  const context = { traceId, asked, recipe, traces: new Map(traces.map((trace) => [trace.traceId, trace])) };
  const texts = await readOlderTexts(projectId, question, traces);
  return {
    traceId,
    imageName: asked.imageName,
    ...renderPrompt(asked.asked, recipe),
    groups: toGroups(pairsOfTrace(question, traceId), question, { ...context, texts }),
    compared: open.length,
    left: count - all.length,
  };
}

const textSelect = { select: { id: true, body: true, answer: true } } as const;

const traceSelect = {
  id: true,
  simpleThoughtId: true,
  state: true,
  simpleThought: { select: { text: true, answer: true } },
  longThought: { select: { joiner: true, cue: true } },
  currentRevision: { select: { id: true, body: true, answer: true, authorId: true } },
  revisions: { where: { number: 1 }, ...textSelect },
  verdicts: {
    where: { undoneAt: null, supersededAt: null },
    select: { decision: true, source: true, traceRevisionId: true, questionRevisionId: true },
  },
} satisfies Prisma.TraceSelect;

type Row = Prisma.TraceGetPayload<{ select: typeof traceSelect }>;

/** None where a trace has no text: it is being made. */
function toPairTrace(row: Row): StatedTrace[] {
  const revision = row.currentRevision;
  if (!revision) return [];
  const { id, body, answer, authorId } = revision;
  return [
    {
      traceId: row.id,
      simpleThoughtId: row.simpleThoughtId,
      state: row.state,
      simple: row.simpleThought,
      long: row.longThought,
      revision: { id, body, answer, isByPerson: authorId !== null },
      firstRevision: row.revisions[0] ?? { id, body, answer },
      verdicts: row.verdicts,
    },
  ];
}

async function readAsked(projectId: string, questionId: string): Promise<PairAsked & { imageName: string }> {
  const { image, currentRevision, rejectedAt } = await db().question.findFirstOrThrow({
    where: { id: questionId, projectId },
    select: {
      rejectedAt: true,
      currentRevision: true,
      image: { select: { externalId: true, state: true, storageKey: true, sha256: true } },
    },
  });
  if (!currentRevision) throw new AppError("conflict", "The question of this trace has no text yet.");
  const { id, text, choices, keyIndex, reasoningType, answerStyle } = currentRevision;
  return {
    questionId,
    revisionId: id,
    isWithdrawn: rejectedAt !== null,
    isImagePresent: image.state === "present" && image.storageKey !== null && image.sha256 !== null,
    asked: { text, choices, keyIndex, reasoningType, answerStyle },
    imageName: image.externalId,
  };
}

/** Continuations that were taken, over what they were taken in place of: both are texts of one trace. */
async function readRepairs(
  projectId: string,
  asked: PairAsked,
  traces: readonly StatedTrace[],
): Promise<DirectPair[]> {
  const byRevision = new Map(traces.map((trace) => [trace.revision.id, trace]));
  const rows = await db().repair.findMany({
    where: { projectId, state: "taken", takenRevisionId: { in: [...byRevision.keys()] } },
    orderBy: { createdAt: "asc" },
    select: { traceRevisionId: true, takenRevisionId: true, questionRevisionId: true },
  });
  const texts = await db().traceRevision.findMany({
    where: { id: { in: rows.map((row) => row.traceRevisionId) }, trace: { projectId } },
    ...textSelect,
  });
  const textOf = new Map(texts.map((text) => [text.id, text]));
  return rows.flatMap((row): DirectPair[] => {
    const trace = byRevision.get(row.takenRevisionId ?? "");
    const text = textOf.get(row.traceRevisionId);
    if (!trace || !text) return [];
    return [
      {
        kind: "repaired",
        chosenTraceId: trace.traceId,
        chosenRevisionId: trace.revision.id,
        rejected: toPairSide(asked, trace, text),
        isCurrent: row.questionRevisionId === asked.revisionId,
      },
    ];
  });
}

/** What reviewers preferred directly: one's own, and others' where both traces show what others say. */
async function readPreferences(
  projectId: string,
  viewer: Viewer,
  asked: PairAsked,
  traces: readonly StatedTrace[],
  sights: ReadonlyMap<string, Sight>,
): Promise<DirectPair[]> {
  const rows = await db().tracePreference.findMany({
    where: { projectId, questionId: asked.questionId, undoneAt: null, supersededAt: null },
    orderBy: { id: "asc" },
  });
  const isOpen = (id: string) => {
    const sight = sights.get(id);
    return sight !== undefined && seesOthers(sight);
  };
  const byId = new Map(traces.map((trace) => [trace.traceId, trace]));
  const shown = rows.filter(
    ({ reviewerId, betterTraceId, worseTraceId }) =>
      reviewerId === viewer.userId || (isOpen(betterTraceId) && isOpen(worseTraceId)),
  );
  const texts = await db().traceRevision.findMany({
    where: { id: { in: shown.map(({ worseRevisionId }) => worseRevisionId) }, trace: { projectId } },
    ...textSelect,
  });
  const textOf = new Map(texts.map((text) => [text.id, text]));
  return shown.flatMap((row): DirectPair[] => {
    const worse = byId.get(row.worseTraceId);
    const text = textOf.get(row.worseRevisionId);
    if (!worse || !text || !byId.has(row.betterTraceId)) return [];
    return [
      {
        kind: "preferred",
        chosenTraceId: row.betterTraceId,
        chosenRevisionId: row.betterRevisionId,
        rejected: toPairSide(asked, worse, text),
        isCurrent: row.questionRevisionId === asked.revisionId,
      },
    ];
  });
}

/** What imported files preferred: of both traces the text that came with them. No reviewer's word, so nobody is blind to it. */
async function readImported(
  projectId: string,
  asked: PairAsked,
  traces: readonly StatedTrace[],
): Promise<DirectPair[]> {
  const byId = new Map(traces.map((trace) => [trace.traceId, trace]));
  const rows = await db().importedPreference.findMany({
    where: { projectId, questionId: asked.questionId },
    orderBy: { id: "asc" },
  });
  return rows.flatMap(
    ({ betterTraceId, worseTraceId, questionRevisionId, runId, file, line }): DirectPair[] => {
      const [better, worse] = [byId.get(betterTraceId), byId.get(worseTraceId)];
      if (!better || !worse) return [];
      return [
        {
          kind: "elsewhere",
          chosenTraceId: betterTraceId,
          chosenRevisionId: better.firstRevision.id,
          rejected: toPairSide(asked, worse, worse.firstRevision),
          isCurrent: questionRevisionId === asked.revisionId,
          origin: { runId, file, line },
        },
      ];
    },
  );
}

/** Texts that no trace has now, and that a pair names. */
async function readOlderTexts(
  projectId: string,
  question: PairQuestion,
  traces: readonly StatedTrace[],
): Promise<Map<string, RevisionText>> {
  const known = new Map<string, RevisionText>(
    traces.flatMap(({ revision, firstRevision }) => [
      [revision.id, revision] as const,
      [firstRevision.id, firstRevision] as const,
    ]),
  );
  const named = question.direct.map(({ rejected }) => rejected.revisionId).filter((id) => !known.has(id));
  const rows = await db().traceRevision.findMany({
    where: { id: { in: named }, trace: { projectId } },
    ...textSelect,
  });
  for (const { id, ...text } of rows) known.set(id, text);
  return known;
}
