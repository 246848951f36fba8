import "server-only";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import { AppError } from "#lib/errors.ts";
import { CHAT_TEMPLATES } from "#lib/generation/continuation/chat-templates.ts";
import { buildContinuation } from "#lib/generation/continuation/dialect.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { type AnsweredCall, callModel } from "#lib/generation/ledger-commands.ts";
import { lockCall } from "#lib/generation/lock-call-commands.ts";
import { assembleLongThought, buildPreset, drawCue, type Preset } from "#lib/generation/preset.ts";
import {
  type QuestionInput,
  questionVariables,
  readQuestionInput,
} from "#lib/generation/question-input-queries.ts";
import type { FrozenModel, GenerationConfig } from "#lib/generation/schema.ts";
import { callOptions, type StageContext } from "#lib/generation/stage-context.ts";
import { isExpandable } from "#lib/generation/think-simply-commands.ts";
import { parseLongReply, type RawReply } from "#lib/generation/thought.ts";
import { createTrace } from "#lib/generation/trace-commands.ts";
import { readPrompt } from "#lib/prompts/queries.ts";
import { renderTemplate } from "#lib/prompts/template.ts";
import { deriveSeed, sampleSeed } from "#lib/random.ts";
import { type Grade, type TraceKind, traceKind } from "#lib/traces/kind.ts";

export type MadeLongThought = {
  callId: string;
  reused: boolean;
  questionId: string;
  longThoughtId: string;
  traceId: string;
  kind: TraceKind;
  failedChecks: string[];
};

/**
 * Stage 3: a reasoning LLM goes on from a simple thought and a cue, with the description before it and no image.
 * The cue and the joiner are drawn with a seed. What the model was preset with is stored as it was sent.
 */
export async function thinkLonger(
  context: StageContext,
  input: { simpleThoughtId: string; sampleIndex: number },
): Promise<MadeLongThought> {
  const stage = context.config.stage3;
  if (!stage) throw new AppError("bad_input", "Stage 3 is not part of this generation.");
  const simple = await readSimple(context.projectId, input.simpleThoughtId);
  const question = await readQuestionInput(context.projectId, simple.questionId);
  if (question.revisionId !== simple.questionRevisionId) {
    throw new AppError(
      "conflict",
      "The question has changed since this simple thought was made, so going on from it would mix two questions: make a new simple thought first.",
    );
  }
  const seed = deriveSeed(context.seed, "stage3", question.seed, simple.sampleIndex);
  const { call, preset, isEmulated } = await askReasoner(context, stage, {
    simple,
    question,
    seed,
    sampleIndex: input.sampleIndex,
  });
  const stored = await db().$transaction(
    (tx) =>
      storeLongThought(tx, context, {
        simple,
        question,
        call,
        preset,
        isEmulated,
        sampleIndex: input.sampleIndex,
        model: stage.model,
      }),
    PATIENT_TRANSACTION,
  );
  return { callId: call.callId, reused: call.reused, questionId: question.questionId, ...stored };
}

type Stage3 = NonNullable<GenerationConfig["stage3"]>;
type Simple = {
  id: string;
  questionId: string;
  questionRevisionId: string;
  sampleIndex: number;
  text: string;
  grade: Grade;
};

async function readSimple(projectId: string, id: string): Promise<Simple> {
  const simple = await db().simpleThought.findFirst({
    where: { id, projectId },
    select: {
      id: true,
      questionId: true,
      questionRevisionId: true,
      sampleIndex: true,
      text: true,
      grade: true,
      isParsed: true,
    },
  });
  if (!simple) throw new AppError("not_found", "The simple thought is no longer in this project.");
  if (!isExpandable(simple)) {
    throw new AppError(
      "bad_input",
      "This simple thought has no end or no answer that can be graded, so there is nothing to go on from.",
    );
  }
  return simple;
}

type Asking = { simple: Simple; question: QuestionInput; seed: string; sampleIndex: number };

