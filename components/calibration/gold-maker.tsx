"use client";

import Link from "next/link";
import { useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { PlantedStep } from "#components/calibration/planted-step.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { randomId } from "#components/ui/random-id.ts";
import { markGoldAction, plantGoldAction, suggestPlantsAction } from "#lib/calibration/actions.ts";
import { PLANT_KIND_NAMES } from "#lib/calibration/plant-kinds.ts";
import type { PlantPreview } from "#lib/calibration/schema.ts";

export interface GoldMakerProps {
  projectId: string;
  /** The trace that the address names: what was decided, and what can be planted in it. */
  chosen: { decision: "approved" | "rejected" | null; previews: PlantPreview[] } | null;
  sourceId: string | null;
}

/** Plants to look at before they are used, of traces drawn by chance or of one; and gold as it was decided. */
export function GoldMaker({ projectId, chosen, sourceId }: GoldMakerProps) {
  const { run, isPending, error } = useCommand();
  const [drawn, setDrawn] = useState<PlantPreview[] | null>(null);
  const [used, setUsed] = useState<ReadonlySet<string>>(new Set());

  function draw() {
    const seed = randomId().slice(0, 8);
    run(async () => {
      const outcome = await suggestPlantsAction({ projectId, seed });
      if (outcome.data) setDrawn(outcome.data.previews);
      return outcome;
    }, "Drawn");
  }

  function use(preview: PlantPreview) {
    run(
      () => plantGoldAction({ projectId, traceId: preview.traceId, plant: preview.plant }),
      "Planted: it is gold now",
      () => setUsed(new Set([...used, preview.traceId])),
    );
  }

  const previews = (sourceId ? (chosen?.previews ?? []) : (drawn ?? [])).filter(
    ({ traceId }) => !used.has(traceId),
  );
  return (
    <div className="grid gap-5">
      <FormError message={error ?? undefined} />
      {sourceId ? (
        <ChosenTrace
          {...{ projectId, sourceId, chosen, isPending }}
          isUsed={used.has(sourceId)}
          onMark={() =>
            run(
              () => markGoldAction({ projectId, traceId: sourceId }),
              "It is gold now",
              () => setUsed(new Set([...used, sourceId])),
            )
          }
        />
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <Button onClick={draw} disabled={isPending}>
            {drawn ? "Draw others" : "Suggest errors to plant"}
          </Button>
          <span className="text-ink-3 text-sm">
            Or open a decided trace and choose “Use for calibration” there.
          </span>
        </div>
      )}
      {drawn && previews.length === 0 && !sourceId ? (
        <p className="text-ink-2 text-sm" role="status">
          {used.size > 0
            ? "All of these are used. Draw others."
            : "No approved trace has a colour, a count or a side that can be changed. Approve some first."}
        </p>
      ) : null}
      <ul className="grid gap-5">
        {previews.map((preview) => (
          <li
            key={`${preview.traceId} ${preview.plant.start}`}
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-line border-t pt-4"
          >
            <div className="min-w-0 max-w-[68ch] flex-1">
              <p className="text-ink-3 text-xs">
                {PLANT_KIND_NAMES[preview.plant.kind]} · {preview.traceKind} · {preview.imageExternalId}
              </p>
              <p className="text-sm">
                <Link href={`/projects/${projectId}/traces/${preview.traceId}`} className="link">
                  {preview.questionText}
                </Link>
              </p>
              <PlantedStep text={preview.stepText} plant={preview.plant} start={preview.stepStart} />
            </div>
            <Button size="sm" disabled={isPending} onClick={() => use(preview)}>
              Plant it
              <span className="sr-only">
                {" "}
                {preview.plant.to} for {preview.plant.from}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ChosenTrace({
  projectId,
  sourceId,
  chosen,
  isPending,
  isUsed,
  onMark,
}: Pick<GoldMakerProps, "projectId" | "chosen"> & {
  sourceId: string;
  isPending: boolean;
  isUsed: boolean;
  onMark: () => void;
}) {
  if (!chosen)
    return <p className="text-ink-2 text-sm">This trace is no longer there. It may have been deleted.</p>;
  const { decision, previews } = chosen;
  return (
    <div className="grid gap-3">
      <p className="max-w-[68ch] text-ink-2 text-sm">
        {decision === null
          ? "Nobody has decided this trace yet, so what is right of it is not known. "
          : isUsed
            ? "It is gold now. "
            : `It was ${decision}. As gold, whoever says otherwise is told. `}
        {decision === "approved" && previews.length === 0
          ? "Nothing in it can be changed into an error that is surely one."
          : ""}{" "}
        <Link href={`/projects/${projectId}/traces/${sourceId}`} className="link">
          The trace
        </Link>{" "}
        ·{" "}
        <Link href={`/projects/${projectId}/review/calibration`} className="link">
          Others
        </Link>
      </p>
      {decision !== null && !isUsed ? (
        <div>
          <Button size="sm" disabled={isPending} onClick={onMark}>
            Gold as it is: {decision}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
