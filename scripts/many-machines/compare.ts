import { createHash } from "node:crypto";
import type pg from "pg";

export type RunFacts = {
  /** SHA-256 of each trace's content, sorted: what it is made of, without ids, times or who made it. */
  traces: string[];
  /** Traces that cannot be compared, of which there must be none: see `findAmbiguous`. */
  ambiguous: number;
  tasks: number;
  done: number;
  answered: number;
  /** Calls that have more than one stored reply, or none. */
  odd: number;
  /** Attempts beside the one that was answered, by what became of them. */
  attempts: Record<string, number>;
};

/** What came of a run, in a form that two runs can be compared in. */
export async function readRunFacts(client: pg.Client, runId: string): Promise<RunFacts> {
  const { rows: traces } = await client.query(
    `SELECT i."externalId" AS image, q."text" AS question, q."choices", q."keyIndex", q."answerStyle"::text AS style,
            s."sampleIndex" AS simple, s."text" AS thought, s."answer" AS "simpleAnswer",
            l."sampleIndex" AS long, l."joiner", l."cue", l."continuation", l."betweenText", l."answer", t."kind"::text AS kind
     FROM "Trace" t
       JOIN "Image" i ON i."id" = t."imageId"
       JOIN "SimpleThought" s ON s."id" = t."simpleThoughtId"
       JOIN "QuestionRevision" q ON q."id" = s."questionRevisionId"
       LEFT JOIN "LongThought" l ON l."id" = t."longThoughtId"
     WHERE t."runId" = $1`,
    [runId],
  );
  const { rows: tasks } = await client.query(
    `SELECT count(*)::int AS tasks, count(*) FILTER (WHERE "state" = 'done')::int AS done
     FROM "RunTask" WHERE "runId" = $1`,
    [runId],
  );
  const { rows: calls } = await client.query(
    `SELECT count(*) FILTER (WHERE c."status" = 'answered')::int AS answered,
            count(*) FILTER (WHERE (SELECT count(*) FROM "CallAttempt" a WHERE a."callId" = c."id" AND a."outcome" = 'ok') <> 1)::int AS odd
     FROM "ModelCall" c WHERE c."runId" = $1`,
    [runId],
  );
  const { rows: attempts } = await client.query(
    `SELECT a."outcome", count(*)::int AS count FROM "CallAttempt" a JOIN "ModelCall" c ON c."id" = a."callId"
     WHERE c."runId" = $1 AND a."outcome" <> 'ok' GROUP BY a."outcome" ORDER BY a."outcome"`,
    [runId],
  );
  return {
    traces: traces.map((row) => createHash("sha256").update(JSON.stringify(row)).digest("hex")).sort(),
    ambiguous: findAmbiguous(traces).size,
    ...tasks[0],
    ...calls[0],
    attempts: Object.fromEntries(attempts.map(({ outcome, count }) => [outcome, count])),
  };
}

type Asked = { question: string; choices: readonly string[]; keyIndex: number };

/**
 * The traces of questions that were written for two images in the same words, with the same choices and another key. The
 * simulator knows a key by question and choices alone: what it answers then hangs on which of the two was written last.
 */
export function findAmbiguous<T extends Asked>(traces: readonly T[]): ReadonlySet<T> {
  const nameOf = ({ question, choices }: Asked) => JSON.stringify([question, [...choices].sort()]);
  const keys = new Map<string, Set<string | undefined>>();
  for (const trace of traces) {
    const known = keys.get(nameOf(trace)) ?? new Set();
    keys.set(nameOf(trace), known.add(trace.choices[trace.keyIndex]));
  }
  return new Set(traces.filter((trace) => (keys.get(nameOf(trace))?.size ?? 0) > 1));
}

/** What is not as it should be; empty where the second run came to the same as the first. */
export function findDifferences(first: RunFacts, second: RunFacts): string[] {
  const ambiguous = Math.max(first.ambiguous, second.ambiguous);
  if (ambiguous > 0)
    return [
      `${ambiguous} traces cannot be compared, of questions that two images share with another key: choose another seed`,
    ];
  const problems: string[] = [];
  const known = new Set(first.traces);
  const missing = first.traces.filter((hash) => !second.traces.includes(hash)).length;
  const extra = second.traces.filter((hash) => !known.has(hash)).length;
  if (missing > 0) problems.push(`${missing} traces of the run on one machine are missing`);
  if (extra > 0) problems.push(`${extra} traces are not among those of the run on one machine`);
  if (first.traces.length !== second.traces.length)
    problems.push(`there are ${second.traces.length} traces, not ${first.traces.length}`);
  if (second.done !== second.tasks) problems.push(`${second.tasks - second.done} tasks are not done`);
  if (second.answered !== first.answered)
    problems.push(`${second.answered} calls were answered, not ${first.answered}`);
  if (second.odd > 0) problems.push(`${second.odd} calls have another number of replies than one`);
  return problems;
}
