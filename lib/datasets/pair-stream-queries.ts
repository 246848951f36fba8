import "server-only";
import {
  type CallRow,
  callJoin,
  createMakerReader,
  findTraces,
  type MakerReader,
  toIso,
} from "#lib/datasets/candidate-queries.ts";
import type { ReadFilter } from "#lib/datasets/filter-schema.ts";
import {
  type PairTexts,
  type Said,
  type SourceTrace,
  type SourceVerdict,
  saidKey,
  toFrozenPair,
} from "#lib/datasets/frozen-pair.ts";
import type { DirectPair, PairQuestion } from "#lib/datasets/pair-schema.ts";
import { findQuestionFlaw, type PairAsked, toPairSide, toPairThought } from "#lib/datasets/pair-thought.ts";
import type { PairSource } from "#lib/datasets/source-schema.ts";
import { type CursorTransaction, readByCursor } from "#lib/db/cursor.ts";
import { type SqlFragment, sql } from "#lib/db/sql-fragment.ts";
import type { AnswerStyle } from "#lib/generation/choices.ts";

/** A question with its some thirty traces is some fifty thousand characters; what lives short is cheap to forget. */
const QUESTIONS_PER_BATCH = 8;

/**
 * The questions of which a trace is approved and within the filter, in the order of their images and ids, in batches:
 * each with all its traces, so that pairs are drawn question by question and nothing else is held in memory. Images and
 * questions that the filter leaves out are not read at all.
 */
export async function* readPairQuestions(
  tx: CursorTransaction,
  projectId: string,
  filter: ReadFilter = { traceFilter: null },
): AsyncGenerator<PairSource[]> {
  const chosen = await findTraces(projectId, filter.traceFilter);
  if (!chosen) return;
  const toMakers = await createMakerReader(tx, projectId);
  const isChosen = filter.traceFilter
    ? sql`t.id IN (SELECT t.id FROM ${chosen.from} WHERE ${chosen.where} AND t.state = 'approved')`
    : sql`t.state = 'approved'`;
  const query = questionRows(projectId, isChosen);
  for await (const rows of readByCursor<{ row: string }>(tx, query, QUESTIONS_PER_BATCH)) {
    const sources = rows.map(({ row }) => JSON.parse(row) as Row);
    yield sources
      .filter(
        ([questionId, , , , , image]) =>
          !filter.leaveOutImages?.has(image[0]) && !filter.leaveOutQuestions?.has(questionId),
      )
      .map((row) => toSource(row, toMakers));
  }
}

/**
 * One text a row, as for records: a question, its simple thoughts, its traces, and what reviewers and imported files
 * preferred among them.
 * Older texts, repairs and verdicts are looked up only for traces that have any.
 */
