import { formatSpent } from "#components/runs/run-list.tsx";
import { formatCount, formatDuration, formatPlural } from "#components/ui/format.ts";
import { Figure } from "#components/ui/page.tsx";
import type { RunProgress } from "#lib/generation/run-schema.ts";

/** Rate, time left, tokens, money. */
export function RunFigures({ progress, isSimulated }: { progress: RunProgress; isSimulated: boolean }) {
  const { spending, state, ratePerSecond, secondsLeft, startedAt, endedAt } = progress;
  const isRunning = state === "running";
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-5 sm:grid-cols-3 lg:grid-cols-5">
      {endedAt ? (
        <Figure label="Took" value={formatDuration(Date.parse(endedAt) - Date.parse(startedAt))} />
      ) : (
        <>
          <Figure
            label="Rate"
            value={isRunning && ratePerSecond !== null ? formatRate(ratePerSecond) : "–"}
            note={isRunning ? "over the last half minute" : "not running"}
          />
          <Figure
            label="Time left"
            value={isRunning && secondsLeft !== null ? formatDuration(secondsLeft * 1000) : "–"}
            note={isRunning && secondsLeft === null ? "not known yet" : undefined}
          />
        </>
      )}
      <Figure
        label="Calls answered"
        value={formatCount(spending.calls)}
        note={spending.failedCalls > 0 ? `${formatCount(spending.failedCalls)} given up` : undefined}
      />
      <Figure
        label="Tokens"
        value={formatCount(spending.promptTokens + spending.completionTokens)}
        note={`${formatCount(spending.promptTokens)} in, ${formatCount(spending.completionTokens)} out`}
      />
      <Figure
        label="Cost"
        value={formatSpent(spending)}
        note={
          spending.unpricedCalls > 0
            ? `${formatPlural(spending.unpricedCalls, "call")} without a known price`
            : isSimulated
              ? "the simulator costs nothing"
              : undefined
        }
      />
    </dl>
  );
}

function formatRate(perSecond: number): string {
  if (perSecond >= 10) return `${formatCount(perSecond)} / s`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)} / s`;
  return `${(perSecond * 60).toFixed(1)} / min`;
}
