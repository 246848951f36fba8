import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";
import { TimeAgo } from "#components/ui/time.tsx";
import { describeTraceEvent, type TraceEvent } from "#lib/review/history.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

export interface HistoryListProps {
  projectId: string;
  trace: ReviewTraceView;
  /** What happened since the model wrote it, the newest first. */
  events: readonly TraceEvent[];
}

/** Everything that happened to a trace, the newest first. Nothing is ever removed from it: what was undone is struck through. */
export function HistoryList({ projectId, trace, events }: HistoryListProps) {
  const all = [
    ...events.map((event) => ({ key: event.key, at: event.at, event })),
    ...writtenByModels(trace).map((said) => ({ ...said, event: null })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <>
      <p className="mb-2.5 text-ink-3 text-xs">{SELECTION[trace.state === "unselected" ? "out" : "in"]}</p>
      <ol className="grid gap-2.5 text-sm">
        {all.map((line) => (
          <li key={line.key} className="break-words">
            {line.event ? (
              <Event event={line.event} projectId={projectId} traceId={trace.id} />
            ) : (
              <>
                <bdi className="font-medium text-ink">{line.who}</bdi>{" "}
                <span className="text-ink-2">{line.what}</span>
              </>
            )}{" "}
            <span className="text-ink-3 text-xs">
              <TimeAgo at={line.at} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** When it was chosen is not kept: the selection is drawn anew as traces and the policy change. */
const SELECTION = {
  in: "It was chosen for review.",
  out: "It is not chosen for review, as the project’s selection stands.",
};

function Event({ event, projectId, traceId }: { event: TraceEvent; projectId: string; traceId: string }) {
  const isUndone = event.undoneAt !== null;
  const link = linkOf(event, `/projects/${projectId}/traces`, traceId);
  const said = describeTraceEvent(event);
  return (
    <>
      {event.actorName ? <bdi className="font-medium text-ink">{event.actorName} </bdi> : null}
      {isUndone ? (
        <>
          <del className="text-ink-3">{said}</del> <Badge>taken back</Badge>
        </>
      ) : (
        <span dir="auto" className={cn(isSuperseded(event) ? "text-ink-3" : "text-ink-2")}>
          {said}
        </span>
      )}
      {!isUndone && isSuperseded(event) ? <Badge className="ml-1.5">no longer counts</Badge> : null}
      {link ? (
        <>
          {" "}
          <Link href={link.href as `/projects/${string}`} prefetch={false} className="link text-xs">
            {link.label}
          </Link>
        </>
      ) : null}
    </>
  );
}

function isSuperseded(event: TraceEvent): boolean {
  return event.kind === "verdict" && event.isSuperseded;
}

/** What an event speaks of, where that has a place of its own. */
function linkOf(event: TraceEvent, traces: string, traceId: string): { href: string; label: string } | null {
  if (event.kind === "preferred") return { href: `${traces}/${event.otherTraceId}`, label: "the sibling" };
  if (event.kind === "repaired" && event.callId)
    return { href: traces.replace(/traces$/u, `calls/${event.callId}`), label: "the call" };
  if (event.kind === "frozen")
    return { href: traces.replace(/traces$/u, `datasets/${event.versionId}`), label: "the version" };
  if (event.kind === "comment")
    return { href: `${traces}/${traceId}#comment-${event.key}`, label: "the comment" };
  return null;
}

function writtenByModels(trace: ReviewTraceView): { key: string; at: string; who: string; what: string }[] {
  const model = trace.long?.model ?? trace.simple.model ?? "the model";
  return [
    ...trace.revisions
      .filter(({ authorName }) => authorName === null)
      .map(({ id, createdAt, number }) => ({
        key: id,
        at: createdAt,
        who: model,
        what: number === 1 ? "wrote it" : `wrote revision ${number}`,
      })),
    ...trace.question.revisions
      .filter(({ authorName, number }) => authorName === null && number > 1)
      .map(({ id, createdAt, number }) => ({
        key: id,
        at: createdAt,
        who: "The model",
        what: `was shown the choices in another order (revision ${number} of the question)`,
      })),
  ];
}
