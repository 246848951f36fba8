"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { BatchChoice } from "#components/runs/batch-choice.tsx";
import { CheckChoice } from "#components/runs/check-choice.tsx";
import { EstimatePanel } from "#components/runs/estimate-panel.tsx";
import { ImageChoice } from "#components/runs/image-choice.tsx";
import { LimitFields } from "#components/runs/limit-fields.tsx";
import {
  checksThatApply,
  chosenPart,
  type NewRunForm as Form,
  findProblem,
  findProblemOfDryRun,
  parameterTexts,
  toEstimateRequest,
  toNewRun,
} from "#components/runs/new-run-state.ts";
import { ParameterFields } from "#components/runs/parameter-fields.tsx";
import { CueChoice, SampleFields } from "#components/runs/sample-fields.tsx";
import { StageChoice } from "#components/runs/stage-choice.tsx";
import { useEstimate } from "#components/runs/use-estimate.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { CUES } from "#lib/generation/preset.ts";
import { startRunAction } from "#lib/generation/run-actions.ts";
import type { CheckModel, StageModel } from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

export interface NewRunFormProps {
  projectId: string;
  models: StageModel[];
  checkModels: CheckModel[];
  /** Images that were picked elsewhere. */
  picked: { id: string; fileName: string }[];
  stages: Stage[];
}

