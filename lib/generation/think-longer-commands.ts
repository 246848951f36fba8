import "server-only";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { BATCH_EVERY_MS, createBatcher } from "#lib/db/batcher.ts";
import { type RawSql, raw } from "#lib/db/raw.ts";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import { AppError } from "#lib/errors.ts";
import { buildContinuation } from "#lib/generation/continuation/dialect.ts";
import { isOutage } from "#lib/generation/database-outage.ts";
import { type AnsweredCall, callModel } from "#lib/generation/ledger-commands.ts";
import { lockCalls } from "#lib/generation/lock-call-commands.ts";
import { assembleLongThought, buildPreset, drawCue, type Preset } from "#lib/generation/preset.ts";
import {
  type QuestionInput,
  questionVariables,
  readSimpleInput,
  type SimpleInput,
} from "#lib/generation/question-input-queries.ts";
import type { FrozenModel, GenerationConfig } from "#lib/generation/schema.ts";
import { callOptions, type StageContext } from "#lib/generation/stage-context.ts";
import { isExpandable } from "#lib/generation/think-simply-commands.ts";
import { parseLongReply } from "#lib/generation/thought.ts";
import { createTraces, type MadeTrace, type NewTrace } from "#lib/generation/trace-commands.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { readPrompt } from "#lib/prompts/queries.ts";
import { renderTemplate } from "#lib/prompts/template.ts";
import { deriveSeed, sampleSeed } from "#lib/random.ts";
import { type TraceKind, traceKind } from "#lib/traces/kind.ts";

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
  const { simple, question } = await readInput(context.projectId, input.simpleThoughtId);
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
  const { projectId, runId } = context;
  const { model } = stage;
  const stored = await storeMany({
    projectId,
    runId,
    simple,
    question,
    call,
    preset,
    isEmulated,
    sampleIndex: input.sampleIndex,
    model,
  });
  return { callId: call.callId, reused: call.reused, questionId: question.questionId, ...stored };
}

type Stage3 = NonNullable<GenerationConfig["stage3"]>;
async function readInput(
  projectId: string,
  id: string,
): Promise<{ simple: SimpleInput; question: QuestionInput }> {
  const input = await readSimpleInput(projectId, id);
  if (!input) throw new AppError("not_found", "The simple thought is no longer in this project.");
  if (!isExpandable(input.simple)) {
    throw new AppError(
      "bad_input",
      "This simple thought has no end or no answer that can be graded, so there is nothing to go on from.",
    );
  }
  return { simple: input.simple, question: input.question() };
}

type Asking = { simple: SimpleInput; question: QuestionInput; seed: string; sampleIndex: number };

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

type LongStoring = {
  projectId: string;
  runId: string | null;
  simple: SimpleInput;
  question: QuestionInput;
  call: AnsweredCall;
  preset: Preset;
  isEmulated: boolean;
  sampleIndex: number;
  model: FrozenModel;
};
type StoredLongThought = Omit<MadeLongThought, "callId" | "reused" | "questionId">;

const storeMany = createBatcher<LongStoring, StoredLongThought>({
  most: 256,
  everyMs: BATCH_EVERY_MS,
  isShared: isOutage,
  keyOf: ({ call }) => call.callId,
  flush: (items) => raw().transaction((tx) => storeLongThoughts(tx, items)),
});

async function storeLongThoughts(tx: RawSql, items: readonly LongStoring[]): Promise<StoredLongThought[]> {
  const callIds = items.map(({ call }) => call.callId);
  await lockCalls(tx, callIds);
  const known = await readStored(tx, callIds);
  const made = items.filter(({ call }) => !known.has(call.callId)).map(readThought);
  await tx.$executeRaw`
    INSERT INTO "LongThought" ("id", "projectId", "simpleThoughtId", "callId", "sampleIndex", "joiner", "cue",
      "continuation", "betweenText", "answer", "answerIndex", "grade", "finishReason", "isParsed", "isEmulated", "simulated")
    SELECT "id", "projectId", "simpleThoughtId", "callId", "sampleIndex", "joiner", "cue", "continuation", "betweenText",
      "answer", "answerIndex", "grade", "finishReason", "isParsed", "isEmulated", "simulated"
    FROM json_to_recordset(${JSON.stringify(made.map(({ row }) => row))}::json) AS g(
      "id" uuid, "projectId" uuid, "simpleThoughtId" uuid, "callId" uuid, "sampleIndex" int, "joiner" text, "cue" text,
      "continuation" text, "betweenText" text, "answer" text, "answerIndex" int, "grade" "Grade", "finishReason" text,
      "isParsed" boolean, "isEmulated" boolean, "simulated" boolean)`;
  const traces = await createTraces(
    tx,
    made.map(({ trace }) => trace),
  );
  made.forEach(({ row, trace }, index) => {
    const { traceId, failedChecks } = traces[index] as MadeTrace;
    const kind = traceKind(trace.simpleGrade, row.grade);
    known.set(row.callId, { longThoughtId: row.id, traceId, failedChecks, kind });
  });
  return callIds.map((callId) => known.get(callId) as StoredLongThought);
}

/** The rows that a reply becomes. */
function readThought(item: LongStoring) {
  const { projectId, runId, simple, question, call, preset, model } = item;
  const parsed = parseLongReply(call.envelope.reply, preset, item.isEmulated);
  const graded = gradeAnswer(parsed.answer, question.choices, question.keyIndex);
  const { joiner, cue } = preset;
  const id = createUuid7();
  const row = {
    id,
    projectId,
    simpleThoughtId: simple.id,
    callId: call.callId,
    sampleIndex: item.sampleIndex,
    joiner,
    cue,
    continuation: parsed.thought,
    betweenText: parsed.between,
    answer: parsed.answer,
    answerIndex: graded.choiceIndex,
    grade: graded.grade,
    finishReason: call.envelope.finishReason,
    isParsed: !parsed.truncation.isThinkEndMissing && !parsed.truncation.isWholeAnswerMissing,
    isEmulated: item.isEmulated,
    simulated: model.simulated,
  };
  const trace: NewTrace = {
    projectId,
    imageId: question.image.id,
    questionId: question.questionId,
    simpleThoughtId: simple.id,
    longThoughtId: id,
    runId,
    simpleGrade: simple.grade,
    longGrade: graded.grade,
    simulated: model.simulated,
    comparedText: `${simple.text}\n${parsed.thought}`,
    fullText: assembleLongThought({ simpleThought: simple.text, joiner, cue, continuation: parsed.thought })
      .text,
    body: null,
    answer: parsed.answer,
    answerIndex: graded.choiceIndex,
    check: {
      choices: question.choices,
      subject: "long",
      thought: parsed.thought,
      between: parsed.between,
      answer: parsed.answer,
      truncation: parsed.truncation,
      hasBegunAnew: parsed.problems.includes("began-anew"),
    },
  };
  return { row, trace };
}

async function readStored(tx: RawSql, callIds: readonly string[]): Promise<Map<string, StoredLongThought>> {
  const rows = await tx.$queryRaw<(StoredLongThought & { callId: string })[]>`
    SELECT l."callId"::text AS "callId", l."id"::text AS "longThoughtId", t."id"::text AS "traceId",
      t."kind"::text AS "kind", t."failedChecks"
    FROM "LongThought" l JOIN "Trace" t ON t."longThoughtId" = l."id"
    WHERE l."callId" = ANY(${[...callIds]}::uuid[])`;
  return new Map(rows.map(({ callId, ...stored }) => [callId, stored]));
}
