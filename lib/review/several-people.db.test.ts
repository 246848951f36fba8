import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ProjectRole } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeReviewProject, makeUser } from "#lib/db/test-records.ts";
import { readGround } from "#lib/review/ground-queries.ts";
import { REVIEW_VERBS } from "#lib/review/verbs.ts";
import { readTracesFor } from "#lib/review/view-queries.ts";

await createTestDatabase();

const SECRET = "that kite is not plain at all";

async function setUp(verdictsPerTrace = 2, count = 1) {
  const made = await makeReviewProject(
    Array.from({ length: count }, () => ({})),
    verdictsPerTrace,
  );
  const projectId = made.project.id;
  const traceId = made.traces[0]?.id ?? "";
  const as = async (name: string, role: ProjectRole = "reviewer") => {
    const user = await makeUser(name);
    await db().membership.create({ data: { projectId, userId: user.id, role } });
    return { projectId, user: { ...user, isAdmin: false }, role };
  };
  const owner = { projectId, user: { ...made.owner, isAdmin: false }, role: "owner" as const };
  return { projectId, traceId, traceIds: made.traces.map(({ id }) => id), as, owner };
}

type Context = Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>["as"]>>;

const look = async (context: Context, traceId: string) => {
  const { trace } = await REVIEW_VERBS.look(context, { traceId });
  if (!trace) throw new Error("the trace was kept back");
  return trace;
};

async function judge(context: Context, traceId: string, decision: "approved" | "rejected") {
  const { rowVersion } = await look(context, traceId);
  return REVIEW_VERBS.verdict(context, { traceId, rowVersion, decision, comment: SECRET });
}

/** Leaves a trail of every kind: a mark with a region, a first error, a comment, an edit's note, a verdict. */
async function leaveTrail(context: Context, traceId: string): Promise<void> {
  const { steps } = await readGround(
    db(),
    { projectId: context.projectId, reviewerId: context.user.id },
    traceId,
  );
  const id = randomUUID();
  const stepKey = steps.long[0]?.id ?? "";
  await REVIEW_VERBS.region(context, {
    traceId,
    id,
    name: SECRET,
    shape: { kind: "box", x: 0, y: 0, w: 1, h: 1 },
  });
  await REVIEW_VERBS.mark(context, {
    traceId,
    part: "long",
    stepKey,
    rating: "wrong",
    regionIds: [id],
    note: SECRET,
  });
  await REVIEW_VERBS["first-error"](context, { traceId, error: { part: "long", stepKey, note: SECRET } });
  await REVIEW_VERBS.comment(context, { id: randomUUID(), traceId, body: SECRET });
  await judge(context, traceId, "rejected");
}

