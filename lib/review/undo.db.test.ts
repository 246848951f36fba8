import { describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeReviewProject } from "#lib/db/test-records.ts";
import { isAppError } from "#lib/errors.ts";
import { readTree } from "#lib/images/tree-queries.ts";
import { approveAllPassing, previewBulkApproval } from "#lib/review/bulk-commands.ts";
import { claimNext } from "#lib/review/claim-commands.ts";
import { giveVerdict, skipTrace } from "#lib/review/commands.ts";
import { editTrace } from "#lib/review/edit-commands.ts";
import { readQueueStatus } from "#lib/review/queries.ts";
import { flagTrace } from "#lib/review/referral-commands.ts";
import { editInputSchema, flagInputSchema, verdictInputSchema } from "#lib/review/schema.ts";
import { UNDO_DEPTH, undoLast } from "#lib/review/undo-commands.ts";
import { readTrace } from "#lib/traces/queries.ts";

await createTestDatabase();

interface Who {
  projectId: string;
  reviewerId: string;
}

async function setUp(count: number, verdictsPerTrace = 1) {
  const made = await makeReviewProject(
    Array.from({ length: count }, () => ({})),
    verdictsPerTrace,
  );
  const traceIds = made.traces.map(({ id }) => id);
  const [traceId = "", siblingId = ""] = traceIds;
  const projectId = made.project.id;
  return {
    traceId,
    siblingId,
    traceIds,
    who: { projectId, reviewerId: made.reviewer.id },
    other: { projectId, reviewerId: made.owner.id },
    see: (id = traceId) => readTrace(projectId, id),
  };
}

/** What the screen does: it acts on the trace as it stands. */
async function judge(who: Who, traceId: string, decision: "approved" | "rejected" = "approved") {
  const { rowVersion } = await readTrace(who.projectId, traceId);
  return giveVerdict(
    who,
    verdictInputSchema.parse({ traceId, rowVersion, decision, comment: "seen", overrideChecks: true }),
  );
}

async function editText(who: Who, traceId: string, body: string) {
  const { rowVersion, question } = await readTrace(who.projectId, traceId);
  const trace = { body, answer: "(B)" };
  await editTrace(
    who,
    editInputSchema.parse({ traceId, rowVersion, questionRevisionId: question.current.id, trace }),
  );
}

async function editQuestion(
  who: Who,
  traceId: string,
  change: { text?: string; choices?: string[]; keyIndex?: number },
) {
  const { rowVersion, question } = await readTrace(who.projectId, traceId);
  const { id, text, choices, keyIndex, reasoningType } = question.current;
  const edited = { text, choices, keyIndex, reasoningType, ...change };
  await editTrace(
    who,
    editInputSchema.parse({ traceId, rowVersion, questionRevisionId: id, question: edited }),
  );
}

const standing = (traceId: string) =>
  db().verdict.findMany({
    where: { traceId, undoneAt: null, supersededAt: null },
    orderBy: { id: "asc" },
    select: { decision: true, reviewerId: true },
  });

describe("undo, step after step", () => {
  it("takes back an edit and the approval that followed it", async () => {
    const { who, traceId, see } = await setUp(1);
    const before = await see();
    await editText(who, traceId, " another text.");
    await judge(who, traceId);
    expect(await undoLast(who)).toMatchObject({ undone: "approval" });
    expect(await undoLast(who)).toMatchObject({ undone: "edit" });
    expect(await see()).toMatchObject({ state: "waiting", revision: before.revision });
  });

  it("takes back an approval and the edit that followed it", async () => {
    const { who, traceId, see } = await setUp(1);
    await judge(who, traceId);
    await editText(who, traceId, " another text.");
    expect((await see()).state).toBe("unconfirmed");
    expect(await undoLast(who)).toMatchObject({ undone: "edit" });
    expect((await see()).state).toBe("approved");
    expect(await undoLast(who)).toMatchObject({ undone: "approval" });
    expect((await see()).state).toBe("waiting");
  });

  it("takes back two verdicts on one trace, and the edit between them", async () => {
    const { who, traceId, see } = await setUp(1);
    await judge(who, traceId, "rejected");
    await editText(who, traceId, " another text.");
    await judge(who, traceId, "approved");
    await judge(who, traceId, "rejected");
    const states = [];
    for (let step = 0; step < 4; step += 1) {
      await undoLast(who);
      states.push((await see()).state);
    }
    expect(states).toEqual(["approved", "unconfirmed", "rejected", "waiting"]);
  });

  it("takes back a skip, a verdict and the edit of a sibling's question", async () => {
    const { who, traceId, siblingId, see } = await setUp(2);
    await skipTrace(who, traceId);
    await judge(who, traceId);
    await editQuestion(who, siblingId, { text: "Which colour?" });
    expect((await see()).state).toBe("unconfirmed");
    const undone = [];
    for (let step = 0; step < 3; step += 1) undone.push((await undoLast(who)).undone);
    expect(undone).toEqual(["edit of the question", "approval", "skip"]);
    expect((await see()).state).toBe("waiting");
  });

  it("goes ten steps back and no further, and says so beforehand", async () => {
    const { who, traceIds } = await setUp(UNDO_DEPTH + 2);
    for (const id of traceIds) await judge(who, id);
    for (let step = 0; step < UNDO_DEPTH; step += 1) await undoLast(who);
    expect((await readQueueStatus(who.projectId, who.reviewerId)).undoable).toBeNull();
    await expect(undoLast(who)).rejects.toMatchObject({ code: "not_found" });
    expect(await db().trace.count({ where: { projectId: who.projectId, state: "approved" } })).toBe(2);
  });

  it("reaches an earlier verdict however often a later one was given and taken back", async () => {
    const { who, traceId, siblingId, see } = await setUp(2);
    await judge(who, traceId);
    for (let step = 0; step < UNDO_DEPTH + 2; step += 1) {
      await judge(who, siblingId);
      await undoLast(who);
    }
    await judge(who, siblingId);
    await undoLast(who);
    expect(await undoLast(who)).toMatchObject({ traceId });
    expect((await see()).state).toBe("waiting");
  });
});

