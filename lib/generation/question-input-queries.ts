import "server-only";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { type AnswerStyle, formatChoices } from "#lib/generation/choices.ts";
import { answerFormat } from "#lib/prompts/answer-format.ts";

/** A question as the stages show it: its current revision. */
export type QuestionInput = {
  questionId: string;
  revisionId: string;
  text: string;
  choices: string[];
  keyIndex: number;
  reasoningType: string;
  answerStyle: AnswerStyle;
  /** The seed it was made with: what later draws are derived from, so that they don't hang on chance ids. */
  seed: string;
  image: { id: string; externalId: string; state: "present" | "missing"; description: string };
};

/** Reads a question of this project; one that was rejected, or has no revision, is refused. */
export async function readQuestionInput(projectId: string, questionId: string): Promise<QuestionInput> {
  const row = await db().question.findFirst({
    where: { id: questionId, projectId },
    select: {
      id: true,
      rejectedAt: true,
      currentRevision: true,
      image: { select: { id: true, externalId: true, state: true, description: true } },
    },
  });
  if (!row?.currentRevision) throw new AppError("not_found", "The question is no longer in this project.");
  if (row.rejectedAt)
    throw new AppError("conflict", "The question was rejected, so nothing more is generated from it.");
  const { id, text, choices, keyIndex, reasoningType, answerStyle, seed } = row.currentRevision;
  return {
    questionId,
    revisionId: id,
    text,
    choices,
    keyIndex,
    reasoningType,
    answerStyle,
    seed,
    image: row.image,
  };
}

/** The question's part of a prompt's variables. */
export function questionVariables(question: QuestionInput): Record<string, string> {
  return {
    question: question.text,
    choices: formatChoices(question.choices, question.answerStyle),
    reasoning_type: question.reasoningType,
    ...answerFormat(question.answerStyle),
  };
}
