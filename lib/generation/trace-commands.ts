import "server-only";
import { type CheckInput, type CheckResult, checkTrace } from "#lib/checks/check-trace.ts";
import { duplicateKey } from "#lib/checks/duplicate.ts";
import { packResults } from "#lib/checks/pack-results.ts";
import { QUESTION_GUARDS } from "#lib/checks/question-checks.ts";
import { countWords } from "#lib/count-words.ts";
import type { RawSql } from "#lib/db/raw.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { failuresThatHoldBack } from "#lib/traces/check-commands.ts";
import { type Grade, traceKind } from "#lib/traces/kind.ts";

export type NewTrace = {
  projectId: string;
  imageId: string;
  questionId: string;
  simpleThoughtId: string;
  longThoughtId: string | null;
  runId: string | null;
  simpleGrade: Grade;
  longGrade: Grade | null;
  simulated: boolean;
  /** The text that would be trained on: the whole thought, preset included. */
  fullText: string;
  /** What makes it a duplicate of another: the full text without joiner and cue, which chance puts in between. */
  comparedText: string;
  /**
   * What a reviewer may edit: the continuation, or the whole thought where there is no long one. Null: as the thought has
   * it that this transaction has just stored, so that it need not be sent twice.
   */
  body: string | null;
  answer: string | null;
  answerIndex: number | null;
  check: Omit<CheckInput, "duplicateOf">;
};

export type MadeTrace = { traceId: string; failedChecks: string[] };

/**
 * Makes traces, each with its first revision and its checks, in the order given. Part of the transaction that stores
 * the thoughts. However many there are, it takes a handful of statements: hundreds of calls in a second end here.
 */
export async function createTraces(tx: RawSql, traces: readonly NewTrace[]): Promise<MadeTrace[]> {
  if (traces.length === 0) return [];
  const ids = traces.map(() => ({ traceId: createUuid7(), revisionId: createUuid7() }));
  const withIds = traces.map((trace, index) => ({ ...trace, ...(ids[index] as (typeof ids)[number]) }));
  const holds = await readHolds(tx, traces);
  const duplicates = await claimFingerprints(tx, withIds);
  const made = withIds.map((trace) => {
    const results = checkTrace({ ...trace.check, duplicateOf: duplicates.get(trace.traceId) });
    const failedChecks = [...failuresThatHoldBack(results), ...(holds.get(trace.questionId) ?? [])];
    return { trace, ...packResults(results), failedChecks };
  });
  const rows = made.map(({ trace, passed, failedChecks }, place) => ({
    place,
    id: trace.traceId,
    revisionId: trace.revisionId,
    projectId: trace.projectId,
    imageId: trace.imageId,
    questionId: trace.questionId,
    simpleThoughtId: trace.simpleThoughtId,
    longThoughtId: trace.longThoughtId,
    runId: trace.runId,
    kind: traceKind(trace.simpleGrade, trace.longGrade),
    simpleGrade: trace.simpleGrade,
    longGrade: trace.longGrade,
    failedChecks,
    wordCount: countWords(trace.fullText),
    simulated: trace.simulated,
    body: trace.body,
    answer: trace.answer,
    answerIndex: trace.answerIndex,
    passedChecks: passed,
  }));
  const checks = groupResults(made.map(({ told }) => told));
  // One statement: a trace and its first revision name each other, and the constraints are looked at in its end.
  await tx.$executeRaw`
    WITH given AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS g(
        "place" int, "id" uuid, "revisionId" uuid, "projectId" uuid, "imageId" uuid, "questionId" uuid,
        "simpleThoughtId" uuid, "longThoughtId" uuid, "runId" uuid, "kind" "TraceKind", "simpleGrade" "Grade", "longGrade" "Grade",
        "failedChecks" text[], "wordCount" int, "simulated" boolean, "body" text, "answer" text, "answerIndex" int,
        "passedChecks" text[])
    ), traces AS (
      INSERT INTO "Trace" ("id", "projectId", "imageId", "questionId", "simpleThoughtId", "longThoughtId", "runId",
        "kind", "simpleGrade", "longGrade", "currentRevisionId", "failedChecks", "wordCount", "simulated", "updatedAt")
      SELECT "id", "projectId", "imageId", "questionId", "simpleThoughtId", "longThoughtId", "runId", "kind",
        "simpleGrade", "longGrade", "revisionId", "failedChecks", "wordCount", "simulated", timezone('utc', now())
      FROM given
    ), revisions AS (
      INSERT INTO "TraceRevision" ("id", "traceId", "number", "body", "answer", "answerIndex", "passedChecks")
      SELECT g."revisionId", g."id", 1, coalesce(g."body", l."continuation", s."text"), g."answer", g."answerIndex",
        g."passedChecks"
      FROM given g LEFT JOIN "LongThought" l ON g."body" IS NULL AND l."id" = g."longThoughtId"
        LEFT JOIN "SimpleThought" s ON g."body" IS NULL AND g."longThoughtId" IS NULL AND s."id" = g."simpleThoughtId"
    )
    INSERT INTO "CheckResult" ("projectId", "traceId", "traceRevisionId", "check", "version", "result", "evidence")
    SELECT given."projectId", given."id", given."revisionId", c."check", c."version", c."result", c."evidence"
    FROM json_to_recordset(${JSON.stringify(checks)}::json) AS c(
        "check" text, "version" text, "result" "CheckOutcome", "evidence" jsonb, "places" int[]),
      unnest(c."places") AS p(place) JOIN given ON given."place" = p.place
    -- What is read of one trace stands together.
    ORDER BY given."place"`;
  return made.map(({ trace: { traceId }, failedChecks }) => ({ traceId, failedChecks }));
}

