"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useCommand } from "#components/people/use-command.ts";
import { FailureGroups } from "#components/runs/failure-groups.tsx";
import { RunControls } from "#components/runs/run-controls.tsx";
import { RunFigures } from "#components/runs/run-figures.tsx";
import { RunStateBadge } from "#components/runs/run-state-badge.tsx";
import { StageFunnel } from "#components/runs/stage-funnel.tsx";
import { useRunProgress } from "#components/runs/use-run-progress.ts";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Notice, PageHeader, Section } from "#components/ui/page.tsx";
import {
  cancelRunAction,
  pauseRunAction,
  resumeRunAction,
  retryFailedAction,
} from "#lib/generation/run-actions.ts";
import type { RunProgress } from "#lib/generation/run-schema.ts";
import type { ConfigLine } from "#lib/generation/schema.ts";

export interface RunLiveProps {
  projectId: string;
  name: string;
  initial: RunProgress;
  lines: ConfigLine[];
  canManage: boolean;
  /** What was frozen at the start. */
  children: ReactNode;
}

/** A run's screen, which follows the run without being reloaded. */
export function RunLive({ projectId, name, initial, lines, canManage, children }: RunLiveProps) {
  const { progress, isStale } = useRunProgress(projectId, initial);
  const { run, isPending, error } = useCommand();
  const target = { projectId, runId: progress.runId };
  const failed = progress.stages.reduce((sum, stage) => sum + stage.failed, 0);
  const isSimulated = lines.some((line) => line.simulated);

  return (
    <>
      <PageHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-3">
            {name}
            <RunStateBadge state={progress.state} failed={failed} />
            {isSimulated ? <SimulatedBadge /> : null}
          </span>
        }
        trail={[{ label: "Runs", href: `/projects/${projectId}/runs` }]}
        actions={
          <>
            <Button asChild>
              <Link href={`/projects/${projectId}/traces?run=${progress.runId}`}>Traces of this run</Link>
            </Button>
            {canManage ? (
              <RunControls
                progress={progress}
                isPending={isPending}
                onPause={() => run(() => pauseRunAction(target), "Paused: calls in flight are finished")}
                onResume={() => run(() => resumeRunAction(target), "Running again")}
                onCancel={() => run(() => cancelRunAction(target), "Cancelled")}
              />
            ) : null}
          </>
        }
      />
      <div className="mb-6 grid gap-3 empty:hidden">
        <Notices progress={progress} isStale={isStale} error={error} canManage={canManage} />
      </div>
      <div className="pb-8">
        <RunFigures progress={progress} isSimulated={isSimulated} />
      </div>
      <Section title="What went in and what came out">
        <StageFunnel stages={progress.stages} lines={lines} isPlanned={progress.isPlanned} />
      </Section>
      {progress.failures.length > 0 ? (
        <Section
          title={`${formatPlural(failed, "call")} failed for good`}
          description="Each was tried again as often as made sense. What succeeded is kept, whatever you do here."
        >
          <FailureGroups
            projectId={projectId}
            groups={progress.failures}
            canRetry={canManage && progress.state !== "cancelled"}
            isPending={isPending}
            onRetry={(code, count) =>
              run(
                () => retryFailedAction({ ...target, ...(code === undefined ? {} : { errorCode: code }) }),
                `Trying ${formatPlural(count, "call")} again`,
              )
            }
          />
        </Section>
      ) : null}
      {children}
    </>
  );
}

function Notices({
  progress,
  isStale,
  error,
  canManage,
}: {
  progress: RunProgress;
  isStale: boolean;
  error: string | null;
  canManage: boolean;
}) {
  const { state, reason } = progress;
  return (
    <>
      {error ? (
        <Notice tone="wrong" role="alert">
          {error}
        </Notice>
      ) : null}
      {isStale ? (
        <Notice tone="unsure" role="status">
          The server does not answer just now. These figures are the last ones it sent; the run goes on
          without this page.
        </Notice>
      ) : null}
      {state === "stopped" ? (
        <Notice tone="wrong" title="This run stopped by itself">
          <p>{reason}</p>
        </Notice>
      ) : null}
      {state === "paused" ? (
        <Notice tone="unsure" title="This run is paused">
          <p>Nothing more is sent until {canManage ? "you resume it" : "an owner resumes it"}.</p>
        </Notice>
      ) : null}
      {state === "running" && !progress.isAnyWorkerAlive ? (
        <Notice tone="unsure" title="No worker is running" role="status">
          <p>
            The run waits for one: start the app with its worker, or run “npm run worker”. Nothing is lost.
          </p>
        </Notice>
      ) : null}
      {progress.waitingFor.map(({ endpointName, until }) => (
        <Notice key={endpointName} tone="unsure" role="status">
          {endpointName} asked for a pause until <LocalTime at={until} />. The run goes on then by itself.
        </Notice>
      ))}
    </>
  );
}

/** These notices appear only when a run is live in the browser, so the browser's own clock and zone are right. */
function LocalTime({ at }: { at: string }) {
  return (
    <time dateTime={at} suppressHydrationWarning>
      {new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })}
    </time>
  );
}