describe("several who judge one trace", () => {
  it("see nothing of each other before they have judged, neither words nor names", async () => {
    const { traceId, as, owner, projectId } = await setUp(3);
    const zora = await as("Zora");
    const yves = await as("Yves");
    await leaveTrail(zora, traceId);
    for (const context of [yves, owner]) {
      const next = await REVIEW_VERBS.next(context, { want: 1 });
      expect(next.order).toEqual([traceId]);
      const page = await readTracesFor(
        projectId,
        { userId: context.user.id, name: context.user.name, role: context.role, isJudging: false },
        [traceId],
      );
      for (const sent of [JSON.stringify(next), JSON.stringify(page)]) {
        expect(sent).not.toContain(SECRET);
        expect(sent).not.toContain("Zora");
        expect(sent).not.toContain(zora.user.id);
      }
    }
    await judge(yves, traceId, "approved");
    const seen = await look(yves, traceId);
    expect(seen.state).toBe("waiting");
    expect(seen.verdicts).toHaveLength(2);
    expect(seen.notes).toMatchObject({
      isBlindToOthers: false,
      comments: [{ body: SECRET, authorName: "Zora" }],
      others: [{ reviewerName: "Zora", marks: [{ note: SECRET }], firstError: { note: SECRET } }],
    });
  });

  it("see all once it is decided, and each their own at any time", async () => {
    const { traceId, as } = await setUp(2);
    const [zora, yves, uma] = [await as("Zora"), await as("Yves"), await as("Uma")];
    await leaveTrail(zora, traceId);
    expect((await look(zora, traceId)).notes.own.marks).toHaveLength(1);
    await judge(yves, traceId, "rejected");
    expect((await look(uma, traceId)).notes.others.map(({ reviewerName }) => reviewerName)).toEqual(["Zora"]);
  });

  it("who disagree leave it to the owner, who sees both side by side; others still don't", async () => {
    const { traceId, as, owner } = await setUp(2);
    const [zora, yves, uma] = [await as("Zora"), await as("Yves"), await as("Uma")];
    await leaveTrail(zora, traceId);
    expect(await judge(yves, traceId, "approved")).toMatchObject({
      state: "disputed",
      status: { toSettle: 1 },
    });
    expect((await look(uma, traceId)).notes.isBlindToOthers).toBe(true);
    await expect(REVIEW_VERBS.next(uma, { want: 1, settle: true })).rejects.toMatchObject({
      code: "forbidden",
    });
    const { traces } = await REVIEW_VERBS.next(owner, { want: 1, settle: true });
    expect(traces[0]?.verdicts.map(({ reviewerName, decision }) => `${reviewerName} ${decision}`)).toEqual([
      "Zora rejected",
      "Yves approved",
    ]);
    expect(await judge(owner, traceId, "rejected")).toMatchObject({
      state: "rejected",
      status: { toSettle: 0 },
    });
  });

  it("are not told who holds a trace that has no place left for them", async () => {
    const { traceId, as } = await setUp(2);
    const [zora, yves, uma] = [await as("Zora"), await as("Yves"), await as("Uma")];
    await REVIEW_VERBS.next(zora, { want: 1, traceId });
    await REVIEW_VERBS.next(yves, { want: 1, traceId });
    await expect(REVIEW_VERBS.next(uma, { want: 1, traceId })).rejects.toMatchObject({
      code: "conflict",
      details: { holderName: "Another reviewer" },
    });
  });

  it("find another's edit without a name or a note until they have judged", async () => {
    const { traceId, as } = await setUp(2);
    const [zora, yves] = [await as("Zora"), await as("Yves")];
    const { rowVersion, question } = await look(zora, traceId);
    await REVIEW_VERBS.edit(zora, {
      traceId,
      rowVersion,
      questionRevisionId: question.current.id,
      trace: { body: " a better thought.", answer: "(B)", note: SECRET },
    });
    const seen = await look(yves, traceId);
    expect(seen.revision).toMatchObject({
      body: " a better thought.",
      authorName: "another reviewer",
      note: "",
    });
    expect((await look(zora, traceId)).revision).toMatchObject({ authorName: "Zora", note: SECRET });
  });

  it("who only read see all", async () => {
    const { traceId, as, projectId } = await setUp(3);
    const zora = await as("Zora");
    const vera = await as("Vera", "viewer");
    await leaveTrail(zora, traceId);
    const viewer = { userId: vera.user.id, name: "Vera", role: "viewer" as const, isJudging: false };
    const { traces } = await readTracesFor(projectId, viewer, [traceId]);
    expect(traces[0]?.notes.comments).toHaveLength(1);
  });
});

