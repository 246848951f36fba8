import "server-only";
import type { RawSql } from "#lib/db/raw.ts";
import type { TraceKind } from "#lib/traces/kind.ts";
import type { QuestionRevisionView, TraceCheckView, TraceStateName, TraceView } from "#lib/traces/schema.ts";

type Verdict = TraceView["verdicts"][number];

/** A trace with everything around it, as one statement reads it. Times are UTC without saying so. */
export interface TraceRow {
  id: string;
  projectId: string;
  rowVersion: number;
  kind: TraceKind;
  state: TraceStateName;
  simulated: boolean;
  wordCount: number;
  createdAt: string;
  runId: string | null;
  currentRevisionId: string;
  simpleGrade: TraceView["simple"]["grade"];
  longGrade: NonNullable<TraceView["long"]>["grade"] | null;
  failedChecks: string[];
  image: Omit<TraceView["image"], "isMissing"> & { state: string };
  question: { id: string; callId: string | null; currentRevisionId: string };
  questionRevisions: (Omit<QuestionRevisionView, "authorName"> & { authorId: string | null })[];
  questionChecks: TraceCheckView[];
  siblings: TraceView["siblings"];
  simple: Omit<TraceView["simple"], "answerIndex" | "grade">;
  long: NonNullable<TraceView["long"]> | null;
  revisions: {
    id: string;
    number: number;
    body: string;
    answer: string | null;
    authorId: string | null;
    repairId: string | null;
    note: string;
    createdAt: string;
  }[];
  checks: TraceCheckView[];
  verdicts: Verdict[];
  claims: { reviewerId: string; reviewerName: string; expiresAt: string }[];
  /** Who wrote a revision, by id. */
  authors: Record<string, string>;
}

const SIBLINGS = 200;

/**
 * Several traces with everything around them, in no order. One statement by hand: this is read with every trace that a
 * reviewer is handed, and as fifteen statements by way of Prisma it was the dearest part of it.
 */
