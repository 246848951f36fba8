import { describe, expect, it } from "vitest";
import { capabilitiesSchema } from "#lib/endpoints/schema.ts";
import { firstStage, forecastRemaining, nextTasks, tasksOn } from "#lib/generation/run-planner.ts";
import { newRunSchema, type RunConfig, type StageProgress } from "#lib/generation/run-schema.ts";
import { nextRunState, statesBefore } from "#lib/generation/run-state.ts";
import type { Stage } from "#lib/generation/schema.ts";
import type { Grade } from "#lib/traces/kind.ts";

const model = {
  endpointId: "0197a0c0-0000-7000-8000-000000000001",
  endpointName: "Local",
  model: "m",
  parameters: {},
  capabilities: capabilitiesSchema.parse({}),
  dialect: "completions" as const,
  template: null,
  inputPrice: null,
  outputPrice: null,
  simulated: true,
};

function simple(isExpandable: boolean, grade: Grade = isExpandable ? "wrong" : "ungradable") {
  return {
    stage: 2 as const,
    questionId: "q",
    thoughts: [{ simpleThoughtId: "s", traceId: "trace", grade, isExpandable }],
    missing: [],
  };
}

function configOf(stages: Stage[], simple = 3, long = 2): RunConfig {
  return {
    format: 1,
    checks: [],
    stages,
    images: { kind: "all" },
    lastImageId: null,
    stage1: stages.includes(1)
      ? { model, promptVersionId: "p", tagsPromptVersionId: "t", answerStyles: ["parenthesis"] }
      : null,
    stage2: stages.includes(2) ? { model, promptVersionId: "p", samples: simple, maxPixels: 262_144 } : null,
    stage3: stages.includes(3)
      ? { model, promptVersionId: "p", emulatedPromptVersionId: "e", samples: long, cues: ["Wait,"] }
      : null,
  };
}

function progress(stage: Stage, given: Partial<StageProgress>): StageProgress {
  const none = { waiting: 0, working: 0, done: 0, failed: 0, cancelled: 0, made: 0, lost: 0, reused: 0 };
  return { stage, ...none, outcomes: [], rejections: [], ...given };
}

describe("the tasks of a run", () => {
  it("flow down: samples on each question, and on each simple thought that can be expanded", () => {
    const config = configOf([1, 2, 3]);
    expect(firstStage(config)).toBe(1);
    expect(tasksOn(config, 1, "image")).toEqual([{ stage: 1, inputId: "image", sampleIndex: 0 }]);
    const second = nextTasks(config, { stage: 1, questionIds: ["a", "b"] });
    expect(second.map((task) => `${task.stage}${task.inputId}${task.sampleIndex}`)).toEqual([
      "2a0",
      "2a1",
      "2a2",
      "2b0",
      "2b1",
      "2b2",
    ]);
    expect(nextTasks(config, simple(true))).toHaveLength(2);
    expect(nextTasks(config, simple(false))).toEqual([]);
    expect(nextTasks(config, { stage: 3, traceId: "t" })).toEqual([]);
  });

  it("ask for all samples in one call where the endpoint gives them, and for each that did not come by itself", () => {
    const config = configOf([2]);
    if (config.stage2) config.stage2.model = { ...model, capabilities: { ...model.capabilities, n: true } };
    expect(tasksOn(config, 2, "q")).toEqual([{ stage: 2, inputId: "q", sampleIndex: 0, samples: 3 }]);
    expect(nextTasks(config, { ...simple(true), missing: [1, 2] })).toEqual([
      { stage: 2, inputId: "q", sampleIndex: 1 },
      { stage: 2, inputId: "q", sampleIndex: 2 },
    ]);
  });

  it("have the checks look at what goes to review: long thoughts, right simple ones, and those that nothing follows", () => {
    const config = configOf([1, 2, 3]);
    config.checks = (["without-image", "judge-consistency"] as const).map((check) => ({
      check,
      model,
      promptVersionId: null,
    }));
    const checks = (tasks: readonly { stage: number; check?: string; inputId: string }[]) =>
      tasks.filter(({ stage }) => stage === 4).map(({ check, inputId }) => `${check} ${inputId}`);
    expect(checks(nextTasks(config, { stage: 1, questionIds: ["q"] }))).toEqual(["without-image q"]);
    expect(checks(nextTasks(config, simple(true, "wrong")))).toEqual([]);
    const right = nextTasks(config, simple(true, "right"));
    expect(checks(right)).toEqual(["judge-consistency trace"]);
    expect(right.filter(({ stage }) => stage === 3)).toHaveLength(2);
    expect(checks(nextTasks(config, simple(false)))).toEqual(["judge-consistency trace"]);
    expect(checks(nextTasks(config, { stage: 3, traceId: "long" }))).toEqual(["judge-consistency long"]);
    expect(nextTasks(config, { stage: 4 })).toEqual([]);
  });

  it("end where the run's stages end", () => {
    expect(nextTasks(configOf([1]), { stage: 1, questionIds: ["a"] })).toEqual([]);
    expect(nextTasks(configOf([2]), simple(true))).toEqual([]);
    expect(firstStage(configOf([3, 2]))).toBe(2);
  });
});

