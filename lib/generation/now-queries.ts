import "server-only";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import type { NowQuestion, NowSubject } from "#lib/generation/now-schema.ts";

/** The number of the next sample of a subject: one past those that gave something. */
export async function readNextSample(projectId: string, subject: NowSubject): Promise<number> {
  switch (subject.kind) {
    case "image": {
      const where = { projectId, imageId: subject.imageId };
      const [questions, problems] = await Promise.all([
        db().question.findMany({
          where: { ...where, callId: { not: null } },
          distinct: ["callId"],
          select: { callId: true },
        }),
        db().questionProblem.findMany({ where, distinct: ["callId"], select: { callId: true } }),
      ]);
      return new Set([...questions, ...problems].map(({ callId }) => callId)).size;
    }
    case "question": {
      const { _max } = await db().simpleThought.aggregate({
        where: { projectId, questionId: subject.questionId },
        _max: { sampleIndex: true },
      });
      return (_max.sampleIndex ?? -1) + 1;
    }
    case "thought": {
      const { _max } = await db().longThought.aggregate({
        where: { projectId, simpleThoughtId: subject.simpleThoughtId },
        _max: { sampleIndex: true },
      });
      return (_max.sampleIndex ?? -1) + 1;
    }
  }
}

type QuestionsOf = Exclude<NowSubject, { kind: "image" }> | { kind: "written"; questionIds: string[] };

/** The questions that thoughts are asked for, as a screen shows them. */
export async function readNowQuestions(projectId: string, of: QuestionsOf): Promise<NowQuestion[]> {
  const rows = await db().question.findMany({
    where: { projectId, ...whereOf(of) },
    orderBy: { ordinal: "asc" },
    select: { id: true, currentRevision: true },
  });
  if (rows.length === 0 && of.kind !== "written") {
    throw new AppError(
      "not_found",
      `The ${of.kind === "thought" ? "simple thought" : "question"} is not in this project.`,
    );
  }
  return rows.flatMap(({ id, currentRevision }) => {
    if (!currentRevision) return [];
    const { text, choices, keyIndex, reasoningType } = currentRevision;
    return [{ id, text, choices, keyIndex, reasoningType }];
  });
}

/** What these calls cost together; null where one's price is not known. */
export async function readSpentMicros(projectId: string, callIds: readonly string[]): Promise<bigint | null> {
  const calls = await db().modelCall.findMany({
    where: { projectId, id: { in: [...callIds] } },
    select: { costMicros: true },
  });
  return calls.reduce<bigint | null>(
    (sum, { costMicros }) => (sum === null || costMicros === null ? null : sum + costMicros),
    0n,
  );
}

function whereOf(of: QuestionsOf) {
  switch (of.kind) {
    case "written":
      return { id: { in: of.questionIds } };
    case "question":
      return { id: of.questionId };
    case "thought":
      return { simpleThoughts: { some: { id: of.simpleThoughtId } } };
  }
}
