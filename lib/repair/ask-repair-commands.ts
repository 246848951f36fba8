import "server-only";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import { AppError } from "#lib/errors.ts";
import { buildContinuation } from "#lib/generation/continuation/dialect.ts";
import { markLastTurn, openThought } from "#lib/generation/continuation/last-turn.ts";
import { showImageToModel } from "#lib/generation/image-part-queries.ts";
import {
  type AnsweredCall,
  type CallOptions,
  type CallRequest,
  callModel,
} from "#lib/generation/ledger-commands.ts";
import { questionVariables } from "#lib/generation/question-input-queries.ts";
import { readPrompt } from "#lib/prompts/queries.ts";
import { renderTemplate } from "#lib/prompts/template.ts";
import { deriveSeed, sampleSeed } from "#lib/random.ts";
import { withHint, withUnfinishedThought } from "#lib/repair/asking.ts";
import type { RepairPreset } from "#lib/repair/preset.ts";
import { presetOf, type RepairInput } from "#lib/repair/repair-input-queries.ts";

export interface PreparedRepair {
  request: CallRequest;
  preset: RepairPreset;
  isEmulated: boolean;
}

/**
 * The call for one continuation. A long thought goes on with the reasoner, by the description, as stage 3 does; a simple
 * thought that stands alone with the VLM, which looks at the image, as stage 2 does: a description was never shown to it.
 */
export async function prepareRepair(input: RepairInput, sampleIndex: number): Promise<PreparedRepair> {
  return input.part === "long" ? prepareLong(input, sampleIndex) : prepareSimple(input, sampleIndex);
}

/** Has it answered: from the ledger where the same was asked before, else by sending it once. */
export function askRepair({ request }: PreparedRepair, options: CallOptions): Promise<AnsweredCall> {
  return callModel(request, options);
}

async function prepareLong(input: RepairInput, sampleIndex: number): Promise<PreparedRepair> {
  const { model } = input.config;
  const prompt = await readPrompt(input.homeId, input.config.promptVersionId);
  const preset = presetOf(input, prompt.content.opening);
  const values = {
    ...questionVariables(input.question),
    description: input.question.image.description,
    thought_so_far: preset.thought,
    cue: input.lead?.cue ?? "",
  };
  const system = renderTemplate(prompt.content.system, values);
  const { route, body, isEmulated } = buildContinuation(
    model.dialect,
    {
      system: system === "" ? null : system,
      user: withHint(renderTemplate(prompt.content.user, values), input.nudge),
      presetText: preset.text,
    },
    { capabilities: model.capabilities, template: model.template },
  );
  const seed = seedOf(input, sampleIndex);
  const parameters = fitParameters(model.parameters, model.capabilities, seed, route);
  return {
    preset,
    isEmulated,
    request: {
      ...commonOf(input, sampleIndex),
      purpose: "reasoner",
      stage: 3,
      promptHash: prompt.hash,
      seed,
      dialect: model.dialect,
      route,
      parameters,
      body: { model: model.model, ...body, ...parameters.sent },
    },
  };
}

async function prepareSimple(input: RepairInput, sampleIndex: number): Promise<PreparedRepair> {
  const { model, maxPixels } = input.config;
  const { image } = input.question;
  if (image.state === "missing" || maxPixels === null) {
    throw new AppError(
      "bad_input",
      `The file of image ${image.externalId} is missing, and the model has to look at it to go on with a simple thought.`,
    );
  }
  const prompt = await readPrompt(input.homeId, input.config.promptVersionId);
  const preset = presetOf(input, "");
  const values = questionVariables(input.question);
  const system = renderTemplate(prompt.content.system, values);
  const shown = await showImageToModel(image.id, { maxPixels }, model.capabilities);
  // Raw completions take no picture, so there the thought can only be told of, too.
  const { dialect, capabilities } = model;
  const isEmulated = dialect === "completions" || dialect === "emulated";
  const last =
    dialect === "completions" || dialect === "emulated" || preset.thought === ""
      ? openThought(dialect, capabilities)
      : markLastTurn(dialect, preset.text, capabilities);
  const asked = withHint(renderTemplate(prompt.content.user, values), input.nudge);
  const text = last ? asked : withUnfinishedThought(asked, preset.thought);
  const seed = seedOf(input, sampleIndex);
  const parameters = fitParameters(model.parameters, model.capabilities, seed, "chat");
  return {
    preset,
    isEmulated,
    request: {
      ...commonOf(input, sampleIndex),
      purpose: "vlm",
      stage: 2,
      promptHash: prompt.hash,
      seed,
      dialect: last ? model.dialect : null,
      route: "chat",
      parameters,
      addressImages: shown.addressImages,
      pictures: [shown.size],
      body: {
        model: model.model,
        messages: [
          ...(system === "" ? [] : [{ role: "system", content: system }]),
          { role: "user", content: [shown.part, { type: "text", text }] },
          ...(last ? [last.message] : []),
        ],
        ...last?.also,
        ...parameters.sent,
      },
    },
  };
}

function commonOf(input: RepairInput, sampleIndex: number) {
  const { homeId, reviewerId, traceId, config } = input;
  return {
    projectId: homeId,
    model: config.model,
    promptVersionId: config.promptVersionId,
    // No run pays for it: it counts in the project's spend and names who asked.
    runId: null,
    userId: reviewerId,
    subject: `repair:${traceId}`,
    sampleIndex,
  };
}

function seedOf({ question, simpleThought }: RepairInput, sampleIndex: number): number {
  return sampleSeed(deriveSeed("repair", question.seed, simpleThought.sampleIndex), sampleIndex);
}