function questionRows(projectId: string, isChosen: SqlFragment): SqlFragment {
  return sql`
SELECT json_build_array(q.id, r.id, q."rejectedAt" IS NOT NULL,
  json_build_array(r.text, r.choices, r."keyIndex", r."reasoningType", r."answerStyle"), c1.call, i.doc,
  s.doc, t.doc, p.doc, e.doc)::text AS row
FROM (SELECT q.* FROM "Question" q WHERE q."projectId" = ${projectId}::uuid AND EXISTS (
    SELECT 1 FROM "Trace" t WHERE t."questionId" = q.id AND ${isChosen})) q
  JOIN "QuestionRevision" r ON r.id = q."currentRevisionId"
  JOIN LATERAL (SELECT json_build_array(i.id, i."fileName", i.sha256, i.mime,
      i.state = 'present' AND i."storageKey" IS NOT NULL) AS doc
    FROM "Image" i WHERE i.id = q."imageId" OFFSET 0) i ON true
  ${callJoin("c1", sql`q."callId"`)}
  CROSS JOIN LATERAL (SELECT json_agg(json_build_array(s.id, s.text, s.answer, c2.call)) AS doc
    FROM "SimpleThought" s ${callJoin("c2", sql`s."callId"`)}
    WHERE s."questionId" = q.id) s
  CROSS JOIN LATERAL (SELECT json_agg(json_build_array(t.id, t."simpleThoughtId", t.state, t.simulated,
      CASE WHEN t.state = 'approved' THEN ${isChosen} ELSE true END, l.doc, c3.call,
      json_build_array(r.id, r.body, r.answer, r."authorId", CASE WHEN r."authorId" IS NOT NULL THEN r."createdAt" END),
      CASE WHEN r.number > 1 THEN (SELECT json_build_array(f.id, f.body, f.answer)
        FROM "TraceRevision" f WHERE f."traceId" = t.id AND f.number = 1) END,
      CASE WHEN r.number > 1 THEN (SELECT json_agg(json_build_array(f.id, f.body, f.answer, x."questionRevisionId",
          x."reviewerId", x."settledAt") ORDER BY x."createdAt", x.id)
        FROM "Repair" x JOIN "TraceRevision" f ON f.id = x."traceRevisionId"
        WHERE x."traceId" = t.id AND x.state = 'taken' AND x."takenRevisionId" = r.id) END,
      CASE WHEN t.state IN ('approved', 'rejected') THEN (SELECT json_agg(json_build_array(v.id, v."reviewerId", v.decision,
          v.source, v."createdAt", v."overrodeChecks", v."traceRevisionId", v."questionRevisionId") ORDER BY v.id)
        FROM "Verdict" v WHERE v."traceId" = t.id AND v."undoneAt" IS NULL AND v."supersededAt" IS NULL) END
    ) ORDER BY t.id) AS doc
    FROM "Trace" t
      JOIN LATERAL (SELECT r.* FROM "TraceRevision" r WHERE r.id = t."currentRevisionId" OFFSET 0) r ON true
      LEFT JOIN LATERAL (SELECT json_build_array(l.joiner, l.cue) AS doc, l."callId"
        FROM "LongThought" l WHERE l.id = t."longThoughtId" OFFSET 0) l ON true
      ${callJoin("c3", sql`l."callId"`)}
    WHERE t."questionId" = q.id) t
  CROSS JOIN LATERAL (SELECT json_agg(json_build_array(p."betterTraceId", p."betterRevisionId", p."worseTraceId", f.id,
      f.body, f.answer, p."questionRevisionId", p."reviewerId", p."createdAt") ORDER BY p.id) AS doc
    FROM "TracePreference" p JOIN "TraceRevision" f ON f.id = p."worseRevisionId"
    WHERE p."questionId" = q.id AND p."undoneAt" IS NULL AND p."supersededAt" IS NULL) p
  CROSS JOIN LATERAL (SELECT json_agg(json_build_array(e."betterTraceId", e."worseTraceId", e."questionRevisionId",
      e."runId", e.file, e.line) ORDER BY e.id) AS doc
    FROM "ImportedPreference" e WHERE e."questionId" = q.id) e
ORDER BY q."imageId", q.id`;
}

type RevisionRow = [id: string, body: string, answer: string | null];

type TraceRow = [
  id: string,
  simpleThoughtId: string,
  state: string,
  simulated: boolean,
  isWithin: boolean,
  long: [joiner: string, cue: string] | null,
  call: CallRow | null,
  revision: [...RevisionRow, authorId: string | null, at: string | null],
  first: RevisionRow | null,
  repairs: [...RevisionRow, questionRevisionId: string, reviewerId: string, at: string | null][] | null,
  verdicts:
    | [
        id: string,
        reviewerId: string,
        decision: SourceVerdict["decision"],
        source: SourceVerdict["source"],
        at: string,
        overrodeChecks: string[],
        traceRevisionId: string,
        questionRevisionId: string,
      ][]
    | null,
];

