import "server-only";
import { db } from "#lib/db/client.ts";
import { editTrace, giveVerdict } from "#lib/review/commands.ts";
import { editInputSchema, verdictInputSchema } from "#lib/review/schema.ts";
import type { TraceKind } from "#lib/traces/kind.ts";
import { readTrace } from "#lib/traces/queries.ts";

/** What was judged before the newcomer arrives: enough to see every state, few enough to leave the work to do. */
const PLAN: readonly { kind: TraceKind; what: "approve" | "reject" | "edit"; by: "owner" | "reviewer" }[] = [
  { kind: "XO", what: "approve", by: "reviewer" },
  { kind: "OO", what: "approve", by: "reviewer" },
  { kind: "O", what: "approve", by: "reviewer" },
  { kind: "XO", what: "approve", by: "reviewer" },
  { kind: "OX", what: "reject", by: "reviewer" },
  { kind: "XX", what: "reject", by: "reviewer" },
  { kind: "XO", what: "edit", by: "owner" },
  { kind: "OO", what: "approve", by: "owner" },
  { kind: "O", what: "approve", by: "owner" },
];

const REJECTIONS: Partial<Record<TraceKind, string>> = {
  OX: "The second look talks itself out of what the picture shows.",
  XX: "It looked again and still answers wrong.",
};

/** Gives the demo's verdicts, going on after those that are there already. */
export async function judgeDemo(who: {
  projectId: string;
  ownerId: string;
  reviewerId: string;
}): Promise<void> {
  const { projectId } = who;
  const given = await db().verdict.count({ where: { projectId } });
  const reason = await db().rejectReason.findFirst({ where: { projectId, position: 1 } });
  for (const step of PLAN.slice(given)) {
    const trace = await db().trace.findFirst({
      where: { projectId, state: "waiting", kind: step.kind, failedChecks: { isEmpty: true } },
      orderBy: { id: "asc" },
    });
    // The hand-written texts may hold fewer of a kind than the plan names.
    if (!trace) continue;
    const judge = { projectId, reviewerId: step.by === "owner" ? who.ownerId : who.reviewerId };
    if (step.what === "edit") await sharpenConclusion(judge, trace.id);
    const { rowVersion } = await readTrace(projectId, trace.id);
    await giveVerdict(
      judge,
      verdictInputSchema.parse({
        traceId: trace.id,
        rowVersion,
        decision: step.what === "reject" ? "rejected" : "approved",
        reasonIds: step.what === "reject" && reason ? [reason.id] : [],
        comment: step.what === "reject" ? REJECTIONS[step.kind] : "",
        durationMs: 30_000,
      }),
    );
  }
}

/** A small edit as a reviewer would make it: the conclusion said in so many words. */
async function sharpenConclusion(
  judge: { projectId: string; reviewerId: string },
  traceId: string,
): Promise<void> {
  const trace = await readTrace(judge.projectId, traceId);
  const { choices, keyIndex } = trace.question.current;
  // Edited before the seeding was killed: there is nothing left to do.
  if (trace.revision.number > 1) return;
  await editTrace(
    judge,
    editInputSchema.parse({
      traceId,
      rowVersion: trace.rowVersion,
      questionRevisionId: trace.question.current.id,
      trace: {
        body: `${trace.revision.body.trimEnd()} Seen this way only one choice is left, so the answer is ${choices[keyIndex]}.`,
        answer: trace.revision.answer ?? "",
        note: "said the conclusion in so many words",
      },
    }),
  );
}