describe("estimates", () => {
  it("learn from what the run has made so far", () => {
    const config = configOf([1, 2, 3], 1, 1);
    const stages = [
      progress(1, { waiting: 10, done: 10, made: 40 }),
      progress(2, { waiting: 5, done: 20, made: 10, failed: 0 }),
    ];
    // 10 images → 40 more questions; 5 + 40 simple thoughts, half of them expandable.
    expect(forecastRemaining(config, stages, [])).toBe(10 + 45 + 23);
  });

  it("count a question's samples as one task where the endpoint gives them in one call", () => {
    const config = configOf([1, 2, 3], 3, 2);
    const stages = [progress(1, { waiting: 10, done: 10, made: 40 })];
    const one = forecastRemaining(config, stages, []);
    if (config.stage2) config.stage2.model = { ...model, capabilities: { ...model.capabilities, n: true } };
    const together = forecastRemaining(config, stages, []);
    // 10 images → 40 questions; their 120 thoughts take 120 calls or 40, and as many long ones follow either way.
    expect(one - together).toBe(80);
    // What a call of three has made is counted by the call: two of three go on, to two long thoughts each.
    const known = [
      progress(1, { done: 10, made: 40 }),
      progress(2, { waiting: 30, done: 10, made: 20, lost: 10 }),
    ];
    expect(forecastRemaining(config, known, [])).toBe(30 + 60 * 2);
  });

  it("count the checks: those that wait, and those of what is still to be made", () => {
    const config = configOf([1, 2, 3], 1, 1);
    config.checks = (["without-image", "judge-consistency"] as const).map((check) => ({
      check,
      model,
      promptVersionId: null,
    }));
    const open = { waiting: 4, working: 1, done: 0, failed: 0, cancelled: 0, outcomes: [] };
    const stages = [
      progress(1, { waiting: 10, done: 10, made: 20 }),
      progress(2, { done: 20, made: 16, lost: 4, outcomes: [{ name: "right", count: 10 }] }),
      progress(3, { done: 10, made: 8 }),
    ];
    // 10 images → 20 questions, each with a check → 20 simple thoughts, 4 lost and 10 right of them with a check each
    // → 16 long thoughts, each with a check.
    expect(forecastRemaining(config, stages, [{ check: "judge-consistency", ...open }])).toBe(
      5 + (10 + 20) + (20 + 14) + (16 + 16),
    );
  });
});

describe("the states of a run", () => {
  it("allow what makes sense and nothing else", () => {
    expect(nextRunState("running", "pause")).toBe("paused");
    expect(nextRunState("stopped", "resume")).toBe("running");
    expect(nextRunState("done", "resume")).toBeNull();
    expect(nextRunState("done", "retry")).toBe("running");
    expect(nextRunState("cancelled", "retry")).toBeNull();
    expect(statesBefore("cancel").sort()).toEqual(["paused", "running", "stopped"]);
  });
});

describe("newRunSchema", () => {
  it("takes contiguous stages only", () => {
    expect(newRunSchema.safeParse({ stages: [2, 3] }).success).toBe(true);
    expect(newRunSchema.safeParse({ stages: [1, 3] }).error?.issues[0]?.message).toContain(
      "follow on each other",
    );
    expect(newRunSchema.safeParse({ stages: [] }).success).toBe(false);
  });

  it("takes no check that the stages give nothing to look at", () => {
    const problem = (stages: number[], check: string) =>
      newRunSchema.safeParse({ stages, checks: [check] }).error?.issues[0]?.message ?? null;
    expect(problem([1], "two-choices")).toBeNull();
    expect(problem([2, 3], "two-choices")).toContain("needs stage 1");
    expect(problem([2], "rederived")).toBeNull();
    expect(problem([1], "rederived")).toContain("needs stage 2 or 3");
  });
});
