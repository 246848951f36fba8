import "server-only";
import { AppError } from "#lib/errors.ts";
import { freezePurpose } from "#lib/generation/config-queries.ts";
import { readRequestOptions, readRequestParts } from "#lib/generation/request-parts.ts";
import { type FrozenModel, STAGE_PURPOSES } from "#lib/generation/schema.ts";
import { stageOfPrompt } from "#lib/prompts/comparison-schema.ts";
import { markVariables, splitMarks } from "#lib/prompts/highlight.ts";
import { readInputs } from "#lib/prompts/input-queries.ts";
import { configWith, prepareStage } from "#lib/prompts/prepare-commands.ts";
import type { PreviewPart, PromptPreview } from "#lib/prompts/preview-schema.ts";
import { readCurrentPrompts, withDraft } from "#lib/prompts/queries.ts";
import type { PromptContent, PromptName } from "#lib/prompts/schema.ts";
import { checkPrompt, trimContent } from "#lib/prompts/template.ts";

/**
 * A prompt, saved or not, as it would be sent about one input: the very call that the stage builds, with what each
 * variable put in set apart. Nothing is sent.
 */
export async function previewPrompt(input: {
  projectId: string;
  userId: string;
  name: PromptName;
  content: PromptContent;
  inputId: string;
}): Promise<PromptPreview> {
  const { projectId, userId, name, inputId } = input;
  const stage = stageOfPrompt(name);
  if (stage === null) throw new AppError("bad_input", "Only the prompts of the three stages have a preview.");
  const [problem] = checkPrompt(name, input.content);
  if (problem) throw new AppError("bad_input", problem.message);
  const current = (await readCurrentPrompts(projectId))[name];
  if (!current) throw new AppError("not_found", "This project has no such prompt.");
  const [line] = await readInputs(projectId, stage, [inputId]);
  if (!line) throw new AppError("not_found", "This input is no longer in the project. Choose another.");
  const model = fitting(name, await freezePurpose(projectId, STAGE_PURPOSES[stage]));
  const content = markVariables(trimContent(name, input.content));
  const config = await configWith(projectId, stage, { model, promptVersionId: current.id });
  const { call } = await withDraft({ id: current.id, content }, () =>
    prepareStage({ projectId, userId, stage, config, inputId, seed: "preview" }),
  );
  const body = call.storedBody.value;
  return {
    model: model.model,
    endpointName: model.endpointName,
    route: call.request.route,
    input: line,
    parts: readRequestParts(body).map(
      (part): PreviewPart =>
        part.kind === "image"
          ? { kind: "image", role: part.role, imageId: line.imageId, mime: part.mime, bytes: part.bytes }
          : { kind: "text", role: part.role, segments: splitMarks(part.text) },
    ),
    options: readRequestOptions(body),
    withheld: call.request.parameters.withheld,
  };
}

/** Each stage has two prompts where models differ: the preview is of a model that this one is for. */
function fitting(name: PromptName, model: FrozenModel): FrozenModel {
  const { capabilities, dialect, template } = model;
  switch (name) {
    case "stage1":
      return { ...model, capabilities: { ...capabilities, structuredOutput: true } };
    case "stage1_tags":
      return { ...model, capabilities: { ...capabilities, structuredOutput: false } };
    case "stage3":
      if (dialect !== "emulated") return model;
      return { ...model, dialect: template === null ? "continue_final_message" : "completions" };
    case "stage3_emulated":
      return { ...model, dialect: "emulated" };
    default:
      return model;
  }
}
