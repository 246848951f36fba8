import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { TraceScreen } from "#components/traces/trace-screen.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { findShownGold } from "#lib/calibration/place-queries.ts";
import { readExample } from "#lib/guidelines/queries.ts";
import { readImportedPlaces } from "#lib/interchange/queries.ts";
import { readTraceHistory } from "#lib/review/history-queries.ts";
import { readTracesFor } from "#lib/review/view-queries.ts";

export const metadata: Metadata = { title: "Trace" };

interface Props {
  params: Promise<{ projectId: string; traceId: string }>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export default async function TracePage({ params }: Props) {
  const { projectId, traceId } = await params;
  const { user, role, project } = await requireMember(projectId, "project.read");
  if (!UUID.test(traceId)) notFound();
  const viewer = { userId: user.id, name: user.name, role, isJudging: false };
  const { traces, unanswered } = await readTracesFor(projectId, viewer, [traceId]);
  // Their own answer comes first, and the review screen is where it is asked for.
  if (unanswered.length > 0) redirect(`/projects/${projectId}/review?trace=${traceId}`);
  const [trace] = traces;
  if (!trace) notFound();
  // A gold trace looks like any other, and its history lies with the copy.
  const seesAll = can(role, "project.manage");
  const gold = (await findShownGold(projectId, { userId: user.id, seesAll }, [traceId])).get(traceId);
  const [imported, history, example] = await Promise.all([
    readImportedPlaces(projectId, {
      traceId,
      questionId: trace.question.id,
      simpleThoughtId: trace.simple.id,
      longThoughtId: trace.long?.id ?? null,
    }),
    readTraceHistory(gold?.shadowId ?? projectId, viewer, traceId),
    readExample(projectId, traceId),
  ]);
  const isOpen = project.archivedAt === null;
  return (
    <TraceScreen
      userId={user.id}
      trace={trace}
      imported={imported}
      history={history}
      example={example}
      canShow={isOpen && can(role, "project.manage")}
      canComment={isOpen && can(role, "comments.write")}
      canJudge={isOpen && can(role, "traces.judge")}
      canGenerate={isOpen && can(role, "runs.manage")}
    />
  );
}
