import { EndpointPauses } from "#components/runs/endpoint-pauses.tsx";
import { Notice } from "#components/ui/page.tsx";
import type { RunProgress } from "#lib/generation/run-schema.ts";

/** What stands in a run's way just now, or why it has come to rest. */
export function RunNotices({
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
  const isShort = progress.untilAccepted !== null && progress.accepted < progress.untilAccepted;
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
      {state === "done" && reason ? (
        <Notice
          tone={isShort ? "unsure" : "right"}
          title={isShort ? "This run ended short of what was wanted" : "This run ended by itself"}
        >
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
      <EndpointPauses pauses={progress.waitingFor} what="run" />
    </>
  );
}
