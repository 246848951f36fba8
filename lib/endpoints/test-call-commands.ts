import "server-only";
import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { countWords } from "#lib/count-words.ts";
import { storeTestResult } from "#lib/endpoints/commands.ts";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import { listAssignments, readEndpoint } from "#lib/endpoints/queries.ts";
import { PURPOSE_LABELS, type Purpose } from "#lib/endpoints/schema.ts";
import { testConnection } from "#lib/endpoints/test-connection-commands.ts";
import type { TestOutcome } from "#lib/endpoints/try-schema.ts";
import { createTurnGates, type TellWait } from "#lib/endpoints/turn-gate-commands.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { isCallError } from "#lib/generation/call-error.ts";
import { freezePurpose } from "#lib/generation/config-queries.ts";
import { buildContinuation } from "#lib/generation/continuation/dialect.ts";
import { openThought } from "#lib/generation/continuation/last-turn.ts";
import { type CallGate, type CallRequest, callModel } from "#lib/generation/ledger-commands.ts";
import { buildPreset } from "#lib/generation/preset.ts";
import { REASONING_TYPES } from "#lib/generation/reasoning-type.ts";
import type { FrozenModel } from "#lib/generation/schema.ts";
import { parseStructuredQuestions, QUESTIONS_JSON_SCHEMA } from "#lib/generation/structured-questions.ts";
import { parseTaggedQuestions } from "#lib/generation/tagged-questions.ts";
import { parseLongReply, parseSimpleReply, type RawReply } from "#lib/generation/thought.ts";
import { describeError } from "#lib/log.ts";
import { answerFormat } from "#lib/prompts/answer-format.ts";
import { readCurrentPrompts } from "#lib/prompts/queries.ts";
import { PROMPT_DEFINITIONS, type PromptName } from "#lib/prompts/schema.ts";
import { renderTemplate } from "#lib/prompts/template.ts";

type Actor = { projectId: string; actorId: string };

/** How long somebody who looks on waits for a turn beside the runs that use the endpoint. */
const LONGEST_WAIT_MS = 60_000;

export type TestOptions = { longestWaitMs?: number; onWait?: TellWait };

/**
 * The test button of an endpoint: one real call for each purpose that it serves, with the project's own prompts, or
 * the list of its models where it serves none. What came back is said in words and kept with the endpoint. Its calls
 * are in the ledger and keep to the limits that runs keep to, as every call of no run.
 */
export async function testEndpoint(
  actor: Actor,
  endpointId: string,
  options: TestOptions = {},
): Promise<TestOutcome[]> {
  const { projectId } = actor;
  const endpoint = await readEndpoint(projectId, endpointId);
  const assignments = (await listAssignments(projectId)).filter((one) => one.endpointId === endpoint.id);
  const gates = openGates(options);
  const results =
    assignments.length === 0
      ? [await testConnection(projectId, endpointId)]
      : await Promise.all(assignments.map(({ purpose }) => tryPurpose(actor, purpose, gates)));
  const made = results.filter(({ isMade }) => isMade);
  await keep(projectId, endpointId, made.find(({ ok }) => !ok) ?? made[0]);
  return results;
}

/** One real call for a purpose, as its stage would make it; kept with the endpoint. */
export async function testPurpose(
  actor: Actor,
  purpose: Purpose,
  options: TestOptions = {},
): Promise<TestOutcome> {
  return tryPurpose(actor, purpose, openGates(options));
}

type Gates = ReturnType<typeof createTurnGates>;

function openGates({ longestWaitMs = LONGEST_WAIT_MS, onWait }: TestOptions): Gates {
  return createTurnGates({ longestWaitMs, onWait });
}

async function tryPurpose(actor: Actor, purpose: Purpose, gates: Gates): Promise<TestOutcome> {
  const model = await freezePurpose(actor.projectId, purpose);
  let started = Date.now();
  const gate = gates.gate({
    onBegin: () => {
      // The wait for its turn says nothing of the endpoint.
      started = Date.now();
    },
  });
  const verdict = await TESTS[purpose]({ ...actor, gate }, model).catch((error: unknown) =>
    failed(error, actor, purpose),
  );
  const { isMade = true } = verdict;
  const result = {
    at: new Date().toISOString(),
    ok: verdict.ok,
    isMade,
    message: `${PURPOSE_LABELS[purpose].name}: ${verdict.message}`,
    model: model.model,
    purpose,
    latencyMs: isMade ? Date.now() - started : null,
  };
  await keep(actor.projectId, model.endpointId, result);
  return result;
}