async function askReasoner(
  context: StageContext,
  stage: Stage3,
  { simple, question, seed, sampleIndex }: Asking,
): Promise<{ call: AnsweredCall; preset: Preset; isEmulated: boolean }> {
  const { model } = stage;
  const isInstructed = model.dialect === "emulated";
  const prompt = await readPrompt(
    context.projectId,
    isInstructed ? stage.emulatedPromptVersionId : stage.promptVersionId,
  );
  const preset = buildPreset({
    opening: prompt.content.opening,
    simpleThought: simple.text,
    cue: drawCue(deriveSeed(seed, "cue", sampleIndex), stage.cues),
    joinerSeed: deriveSeed(seed, "joiner", sampleIndex),
  });
  context.onPreset?.({ simpleThought: preset.simpleThought, cue: preset.cue });
  const values = {
    ...questionVariables(question),
    description: question.image.description,
    thought_so_far: `${preset.simpleThought}${preset.joiner}${preset.cue}`,
    cue: preset.cue,
  };
  const system = renderTemplate(prompt.content.system, values);
  const { route, body, isEmulated } = buildContinuation(
    model.dialect,
    {
      system: system === "" ? null : system,
      user: renderTemplate(prompt.content.user, values),
      presetText: preset.text,
    },
    { capabilities: model.capabilities, template: model.template },
  );
  const callSeed = sampleSeed(seed, sampleIndex);
  const parameters = fitParameters(model.parameters, model.capabilities, callSeed, route);
  const call = await callModel(
    {
      projectId: context.projectId,
      purpose: "reasoner",
      stage: 3,
      model,
      promptVersionId: prompt.id,
      promptHash: prompt.hash,
      runId: context.runId,
      userId: context.userId,
      subject: `simple:${simple.id}`,
      sampleIndex,
      seed: callSeed,
      dialect: model.dialect,
      route,
      parameters,
      body: { model: model.model, ...body, ...parameters.sent },
    },
    callOptions(context),
  );
  return { call, preset, isEmulated };
}

async function storeLongThought(
  tx: Transaction,
  context: StageContext,
  input: {
    simple: Simple;
    question: QuestionInput;
    call: AnsweredCall;
    preset: Preset;
    isEmulated: boolean;
    sampleIndex: number;
    model: FrozenModel;
  },
): Promise<Omit<MadeLongThought, "callId" | "reused" | "questionId">> {
  const { simple, question, call, preset, model } = input;
  await lockCall(tx, call.callId);
  const known = await readStored(tx, call.callId);
  if (known) return known;

  const { projectId } = context;
  const parsed = parseLongReply(withoutEndToken(call.envelope.reply, model), preset, input.isEmulated);
  const graded = gradeAnswer(parsed.answer, question.choices, question.keyIndex);
  const { joiner, cue } = preset;
  const { id: longThoughtId } = await tx.longThought.create({
    data: {
      projectId,
      simpleThoughtId: simple.id,
      callId: call.callId,
      sampleIndex: input.sampleIndex,
      joiner,
      cue,
      continuation: parsed.thought,
      betweenText: parsed.between,
      answer: parsed.answer,
      answerIndex: graded.choiceIndex,
      grade: graded.grade,
      finishReason: call.envelope.finishReason,
      isParsed: !parsed.truncation.isThinkEndMissing && !parsed.truncation.isWholeAnswerMissing,
      isEmulated: input.isEmulated,
      simulated: model.simulated,
    },
    select: { id: true },
  });
  const trace = await createTrace(tx, {
    projectId,
    imageId: question.image.id,
    questionId: question.questionId,
    simpleThoughtId: simple.id,
    longThoughtId,
    runId: context.runId,
    simpleGrade: simple.grade,
    longGrade: graded.grade,
    simulated: model.simulated,
    comparedText: `${simple.text}\n${parsed.thought}`,
    fullText: assembleLongThought({ simpleThought: simple.text, joiner, cue, continuation: parsed.thought })
      .text,
    body: parsed.thought,
    answer: parsed.answer,
    answerIndex: graded.choiceIndex,
    check: {
      choices: question.choices,
      subject: "long",
      thought: parsed.thought,
      between: parsed.between,
      answer: parsed.answer,
      truncation: parsed.truncation,
    },
  });
  return { longThoughtId, ...trace, kind: traceKind(simple.grade, graded.grade) };
}

/** A server that does not hide special tokens leaves the end of the turn in the text. */
function withoutEndToken(reply: RawReply, model: FrozenModel): RawReply {
  const token = model.template === null ? null : CHAT_TEMPLATES[model.template].endToken;
  const content = reply.content?.trimEnd();
  if (!token || !content?.endsWith(token)) return reply;
  return { ...reply, content: content.slice(0, -token.length) };
}

async function readStored(
  tx: Transaction,
  callId: string,
): Promise<Omit<MadeLongThought, "callId" | "reused" | "questionId"> | null> {
  const row = await tx.longThought.findUnique({
    where: { callId },
    select: { id: true, trace: { select: { id: true, kind: true, failedChecks: true } } },
  });
  if (!row?.trace) return null;
  return {
    longThoughtId: row.id,
    traceId: row.trace.id,
    kind: row.trace.kind,
    failedChecks: row.trace.failedChecks,
  };
}
