"use client";

import { type FormEvent, useState } from "react";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { startCheckAction } from "#lib/contamination/actions.ts";
import type { CheckView } from "#lib/contamination/schema.ts";

export interface CheckPanelProps {
  projectId: string;
  check: CheckView | null;
  counts: { images: number; questions: number; dismissed: number };
  /** A benchmark was added since. */
  isStale: boolean;
  canManage: boolean;
  isWorkerAlive: boolean;
}

/** Starts a comparison, shows how far it is and what the last one took in. */
export function CheckPanel({ projectId, check, counts, isStale, canManage, isWorkerAlive }: CheckPanelProps) {
  const [distance, setDistance] = useState(String(check?.options.mostDistance ?? 6));
  const [overlap, setOverlap] = useState(String(Math.round((check?.options.leastOverlap ?? 0.5) * 100)));
  const { run, isPending, error } = useCommand();
  const isUnderWay = check?.state === "waiting" || check?.state === "working";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const options = { mostDistance: Number(distance), leastOverlap: Number(overlap) / 100 };
    run(() => startCheckAction({ projectId, options }), "The comparison has begun");
  }

  return (
    <div className="grid max-w-3xl gap-4">
      {check && !isUnderWay ? <Last check={check} dismissed={counts.dismissed} /> : null}
      {isStale && check?.endedAt && !isUnderWay ? (
        <Notice tone="unsure">A benchmark was added since. Compare again to take it in.</Notice>
      ) : null}
      {isUnderWay && check ? (
        <div role="status" className="grid gap-1.5">
          <Progress
            label="Comparing"
            value={check.progress?.done ?? 0}
            max={check.progress ? check.progress.total : null}
          />
          <p className="text-ink-3 text-xs">
            {isWorkerAlive
              ? check.progress
                ? `Comparing ${check.progress.what}: ${formatCount(check.progress.done)} of ${formatCount(check.progress.total)}. You can leave this page.`
                : "Reading the benchmarks. You can leave this page."
              : "It waits for a worker: start the app with its worker, or run “npm run worker”."}
          </p>
        </div>
      ) : null}
      {canManage && !isUnderWay ? (
        <form onSubmit={submit} className="flex flex-wrap items-start gap-3">
          <Field
            label="Pictures differ in at most"
            hint="bits of 64. Copies differ in up to 6, others in more than 10."
            className="w-56"
          >
            {(ids) => (
              <Input
                {...ids}
                type="number"
                required
                min={0}
                max={16}
                value={distance}
                onChange={(event) => setDistance(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Questions share at least"
            hint="percent of their sequences of eight words."
            className="w-56"
          >
            {(ids) => (
              <Input
                {...ids}
                type="number"
                required
                min={10}
                max={100}
                value={overlap}
                onChange={(event) => setOverlap(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" variant="primary" className="mt-6" disabled={isPending}>
            {check ? "Compare again" : "Compare"}
          </Button>
        </form>
      ) : null}
      {error ? (
        <Notice tone="wrong" role="alert">
          {error}
        </Notice>
      ) : null}
    </div>
  );
}

function Last({ check, dismissed }: { check: CheckView; dismissed: number }) {
  if (check.state === "failed")
    return (
      <Notice tone="wrong" title="The comparison broke off" role="alert">
        {check.error}
      </Notice>
    );
  return (
    <p className="text-ink-2">
      {formatPlural(check.imageCount, "image")} and {formatPlural(check.questionCount, "question")} were
      compared <TimeAgo at={check.endedAt ?? check.startedAt} />
      {check.unreadCount > 0
        ? `; ${formatPlural(check.unreadCount, "image")} had no file that can be opened`
        : ""}
      {dismissed > 0 ? `; ${formatPlural(dismissed, "find")} dismissed` : ""}. Crops and turned pictures are
      not recognised.
    </p>
  );
}
