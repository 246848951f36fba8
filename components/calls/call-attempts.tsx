import { RawText } from "#components/calls/call-text.tsx";
import { formatDuration } from "#components/ui/format.ts";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { CallView } from "#lib/generation/call-queries.ts";

/** Each time the call was sent, and what came of it. */
export function CallAttempts({ attempts }: { attempts: CallView["attempts"] }) {
  if (attempts.length === 0) return <p className="text-ink-2">It has not been sent.</p>;
  return (
    <Table>
      <thead>
        <tr>
          <Th>#</Th>
          <Th>Sent</Th>
          <Th>Took</Th>
          <Th>Status</Th>
          <Th>Outcome</Th>
          <Th>What came back</Th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt) => (
          <tr key={attempt.number}>
            <Td className="tabular">{attempt.number}</Td>
            <Td>
              <TimeAgo at={attempt.startedAt} />
            </Td>
            <Td className="tabular whitespace-nowrap">
              {attempt.endedAt
                ? formatDuration(attempt.endedAt.getTime() - attempt.startedAt.getTime())
                : "–"}
            </Td>
            <Td className="tabular">{attempt.httpStatus ?? "–"}</Td>
            <Td className="whitespace-nowrap">{OUTCOMES[attempt.outcome] ?? attempt.outcome}</Td>
            <Td className="min-w-64">
              {attempt.message ?? (attempt.outcome === "ok" ? "the reply above" : "")}
              {attempt.retryAfterMs === null ? null : (
                <span className="text-ink-3"> It asked for {formatDuration(attempt.retryAfterMs)}.</span>
              )}
              {attempt.body === null ? null : <RawText label="What had arrived" text={attempt.body} />}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const OUTCOMES: Record<string, string> = {
  sent: "under way",
  ok: "answered",
  lost: "sender lost",
  superseded: "came second",
  rate_limited: "throttled",
  server_error: "server error",
  unreachable: "not reached",
  dropped: "cut off",
  timed_out: "timed out",
  malformed: "no valid reply",
  refused: "refused",
  unauthorized: "key not accepted",
  quota_exhausted: "no credit",
  content_filtered: "filtered",
  cancelled: "cancelled",
};
