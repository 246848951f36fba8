import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { describeEvent } from "#lib/audit/describe.ts";
import type { AuditRow } from "#lib/audit/queries.ts";

export interface AuditTrailProps {
  events: AuditRow[];
  olderHref: (lastId: string) => string;
  isFirstPage: boolean;
}

const PAGE = 20;

/** Who did what and when, newest first, a page at a time. */
export function AuditTrail({ events, olderHref, isFirstPage }: AuditTrailProps) {
  const last = events.at(-1);
  return (
    <>
      {events.length === 0 ? <p className="text-ink-3">Nothing {isFirstPage ? "yet" : "older"}.</p> : null}
      <ol className="grid gap-2">
        {events.map((event) => (
          <li key={event.id} className="flex flex-wrap justify-between gap-x-6 gap-y-0.5">
            <span className="text-ink-2">
              <span className="font-medium text-ink">{event.actorName ?? "The server"}</span>{" "}
              {describeEvent(event.action, event.data)}
            </span>
            <span className="text-ink-3 text-xs">
              <TimeAgo at={event.at} />
            </span>
          </li>
        ))}
      </ol>
      <div className="mt-4 flex gap-2">
        {isFirstPage ? null : (
          <Button asChild size="sm">
            <Link href="?">Newest</Link>
          </Button>
        )}
        {last && events.length === PAGE ? (
          <Button asChild size="sm">
            <Link href={olderHref(last.id)}>Older</Link>
          </Button>
        ) : null}
      </div>
    </>
  );
}
