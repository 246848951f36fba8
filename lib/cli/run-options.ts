import { z } from "zod";
import { MODEL_CHECKS, type ModelCheck } from "#lib/checks/model-checks.ts";
import { type Arguments, readCount } from "#lib/cli/arguments.ts";
import { runSpec } from "#lib/cli/specs.ts";
import { AppError } from "#lib/errors.ts";
import { type NewRun, newRunSchema } from "#lib/generation/run-schema.ts";

/** What a run is to be, from the command's options. Throws AppError("bad_input") in one sentence. */
export function readRunConfig(args: Arguments): NewRun {
  const [simpleSamples, longSamples] = [
    readCount(runSpec, args, "simple-samples"),
    readCount(runSpec, args, "long-samples"),
  ];
  const maxPixels = readCount(runSpec, args, "max-pixels");
  const [seed, name, budget] = [args.text("seed"), args.text("name"), args.text("budget")];
  const [concurrency, untilAccepted, dryRunImages] = [
    readCount(runSpec, args, "concurrency"),
    readCount(runSpec, args, "until-accepted"),
    readCount(runSpec, args, "dry-run"),
  ];
  const config: NewRun = {
    stages: readStages(args.needed("stages")),
    images: readImages(args.text("images") ?? "not-run"),
    ...(simpleSamples === undefined ? {} : { simpleSamples }),
    ...(longSamples === undefined ? {} : { longSamples }),
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(seed === undefined ? {} : { seed }),
    ...(name === undefined ? {} : { name }),
    ...(budget === undefined ? {} : { budget }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(untilAccepted === undefined ? {} : { untilAccepted }),
    ...(dryRunImages === undefined ? {} : { kind: "dry_run", dryRunImages }),
    checks: readChecks(args.text("checks")),
  };
  const parsed = newRunSchema.safeParse(config);
  if (!parsed.success)
    throw new AppError("bad_input", parsed.error.issues[0]?.message ?? "Check the options.");
  return config;
}

function readChecks(text: string | undefined): ModelCheck[] {
  if (text === undefined) return [];
  return text.split(",").map((part) => {
    const check = MODEL_CHECKS.find((one) => one === part.trim());
    if (check) return check;
    throw new AppError("bad_input", `--checks takes ${MODEL_CHECKS.join(", ")}, not "${part.trim()}".`);
  });
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
