import "server-only";
import { MODEL_CHECK_DEFINITIONS } from "#lib/checks/model-checks.ts";
import { type AssignmentView, listAssignments } from "#lib/endpoints/queries.ts";
import { type Parameters, PURPOSE_LABELS, type Purpose } from "#lib/endpoints/schema.ts";
import { AppError } from "#lib/errors.ts";
import { ANSWER_STYLES } from "#lib/generation/choices.ts";
import { isChatTemplateName } from "#lib/generation/continuation/chat-templates.ts";
import {
  type FreezeOptions,
  type FrozenModel,
  freezeOptionsSchema,
  type GenerationConfig,
  STAGE_PURPOSES,
} from "#lib/generation/schema.ts";
import { readCurrentPrompts } from "#lib/prompts/queries.ts";
import { PROMPT_DEFINITIONS, type PromptName } from "#lib/prompts/schema.ts";

/**
 * Takes a project's settings as they are now: models, parameters, prices and prompt versions. Refuses, in one
 * sentence, where a stage that is asked for has no model or no prompt.
 */
export async function freezeConfig(projectId: string, given: FreezeOptions): Promise<GenerationConfig> {
  const options = freezeOptionsSchema.parse(given);
  const [assignments, prompts] = await Promise.all([
    listAssignments(projectId),
    readCurrentPrompts(projectId),
  ]);
  const promptId = (name: PromptName) => {
    const prompt = prompts[name];
    if (prompt) return prompt.id;
    throw new AppError(
      "bad_input",
      `The project has no prompt “${PROMPT_DEFINITIONS[name].label}”: write one under Settings, Prompts.`,
    );
  };
  const model = (stage: 1 | 2 | 3) =>
    freezeModel(assignments, STAGE_PURPOSES[stage], options.parameters[`stage${stage}`] ?? {});
  const has = (stage: 1 | 2 | 3) => options.stages.includes(stage);
  const viaBatch = options.viaBatch.filter(has);
  for (const stage of viaBatch) refuseWithoutBatches(stage, model(stage));
  return {
    format: 1,
    maxPixels: options.maxPixels,
    viaBatch,
    stage1: has(1)
      ? {
          model: model(1),
          promptVersionId: promptId("stage1"),
          tagsPromptVersionId: promptId("stage1_tags"),
          answerStyles: [...ANSWER_STYLES],
        }
      : null,
    stage2: has(2)
      ? {
          model: model(2),
          promptVersionId: promptId("stage2"),
          samples: options.simpleSamples,
          maxPixels: options.maxPixels,
        }
      : null,
    stage3: has(3)
      ? {
          model: model(3),
          promptVersionId: promptId("stage3"),
          emulatedPromptVersionId: promptId("stage3_emulated"),
          samples: options.longSamples,
          cues: options.cues,
        }
      : null,
    checks: [...new Set(options.checks)].map((check) => {
      const { purpose, prompt } = MODEL_CHECK_DEFINITIONS[check];
      return {
        check,
        model: freezeModel(assignments, purpose, {}),
        promptVersionId: prompt === null ? null : promptId(prompt),
      };
    }),
  };
}

/** One purpose's model, frozen; for calls outside of the stages, such as the test button's. */
export async function freezePurpose(projectId: string, purpose: Purpose): Promise<FrozenModel> {
  return freezeModel(await listAssignments(projectId), purpose, {});
}

function refuseWithoutBatches(stage: 1 | 2 | 3, { endpointName, capabilities }: FrozenModel): void {
  if (capabilities.batchApi) return;
  throw new AppError(
    "bad_input",
    `Stage ${stage} can't be sent by batch: ${endpointName} is not known to have a Batch API. Tick it under Settings, Endpoints, or send the stage directly.`,
  );
}

function freezeModel(
  assignments: readonly AssignmentView[],
  purpose: Purpose,
  parameters: Parameters,
): FrozenModel {
  const assignment = assignments.find((candidate) => candidate.purpose === purpose);
  if (!assignment) {
    throw new AppError(
      "bad_input",
      `No model is chosen as ${PURPOSE_LABELS[purpose].name}: choose one under Settings, Endpoints.`,
    );
  }
  const { template } = assignment;
  return {
    endpointId: assignment.endpointId,
    endpointName: assignment.endpointName,
    model: assignment.model,
    parameters: { ...assignment.parameters, ...parameters },
    capabilities: assignment.capabilities,
    dialect: assignment.dialect,
    template: template !== null && isChatTemplateName(template) ? template : null,
    inputPrice: assignment.inputPrice,
    outputPrice: assignment.outputPrice,
    simulated: assignment.isSimulator,
  };
}
