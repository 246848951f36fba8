import { formatCount, formatDuration } from "#components/ui/format.ts";
import { Figure } from "#components/ui/page.tsx";
import type { RunProgress } from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

/** Rate, time left, calls, tokens, accepted traces. */
export function RunFigures({ progress, viaBatch }: { progress: RunProgress; viaBatch: readonly Stage[] }) {
  const { spending, state, callsPerSecond, secondsLeft, startedAt, endedAt, stages } = progress;
  const isRunning = state === "running";
  const isOutByBatch = stages.some(({ stage, working }) => viaBatch.includes(stage) && working > 0);
  const reused = stages.reduce((sum, stage) => sum + stage.reused, 0);
  const notes = [
    spending.failedCalls > 0 ? `${formatCount(spending.failedCalls)} given up` : null,
    reused > 0 ? `${formatCount(reused)} taken over` : null,
  ].filter((note) => note !== null);
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-5 sm:grid-cols-3 lg:grid-cols-5">
      {endedAt ? (
        <Figure label="Took" value={formatDuration(Date.parse(endedAt) - Date.parse(startedAt))} />
      ) : (
        <>
          <Figure
            label="Calls per second"
            value={isRunning && callsPerSecond !== null ? formatRate(callsPerSecond) : "–"}
            note={noteOnRate(progress, isOutByBatch)}
          />
          <Figure
            label="Time left"
            value={isRunning && secondsLeft !== null ? formatDuration(secondsLeft * 1000) : "–"}
            note={
              isRunning && secondsLeft === null
                ? isOutByBatch
                  ? "a batch can take a day"
                  : "not known yet"
                : undefined
            }
          />
        </>
      )}
      <Figure
        label="Calls answered"
        value={formatCount(spending.calls)}
        note={notes.length > 0 ? notes.join(", ") : undefined}
      />
      <Figure
        label="Tokens"
        value={formatCount(spending.promptTokens + spending.completionTokens)}
        note={`${formatCount(spending.promptTokens)} in, ${formatCount(spending.completionTokens)} out`}
      />
      {stages.some(({ stage }) => stage > 1) ? <Accepted progress={progress} /> : null}
    </dl>
  );
}

function noteOnRate({ state, callsPerSecond, ratePerSecond }: RunProgress, isOutByBatch: boolean): string {
  if (state !== "running") return "not running";
  if (callsPerSecond !== null) return "over the last half minute";
  if (isOutByBatch) return "its calls are out by batch";
  return ratePerSecond === null ? "over the last half minute" : "answered from earlier calls";
}

function noteOnAccepted({ state, accepted, untilAccepted }: RunProgress): string {
  if (untilAccepted === null) return "passed their checks";
  switch (state) {
    case "running":
    case "paused":
      return "it ends when so many passed their checks";
    case "stopped":
      return "passed their checks before it stopped";
    case "cancelled":
      return "passed their checks before it was cancelled";
    case "done":
      return accepted < untilAccepted ? "nothing was left to work on" : "passed their checks";
  }
}

function Accepted({ progress }: { progress: RunProgress }) {
  const { accepted, untilAccepted } = progress;
  return (
    <Figure
      label="Accepted"
      value={
        untilAccepted === null ? (
          formatCount(accepted)
        ) : (
          <>
            {formatCount(accepted)}{" "}
            <span className="text-base text-ink-3">of {formatCount(untilAccepted)}</span>
          </>
        )
      }
      note={noteOnAccepted(progress)}
    />
  );
}

function formatRate(perSecond: number): string {
  if (perSecond >= 10) return `${formatCount(perSecond)} / s`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)} / s`;
  return `${(perSecond * 60).toFixed(1)} / min`;
}
