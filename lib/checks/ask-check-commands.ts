import "server-only";
import { MODEL_CHECK_DEFINITIONS, type ModelCheck } from "#lib/checks/model-checks.ts";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import type { Capabilities, Parameters } from "#lib/endpoints/schema.ts";
import { AppError } from "#lib/errors.ts";
import { openThought } from "#lib/generation/continuation/last-turn.ts";
import { showImageToModel } from "#lib/generation/image-part-queries.ts";
import { callModel } from "#lib/generation/ledger-commands.ts";
import { type FrozenModel, type GenerationConfig, maxPixelsOf } from "#lib/generation/schema.ts";
import { callOptions, type StageContext } from "#lib/generation/stage-context.ts";
import type { RawReply } from "#lib/generation/thought.ts";
import { readPrompt } from "#lib/prompts/queries.ts";
import { renderTemplate } from "#lib/prompts/template.ts";
import { sampleSeed } from "#lib/random.ts";

/** A call that a check rests on. */
export type CheckCall = { callId: string; reused: boolean; reply: RawReply };

/** What a check asks. `isThinkingAloud`: as in stage 2, the reply begins with a thought. */
export type CheckQuestion = {
  check: ModelCheck;
  subject: string;
  seed: string;
  sampleIndex?: number;
  values: Record<string, string>;
  image?: { id: string; externalId: string; state: "present" | "missing" };
  isThinkingAloud?: boolean;
  parameters?: Parameters;
  /** Tokens that this reply may need, where it hangs on the input. */
  replyTokens?: number;
};

/** The model and prompt that a run froze for a check. Throws where the check is no part of it. */
export function frozenCheck(
  config: GenerationConfig,
  check: ModelCheck,
): { model: FrozenModel; promptVersionId: string } {
  const found = config.checks.find((candidate) => candidate.check === check);
  if (!found?.promptVersionId) {
    throw new AppError(
      "bad_input",
      `The check “${MODEL_CHECK_DEFINITIONS[check].label}” is not part of this generation.`,
    );
  }
  return { model: found.model, promptVersionId: found.promptVersionId };
}

/** Asks the model that serves a check, with its prompt, through the ledger. */
export async function askAsCheck(context: StageContext, question: CheckQuestion): Promise<CheckCall> {
  const { check, values, sampleIndex = 0 } = question;
  const frozen = frozenCheck(context.config, check);
  const prompt = await readPrompt(context.projectId, frozen.promptVersionId);
  const model = withParameters(frozen.model, check, question);
  const seed = sampleSeed(question.seed, sampleIndex);
  const parameters = fitParameters(model.parameters, model.capabilities, seed, "chat");
  const system = renderTemplate(prompt.content.system, values);
  const text = renderTemplate(prompt.content.user, values);
  // As stage 2 does it: where the endpoint goes on from an unfinished turn, the reply begins with its thought.
  const opened = question.isThinkingAloud === true ? openThought(model.dialect, model.capabilities) : null;
  const shown = question.image ? await showImage(question.image, context.config, model.capabilities) : null;
  const call = await callModel(
    {
      projectId: context.projectId,
      purpose: MODEL_CHECK_DEFINITIONS[check].purpose,
      stage: 4,
      check,
      model,
      promptVersionId: prompt.id,
      promptHash: prompt.hash,
      runId: context.runId,
      userId: context.userId,
      subject: `check:${check}:${question.subject}`,
      sampleIndex,
      seed,
      dialect: opened ? model.dialect : null,
      route: "chat",
      parameters,
      addressImages: shown?.addressImages,
      pictures: shown ? [shown.size] : [],
      body: {
        model: model.model,
        messages: [
          ...(system === "" ? [] : [{ role: "system", content: system }]),
          {
            role: "user",
            content: shown ? [shown.part, { type: "text", text }] : text,
          },
          ...(opened ? [opened.message] : []),
        ],
        ...opened?.also,
        ...parameters.sent,
      },
    },
    callOptions(context),
  );
  return {
    callId: call.callId,
    reused: call.reused,
    reply: { ...call.envelope.reply, finishReason: call.envelope.finishReason },
  };
}

/** The limit on the reply's length is raised to what the check's form needs, never lowered. */
function withParameters(model: FrozenModel, check: ModelCheck, question: CheckQuestion): FrozenModel {
  const needed = question.replyTokens ?? MODEL_CHECK_DEFINITIONS[check].replyTokens;
  const given = model.parameters.max_tokens;
  return {
    ...model,
    parameters: {
      ...model.parameters,
      ...question.parameters,
      ...(needed !== null && given !== undefined ? { max_tokens: Math.max(given, needed) } : {}),
    },
  };
}

async function showImage(
  image: NonNullable<CheckQuestion["image"]>,
  config: GenerationConfig,
  capabilities: Capabilities,
) {
  if (image.state === "missing") {
    throw new AppError(
      "bad_input",
      `The file of image ${image.externalId} is missing, and this check has to look at it: import the file, then run the check again.`,
    );
  }
  return showImageToModel(image.id, { maxPixels: maxPixelsOf(config) }, capabilities);
}
