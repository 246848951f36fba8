import "server-only";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { countWords } from "#lib/count-words.ts";
import { db } from "#lib/db/client.ts";
import { excerptOf } from "#lib/images/excerpt.ts";
import type { TreeQuestion, TreeSimpleThought, TreeTrace } from "#lib/images/tree.ts";

const EXCERPT_CHARACTERS = 220;
/** One image has some 8 questions; a page that shows more than this says so. */
export const MAX_TREE_QUESTIONS = 40;

/** What has grown from an image, oldest first; texts are cut to their beginnings. */
export async function readTree(
  projectId: string,
  imageId: string,
): Promise<{ questions: TreeQuestion[]; hasMore: boolean }> {
  const rows = await db().question.findMany({
    where: { projectId, imageId },
    orderBy: { id: "asc" },
    take: MAX_TREE_QUESTIONS + 1,
    select: {
      id: true,
      callId: true,
      simulated: true,
      rejectedAt: true,
      currentRevision: {
        select: { text: true, choices: true, keyIndex: true, reasoningType: true, number: true },
      },
    },
  });
  const shown = rows.slice(0, MAX_TREE_QUESTIONS);
  const thoughts = await readThoughts(projectId, new Map(shown.map((row) => [row.id, row.currentRevision])));
  return {
    hasMore: rows.length > shown.length,
    questions: shown.flatMap(({ currentRevision, rejectedAt, ...question }) =>
      currentRevision
        ? [
            {
              ...question,
              text: currentRevision.text,
              choices: currentRevision.choices,
              keyIndex: currentRevision.keyIndex,
              reasoningType: currentRevision.reasoningType,
              revisions: currentRevision.number - 1,
              isRejected: rejectedAt !== null,
              simpleThoughts: thoughts.get(question.id) ?? [],
            },
          ]
        : [],
    ),
  };
}

/** Answers are read and graded against the question as it stands: it may have been edited since they were given. */
async function readThoughts(
  projectId: string,
  questions: ReadonlyMap<string, { choices: string[]; keyIndex: number } | null>,
): Promise<Map<string, TreeSimpleThought[]>> {
  const simple = await db().simpleThought.findMany({
    where: { projectId, questionId: { in: [...questions.keys()] } },
    orderBy: [{ sampleIndex: "asc" }, { id: "asc" }],
    select: {
      id: true,
      questionId: true,
      sampleIndex: true,
      answer: true,
      text: true,
      simulated: true,
      traces: { where: { longThoughtId: null }, select: traceColumns, take: 1 },
      longThoughts: {
        orderBy: [{ sampleIndex: "asc" }, { id: "asc" }],
        select: {
          id: true,
          sampleIndex: true,
          cue: true,
          answer: true,
          continuation: true,
          simulated: true,
          trace: { select: traceColumns },
        },
      },
    },
  });
  const byQuestion = new Map<string, TreeSimpleThought[]>();
  for (const { questionId, answer, text, traces, longThoughts, ...thought } of simple) {
    const asked = questions.get(questionId);
    const read = (given: string | null) => {
      const { grade, choiceIndex } = gradeAnswer(given, asked?.choices ?? [], asked?.keyIndex ?? 0);
      return { grade, answerIndex: choiceIndex };
    };
    const list = byQuestion.get(questionId) ?? [];
    list.push({
      ...thought,
      ...read(answer),
      excerpt: excerptOf(text, EXCERPT_CHARACTERS),
      words: countWords(text),
      trace: toTrace(traces[0]),
      longThoughts: longThoughts.map(({ continuation, trace, answer: own, ...long }) => ({
        ...long,
        ...read(own),
        excerpt: excerptOf(continuation, EXCERPT_CHARACTERS),
        words: countWords(continuation),
        trace: toTrace(trace),
      })),
    });
    byQuestion.set(questionId, list);
  }
  return byQuestion;
}

const traceColumns = { id: true, kind: true, state: true, failedChecks: true } as const;

function toTrace(
  trace:
    | { id: string; kind: TreeTrace["kind"]; state: TreeTrace["state"]; failedChecks: string[] }
    | null
    | undefined,
): TreeTrace | null {
  return trace ? { ...trace, failedChecks: trace.failedChecks.length } : null;
}
