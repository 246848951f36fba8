import "server-only";
import { checkConsistency } from "#lib/checks/consistency.ts";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { storeQuestionLint } from "#lib/checks/question-lint-commands.ts";
import { countWords } from "#lib/count-words.ts";
import type { Prisma, Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { assembleLongThought } from "#lib/generation/preset.ts";
import type { Truncation } from "#lib/generation/thought.ts";
import { failuresThatHoldBack, storeChecks } from "#lib/traces/check-commands.ts";
import { readQuestionHolds } from "#lib/traces/hold-commands.ts";
import { type Grade, traceKind } from "#lib/traces/kind.ts";
import type { QuestionEdit, TraceEdit } from "#lib/traces/schema.ts";

const WHOLE = { isCutByLimit: false, isThinkEndMissing: false, isWholeAnswerMissing: false };

/**
 * Takes a trace for writing: raises its version if it is still the one that the writer saw.
 * @throws AppError `conflict` (details `{traceId, rowVersion}`) when it changed meanwhile, `not_found` when it is gone.
 */
export async function lockTrace(
  tx: Transaction,
  target: { projectId: string; traceId: string; rowVersion: number },
): Promise<void> {
  const { projectId, traceId, rowVersion } = target;
  const { count } = await tx.trace.updateMany({
    where: { id: traceId, projectId, rowVersion },
    data: { rowVersion: { increment: 1 } },
  });
  if (count === 1) return;
  const current = await tx.trace.findFirst({
    where: { id: traceId, projectId },
    select: { rowVersion: true },
  });
  if (!current)
    throw new AppError(
      "not_found",
      "This trace is no longer there. It was deleted with its image or its project.",
    );
  throw new AppError(
    "conflict",
    "This trace changed while you were looking at it. Look at what changed, then judge it again; what you typed is kept.",
    { details: { traceId, rowVersion: current.rowVersion } },
  );
}

/**
 * Takes a question and all of its traces for writing, always in this order and the traces by their ids: two who edit
 * one question from two of its traces wait for each other instead of blocking each other.
 */
export async function lockQuestion(tx: Transaction, projectId: string, questionId: string): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM "Question" WHERE id = ${questionId}::uuid AND "projectId" = ${projectId}::uuid FOR UPDATE`;
  await tx.$executeRaw`
    SELECT 1 FROM "Trace" WHERE "questionId" = ${questionId}::uuid AND "projectId" = ${projectId}::uuid
    ORDER BY id FOR UPDATE`;
}

/**
 * Makes a new revision of a trace's editable text (the continuation, or a standalone thought, and the answer), grades
 * it and runs its checks. What the model was preset with stays as it was, and so does every earlier revision.
 * The caller has locked the trace.
 */
export async function addTraceRevision(
  tx: Transaction,
  input: {
    projectId: string;
    traceId: string;
    authorId: string;
    edit: TraceEdit;
    /** The text is a model's, which the author chose from a repair: what was found about its reply goes with it. */
    repair?: { id: string; between: string; truncation: Truncation; hasBegunAnew: boolean };
  },
): Promise<{ revisionId: string; previousRevisionId: string }> {
  const trace = await readForWriting(tx, input.projectId, input.traceId);
  const previous = trace.currentRevision;
  const answer = input.edit.answer.trim() === "" ? null : input.edit.answer.trim();
  if (previous.body === input.edit.body && previous.answer === answer) {
    throw new AppError(
      "bad_input",
      "Nothing was changed. Change the thought or the answer, or cancel the edit.",
    );
  }
  const { choices, keyIndex } = trace.question.currentRevision;
  const graded = gradeAnswer(answer, choices, keyIndex);
  const last = await tx.traceRevision.aggregate({ where: { traceId: trace.id }, _max: { number: true } });
  const revision = await tx.traceRevision.create({
    data: {
      traceId: trace.id,
      number: (last._max.number ?? 0) + 1,
      body: input.edit.body,
      answer,
      answerIndex: graded.choiceIndex,
      authorId: input.authorId,
      note: input.edit.note,
      repairId: input.repair?.id ?? null,
    },
  });
  await storeChecks(tx, {
    projectId: input.projectId,
    questionId: trace.questionId,
    traceId: trace.id,
    traceRevisionId: revision.id,
    comparedText: trace.longThought ? `${trace.simpleThought.text}\n${revision.body}` : revision.body,
    subject: trace.longThought ? "long" : "simple",
    thought: revision.body,
    // A person writes the thought and the answer; nothing stands between them, and nothing was cut off.
    between: input.repair?.between ?? "",
    answer,
    choices,
    truncation: input.repair?.truncation ?? { ...WHOLE, isWholeAnswerMissing: answer === null },
    hasBegunAnew: input.repair?.hasBegunAnew ?? false,
  });
  await pointAtRevision(tx, input.projectId, trace.id, revision.id);
  return { revisionId: revision.id, previousRevisionId: previous.id };
}

/** Makes a revision the current one and brings grades, kind, checks and length in line with it. */
export async function pointAtRevision(
  tx: Transaction,
  projectId: string,
  traceId: string,
  revisionId: string,
): Promise<void> {
  const trace = await readForWriting(tx, projectId, traceId);
  const revision = await tx.traceRevision.findFirstOrThrow({ where: { id: revisionId, traceId } });
  const checks = await tx.checkResult.findMany({ where: { traceRevisionId: revisionId } });
  const holds = await readQuestionHolds(tx, trace.question.currentRevision.id);
  await tx.trace.update({
    where: { id: traceId },
    data: {
      currentRevisionId: revisionId,
      ...gradesOf(trace, revision),
      failedChecks: [...failuresThatHoldBack(checks), ...holds],
      wordCount: countWords(fullTextOf(trace, revision.body)),
    },
  });
}

/**
 * Makes a new revision of a question and regrades the traces that grew from it. Their verdicts are sent back to be
 * confirmed: they were given on another question. The caller has locked the question.
 * @throws AppError `conflict` when somebody changed the question meanwhile.
 */
export async function addQuestionRevision(
  tx: Transaction,
  input: {
    projectId: string;
    questionId: string;
    seenRevisionId: string;
    authorId: string;
    actionId: string;
    edit: QuestionEdit;
  },
): Promise<{ revisionId: string }> {
  const question = await tx.question.findFirst({
    where: { id: input.questionId, projectId: input.projectId },
    include: { currentRevision: true },
  });
  if (!question?.currentRevision) throw new AppError("not_found", "This question is no longer there.");
  const current = question.currentRevision;
  const { edit } = input;
  const isSame =
    current.text === edit.text &&
    current.keyIndex === edit.keyIndex &&
    current.reasoningType === edit.reasoningType &&
    JSON.stringify(current.choices) === JSON.stringify(edit.choices);
  if (isSame)
    throw new AppError("bad_input", "Nothing was changed in the question. Change it, or cancel the edit.");
  const last = await tx.questionRevision.aggregate({
    where: { questionId: question.id },
    _max: { number: true },
  });
  const revision = await tx.questionRevision.create({
    data: {
      questionId: question.id,
      number: (last._max.number ?? 0) + 1,
      text: edit.text,
      choices: edit.choices,
      keyIndex: edit.keyIndex,
      shortAnswer: edit.choices[edit.keyIndex] ?? "",
      reasoningType: edit.reasoningType,
      answerStyle: current.answerStyle,
      seed: current.seed,
      authorId: input.authorId,
    },
  });
  await storeQuestionLint(tx, {
    projectId: input.projectId,
    runId: null,
    questions: [{ ...revision, revisionId: revision.id }],
  });
  await pointAtQuestionRevision(tx, {
    projectId: input.projectId,
    questionId: question.id,
    fromRevisionId: input.seenRevisionId,
    toRevisionId: revision.id,
  });
  await sendBackVerdicts(tx, { questionId: question.id }, input.actionId);
  return { revisionId: revision.id };
}

/**
 * Makes a question revision the current one, if the one that was seen still is, and regrades the question's traces.
 * The caller has locked the question.
 */
export async function pointAtQuestionRevision(
  tx: Transaction,
  input: { projectId: string; questionId: string; fromRevisionId: string; toRevisionId: string },
): Promise<void> {
  const { count } = await tx.question.updateMany({
    where: { id: input.questionId, projectId: input.projectId, currentRevisionId: input.fromRevisionId },
    data: { currentRevisionId: input.toRevisionId },
  });
  if (count === 0) {
    throw new AppError(
      "conflict",
      "This question changed while you were editing it. Look at what changed, then save again; what you typed is kept.",
    );
  }
  const holds = await readQuestionHolds(tx, input.toRevisionId);
  const traces = await tx.trace.findMany({ where: { questionId: input.questionId }, include: FOR_WRITING });
  for (const trace of traces) {
    const known = withCurrents(trace);
    const revision = known.currentRevision;
    await recheckConsistency(tx, known);
    const checks = await tx.checkResult.findMany({ where: { traceRevisionId: revision.id } });
    await tx.trace.update({
      where: { id: trace.id },
      data: {
        ...gradesOf(known, revision),
        failedChecks: [...failuresThatHoldBack(checks), ...holds],
        rowVersion: { increment: 1 },
      },
    });
  }
}

/**
 * Marks the standing verdicts of a trace, or of all traces of a question, as to be confirmed, and the traces with
 * them. The marks name the action, so that undoing it restores exactly these.
 */
export async function sendBackVerdicts(
  tx: Transaction,
  target: { traceId: string } | { questionId: string },
  actionId: string,
): Promise<void> {
  const where = "traceId" in target ? { id: target.traceId } : { questionId: target.questionId };
  await tx.verdict.updateMany({
    where: { trace: where, undoneAt: null, supersededAt: null },
    data: { supersededAt: new Date(), supersededById: actionId },
  });
  await tx.trace.updateMany({
    where: { ...where, state: { in: ["approved", "rejected"] } },
    data: { state: "unconfirmed" },
  });
}

const FOR_WRITING = {
  simpleThought: true,
  longThought: true,
  currentRevision: true,
  question: { include: { currentRevision: true } },
} satisfies Prisma.TraceInclude;

type LoadedTrace = Prisma.TraceGetPayload<{ include: typeof FOR_WRITING }>;
type WritableTrace = ReturnType<typeof withCurrents>;

async function readForWriting(tx: Transaction, projectId: string, traceId: string): Promise<WritableTrace> {
  const trace = await tx.trace.findFirst({ where: { id: traceId, projectId }, include: FOR_WRITING });
  if (!trace) throw new AppError("not_found", "There is no such trace in this project.");
  return withCurrents(trace);
}

function withCurrents(trace: LoadedTrace) {
  const { currentRevision, question } = trace;
  const questionRevision = question.currentRevision;
  if (!currentRevision || !questionRevision) throw new Error(`trace ${trace.id} has no current revision`);
  return { ...trace, currentRevision, question: { ...question, currentRevision: questionRevision } };
}

/** The grades and the kind of a trace with this revision as its text, under the question as it stands. */
function gradesOf(trace: WritableTrace, revision: { answer: string | null }) {
  const { choices, keyIndex } = trace.question.currentRevision;
  const own = gradeAnswer(revision.answer, choices, keyIndex).grade;
  const simpleGrade: Grade = trace.longThought
    ? gradeAnswer(trace.simpleThought.answer, choices, keyIndex).grade
    : own;
  const longGrade: Grade | null = trace.longThought ? own : null;
  return { simpleGrade, longGrade, kind: traceKind(simpleGrade, longGrade) };
}

async function recheckConsistency(tx: Transaction, trace: WritableTrace): Promise<void> {
  const { choices, keyIndex } = trace.question.currentRevision;
  const { body, answer, id } = trace.currentRevision;
  const reading = checkConsistency(body, gradeAnswer(answer, choices, keyIndex).choiceIndex, choices);
  const { result, ...evidence } = reading;
  await tx.checkResult.updateMany({
    where: { traceRevisionId: id, check: "consistency" },
    data: { result, evidence: evidence as Prisma.InputJsonObject },
  });
}

function fullTextOf(trace: WritableTrace, body: string): string {
  if (!trace.longThought) return body;
  const { joiner, cue } = trace.longThought;
  return assembleLongThought({ simpleThought: trace.simpleThought.text, joiner, cue, continuation: body })
    .text;
}
