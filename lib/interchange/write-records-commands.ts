import "server-only";
import { storeQuestionLint } from "#lib/checks/question-lint-commands.ts";
import type { Transaction } from "#lib/db/client.ts";
import { storableText } from "#lib/images/problems.ts";
import { type BatchContext, makeIds } from "#lib/interchange/batch.ts";
import { insertTogether } from "#lib/interchange/insert-rows-commands.ts";
import { takeRecordImages } from "#lib/interchange/record-images-commands.ts";
import { findByHash, readLongs, readPool } from "#lib/interchange/record-known-queries.ts";
import { storePreferences } from "#lib/interchange/record-preferences-commands.ts";
import type { RecordNote, RecordProblem } from "#lib/interchange/record-problems.ts";
import {
  type Asked,
  type SettledQuestion,
  settleQuestions,
} from "#lib/interchange/record-questions-commands.ts";
import { storeThoughts } from "#lib/interchange/record-thoughts-commands.ts";
import { type SettledSide, settleSides } from "#lib/interchange/settle-sides.ts";
import type { TraceRecord } from "#lib/interchange/trace-record.ts";

export type RecordItem = { line: number; raw: string; record: TraceRecord; notes: readonly RecordNote[] };
export type FoundRecordProblem = { line: number; problem: RecordProblem };
export type RecordOutcome = { added: number; unchanged: number; problems: FoundRecordProblem[] };

/**
 * Takes rows of a file of others in: images that are not here (known by name only), questions, simple and long
 * thoughts, a trace with its checks for each answer, and what the file preferred. What is here already, whatever form
 * it came in, is found again and left as it is.
 */
export async function writeRecords(
  tx: Transaction,
  context: BatchContext,
  items: readonly RecordItem[],
): Promise<RecordOutcome> {
  const { projectId, runId, summary } = context;
  const problems: FoundRecordProblem[] = items.flatMap(({ line, notes }) =>
    notes.map((problem) => ({ line, problem })),
  );
  const images = await takeRecordImages(
    tx,
    context,
    items.map(({ record }) => record.image),
  );
  const told = new Set<string>();
  const asked: Asked[] = [];
  for (const { line, record } of items) {
    const { id, description } = record.image;
    const imageId = images.ids.get(id);
    if (imageId === undefined) continue;
    if (images.otherDescription.has(id) && !told.has(id)) {
      told.add(id);
      problems.push({ line, problem: { code: "other_description", image: id } });
    }
    asked.push({ line, imageId, hasDescription: description !== null, question: record.question });
  }
  const questions = await settleQuestions(tx, context, asked);
  const settled = items.flatMap((item) => {
    const question = questions.byLine.get(item.line);
    if (!question) return [];
    if ("fault" in question) {
      problems.push({ line: item.line, problem: question.fault });
      return [];
    }
    if (item.record.question.key && item.record.question.key.index !== question.revision.keyIndex) {
      problems.push({ line: item.line, problem: { code: "other_key" } });
    }
    return [{ ...item, raw: storableText(item.raw), question }];
  });

  const known = [
    ...new Set(settled.filter(({ question }) => !question.isNew).map(({ question }) => question.id)),
  ];
  const pool = await readPool(tx, projectId, known);
  const byHash = await findByHash(tx, projectId, namedHashes(settled));
  const longs = await readLongs(
    tx,
    projectId,
    [...pool.values()].flatMap((list) => list.map(({ id }) => id)),
  );
  const nextId = makeIds(settled.length * 8);
  const sides = settleSides(settled, { pool, byHash, longs, nextId });
  for (const { item, declaredDiffers } of sides.all) {
    if (declaredDiffers)
      problems.push({ line: item.line, problem: { code: "other_kind", ...declaredDiffers } });
  }
  await insertTogether(tx, questions.rows);
  await storeQuestionLint(tx, {
    projectId,
    runId,
    questions: questions.fresh.map(({ id, revision }) => ({
      ...revision,
      questionId: id,
      revisionId: revision.id,
    })),
  });
  const traceIds = await storeThoughts(tx, context, sides);
  summary.questions.total += questions.fresh.length;
  summary.questions.valid += questions.fresh.length;
  const preferred = await storePreferences(tx, context, pairsOf(settled, sides.all, traceIds));
  const newLines = new Set([
    ...sides.all.filter(({ fresh }) => fresh !== null).map(({ item }) => item.line),
    ...preferred,
  ]);
  return { added: newLines.size, unchanged: settled.length - newLines.size, problems };
}

type Settled = RecordItem & { question: SettledQuestion };

function namedHashes(items: readonly Settled[]): { questionId: string; hash: string }[] {
  return items.flatMap(({ question, record }) =>
    record.sides.flatMap(({ simpleHash }) =>
      simpleHash ? [{ questionId: question.id, hash: simpleHash }] : [],
    ),
  );
}

/** The two traces of each row that prefers one side to the other. */
function pairsOf(
  items: readonly Settled[],
  sides: readonly SettledSide[],
  traceIds: ReadonlyMap<SettledSide, string>,
): { line: number; questionId: string; questionRevisionId: string; better: string; worse: string }[] {
  const byLine = Map.groupBy(sides, ({ item }) => item.line);
  return items
    .filter(({ record }) => record.isPreference)
    .flatMap(({ line, question }) => {
      const [chosen, rejected] = (byLine.get(line) ?? []).map((side) => traceIds.get(side));
      if (!chosen || !rejected || chosen === rejected) return [];
      return [
        {
          line,
          questionId: question.id,
          questionRevisionId: question.revision.id,
          better: chosen,
          worse: rejected,
        },
      ];
    });
}