type Row = [
  questionId: string,
  questionRevisionId: string,
  isWithdrawn: boolean,
  asked: [text: string, choices: string[], keyIndex: number, reasoningType: string, answerStyle: AnswerStyle],
  call: CallRow | null,
  image: [id: string, name: string, sha256: string | null, mime: string | null, isPresent: boolean],
  simple: [id: string, text: string, answer: string | null, call: CallRow | null][] | null,
  traces: TraceRow[] | null,
  preferences:
    | [
        betterTraceId: string,
        betterRevisionId: string,
        worseTraceId: string,
        ...worse: RevisionRow,
        questionRevisionId: string,
        reviewerId: string,
        at: string,
      ][]
    | null,
  imported:
    | [
        betterTraceId: string,
        worseTraceId: string,
        questionRevisionId: string | null,
        runId: string,
        file: string,
        line: number,
      ][]
    | null,
];

function toSource(row: Row, toMakers: MakerReader): PairSource {
  const [questionId, revisionId, isWithdrawn, [text, choices, keyIndex, reasoningType, answerStyle]] = row;
  const [imageId, name, sha256, mime, isPresent] = row[5];
  const asked: PairAsked = {
    questionId,
    revisionId,
    isWithdrawn,
    isImagePresent: isPresent && sha256 !== null,
    asked: { text, choices, keyIndex, reasoningType, answerStyle },
  };
  const image = { id: imageId, name, sha256, mime };
  const flaw = findQuestionFlaw(asked);
  // Nothing of it is paired; without a key nothing of it could even be graded.
  if (flaw) return sourceOf({ questionId, flaw, thoughts: [], direct: [] }, { ...NO_TEXTS, asked, image });
  const traces = toTraces(row, toMakers);
  const older: Map<string, { body: string; answer: string | null }> = new Map();
  const said = new Map<string, Said>();
  const direct = [
    ...readRepairs(row, traces, { older, said }),
    ...readPreferences(row, traces, { older, said }),
    ...readImported(row, traces, older),
  ];
  const question: PairQuestion = {
    questionId,
    flaw,
    thoughts: [...traces.values()].map((trace) => toPairThought(asked, trace)),
    direct: direct.map(({ rejectedIn, rejected, ...pair }) => ({
      ...pair,
      rejected: toPairSide(asked, rejectedIn, rejected),
    })),
  };
  return sourceOf(question, { asked, image, traces, older, said });
}

const NO_TEXTS = { traces: new Map(), older: new Map(), said: new Map() };

function sourceOf(question: PairQuestion, texts: PairTexts): PairSource {
  return { question, imageSha256: texts.image.sha256, freeze: (pair) => toFrozenPair(texts, pair) };
}

function toTraces(row: Row, toMakers: MakerReader): Map<string, SourceTrace> {
  const [, , , , questionCall, , simpleRows, traceRows] = row;
  const simples = new Map(simpleRows?.map((simple) => [simple[0], simple]));
  const traces = new Map<string, SourceTrace>();
  for (const [
    id,
    simpleId,
    state,
    simulated,
    isWithin,
    long,
    call,
    revision,
    first,
    ,
    verdicts,
  ] of traceRows ?? []) {
    const simple = simples.get(simpleId);
    if (!simple) continue;
    const [revisionId, body, answer, authorId, at] = revision;
    const standing = (verdicts ?? []).map(
      ([verdictId, reviewerId, decision, source, when, overrodeChecks, traceRevisionId, onQuestion]) => ({
        verdictId,
        at: toIso(when),
        reviewerId,
        source,
        overrodeChecks,
        decision,
        traceRevisionId,
        questionRevisionId: onQuestion,
      }),
    );
    const [firstId, firstBody, firstAnswer] = first ?? revision;
    traces.set(id, {
      traceId: id,
      simpleThoughtId: simpleId,
      state,
      simulated,
      simple: { text: simple[1], answer: simple[2] },
      long: long && { joiner: long[0], cue: long[1] },
      revision: { id: revisionId, body, answer, isByPerson: authorId !== null },
      firstRevision: { id: firstId, body: firstBody, answer: firstAnswer },
      // Outside of the filter nothing is chosen; it may be rejected all the same.
      verdicts: isWithin ? standing : standing.filter(({ decision }) => decision !== "approved"),
      makers: () => toMakers([questionCall, simple[3], call]),
      edit: authorId !== null && at !== null ? { reviewerId: authorId, at: toIso(at) } : null,
    });
  }
  return traces;
}

