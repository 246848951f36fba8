import { BehaviourTags } from "#components/traces/behaviour-tags.tsx";
import { CheckCalls, CheckEvidence, CheckUnknown } from "#components/traces/check-evidence.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";
import { CHECK_NAMES, describeCheck, UNKNOWN_LABELS } from "#lib/checks/labels.ts";
import type { ReviewNotes } from "#lib/review/notes-schema.ts";
import type { TraceCheckView, TraceView } from "#lib/traces/schema.ts";

/** A trace with its steps where they are known: evidence then leads to the step that it stands in. */
export type CheckedTrace = TraceView & { notes?: Pick<ReviewNotes, "steps"> };

/**
 * What the checks found: failures with their evidence first, what could not be told next, and what passed folded. Each
 * with the version of the check and, where a model was asked, the call.
 */
export function CheckList({ trace }: { trace: CheckedTrace }) {
  const behaviours = trace.checks.find(({ check }) => check === "behaviours");
  const ofText = trace.checks.filter(({ check }) => check !== "behaviours");
  const ofQuestion = trace.question.checks;
  if (trace.checks.length + ofQuestion.length === 0)
    return <p className="text-ink-3 text-sm">No check has run on this text yet.</p>;
  return (
    <div className="grid gap-4 text-sm">
      {ofText.length > 0 ? (
        <section aria-label="Checks of the text">
          {ofQuestion.length > 0 ? <h4 className="mb-1.5 text-ink-3 text-xs">The text</h4> : null}
          <Results checks={ofText} trace={trace} />
        </section>
      ) : null}
      {ofQuestion.length > 0 ? (
        <section aria-label="Checks of the question">
          <h4 className="mb-1.5 text-ink-3 text-xs">The question</h4>
          <Results checks={ofQuestion} trace={trace} />
        </section>
      ) : null}
      {behaviours ? <BehaviourTags check={behaviours} trace={trace} /> : null}
    </div>
  );
}

const ROW = "grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-2";
const SAID = "flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1";

function Results({ checks, trace }: { checks: readonly TraceCheckView[]; trace: CheckedTrace }) {
  const failed = checks
    .filter(({ result }) => result === "fail")
    // What holds the trace back stands before what is only noted.
    .sort((one, other) => Number(isGuard(trace, other)) - Number(isGuard(trace, one)));
  const unknown = checks.filter(({ result }) => result === "unknown");
  const passed = checks.filter(({ result }) => result === "pass");
  return (
    <div className="grid gap-2">
      {failed.length + unknown.length > 0 ? (
        <ul className="grid gap-2">
          {failed.map((check) => (
            <li key={check.check} className={ROW}>
              <Badge tone={isGuard(trace, check) ? "wrong" : "unsure"}>
                {isGuard(trace, check) ? "failed" : "noted"}
              </Badge>
              <div className={SAID}>
                <span className="text-ink">{describeCheck(check.check)}</span>
                <CheckEvidence check={check} trace={trace} />
              </div>
            </li>
          ))}
          {unknown.map((check) => (
            <li key={check.check} className={ROW}>
              <Badge>unknown</Badge>
              <div className={cn(SAID, "text-ink-3")}>
                <span>{UNKNOWN_LABELS[check.check] ?? describeCheck(check.check)}</span>
                <CheckUnknown check={check} trace={trace} />
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      {passed.length > 0 ? (
        <details className="text-ink-3">
          <summary className="pointer-coarse:py-3">
            {passed.length === 1 ? "1 check passed" : `${passed.length} checks passed`}
          </summary>
          <ul className="mt-1.5 grid gap-1 pl-4">
            {passed.map((check) => (
              <li key={check.check} className="flex flex-wrap items-baseline gap-x-2">
                <span className="text-ink-2">{CHECK_NAMES[check.check] ?? check.check}</span>
                <CheckCalls check={check} projectId={trace.projectId} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

/** It keeps the trace out of the queue. */
function isGuard(trace: CheckedTrace, { check }: TraceCheckView): boolean {
  return trace.failedChecks.includes(check);
}