/** What was not made says nothing of the endpoint: what is known of it stays. */
async function keep(projectId: string, endpointId: string, result: TestOutcome | undefined): Promise<void> {
  if (!result?.isMade) return;
  const { isMade: _, ...test } = result;
  await storeTestResult(projectId, endpointId, test);
}

type TestVerdict = { ok: boolean; message: string; isMade?: boolean };
type Asker = Actor & { gate: CallGate };

function failed(error: unknown, actor: Actor, purpose: Purpose): TestVerdict {
  return {
    ok: false,
    // Refused by the limits, before it became a call.
    isMade: !(isCallError(error) && error.callId === null && error.failure.kind === "rate_limited"),
    message: isAppError(error) ? error.message : describeError(error, { ...actor, purpose }),
  };
}

const SCENE =
  "A small red square stands alone in the middle of a plain white sheet of paper. Its edges are sharp, and nothing else is on the sheet: no shadow, no border, no lettering.";
const CHOICES = "(A) Blue\n(B) Red\n(C) Green\n(D) Grey";
const QUESTION = {
  question: "What colour is the square in the middle?",
  choices: CHOICES,
  reasoning_type: "Recognition",
  ...answerFormat("parenthesis"),
};

const TESTS: Record<Purpose, (asker: Asker, model: FrozenModel) => Promise<TestVerdict>> = {
  question_writer: testWriter,
  vlm: testVlm,
  reasoner: testReasoner,
  judge: testJudge,
};

async function testWriter(asker: Asker, model: FrozenModel): Promise<TestVerdict> {
  const isStructured = model.capabilities.structuredOutput;
  const { system, user } = await readTexts(asker.projectId, isStructured ? "stage1" : "stage1_tags", {
    description: SCENE,
    reasoning_types: REASONING_TYPES.map((type) => `  - ${type}`).join("\n"),
  });
  const reply = await ask(asker, model, "question_writer", "chat", {
    messages: [...system, { role: "user", content: user }],
    ...(isStructured ? { response_format: { type: "json_schema", json_schema: QUESTIONS_JSON_SCHEMA } } : {}),
  });
  const content = reply.content ?? "";
  const { questions } = isStructured ? parseStructuredQuestions(content) : parseTaggedQuestions(content);
  const form = isStructured ? "structured output" : "tags";
  return questions.length > 0
    ? {
        ok: true,
        message: `wrote ${questions.length} usable questions in ${form}, such as “${questions[0]?.text}”`,
      }
    : {
        ok: false,
        message: `it answered, but with no question that can be read in ${form}: “${excerpt(content)}”`,
      };
}

async function testVlm(asker: Asker, model: FrozenModel): Promise<TestVerdict> {
  const { system, user } = await readTexts(asker.projectId, "stage2", QUESTION);
  const opened = openThought(model.dialect, model.capabilities);
  const url = `data:image/png;base64,${(await drawSquare()).toString("base64")}`;
  const reply = await ask(asker, model, "vlm", "chat", {
    messages: [
      ...system,
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url } },
          { type: "text", text: user },
        ],
      },
      ...(opened ? [opened.message] : []),
    ],
    ...opened?.also,
  });
  const parsed = parseSimpleReply(reply);
  if (parsed.answer === null) {
    return {
      ok: false,
      message: `it looked at a red square, but gave no thought and answer in tags: “${excerpt(parsed.thought)}”`,
    };
  }
  return {
    ok: true,
    message: `looked at a red square, thought for ${countWords(parsed.thought)} words and answered “${parsed.answer}”`,
  };
}

