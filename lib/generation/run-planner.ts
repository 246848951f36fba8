import { MODEL_CHECK_DEFINITIONS, type ModelCheck } from "#lib/checks/model-checks.ts";
import type { CheckProgress, RunConfig, StageProgress } from "#lib/generation/run-schema.ts";
import type { GenerationConfig, Stage, WorkStage } from "#lib/generation/schema.ts";
import type { Grade } from "#lib/traces/kind.ts";

/** One call that a run has to make: a stage on an input (an image, a question, a simple thought), one sample. */
export type PlannedTask = {
  stage: WorkStage;
  inputId: string;
  sampleIndex: number;
  /** Samples to ask for in one call; one where it is left out. */
  samples?: number;
  /** Stage 4: which check. */
  check?: ModelCheck;
};

/** What a finished task gave that further tasks can start from. */
export type TaskYield =
  | { stage: 1; questionIds: readonly string[] }
  | {
      stage: 2;
      questionId: string;
      thoughts: readonly { simpleThoughtId: string; traceId: string; grade: Grade; isExpandable: boolean }[];
      /** Samples that the call was to bring and did not: each is asked for by itself. */
      missing: readonly number[];
    }
  | { stage: 3; traceId: string }
  | { stage: 4 };

/** The stage at which the run begins. */
export function firstStage(config: Pick<RunConfig, "stages">): Stage {
  return Math.min(...config.stages) as Stage;
}

/**
 * The tasks on one input of a stage: one for each sample that the config asks for, or one for all where the endpoint
 * gives several in one call. Stage 3 is always one by one: each sample goes on from a cue and a joiner of its own.
 */
export function tasksOn(config: GenerationConfig, stage: Stage, inputId: string): PlannedTask[] {
  const samples = samplesOf(config, stage);
  if (stage === 2 && samples > 1 && config.stage2?.model.capabilities.n) {
    return [{ stage, inputId, sampleIndex: 0, samples }];
  }
  return Array.from({ length: samplesOf(config, stage) }, (_, sampleIndex) => ({
    stage,
    inputId,
    sampleIndex,
  }));
}

/** The tasks that become possible with what a task gave; none after the last stage or from what cannot be used. */
export function nextTasks(config: RunConfig, result: TaskYield): PlannedTask[] {
  switch (result.stage) {
    case 1:
      return result.questionIds.flatMap((questionId) => [
        ...checksOn(config, "question", questionId),
        ...(config.stages.includes(2) ? tasksOn(config, 2, questionId) : []),
      ]);
    case 2:
      return [
        ...result.missing.map((sampleIndex) => ({
          stage: 2 as const,
          inputId: result.questionId,
          sampleIndex,
        })),
        ...result.thoughts.flatMap(({ simpleThoughtId, traceId, grade, isExpandable }) => {
          const isContinued = isExpandable && config.stages.includes(3);
          // A right simple thought goes to review beside its long ones; a wrong one is of use only to go on from.
          const isChecked = !isContinued || grade === "right";
          return [
            ...(isContinued ? tasksOn(config, 3, simpleThoughtId) : []),
            ...(isChecked ? checksOn(config, "trace", traceId) : []),
          ];
        }),
      ];
    case 3:
      return checksOn(config, "trace", result.traceId);
    case 4:
      return [];
  }
}

/** One task for each check by a model that looks at this. */
export function checksOn(config: GenerationConfig, on: "question" | "trace", inputId: string): PlannedTask[] {
  return config.checks
    .filter(({ check }) => MODEL_CHECK_DEFINITIONS[check].on === on)
    .map(({ check }) => ({ stage: 4, inputId, sampleIndex: 0, check }));
}

/** How many tasks each input of the stage gets. */
export function samplesOf(config: GenerationConfig, stage: Stage): number {
  if (stage === 1) return config.stage1 ? 1 : 0;
  if (stage === 2) return config.stage2?.samples ?? 0;
  return config.stage3?.samples ?? 0;
}

/** Later stages first: what has begun is finished before more is begun, so that the first traces come soon. */
export function priorityOf(stage: WorkStage): number {
  return stage * 10;
}

/** What stages usually make of an input, until a run has shown what it makes of it. */
export const USUAL_QUESTIONS_PER_IMAGE = 7.5;
export const USUAL_EXPANDABLE_SHARE = 0.97;
/** Of all simple thoughts, as in the published example outputs. */
export const USUAL_RIGHT_SHARE = 0.58;

/**
 * How many tasks are still to come, those not made yet included: each stage's open tasks, times what its finished
 * tasks have made so far, times the tasks that the next stage has on each; and the checks of all that is made.
 */
export function forecastRemaining(
  config: RunConfig,
  stages: readonly StageProgress[],
  checks: readonly CheckProgress[],
): number {
  let remaining = checks.reduce((sum, { waiting, working }) => sum + waiting + working, 0);
  let arriving = 0;
  for (const stage of [...config.stages].sort()) {
    const progress = stages.find((one) => one.stage === stage);
    const open = (progress?.waiting ?? 0) + (progress?.working ?? 0) + arriving;
    const each = outputPerTask(config, stage, progress);
    const next = (stage + 1) as Stage;
    arriving = stage < 3 && config.stages.includes(next) ? open * each.next * tasksPerInput(config, next) : 0;
    remaining += open * (1 + each.checked * checksOn(config, stage === 1 ? "question" : "trace", "").length);
  }
  return Math.round(remaining);
}

/** What a task of the stage makes, on average: inputs of the next stage, and what the checks by a model look at. */
function outputPerTask(
  config: RunConfig,
  stage: Stage,
  progress: StageProgress | undefined,
): { next: number; checked: number } {
  const finished = (progress?.done ?? 0) + (progress?.failed ?? 0);
  const isKnown = progress !== undefined && finished >= 5;
  const perTask = (count: number) => count / finished;
  if (stage === 1) {
    const questions = isKnown ? perTask(progress.made) : USUAL_QUESTIONS_PER_IMAGE;
    return { next: questions, checked: questions };
  }
  if (stage === 3) return { next: 0, checked: isKnown ? perTask(progress.done) : 1 };
  const samples = samplesOf(config, 2) / Math.max(1, tasksPerInput(config, 2));
  const good = isKnown ? perTask(progress.made) : USUAL_EXPANDABLE_SHARE * samples;
  const lost = isKnown ? perTask(progress.lost) : (1 - USUAL_EXPANDABLE_SHARE) * samples;
  const rightCount = progress?.outcomes.find(({ name }) => name === "right")?.count ?? 0;
  const right = isKnown ? perTask(rightCount) : USUAL_RIGHT_SHARE * samples;
  return { next: good, checked: lost + (config.stages.includes(3) ? right : good) };
}

function tasksPerInput(config: GenerationConfig, stage: Stage): number {
  return tasksOn(config, stage, "").length;
}