describe("undo, with others at work", () => {
  it("leaves a verdict to be confirmed where the text was edited since the question was", async () => {
    const { who, other, traceId, siblingId, see } = await setUp(2);
    await judge(who, traceId);
    await editQuestion(who, siblingId, { text: "Which colour?" });
    await editText(other, traceId, " a text that nobody has judged.");
    await undoLast(who);
    expect((await see()).state).toBe("unconfirmed");
    expect(await standing(traceId)).toEqual([]);
  });

  it("keeps a disagreement open that was open before the edit", async () => {
    const { who, other, traceId, siblingId, see } = await setUp(2, 2);
    await judge(who, traceId, "approved");
    await judge(other, traceId, "rejected");
    expect((await see()).state).toBe("disputed");
    await editQuestion(who, siblingId, { text: "Which colour?" });
    await undoLast(who);
    expect((await see()).state).toBe("disputed");
    expect((await standing(traceId)).map(({ decision }) => decision)).toEqual(["approved", "rejected"]);
  });

  it("sends a verdict on the edited question back, and lets the earlier one stand again", async () => {
    const { who, other, traceId, siblingId, see } = await setUp(2);
    await judge(who, traceId, "approved");
    await editQuestion(who, siblingId, { text: "Which colour?" });
    await judge(other, traceId, "rejected");
    await undoLast(who);
    expect((await see()).state).toBe("approved");
    expect(await standing(traceId)).toEqual([{ decision: "approved", reviewerId: who.reviewerId }]);
    // The other's verdict was on a question that is gone: there is nothing left of it to take back.
    await expect(undoLast(other)).rejects.toMatchObject({ code: "conflict" });
  });

  it("does not take back a verdict after which another reviewer gave one", async () => {
    const { who, other, traceId, see } = await setUp(1, 2);
    await judge(who, traceId);
    await judge(other, traceId);
    await expect(undoLast(who)).rejects.toMatchObject({ code: "conflict" });
    expect((await see()).state).toBe("approved");
  });

  it("does not take back an edit that somebody has judged since", async () => {
    const { who, other, traceId, see } = await setUp(1);
    await editText(who, traceId, " another text.");
    await judge(other, traceId);
    await expect(undoLast(who)).rejects.toMatchObject({ code: "conflict" });
    expect((await see()).revision.body).toBe(" another text.");
  });

  it("lets two reviewers edit one question from two traces at once: one is stored, one is told", async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      const { who, other, traceId, siblingId } = await setUp(2);
      const settled = await Promise.allSettled([
        editQuestion(who, traceId, { text: "Which colour is it?" }),
        editQuestion(other, siblingId, { text: "What is its colour?" }),
      ]);
      const refused = settled.filter((result) => result.status === "rejected");
      expect(refused.length).toBeLessThan(2);
      for (const { reason } of refused)
        expect(isAppError(reason) ? reason.code : String(reason)).toBe("conflict");
    }
  });
});