/** Results with the places of the traces that have them: many say the same words, so a batch says each of them once. */
function groupResults(results: readonly (readonly CheckResult[])[]): (CheckResult & { places: number[] })[] {
  const groups = new Map<string, CheckResult & { places: number[] }>();
  results.forEach((ofTrace, place) => {
    for (const result of ofTrace) {
      const key = `${result.check} ${result.version} ${result.result} ${JSON.stringify(result.evidence)}`;
      const group = groups.get(key);
      if (group) group.places.push(place);
      else groups.set(key, { ...result, places: [place] });
    }
  });
  return [...groups.values()];
}

/**
 * The failed checks of the questions, as they stand, that hold their traces back from the start. The lock is the one
 * that the traces' foreign keys take anyway; taken before, whoever stores such a check has either been here, or waits
 * and then finds the traces.
 */
async function readHolds(
  tx: RawSql,
  traces: readonly { questionId: string }[],
): Promise<Map<string, string[]>> {
  const ids = [...new Set(traces.map(({ questionId }) => questionId))];
  await tx.$queryRaw`
    SELECT "id" FROM "Question" WHERE "id" = ANY(${ids}::uuid[]) ORDER BY "id" FOR KEY SHARE`;
  const rows = await tx.$queryRaw<{ questionId: string; checks: string[] }[]>`
    SELECT q."id"::text AS "questionId", array_agg(k."check" ORDER BY k."check") AS "checks"
    FROM "Question" q JOIN "QuestionCheck" k ON k."questionRevisionId" = q."currentRevisionId"
    WHERE q."id" = ANY(${ids}::uuid[]) AND k."result" = 'fail'
      AND k."check" = ANY(${[...QUESTION_GUARDS]}::text[])
    GROUP BY q."id"`;
  return new Map(rows.map(({ questionId, checks }) => [questionId, checks]));
}

/**
 * Notes texts as seen for their questions. For each trace: null where its text is new, else the trace that had it
 * first; nothing for an empty text, of which nothing can be said.
 */
async function claimFingerprints(
  tx: RawSql,
  traces: readonly { traceId: string; projectId: string; questionId: string; comparedText: string }[],
): Promise<Map<string, string | null>> {
  const prints = traces
    .filter(({ comparedText }) => comparedText.trim() !== "")
    .map(({ traceId, projectId, questionId, comparedText }) => ({
      traceId,
      projectId,
      questionId,
      hash: duplicateKey(questionId, comparedText),
    }))
    // In one order everywhere, so that two transactions never wait for each other; of two that are alike the first wins.
    .sort((a, b) => {
      const [one, other] = [a.questionId + a.hash, b.questionId + b.hash];
      return one === other ? 0 : one < other ? -1 : 1;
    });
  if (prints.length === 0) return new Map();
  const json = JSON.stringify(prints);
  const firsts = await tx.$queryRaw<{ traceId: string }[]>`
    INSERT INTO "TextFingerprint" ("projectId", "questionId", "hash", "traceId")
    SELECT "projectId", "questionId", "hash", "traceId"
    FROM json_to_recordset(${json}::json) AS p("projectId" uuid, "questionId" uuid, "hash" text, "traceId" uuid)
    ON CONFLICT DO NOTHING
    RETURNING "traceId"::text AS "traceId"`;
  const result = new Map<string, string | null>(firsts.map(({ traceId }) => [traceId, null]));
  if (firsts.length === prints.length) return result;
  const known = await tx.$queryRaw<{ traceId: string; first: string }[]>`
    SELECT p."traceId"::text AS "traceId", f."traceId"::text AS "first"
    FROM json_to_recordset(${json}::json) AS p("questionId" uuid, "hash" text, "traceId" uuid)
      JOIN "TextFingerprint" f ON f."questionId" = p."questionId" AND f."hash" = p."hash"`;
  for (const { traceId, first } of known) result.set(traceId, first === traceId ? null : first);
  return result;
}