describe("the history of a trace", () => {
  it("holds all that people did, newest first, and keeps back others' part of it", async () => {
    const { traceId, as, owner } = await setUp(2);
    const [zora, yves] = [await as("Zora"), await as("Yves")];
    await leaveTrail(zora, traceId);
    const kinds = async (context: Context) =>
      (await REVIEW_VERBS.history(context, { traceId })).events.map(
        ({ kind, actorName }) => `${actorName} ${kind}`,
      );
    // What the checks found is nobody's opinion.
    expect(await kinds(yves)).toEqual([" checked"]);
    expect(await kinds(owner)).toEqual([" checked"]);
    await judge(yves, traceId, "approved");
    const { rowVersion } = await look(owner, traceId);
    await REVIEW_VERBS.verdict(owner, { traceId, rowVersion, decision: "approved" });
    await REVIEW_VERBS.undo(owner, {});
    const { events } = await REVIEW_VERBS.history(yves, { traceId });
    expect(events.map(({ kind, actorName }) => `${actorName} ${kind}`)).toEqual([
      "Olga verdict",
      "Yves verdict",
      "Zora verdict",
      "Zora comment",
      "Zora first-error",
      " checked",
    ]);
    expect(events[0]?.undoneAt).not.toBeNull();
    expect(events[2]).toMatchObject({ markedSteps: 1, comment: SECRET });
    const stranger = await setUp();
    await expect(REVIEW_VERBS.history(stranger.owner, { traceId })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("a verdict", () => {
  it("keeps what was marked when it was given, whatever becomes of the marks", async () => {
    const { traceId, as } = await setUp(1);
    const zora = await as("Zora");
    await leaveTrail(zora, traceId);
    const [own] = (await look(zora, traceId)).notes.own.marks;
    await REVIEW_VERBS.mark(zora, {
      traceId,
      part: "long",
      stepKey: own?.stepKey ?? "",
      rating: "good",
    });
    const [verdict] = (await look(zora, traceId)).verdicts;
    const { data } = await db().verdictFindings.findUniqueOrThrow({
      where: { verdictId: verdict?.id ?? "" },
    });
    expect(data).toMatchObject({
      version: 1,
      marks: [{ rating: "wrong", note: SECRET }],
      regions: [{ name: SECRET }],
      firstError: { part: "long" },
    });
  });
});

describe("twenty at once", () => {
  it("mark, judge, flag and take back without a verdict lost, doubled or blocked", async () => {
    const { projectId, traceIds, as } = await setUp(2, 60);
    const people = await Promise.all(Array.from({ length: 20 }, (_, index) => as(`P${index}`)));
    const work = async (context: Context, index: number) => {
      let given = 0;
      for (let turn = 0; turn < 6; turn += 1) {
        const { traces } = await REVIEW_VERBS.next(context, { want: 1 });
        const [trace] = traces;
        if (!trace) break;
        const traceId = trace.id;
        const stepKey = trace.notes.steps.long[0]?.id ?? "";
        await REVIEW_VERBS.mark(context, { traceId, part: "long", stepKey, rating: "doubtful" });
        try {
          await REVIEW_VERBS.verdict(context, {
            traceId,
            rowVersion: trace.rowVersion,
            decision: (index + turn) % 3 === 0 ? "rejected" : "approved",
            comment: "seen",
          });
          given += 1;
        } catch (error) {
          // The other of the two judged it in that moment: it is shown anew, and judged again.
          expect(error).toMatchObject({ code: "conflict" });
        }
      }
      return given;
    };
    const given = await Promise.all(people.map(work));
    const standing = await db().verdict.findMany({
      where: { projectId, undoneAt: null, supersededAt: null },
      select: { traceId: true, reviewerId: true, decision: true },
    });
    expect(standing).toHaveLength(given.reduce((sum, count) => sum + count, 0));
    const byTrace = Map.groupBy(standing, ({ traceId }) => traceId);
    const states = await db().trace.findMany({
      where: { id: { in: traceIds } },
      select: { id: true, state: true, rowVersion: true },
    });
    for (const { id, state, rowVersion } of states) {
      const verdicts = byTrace.get(id) ?? [];
      expect(new Set(verdicts.map(({ reviewerId }) => reviewerId)).size).toBe(verdicts.length);
      expect(verdicts.length).toBeLessThanOrEqual(2);
      expect(rowVersion).toBe(1 + verdicts.length);
      const decisions = new Set(verdicts.map(({ decision }) => decision));
      const expected = verdicts.length < 2 ? "waiting" : decisions.size > 1 ? "disputed" : [...decisions][0];
      expect(state).toBe(expected);
    }
    const found = await db().verdictFindings.count({ where: { verdict: { projectId } } });
    expect(found).toBe(standing.length);
  });
});