export async function readTraceRows(
  tx: Pick<RawSql, "$queryRaw">,
  projectId: string,
  traceIds: readonly string[],
): Promise<TraceRow[]> {
  const rows = await tx.$queryRaw<{ row: TraceRow }[]>`
    SELECT json_build_object(
      'id', t.id, 'projectId', t."projectId", 'rowVersion', t."rowVersion", 'kind', t.kind, 'state', t.state,
      'simulated', t.simulated, 'wordCount', t."wordCount", 'createdAt', t."createdAt", 'runId', t."runId",
      'currentRevisionId', t."currentRevisionId", 'simpleGrade', t."simpleGrade", 'longGrade', t."longGrade",
      'failedChecks', t."failedChecks",
      'image', json_build_object('id', i.id, 'externalId', i."externalId", 'state', i.state, 'width', i.width,
        'height', i.height, 'placeholder', i.placeholder, 'description', i.description),
      'question', json_build_object('id', q.id, 'callId', q."callId", 'currentRevisionId', q."currentRevisionId"),
      'questionRevisions', (
        SELECT json_agg(json_build_object('id', r.id, 'number', r.number, 'text', r.text, 'choices', r.choices,
          'keyIndex', r."keyIndex", 'reasoningType', r."reasoningType", 'answerStyle', r."answerStyle",
          'authorId', r."authorId", 'createdAt', r."createdAt") ORDER BY r.number)
        FROM "QuestionRevision" r WHERE r."questionId" = q.id),
      'questionChecks', (
        SELECT coalesce(json_agg(json_build_object('check', c."check", 'version', c.version, 'result', c.result,
          'evidence', c.evidence, 'callId', c."callId") ORDER BY c."check"), '[]')
        FROM "QuestionCheck" c WHERE c."questionRevisionId" = q."currentRevisionId"),
      'siblings', (
        SELECT json_agg(json_build_object('id', s.id, 'kind', s.kind, 'state', s.state) ORDER BY s.id)
        FROM (SELECT x.id, x.kind, x.state FROM "Trace" x WHERE x."questionId" = q.id
          ORDER BY x.id LIMIT ${SIBLINGS}::int) s),
      'simple', json_build_object('id', st.id, 'text', st.text, 'answer', st.answer, 'sampleIndex', st."sampleIndex",
        'callId', st."callId", 'model', sc.model),
      'long', CASE WHEN lt.id IS NULL THEN NULL ELSE json_build_object('id', lt.id, 'joiner', lt.joiner, 'cue', lt.cue,
        'betweenText', lt."betweenText", 'grade', lt.grade, 'isEmulated', lt."isEmulated",
        'sampleIndex', lt."sampleIndex", 'callId', lt."callId", 'model', lc.model) END,
      'revisions', (
        SELECT json_agg(json_build_object('id', r.id, 'number', r.number, 'body', r.body, 'answer', r.answer,
          'authorId', r."authorId", 'repairId', r."repairId", 'note', r.note, 'createdAt', r."createdAt") ORDER BY r.number)
        FROM "TraceRevision" r WHERE r."traceId" = t.id),
      'checks', (
        SELECT coalesce(json_agg(json_build_object('check', c."check", 'version', c.version, 'result', c.result,
          'evidence', c.evidence, 'callId', c."callId") ORDER BY c."check"), '[]')
        FROM "RevisionCheck" c WHERE c."traceRevisionId" = t."currentRevisionId"),
      'verdicts', (
        SELECT coalesce(json_agg(json_build_object('id', v.id, 'decision', v.decision, 'source', v.source,
          'reviewerId', v."reviewerId", 'reviewerName', u.name, 'comment', v.comment,
          'overrodeChecks', v."overrodeChecks", 'createdAt', v."createdAt", 'undoneAt', v."undoneAt",
          'supersededAt', v."supersededAt", 'revisionNumber', r.number,
          'reasons', (SELECT coalesce(json_agg(x.label ORDER BY x.position, x.id), '[]')
            FROM "VerdictReason" vr JOIN "RejectReason" x ON x.id = vr."reasonId" WHERE vr."verdictId" = v.id)
        ) ORDER BY v.id), '[]')
        FROM "Verdict" v JOIN "User" u ON u.id = v."reviewerId" JOIN "TraceRevision" r ON r.id = v."traceRevisionId"
        WHERE v."traceId" = t.id),
      'claims', (
        SELECT coalesce(json_agg(json_build_object('reviewerId', c."reviewerId", 'reviewerName', u.name,
          'expiresAt', c."expiresAt") ORDER BY c.slot), '[]')
        FROM "ReviewClaim" c JOIN "User" u ON u.id = c."reviewerId"
        WHERE c."traceId" = t.id AND c."expiresAt" > (now() AT TIME ZONE 'UTC')),
      'authors', (
        SELECT coalesce(json_object_agg(u.id, u.name), '{}') FROM "User" u WHERE u.id IN (
          SELECT r."authorId" FROM "TraceRevision" r WHERE r."traceId" = t.id
          UNION SELECT r."authorId" FROM "QuestionRevision" r WHERE r."questionId" = q.id))
    ) AS row
    FROM "Trace" t
    JOIN "Image" i ON i.id = t."imageId"
    JOIN "Question" q ON q.id = t."questionId"
    JOIN "SimpleThought" st ON st.id = t."simpleThoughtId"
    LEFT JOIN "ModelCall" sc ON sc.id = st."callId"
    LEFT JOIN "LongThought" lt ON lt.id = t."longThoughtId"
    LEFT JOIN "ModelCall" lc ON lc.id = lt."callId"
    WHERE t."projectId" = ${projectId}::uuid AND t.id = ANY (${[...traceIds]}::uuid[])`;
  return rows.map(({ row }) => row);
}
