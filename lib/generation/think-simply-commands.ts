import "server-only";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { BATCH_EVERY_MS, createBatcher } from "#lib/db/batcher.ts";
import { type RawSql, raw } from "#lib/db/raw.ts";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import { AppError } from "#lib/errors.ts";
import { openThought } from "#lib/generation/continuation/last-turn.ts";
import { isOutage } from "#lib/generation/database-outage.ts";
import { showImageToModel } from "#lib/generation/image-part-queries.ts";
import { type AnsweredCall, callModel } from "#lib/generation/ledger-commands.ts";
import { lockCalls } from "#lib/generation/lock-call-commands.ts";
import {
  type QuestionInput,
  questionVariables,
  readQuestionInput,
} from "#lib/generation/question-input-queries.ts";
import type { GenerationConfig } from "#lib/generation/schema.ts";
import { callOptions, type StageContext } from "#lib/generation/stage-context.ts";
import { type ParsedThought, parseSimpleReply } from "#lib/generation/thought.ts";
import { createTraces, type MadeTrace, type NewTrace } from "#lib/generation/trace-commands.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { readPrompt } from "#lib/prompts/queries.ts";
import { renderTemplate } from "#lib/prompts/template.ts";
import { deriveSeed, sampleSeed } from "#lib/random.ts";
import type { Grade } from "#lib/traces/kind.ts";

/** One sample, as it was stored. */
export type SimpleSample = {
  simpleThoughtId: string;
  /** The simple thought as a trace on its own. */
  traceId: string;
  grade: Grade;
  /** Whether stage 3 makes sense on it: a whole thought, and an answer that can be graded. */
  isExpandable: boolean;
  failedChecks: string[];
};

export type MadeSimpleThoughts = {
  callId: string;
  reused: boolean;
  questionId: string;
  /** In the order of their numbers; at least one. */
  samples: SimpleSample[];
  /** The numbers of samples that were asked for and did not come: many servers ignore `n` without a word. */
  missing: number[];
};

/**
 * Stage 2: the VLM looks at the image and answers one question. One call brings one sample, or as many as are asked
 * for where the endpoint honours `n`.
 */
export async function thinkSimply(
  context: StageContext,
  input: { questionId: string; sampleIndex: number; samples?: number },
): Promise<MadeSimpleThoughts> {
  const stage = context.config.stage2;
  if (!stage) throw new AppError("bad_input", "Stage 2 is not part of this generation.");
  const { projectId, runId } = context;
  const { sampleIndex, samples: asked = 1 } = input;
  const question = await readQuestionInput(projectId, input.questionId);
  if (question.image.state === "missing") {
    throw new AppError(
      "bad_input",
      `The file of image ${question.image.externalId} is missing, and stage 2 has to look at it: import the file, then run stage 2 again.`,
    );
  }
  const call = await askVlm(context, stage, question, { sampleIndex, asked });
  const { simulated } = stage.model;
  const samples = await storeMany({ projectId, runId, question, call, sampleIndex, asked, simulated });
  return {
    callId: call.callId,
    reused: call.reused,
    questionId: question.questionId,
    samples,
    missing: Array.from({ length: asked - samples.length }, (_, at) => sampleIndex + samples.length + at),
  };
}

/**
 * Stage 3 goes on from a thought that was closed, and whose answer can be told right from wrong. The same condition
 * stands in `run-inputs-queries.ts`, where a run looks for them.
 */
export function isExpandable(thought: { text: string; isParsed: boolean; grade: Grade }): boolean {
  return thought.text !== "" && thought.isParsed && thought.grade !== "ungradable";
}

type Stage2 = NonNullable<GenerationConfig["stage2"]>;

async function askVlm(
  context: StageContext,
  stage: Stage2,
  question: QuestionInput,
  { sampleIndex, asked }: { sampleIndex: number; asked: number },
): Promise<AnsweredCall> {
  const { model } = stage;
  const prompt = await readPrompt(context.projectId, stage.promptVersionId);
  const values = questionVariables(question);
  const image = await showImageToModel(question.image.id, { maxPixels: stage.maxPixels }, model.capabilities);
  const system = renderTemplate(prompt.content.system, values);
  const seed = sampleSeed(deriveSeed(context.seed, "stage2", question.seed), sampleIndex);
  const parameters = fitParameters(model.parameters, model.capabilities, seed, "chat");
  // Where the endpoint goes on from an unfinished turn, the reply can be made to begin with its thought.
  const forced = openThought(model.dialect, model.capabilities);
  return callModel(
    {
      projectId: context.projectId,
      purpose: "vlm",
      stage: 2,
      model,
      promptVersionId: prompt.id,
      promptHash: prompt.hash,
      runId: context.runId,
      userId: context.userId,
      subject: `question:${question.revisionId}`,
      sampleIndex,
      seed,
      dialect: forced ? model.dialect : null,
      route: "chat",
      parameters,
      addressImages: image.addressImages,
      pictures: [image.size],
      body: {
        model: model.model,
        messages: [
          ...(system === "" ? [] : [{ role: "system", content: system }]),
          {
            role: "user",
            content: [image.part, { type: "text", text: renderTemplate(prompt.content.user, values) }],
          },
          ...(forced ? [forced.message] : []),
        ],
        ...forced?.also,
        ...parameters.sent,
        ...(asked > 1 ? { n: asked } : {}),
      },
    },
    callOptions(context),
  );
}

