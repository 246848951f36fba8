import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { StateBadge } from "#components/traces/state-badge.tsx";
import { Badge, SimulatedBadge } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";
import { formatPlural } from "#components/ui/format.ts";
import { GradeMark, KindMark } from "#components/ui/kind-mark.tsx";
import { choiceLetter } from "#lib/checks/letters.ts";
import type { TreeLongThought, TreeQuestion, TreeSimpleThought } from "#lib/images/tree.ts";

/** What has grown from an image: its questions, on each the simple thoughts, on each of those the long ones. */
export function ImageTree({ projectId, questions }: { projectId: string; questions: TreeQuestion[] }) {
  return (
    <ol>
      {questions.map((question, index) => (
        <li key={question.id} className="border-line border-t">
          <details open={index < 2 || questions.length <= 3} className="group/question">
            <summary className="flex list-none gap-2 py-4 [&::-webkit-details-marker]:hidden">
              <ChevronRight
                aria-hidden
                className="mt-1 size-3.5 shrink-0 text-ink-3 transition-transform group-open/question:rotate-90"
              />
              <QuestionHead question={question} number={index + 1} />
            </summary>
            <div className="pb-6 pl-5.5">
              <ChoiceList question={question} />
              {question.simpleThoughts.length === 0 ? (
                <p className="mt-3 text-ink-3 text-sm">No thoughts yet.</p>
              ) : (
                <ul className="mt-4 grid gap-4">
                  {question.simpleThoughts.map((thought) => (
                    <SimpleThought key={thought.id} projectId={projectId} thought={thought} />
                  ))}
                </ul>
              )}
            </div>
          </details>
        </li>
      ))}
    </ol>
  );
}

function QuestionHead({ question, number }: { question: TreeQuestion; number: number }) {
  const long = question.simpleThoughts.reduce((sum, thought) => sum + thought.longThoughts.length, 0);
  return (
    <div className="min-w-0 flex-1">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-3 text-xs">
        <span>
          Question {number} · {question.reasoningType}
        </span>
        {question.simulated ? <SimulatedBadge /> : null}
        {question.isRejected ? <Badge tone="wrong">rejected</Badge> : null}
        {question.revisions > 0 ? <Badge tone="outline">revised</Badge> : null}
      </p>
      <h3 className="mt-0.5 text-pretty font-medium text-base text-ink">{question.text}</h3>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 text-ink-3 text-xs">
        <GradeTally thoughts={question.simpleThoughts} />
        {long > 0 ? <span>{formatPlural(long, "long thought")}</span> : null}
      </p>
    </div>
  );
}

function GradeTally({ thoughts }: { thoughts: TreeSimpleThought[] }) {
  if (thoughts.length === 0) return null;
  return (
    <span className="flex items-center gap-2">
      {formatPlural(thoughts.length, "simple thought")}
      <span className="flex items-center gap-1">
        {thoughts.map((thought) => (
          <GradeMark key={thought.id} grade={thought.grade} size={10} />
        ))}
      </span>
    </span>
  );
}

function ChoiceList({ question }: { question: TreeQuestion }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      {question.choices.map((choice, index) => (
        <li
          key={choice}
          className={cn(
            "flex items-baseline gap-1.5",
            index === question.keyIndex ? "font-medium text-ink" : "text-ink-2",
          )}
        >
          <span className="text-ink-3 text-xs">{choiceLetter(index)}</span>
          {choice}
          {index === question.keyIndex ? <span className="text-correct text-xs">key</span> : null}
        </li>
      ))}
    </ul>
  );
}

function SimpleThought({ projectId, thought }: { projectId: string; thought: TreeSimpleThought }) {
  return (
    <li>
      <p className="flex flex-wrap items-center gap-2 text-ink-3 text-xs">
        <GradeMark grade={thought.grade} size={12} />
        <span>
          Simple thought {thought.sampleIndex + 1}: {answerWords(thought.answerIndex)}
        </span>
        {thought.trace ? <StateBadge state={thought.trace.state} /> : null}
        <TraceLink
          projectId={projectId}
          traceId={thought.trace?.id}
          what={`simple thought ${thought.sampleIndex + 1}`}
        />
      </p>
      <p className="mt-1 max-w-[68ch] font-serif text-[0.9375rem] text-ink-2 leading-relaxed">
        {thought.excerpt}
      </p>
      {thought.longThoughts.length > 0 ? (
        <ul className="mt-2.5 grid gap-3 border-accent border-l-2 pl-3.5">
          {thought.longThoughts.map((long) => (
            <LongThought key={long.id} projectId={projectId} long={long} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function LongThought({ projectId, long }: { projectId: string; long: TreeLongThought }) {
  return (
    <li>
      <p className="flex flex-wrap items-center gap-2 text-ink-3 text-xs">
        {long.trace ? (
          <KindMark kind={long.trace.kind} size={12} />
        ) : (
          <GradeMark grade={long.grade} size={12} />
        )}
        <span>
          Long thought {long.sampleIndex + 1}: {answerWords(long.answerIndex)}
        </span>
        {long.trace ? <StateBadge state={long.trace.state} /> : null}
        {long.trace && long.trace.failedChecks > 0 ? (
          <Badge tone="unsure">{formatPlural(long.trace.failedChecks, "check")} failed</Badge>
        ) : null}
        <TraceLink
          projectId={projectId}
          traceId={long.trace?.id}
          what={`long thought ${long.sampleIndex + 1}`}
        />
      </p>
      <p className="mt-1 max-w-[68ch] font-serif text-[0.9375rem] text-ink-2 leading-relaxed">
        <span className="font-medium text-accent">{long.cue}</span> {long.excerpt}
      </p>
    </li>
  );
}

function TraceLink({
  projectId,
  traceId,
  what,
}: {
  projectId: string;
  traceId: string | undefined;
  what: string;
}) {
  if (!traceId) return null;
  return (
    <Link
      href={`/projects/${projectId}/traces/${traceId}`}
      className="link text-ink"
      aria-label={`open trace of ${what}`}
    >
      open trace
    </Link>
  );
}

function answerWords(answerIndex: number | null): string {
  return answerIndex === null ? "no gradable answer" : `answers ${choiceLetter(answerIndex)}`;
}
