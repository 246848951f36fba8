import "server-only";
import { db } from "#lib/db/client.ts";
import { listAssignments } from "#lib/endpoints/queries.ts";
import { countInputs } from "#lib/generation/run-inputs-queries.ts";
import { estimateCalls } from "#lib/generation/run-planner.ts";
import type { EstimateRequest, RunEstimate, StageModel } from "#lib/generation/run-schema.ts";
import { STAGE_PURPOSES, STAGES } from "#lib/generation/schema.ts";

/** What a new run would use at each stage, as the project's settings are now. */
export async function readStageModels(projectId: string): Promise<StageModel[]> {
  const assignments = await listAssignments(projectId);
  return STAGES.map((stage) => {
    const found = assignments.find((assignment) => assignment.purpose === STAGE_PURPOSES[stage]);
    if (!found) return { stage, model: null };
    return {
      stage,
      model: {
        name: found.model,
        endpointName: found.endpointName,
        simulated: found.isSimulator,
        hasPrice: found.inputPrice !== null && found.outputPrice !== null,
        parameters: found.parameters,
      },
    };
  });
}

/** How many calls a run would make, and on what. */
export async function estimateRun(projectId: string, request: EstimateRequest): Promise<RunEstimate> {
  const counts = await countInputs(projectId, request.stages, request.images);
  const samples = { simple: request.simpleSamples, long: request.longSamples };
  const first = Math.min(...request.stages);
  // What comes first is on the inputs themselves; its samples count as those of any later stage do.
  return { ...counts, ...estimateCalls(request.stages, counts.inputs, samples), firstStage: first };
}

/** The images that were picked for a run, by name, for the form to say which. */
export async function readPickedImages(
  projectId: string,
  imageIds: readonly string[],
): Promise<{ id: string; fileName: string }[]> {
  return db().image.findMany({
    where: { projectId, id: { in: [...imageIds] } },
    orderBy: { id: "asc" },
    select: { id: true, fileName: true },
  });
}