type SimpleStoring = {
  projectId: string;
  runId: string | null;
  question: QuestionInput;
  call: AnsweredCall;
  sampleIndex: number;
  asked: number;
  simulated: boolean;
};

const storeMany = createBatcher<SimpleStoring, SimpleSample[]>({
  most: 64,
  everyMs: BATCH_EVERY_MS,
  isShared: isOutage,
  keyOf: ({ call }) => call.callId,
  flush: (items) => raw().transaction((tx) => storeSimpleThoughts(tx, items)),
});

async function storeSimpleThoughts(tx: RawSql, items: readonly SimpleStoring[]): Promise<SimpleSample[][]> {
  const callIds = items.map(({ call }) => call.callId);
  await lockCalls(tx, callIds);
  const known = await readStored(tx, callIds);
  const made = items.filter(({ call }) => !known.has(call.callId)).flatMap(readThoughts);
  await tx.$executeRaw`
    INSERT INTO "SimpleThought" ("id", "projectId", "questionId", "questionRevisionId", "callId", "choiceIndex",
      "sampleIndex", "text", "answer", "answerIndex", "grade", "finishReason", "isParsed", "simulated")
    SELECT "id", "projectId", "questionId", "questionRevisionId", "callId", "choiceIndex", "sampleIndex", "text", "answer",
      "answerIndex", "grade", "finishReason", "isParsed", "simulated"
    FROM json_to_recordset(${JSON.stringify(made.map(({ row }) => row))}::json) AS g(
      "id" uuid, "projectId" uuid, "questionId" uuid, "questionRevisionId" uuid, "callId" uuid, "choiceIndex" int,
      "sampleIndex" int, "text" text, "answer" text, "answerIndex" int, "grade" "Grade", "finishReason" text,
      "isParsed" boolean, "simulated" boolean)`;
  const traces = await createTraces(
    tx,
    made.map(({ trace }) => trace),
  );
  made.forEach(({ row }, index) => {
    const sample = {
      simpleThoughtId: row.id,
      ...(traces[index] as MadeTrace),
      grade: row.grade,
      isExpandable: isExpandable(row),
    };
    known.set(row.callId, [...(known.get(row.callId) ?? []), sample]);
  });
  return callIds.map((callId) => known.get(callId) ?? []);
}

/** The rows that a reply becomes: one thought for each sample in it, and no more than were asked for. */
function readThoughts(item: SimpleStoring) {
  const { projectId, question, call, simulated } = item;
  return call.envelope.choices.slice(0, item.asked).map(({ reply, finishReason }, choiceIndex) => {
    const parsed = parseSimpleReply(reply);
    const graded = gradeAnswer(parsed.answer, question.choices, question.keyIndex);
    const id = createUuid7();
    const row = {
      id,
      projectId,
      questionId: question.questionId,
      questionRevisionId: question.revisionId,
      callId: call.callId,
      choiceIndex,
      sampleIndex: item.sampleIndex + choiceIndex,
      text: parsed.thought,
      answer: parsed.answer,
      answerIndex: graded.choiceIndex,
      grade: graded.grade,
      finishReason,
      isParsed: isWhole(parsed),
      simulated,
    };
    const trace: NewTrace = {
      projectId,
      imageId: question.image.id,
      questionId: question.questionId,
      simpleThoughtId: id,
      longThoughtId: null,
      runId: item.runId,
      simpleGrade: graded.grade,
      longGrade: null,
      simulated,
      fullText: parsed.thought,
      comparedText: parsed.thought,
      body: null,
      answer: parsed.answer,
      answerIndex: graded.choiceIndex,
      check: {
        choices: question.choices,
        subject: "simple",
        thought: parsed.thought,
        between: parsed.between,
        answer: parsed.answer,
        truncation: parsed.truncation,
      },
    };
    return { row, trace };
  });
}

function isWhole({ truncation }: ParsedThought): boolean {
  return !truncation.isThinkEndMissing && !truncation.isWholeAnswerMissing;
}

async function readStored(tx: RawSql, callIds: readonly string[]): Promise<Map<string, SimpleSample[]>> {
  const rows = await tx.$queryRaw<
    (Omit<SimpleSample, "isExpandable"> & { callId: string; text: string; isParsed: boolean })[]
  >`
    SELECT s."callId"::text AS "callId", s."id"::text AS "simpleThoughtId", s."text", s."isParsed",
      s."grade"::text AS "grade", t."id"::text AS "traceId", t."failedChecks"
    FROM "SimpleThought" s JOIN "Trace" t ON t."simpleThoughtId" = s."id" AND t."longThoughtId" IS NULL
    WHERE s."callId" = ANY(${[...callIds]}::uuid[])
    ORDER BY s."callId", s."choiceIndex"`;
  const known = new Map<string, SimpleSample[]>();
  for (const { callId, text, isParsed, ...sample } of rows) {
    const isOpen = isExpandable({ text, isParsed, grade: sample.grade });
    known.set(callId, [...(known.get(callId) ?? []), { ...sample, isExpandable: isOpen }]);
  }
  return known;
}