type Found = { older: Map<string, { body: string; answer: string | null }>; said: Map<string, Said> };

/** A pair that a person or a file made, before its rejected side is looked at. */
type Told = Omit<DirectPair, "rejected"> & {
  rejectedIn: SourceTrace;
  rejected: { id: string; body: string; answer: string | null };
};

/** Continuations that were taken, over what they were taken in place of. */
function readRepairs(row: Row, traces: ReadonlyMap<string, SourceTrace>, found: Found): Told[] {
  const [, asked, , , , , , traceRows] = row;
  return (traceRows ?? []).flatMap(([traceId, , , , , , , [chosenRevisionId], , repairs]) => {
    const trace = traces.get(traceId);
    return (trace ? (repairs ?? []) : []).flatMap(
      ([id, body, answer, onQuestion, reviewerId, at]): Told[] => {
        if (!trace) return [];
        note(found, { kind: "repaired", chosenRevisionId, id, body, answer, reviewerId, at });
        return [
          {
            kind: "repaired",
            chosenTraceId: traceId,
            chosenRevisionId,
            rejectedIn: trace,
            rejected: { id, body, answer },
            isCurrent: onQuestion === asked,
          },
        ];
      },
    );
  });
}

function readPreferences(row: Row, traces: ReadonlyMap<string, SourceTrace>, found: Found): Told[] {
  const [, asked, , , , , , , preferences] = row;
  return (preferences ?? []).flatMap(
    ([betterId, chosenRevisionId, worseId, id, body, answer, onQuestion, reviewerId, at]): Told[] => {
      const worse = traces.get(worseId);
      if (!worse || !traces.has(betterId)) return [];
      note(found, { kind: "preferred", chosenRevisionId, id, body, answer, reviewerId, at });
      return [
        {
          kind: "preferred",
          chosenTraceId: betterId,
          chosenRevisionId,
          rejectedIn: worse,
          rejected: { id, body, answer },
          isCurrent: onQuestion === asked,
        },
      ];
    },
  );
}

/** What imported files preferred: of both traces the text that came with them. */
function readImported(row: Row, traces: ReadonlyMap<string, SourceTrace>, older: Found["older"]): Told[] {
  const [, asked, , , , , , , , imported] = row;
  return (imported ?? []).flatMap(([betterId, worseId, onQuestion, runId, file, line]): Told[] => {
    const [better, worse] = [traces.get(betterId), traces.get(worseId)];
    if (!better || !worse) return [];
    older.set(worse.firstRevision.id, worse.firstRevision);
    return [
      {
        kind: "elsewhere",
        chosenTraceId: betterId,
        chosenRevisionId: better.firstRevision.id,
        rejectedIn: worse,
        rejected: worse.firstRevision,
        isCurrent: onQuestion === asked,
        origin: { runId, file, line },
      },
    ];
  });
}

/** Keeps the text, and who said so first: the same pair of texts is drawn once. */
function note(
  { older, said }: Found,
  told: {
    kind: "repaired" | "preferred";
    chosenRevisionId: string;
    id: string;
    body: string;
    answer: string | null;
    reviewerId: string;
    at: string | null;
  },
): void {
  older.set(told.id, { body: told.body, answer: told.answer });
  const key = saidKey(told.kind, told.chosenRevisionId, told.id);
  if (told.at !== null && !said.has(key)) said.set(key, { reviewerId: told.reviewerId, at: toIso(told.at) });
}