describe("verdicts and edits of odd traces", () => {
  it("takes a reason that was sent twice once", async () => {
    const { who, traceId } = await setUp(1);
    const [reason] = await db().rejectReason.findMany({ where: { projectId: who.projectId } });
    const input = { traceId, rowVersion: 1, decision: "rejected", reasonIds: [reason?.id, reason?.id] };
    await giveVerdict(who, verdictInputSchema.parse(input));
    expect(await db().verdictReason.count({ where: { verdict: { traceId } } })).toBe(1);
  });

  it("edits a standalone thought: its grade and kind follow, and undo brings the model's back", async () => {
    const made = await makeReviewProject([{ simple: "right", long: null }]);
    const who = { projectId: made.project.id, reviewerId: made.reviewer.id };
    const traceId = made.traces[0]?.id ?? "";
    const before = await readTrace(who.projectId, traceId);
    const input = {
      traceId,
      rowVersion: 1,
      questionRevisionId: before.question.current.id,
      trace: { body: "The kite is green, I think.", answer: "(C)" },
    };
    await editTrace(who, editInputSchema.parse(input));
    const edited = await readTrace(who.projectId, traceId);
    expect(edited).toMatchObject({ kind: "X", simple: { grade: "wrong" } });
    expect(edited.simple.text).toBe(before.simple.text);
    await undoLast(who);
    expect(await readTrace(who.projectId, traceId)).toMatchObject({ kind: "O", revision: before.revision });
  });

  it("gives an ungradable answer a grade once a choice was picked for it", async () => {
    const made = await makeReviewProject([{ simple: "wrong", long: "ungradable" }]);
    const who = { projectId: made.project.id, reviewerId: made.reviewer.id };
    const traceId = made.traces[0]?.id ?? "";
    expect((await readTrace(who.projectId, traceId)).kind).toBe("ungradable");
    await editText(who, traceId, " so it is blue.");
    expect(await readTrace(who.projectId, traceId)).toMatchObject({
      kind: "XO",
      revision: { answer: "(B)", answerIndex: 1 },
    });
  });

  it("reads an answer against the choices as they stand", async () => {
    const { who, traceId, see } = await setUp(1);
    const { rowVersion, question, revision } = await see();
    const input = { traceId, rowVersion, questionRevisionId: question.current.id };
    await editTrace(who, editInputSchema.parse({ ...input, trace: { body: revision.body, answer: "Blue" } }));
    await editQuestion(who, traceId, { choices: ["Blue", "Red", "Green", "Yellow"], keyIndex: 0 });
    expect((await see()).revision).toMatchObject({ answer: "Blue", answerIndex: 0 });
    // “(A)” was Red and is Blue now.
    expect((await see()).simple).toMatchObject({ answer: "(A)", answerIndex: 0 });
    const { questions } = await readTree(who.projectId, (await see()).image.id);
    // The model's own answers, “(A)” and “(B)”, where the key is the first choice now.
    expect(questions[0]?.simpleThoughts[0]).toMatchObject({
      answerIndex: 0,
      grade: "right",
      longThoughts: [{ answerIndex: 1, grade: "wrong" }],
    });
  });
});

describe("what undo gives to the queue again", () => {
  it("is in the hands of who undid it before anybody else can take it", async () => {
    const { who, other, traceId, see } = await setUp(1);
    for (let round = 0; round < 6; round += 1) {
      if (round % 2 === 0) await judge(who, traceId);
      else {
        const { rowVersion } = await see();
        await flagTrace(who, flagInputSchema.parse({ traceId, rowVersion, note: "look at this" }));
      }
      let isUndone = false;
      const undo = async () => {
        try {
          await undoLast(who);
        } finally {
          isUndone = true;
        }
      };
      const taken: string[] = [];
      const take = async () => {
        while (!isUndone) taken.push(...(await claimNext({ ...other, want: 1, held: [] })));
      };
      await Promise.all([undo(), take(), take()]);
      expect(taken).toEqual([]);
      expect(await db().reviewClaim.findMany({ where: { traceId } })).toMatchObject([
        { reviewerId: who.reviewerId },
      ]);
    }
  });
});

describe("a bulk where several verdicts are asked for", () => {
  it("is one verdict among them: it neither completes them alone nor overrules one that was given", async () => {
    const { who, other, traceIds, see } = await setUp(3, 2);
    const [untouched = "", agreed = "", disputed = ""] = traceIds;
    await judge(who, agreed, "approved");
    await judge(who, disputed, "rejected");
    const user = { projectId: other.projectId, userId: other.reviewerId };
    expect((await previewBulkApproval(user.projectId, user.userId)).approvable).toBe(3);
    expect(await approveAllPassing(user)).toBe(3);
    const states = async () => Promise.all(traceIds.map(async (id) => (await see(id)).state));
    expect(await states()).toEqual(["waiting", "approved", "disputed"]);
    expect(await standing(disputed)).toHaveLength(2);
    // What this user has judged is not theirs to judge again.
    expect((await previewBulkApproval(user.projectId, user.userId)).approvable).toBe(0);
    expect(await approveAllPassing(user)).toBe(0);
    expect(await undoLast(other)).toMatchObject({ undone: "bulk approval" });
    expect(await states()).toEqual(["waiting", "waiting", "waiting"]);
    expect(await standing(untouched)).toEqual([]);
    expect(await standing(disputed)).toEqual([{ decision: "rejected", reviewerId: who.reviewerId }]);
  });
});