export function NewRunForm({ projectId, models, checkModels, picked, stages }: NewRunFormProps) {
  const router = useRouter();
  const [form, setForm] = useState<Form>(() => startForm(models, picked, stages));
  const [hasTried, setTried] = useState(false);
  const { execute, result, isPending, hasSucceeded } = useAction(startRunAction, {
    onSuccess: ({ data }) => router.push(`/projects/${projectId}/runs/${data.runId}`),
  });
  const estimate = useEstimate(projectId, toEstimateRequest(form, models));
  const [isDry, setDry] = useState(false);
  const problem = findProblem(form, models, checkModels) ?? (isDry ? findProblemOfDryRun(form) : null);
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const isBusy = isPending || hasSucceeded;
  const isEmpty = estimate.estimate?.inputs === 0;
  const message = result.serverError?.message ?? (result.validationErrors ? "Check what was entered." : null);

  function start(kind: "generation" | "dry_run") {
    setTried(true);
    setDry(kind === "dry_run");
    const found =
      findProblem(form, models, checkModels) ?? (kind === "dry_run" ? findProblemOfDryRun(form) : null);
    if (!found && !isBusy) execute({ projectId, run: toNewRun(form, models, kind) });
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    start("generation");
  }

  return (
    <form onSubmit={submit} className="grid items-start gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
      <div className="grid gap-8">
        <StageChoice
          projectId={projectId}
          models={models}
          chosen={form.stages}
          onChange={(next) => change({ stages: next })}
        />
        <ImageChoice
          chosen={form.images}
          count={form.imageCount}
          picked={picked}
          onChange={(images) => change({ images })}
          onCount={(imageCount) => change({ imageCount })}
        />
        <SampleFields form={form} change={change} />
        {form.stages.includes(3) ? <CueChoice form={form} change={change} /> : null}
        <CheckChoice
          models={checkModels}
          stages={form.stages}
          chosen={form.checks}
          lines={estimate.estimate?.lines ?? []}
          onChange={(checks) => change({ checks })}
        />
        <BatchChoice
          models={models}
          stages={form.stages}
          chosen={form.viaBatch ?? []}
          onChange={(viaBatch) => change({ viaBatch })}
        />
        <LimitFields form={form} change={change} />
        <details className="border-line border-t pt-4">
          <summary className="font-medium text-ink text-sm">Parameters, name and seed</summary>
          <div className="mt-4 grid gap-6">
            <p className="max-w-[60ch] text-ink-3 text-xs">
              Filled in as the project’s settings have them; new projects begin with the published values.
              What an endpoint is not known to take is not sent.
            </p>
            {models
              .filter(({ stage, model }) => model && form.stages.includes(stage))
              .map(({ stage }) => (
                <ParameterFields
                  key={stage}
                  stage={stage}
                  texts={form.parameters[stage]}
                  onChange={(name, text) =>
                    change({
                      parameters: {
                        ...form.parameters,
                        [stage]: { ...form.parameters[stage], [name]: text },
                      },
                    })
                  }
                />
              ))}
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="Name" hint="To find the run again. Left empty, it is named after its stages.">
                {(ids) => (
                  <Input
                    {...ids}
                    maxLength={120}
                    value={form.name}
                    onChange={(event) => change({ name: event.target.value })}
                  />
                )}
              </Field>
              <Field
                label="Seed"
                hint="The same seed on the same inputs asks the same. Left empty, one is drawn."
              >
                {(ids) => (
                  <Input
                    {...ids}
                    maxLength={120}
                    value={form.seed}
                    onChange={(event) => change({ seed: event.target.value })}
                  />
                )}
              </Field>
            </div>
          </div>
        </details>
      </div>
      <aside aria-label="What the run will do" className="grid gap-5 lg:sticky lg:top-20">
        <div className="border-line border-t pt-4 lg:border-t-0 lg:border-l lg:py-1 lg:pl-6">
          <h2 className="eyebrow mb-2">What it will do</h2>
          <EstimatePanel
            state={{
              ...estimate,
              estimate: estimate.estimate && chosenPart(estimate.estimate, checksThatApply(form)),
            }}
            models={models}
            stages={form.stages}
          />
          {problem && (hasTried || form.stages.length === 0 || form.stages.length === 2) ? (
            <p role="alert" className="mt-3 text-sm text-wrong">
              {problem}
            </p>
          ) : null}
          {message ? (
            <div className="mt-3">
              <Notice tone="wrong" role="alert">
                {message}
              </Notice>
            </div>
          ) : null}
          <div className="mt-5 flex flex-wrap gap-2">
            <Button type="submit" variant="primary" disabled={isBusy || isEmpty}>
              {isBusy && !isDry ? "Starting…" : "Start the run"}
            </Button>
            <Button asChild variant="ghost">
              <Link href={`/projects/${projectId}/runs`}>Cancel</Link>
            </Button>
          </div>
          <div className="mt-6 border-line border-t pt-4">
            <h3 className="font-medium text-ink text-sm">Not sure what it will cost?</h3>
            <p className="mt-1 text-ink-3 text-xs">
              A dry run takes a few images, drawn at random, all the way. It shows what they really cost and
              forecasts the whole, which then takes over its replies at no cost.
            </p>
            <div className="mt-3 flex flex-wrap items-center gap-2">
              <Button disabled={isBusy || isEmpty} onClick={() => start("dry_run")}>
                {isBusy && isDry ? "Starting…" : "Dry run"}
              </Button>
              <span className="flex items-center gap-2 text-ink-2 text-sm">
                on
                <Input
                  aria-label="Images in the dry run"
                  inputMode="numeric"
                  className="w-16"
                  value={form.dryRunImages}
                  onChange={(event) => change({ dryRunImages: event.target.value })}
                />
                images
              </span>
            </div>
          </div>
        </div>
      </aside>
    </form>
  );
}

function startForm(models: readonly StageModel[], picked: readonly { id: string }[], stages: Stage[]): Form {
  const texts = (stage: Stage) =>
    parameterTexts(models.find((one) => one.stage === stage)?.model?.parameters);
  return {
    name: "",
    stages: stages.length > 0 ? stages : [1, 2, 3],
    images: picked.length > 0 ? "selected" : "not_run",
    imageCount: "10",
    pickedIds: picked.map((image) => image.id),
    simpleSamples: "3",
    longSamples: "3",
    imageSide: "512",
    cues: [...CUES],
    ownCue: "",
    parameters: { 1: texts(1), 2: texts(2), 3: texts(3) },
    seed: "",
    viaBatch: [],
    checks: [],
    budget: "",
    concurrency: "",
    untilAccepted: "",
    dryRunImages: "5",
  };
}
