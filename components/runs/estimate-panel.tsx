import type { EstimateState } from "#components/runs/use-estimate.ts";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Notice, Skeleton } from "#components/ui/page.tsx";
import { type RunEstimate, STAGE_NAMES, type StageModel } from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

/** What the run will do: how many calls, to which model, and whether they cost. */
export function EstimatePanel({
  state,
  models,
  stages,
}: {
  state: EstimateState;
  models: readonly StageModel[];
  stages: readonly Stage[];
}) {
  const { estimate, isLoading, error } = state;
  if (error) {
    return (
      <Notice tone="unsure" role="status">
        How many calls this takes could not be found out: {error}
      </Notice>
    );
  }
  if (!estimate) return isLoading ? <Skeleton className="h-24 w-full" /> : null;
  if (estimate.inputs === 0) {
    return (
      <Notice tone="unsure" role="status" title="There is nothing to run">
        <p>{nothingToRun(estimate)}</p>
      </Notice>
    );
  }
  return (
    <div role="status" aria-busy={isLoading} className={isLoading ? "opacity-60" : undefined}>
      <p className="text-ink">
        <span className="tabular font-medium text-2xl tracking-tight">
          {isWhollyExact(estimate) ? "" : "about "}
          {formatCount(estimate.total)}
        </span>{" "}
        {estimate.total === 1 ? "call" : "calls"}
      </p>
      <p className="text-ink-2">
        on {formatPlural(estimate.images, "image")}
        {estimate.firstStage === 1
          ? ""
          : ` with ${formatCount(estimate.inputs)} ${inputsOf(estimate.firstStage)}`}
      </p>
      <dl className="mt-3 grid gap-1.5 text-sm">
        {estimate.calls.map((line) => (
          <div key={line.stage} className="flex justify-between gap-4">
            <dt className="text-ink-2">
              Stage {line.stage}, {STAGE_NAMES[line.stage].name.toLowerCase()}
            </dt>
            <dd className="tabular">
              {line.isExact ? "" : "≈ "}
              {formatCount(line.count)}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-ink-3 text-xs">{priceSentence(models, stages)}</p>
      {isWhollyExact(estimate) ? null : (
        <p className="mt-1 text-ink-3 text-xs">
          Later stages depend on what the first one makes: about 7 to 8 questions for each image are usual.
        </p>
      )}
    </div>
  );
}

function isWhollyExact(estimate: RunEstimate): boolean {
  return estimate.calls.every((line) => line.isExact);
}

function inputsOf(stage: number): string {
  return stage === 2 ? "questions" : "simple thoughts";
}

function nothingToRun({ images, firstStage }: RunEstimate): string {
  if (firstStage === 1)
    return "No image fits this choice: every one has questions already, or has no description. Choose “All” to add more to them.";
  if (images === 0)
    return `No image fits this choice: none has ${inputsOf(firstStage)} that stage ${firstStage} has not worked on.`;
  return `These images have no ${inputsOf(firstStage)} yet: run stage ${firstStage - 1} on them first.`;
}

function priceSentence(models: readonly StageModel[], stages: readonly Stage[]): string {
  const used = models.filter((one) => stages.includes(one.stage)).map((one) => one.model);
  if (used.every((model) => model?.simulated))
    return "Every stage is simulated: it costs nothing, and is not real data.";
  if (used.some((model) => model && !model.hasPrice)) {
    return "The price of at least one model is not known, so neither is the cost: enter prices under Settings, Endpoints.";
  }
  return "Each call is priced as it is answered; the run's page shows what it has cost so far.";
}
