import { beforeEach, expect, it } from "vitest";
import { checkTrace } from "#lib/checks/check-trace.ts";
import { db } from "#lib/db/client.ts";
import { raw } from "#lib/db/raw.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, readChecks } from "#lib/db/test-records.ts";
import { PATIENT_TRANSACTION } from "#lib/generation/database-outage.ts";
import { createTraces, type NewTrace } from "#lib/generation/trace-commands.ts";
import { addTraceRevision } from "#lib/traces/revision-commands.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

async function makeInput() {
  const { id: projectId } = await makeProject();
  const { id: imageId } = await makeImage(projectId);
  const { id: questionId, currentRevisionId: revisionId } = await makeQuestion(projectId, imageId);
  const simple = await db().simpleThought.create({
    data: {
      projectId,
      questionId,
      questionRevisionId: revisionId,
      sampleIndex: 0,
      text: "It is red.",
      grade: "right",
      isParsed: true,
      simulated: true,
    },
  });
  const trace: NewTrace = {
    projectId,
    imageId,
    questionId,
    simpleThoughtId: simple.id,
    longThoughtId: null,
    runId: null,
    simpleGrade: "right",
    longGrade: null,
    simulated: true,
    fullText: "It is red.",
    comparedText: "It is red.",
    body: "It is red.",
    answer: "red",
    answerIndex: 0,
    check: {
      choices: ["red", "blue"],
      subject: "simple",
      thought: "It is red.",
      between: "",
      answer: "red",
      truncation: { isCutByLimit: false, isThinkEndMissing: false, isWholeAnswerMissing: false },
    },
  };
  return { projectId, questionId, revisionId, trace };
}

const make = (traces: readonly NewTrace[]) => raw().transaction((tx) => createTraces(tx, traces));

it("of texts that are alike in one batch the first is no duplicate, and all others are", async () => {
  const { trace } = await makeInput();
  const made = await make(Array.from({ length: 40 }, () => trace));
  expect(made.map(({ failedChecks }) => failedChecks)).toEqual([
    [],
    ...Array.from({ length: 39 }, () => ["duplicate"]),
  ]);
});

it("traces made after their question failed a check that holds back carry it from the start", async () => {
  const { projectId, questionId, revisionId, trace } = await makeInput();
  const fails = (check: string) => ({
    projectId,
    questionId,
    questionRevisionId: revisionId,
    check,
    version: "1",
    result: "fail" as const,
    evidence: {},
  });
  // Of the two only the key's holds back.
  await db().questionCheck.createMany({ data: [fails("key-mismatch"), fails("length-cue")] });
  const [made, second] = await make([trace, trace]);
  expect(made?.failedChecks).toEqual(["key-mismatch"]);
  expect(second?.failedChecks).toEqual(["duplicate", "key-mismatch"]);
  expect(await db().trace.findUnique({ where: { id: made?.traceId ?? "" } })).toMatchObject({
    failedChecks: ["key-mismatch"],
  });
});

it("a check that is being stored while traces are made is heard of by them", async () => {
  const { projectId, questionId, revisionId, trace } = await makeInput();
  let making: Promise<unknown> = Promise.resolve();
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT "id" FROM "Question" WHERE "id" = ${questionId}::uuid FOR UPDATE`;
    making = make([trace]);
    const isWaiting = async () => {
      const rows = await db().$queryRaw<unknown[]>`SELECT 1 FROM pg_locks WHERE NOT granted`;
      return rows.length > 0;
    };
    await expect.poll(isWaiting, { timeout: 20_000 }).toBe(true);
    await tx.questionCheck.create({
      data: {
        projectId,
        questionId,
        questionRevisionId: revisionId,
        check: "key-mismatch",
        version: "1",
        result: "fail",
        evidence: {},
      },
    });
    // Longer than a transaction may usually take: a busy machine needs a while to come to the lock.
  }, PATIENT_TRANSACTION);
  expect(await making).toMatchObject([{ failedChecks: ["key-mismatch"] }]);
});

async function readLooks(scope: string): Promise<Record<string, number>> {
  const rows = await db().$queryRaw<{ name: string; sum: bigint }[]>`
    SELECT "name", sum("delta")::bigint AS "sum" FROM "Counter"
    WHERE "scope" = ${scope}::uuid AND "name" IN ('check|between|pass', 'check|between|fail')
    GROUP BY "name" HAVING sum("delta") <> 0`;
  return Object.fromEntries(rows.map(({ name, sum }) => [name, Number(sum)]));
}

const byName = (one: { check: string }, other: { check: string }) => (one.check < other.check ? -1 : 1);

it("every check of a trace can be read as it was found, whether a row or a word of the revision says it", async () => {
  const { trace } = await makeInput();
  const odd: NewTrace = { ...trace, comparedText: "Another.", check: { ...trace.check, between: "So:" } };
  const made = await make([trace, odd, trace]);
  const wanted = [
    checkTrace({ ...trace.check, duplicateOf: null }),
    checkTrace({ ...odd.check, duplicateOf: null }),
    checkTrace({ ...trace.check, duplicateOf: made[0]?.traceId ?? "" }),
  ];
  for (const [index, { traceId }] of made.entries())
    expect(await readChecks(traceId)).toEqual([...(wanted[index] ?? [])].sort(byName));
});

it("texts that were looked at are counted when they are made, edited and deleted", async () => {
  const { projectId, trace } = await makeInput();
  const { id: runId } = await db().run.create({ data: { projectId, name: "Run", config: {}, seed: "seed" } });
  const odd: NewTrace = { ...trace, comparedText: "Another.", check: { ...trace.check, between: "So:" } };
  const made = await make([trace, odd, trace].map((one) => ({ ...one, runId })));
  const looked = { "check|between|pass": 2, "check|between|fail": 1 };
  expect(await readLooks(projectId)).toEqual(looked);
  expect(await readLooks(runId)).toEqual(looked);

  const traceId = made[1]?.traceId ?? "";
  const { id: authorId } = await db().user.create({
    data: { email: "an@editor.example", name: "An editor" },
  });
  const edit = { body: "It is red, plainly.", answer: "red", note: "" };
  await db().$transaction((tx) => addTraceRevision(tx, { projectId, traceId, authorId, edit }));
  expect((await readChecks(traceId, 2)).map(({ check }) => check)).toEqual(
    (await readChecks(traceId)).map(({ check }) => check),
  );
  expect(await readLooks(projectId)).toEqual({ ...looked, "check|between|pass": 3 });

  await db().trace.deleteMany({ where: { projectId } });
  expect(await readLooks(projectId)).toEqual({});
});

it("a revision without a text of its own has the thought's as it was stored", async () => {
  const { projectId, trace } = await makeInput();
  const { id: longThoughtId } = await db().longThought.create({
    data: {
      projectId,
      simpleThoughtId: trace.simpleThoughtId,
      sampleIndex: 0,
      joiner: " ",
      cue: "Wait,",
      continuation: " is it? “Yes” — red.",
      betweenText: "",
      grade: "right",
      isParsed: true,
      simulated: true,
    },
  });
  const made = await make([
    { ...trace, body: null },
    { ...trace, body: null, longThoughtId, longGrade: "right" },
    { ...trace, body: "Given." },
  ]);
  const revisions = await db().traceRevision.findMany({ select: { traceId: true, body: true } });
  expect(made.map(({ traceId }) => revisions.find((one) => one.traceId === traceId)?.body)).toEqual([
    "It is red.",
    " is it? “Yes” — red.",
    "Given.",
  ]);
});