async function testReasoner(asker: Asker, model: FrozenModel): Promise<TestVerdict> {
  const preset = buildPreset({
    opening: "",
    simpleThought: "The square in the middle of the sheet looks blue to me.",
    cue: "Wait,",
    joinerSeed: "test",
  });
  const { system, user } = await readTexts(
    asker.projectId,
    model.dialect === "emulated" ? "stage3_emulated" : "stage3",
    {
      ...QUESTION,
      description: SCENE,
      thought_so_far: `${preset.simpleThought}${preset.joiner}${preset.cue}`,
      cue: preset.cue,
    },
  );
  const { route, body } = buildContinuation(
    model.dialect,
    { system: system[0]?.content ?? null, user, presetText: preset.text },
    { capabilities: model.capabilities, template: model.template },
  );
  const reply = await ask(asker, model, "reasoner", route, body);
  const parsed = parseLongReply(reply, preset, model.dialect === "emulated");
  const went = `went on for ${countWords(parsed.thought)} words after “Wait,”`;
  if (parsed.echo !== "none" && model.dialect !== "emulated") {
    return {
      ok: false,
      message: "it repeated what it was preset with instead of going on: choose another way of continuing",
    };
  }
  if (parsed.problems.includes("began-anew")) {
    return {
      ok: false,
      message: "it began a thought of its own instead of going on: choose another way of continuing",
    };
  }
  if (parsed.truncation.isThinkEndMissing)
    return { ok: false, message: `it ${went}, but did not close the thought: allow more tokens` };
  if (parsed.answer === null) return { ok: false, message: `it ${went}, but gave no answer in tags` };
  return { ok: true, message: `${went} and answered “${parsed.answer}”` };
}

async function testJudge(asker: Asker, model: FrozenModel): Promise<TestVerdict> {
  const { system, user } = await readTexts(asker.projectId, "consistency", {
    question: QUESTION.question,
    choices: CHOICES,
    thought: "Looking again, the square is red, so the answer is (B).",
    thought_end: "Looking again, the square is red, so the answer is (B).",
    answer: "(B)",
  });
  const reply = await ask(asker, model, "judge", "chat", {
    messages: [...system, { role: "user", content: user }],
  });
  const said = (reply.content ?? "").replace(/[\s\S]*<\/think>/u, "").trim();
  return /^\W*(?:yes|no)\b/iu.test(said)
    ? { ok: true, message: `answered “${excerpt(said)}”` }
    : { ok: false, message: `it answered neither Yes nor No: “${excerpt(said)}”` };
}

const TEST_SEED = 1;

async function ask(
  { projectId, actorId, gate }: Asker,
  model: FrozenModel,
  purpose: Purpose,
  route: CallRequest["route"],
  body: Record<string, unknown>,
): Promise<RawReply> {
  // One seed, so that a test that is pressed again says the same where the endpoint honours it.
  const parameters = fitParameters(model.parameters, model.capabilities, TEST_SEED, route);
  const request: CallRequest = {
    projectId,
    purpose,
    stage: null,
    model,
    promptVersionId: null,
    promptHash: null,
    runId: null,
    userId: actorId,
    // A test is meant to be sent, each time.
    subject: `test:${randomUUID()}`,
    sampleIndex: 0,
    seed: TEST_SEED,
    dialect: purpose === "reasoner" ? model.dialect : null,
    route,
    parameters,
    pictures: [SHEET],
    body: { model: model.model, ...body, ...parameters.sent },
  };
  const { envelope } = await callModel(request, { gate });
  return envelope.reply;
}

async function readTexts(
  projectId: string,
  name: PromptName,
  values: Record<string, string>,
): Promise<{ system: { role: "system"; content: string }[]; user: string }> {
  const prompt = (await readCurrentPrompts(projectId))[name];
  if (!prompt)
    throw new AppError("bad_input", `the project has no prompt “${PROMPT_DEFINITIONS[name].label}”`);
  const system = renderTemplate(prompt.content.system, values);
  return {
    system: system === "" ? [] : [{ role: "system", content: system }],
    user: renderTemplate(prompt.content.user, values),
  };
}

/** The only picture that a test shows, in pixels. */
const SHEET = { width: 96, height: 96 };

function drawSquare(): Promise<Buffer> {
  const square = { create: { width: 32, height: 32, channels: 3 as const, background: "#d01c1c" } };
  return sharp({ create: { ...SHEET, channels: 3, background: "#ffffff" } })
    .composite([{ input: square }])
    .png()
    .toBuffer();
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
