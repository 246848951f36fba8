import "server-only";
import { z } from "zod";
import { type Arguments, readCount } from "#lib/cli/arguments.ts";
import type { Outcome, Output } from "#lib/cli/output.ts";
import { findActor, requireProject } from "#lib/cli/queries.ts";
import { runSpec } from "#lib/cli/specs.ts";
import { AppError } from "#lib/errors.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { type RunSummary, readRunProgress, readRunSummary } from "#lib/generation/run-queries.ts";
import type { NewRun, RunProgress } from "#lib/generation/run-schema.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";
import { runUntilDone } from "#lib/worker/until-done.ts";

export async function runRunCommand(args: Arguments, output: Output): Promise<Outcome> {
  const config = readConfig(args);
  const actor = await findActor(args.text("as"));
  const project = await requireProject(args.needed("project"), actor, "runs.manage");
  const { runId } = await startRun({ projectId: project.id, userId: actor.id, config });
  if (!args.has("wait")) return tellStarted(runId);

  output.progress("The run has begun.");
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    await runUntilDone(runId, {
      onProgress: (summary) => output.tick(describe(summary)),
      signal: controller.signal,
    });
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
    output.flush();
  }
  return tellEnded(await readEnd(project.id, runId));
}

function readConfig(args: Arguments): NewRun {
  const [simpleSamples, longSamples] = [
    readCount(runSpec, args, "simple-samples"),
    readCount(runSpec, args, "long-samples"),
  ];
  const [seed, name] = [args.text("seed"), args.text("name")];
  return {
    stages: readStages(args.needed("stages")),
    images: readImages(args.text("images") ?? "not-run"),
    ...(simpleSamples === undefined ? {} : { simpleSamples }),
    ...(longSamples === undefined ? {} : { longSamples }),
    ...(seed === undefined ? {} : { seed }),
    ...(name === undefined ? {} : { name }),
  };
}

function readStages(text: string): (1 | 2 | 3)[] {
  const stages = text.split(",").map((part) => part.trim());
  const parsed = z
    .array(z.enum(["1", "2", "3"]))
    .min(1)
    .safeParse(stages);
  const numbers = parsed.success
    ? [...new Set(parsed.data)].sort().map((stage) => (stage === "1" ? 1 : stage === "2" ? 2 : 3))
    : [];
  const isRow = numbers.every((stage, index) => index === 0 || stage === (numbers[index - 1] ?? 0) + 1);
  if (numbers.length > 0 && isRow) return numbers;
  throw new AppError(
    "bad_input",
    `--stages takes stages that follow on each other, such as 1,2,3 or 2,3, not "${text}".`,
  );
}

function readImages(text: string): NonNullable<NewRun["images"]> {
  if (text === "all") return { kind: "all" };
  if (text === "not-run") return { kind: "not_run" };
  if (/^[1-9]\d{0,6}$/.test(text)) return { kind: "first", count: Number(text) };
  throw new AppError("bad_input", `--images takes all, not-run or a number, not "${text}".`);
}

async function tellStarted(runId: string): Promise<Outcome> {
  const hasWorker = await isAnyWorkerAlive();
  const { name, state } = await readRunSummary(runId);
  return {
    isGood: true,
    json: { run: { runId, name, state }, isAnyWorkerAlive: hasWorker },
    text: hasWorker
      ? `"${name}" has begun; see how it goes with second-look status.`
      : `"${name}" waits for a worker: start the app with npm start, a worker with npm run worker, or add --wait to do the work here.`,
  };
}

async function readEnd(projectId: string, runId: string): Promise<RunProgress & { name: string }> {
  const [progress, summary] = [await readRunProgress(projectId, runId), await readRunSummary(runId)];
  if (!progress) throw new AppError("not_found", "The run was deleted meanwhile.");
  return { ...progress, name: summary.name };
}

function tellEnded(run: RunProgress & { name: string }): Outcome {
  const failed = run.stages.reduce((sum, stage) => sum + stage.failed, 0);
  const lines = run.stages.map((stage) => {
    const outcomes = stage.outcomes.map((one) => `${one.count} ${one.name}`).join(", ");
    return `  stage ${stage.stage}: ${stage.done} calls done, ${stage.failed} failed; ${stage.made} made, ${stage.lost} unusable${outcomes ? ` (${outcomes})` : ""}`;
  });
  const failures = run.failures.map((group) => `  ${group.count} × ${group.title}`);
  return {
    isGood: run.state === "done" && failed === 0,
    json: { run },
    text: [
      `"${run.name}" is ${run.state}${run.reason ? `: ${run.reason}` : "."}`,
      ...lines,
      ...failures,
    ].join("\n"),
  };
}

function describe({ counts, spending }: RunSummary): string {
  const total = counts.waiting + counts.working + counts.done + counts.failed + counts.cancelled;
  return `${counts.done} of ${total} tasks done, ${counts.working} in flight, ${counts.failed} failed, ${spending.calls} calls`;
}
