import "server-only";
import { MODEL_CHECK_DEFINITIONS, MODEL_CHECKS } from "#lib/checks/model-checks.ts";
import { db } from "#lib/db/client.ts";
import { readCountersOf } from "#lib/db/counters.ts";
import { listAssignments } from "#lib/endpoints/queries.ts";
import { PURPOSES } from "#lib/endpoints/schema.ts";
import { priceFactorOf } from "#lib/generation/batch/run-queries.ts";
import { estimateRunCost, type History } from "#lib/generation/run-estimate.ts";
import { countOutcome } from "#lib/generation/run-figures.ts";
import { countInputs } from "#lib/generation/run-inputs-queries.ts";
import type { CheckModel, EstimateRequest, RunEstimate, StageModel } from "#lib/generation/run-schema.ts";
import { STAGE_PURPOSES, STAGES, type Stage } from "#lib/generation/schema.ts";

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
        batchPriceFactor: found.capabilities.batchApi ? priceFactorOf(found) : null,
        parameters: found.parameters,
      },
    };
  });
}

/** How many calls a run would make and what they would cost, by the project's own history where there is one. */
export async function estimateRun(projectId: string, request: EstimateRequest): Promise<RunEstimate> {
  const { stages, images, simpleSamples, longSamples, checks, viaBatch = [] } = request;
  const [counts, history, assignments] = await Promise.all([
    countInputs(projectId, stages, images),
    readHistory(projectId),
    listAssignments(projectId),
  ]);
  const prices = Object.fromEntries(
    assignments.map(({ purpose, inputPrice, outputPrice, capabilities }) => [
      purpose,
      { inputPrice, outputPrice, batchFactor: priceFactorOf({ capabilities }) },
    ]),
  );
  const looksWithN =
    assignments.find(({ purpose }) => purpose === STAGE_PURPOSES[2])?.capabilities.n === true;
  return {
    ...counts,
    firstStage: Math.min(...stages),
    questionsPerImage: history.questionsPerImage,
    ...estimateRunCost({
      stages,
      inputs: counts.inputs,
      simpleSamples,
      samplesPerCall: looksWithN ? simpleSamples : 1,
      longSamples,
      checks,
      viaBatch,
      prices,
      history,
    }),
  };
}

const RUNS_LOOKED_AT = 20;
/** With fewer a figure says more of chance than of the project. */
const LEAST_TASKS = 5;

/** What the project's last runs made of each input, and how long its calls were: all of it kept counts. */
async function readHistory(projectId: string): Promise<History> {
  const runs = await db().run.findMany({
    where: { projectId, kind: { not: "imported" } },
    orderBy: { id: "desc" },
    take: RUNS_LOOKED_AT,
    select: { id: true },
  });
  // Of runs alone: tests, probes and comparisons make calls too, and short ones.
  const ofRuns = await readCountersOf(runs.map(({ id }) => id));
  const sum = (name: string) => [...ofRuns.values()].reduce((total, one) => total + (one.get(name) ?? 0), 0);
  const perTask = (stage: Stage) => {
    const done = stage === 2 ? sum("made|2") + sum("lost|2") : sum(`task|${stage}|done`);
    return done >= LEAST_TASKS ? sum(`made|${stage}`) / done : null;
  };
  const tokens: History["tokens"] = {};
  for (const purpose of PURPOSES) {
    const calls = sum(`call|${purpose}|answered`);
    if (calls < LEAST_TASKS) continue;
    const of = (kind: string) => sum(`tokens|${kind}|${purpose}`) / calls;
    tokens[purpose] = { prompt: of("prompt"), completion: of("completion") };
  }
  const simpleThoughts = sum("made|2") + sum("lost|2");
  const right = [...ofRuns.values()].reduce((total, one) => total + countOutcome(one, 2, "right"), 0);
  return {
    questionsPerImage: perTask(1),
    expandableShare: perTask(2),
    rightShare: simpleThoughts >= LEAST_TASKS ? right / simpleThoughts : null,
    tokens,
  };
}

/** The checks by a model that a run can make, with the model that each would ask. */
export async function readCheckModels(projectId: string): Promise<CheckModel[]> {
  const assignments = await listAssignments(projectId);
  return MODEL_CHECKS.map((check) => {
    const found = assignments.find(({ purpose }) => purpose === MODEL_CHECK_DEFINITIONS[check].purpose);
    return {
      check,
      model: found
        ? {
            name: found.model,
            endpointName: found.endpointName,
            simulated: found.isSimulator,
            hasPrice: found.inputPrice !== null && found.outputPrice !== null,
          }
        : null,
    };
  });
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
