import { beforeEach, expect, it } from "vitest";
import { storeQuestionLint } from "#lib/checks/question-lint-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { CHOICES, makeImage, makeProject, makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { readCheckInsights } from "#lib/insights/check-queries.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

/** What is stored, passes that are words of their revision included, by check and result. */
async function countStored(projectId: string) {
  const rows = await db().$queryRaw<{ check: string; result: string; count: bigint }[]>`
    SELECT c."check", c."result"::text AS "result", count(*) AS "count"
    FROM "RevisionCheck" c JOIN "TraceRevision" r ON r."id" = c."traceRevisionId" JOIN "Trace" t ON t."id" = r."traceId"
    WHERE t."projectId" = ${projectId}::uuid
    GROUP BY c."check", c."result"`;
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

it("agrees with the results that are stored, for the project and for the run, until they are deleted", async () => {
  const { id: projectId } = await makeProject();
  const { id: runId } = await db().run.create({ data: { projectId, name: "Run", config: {}, seed: "seed" } });
  const { id: imageId } = await makeImage(projectId);
  const question = await makeQuestion(projectId, imageId);
  await db().$transaction((tx) =>
    storeQuestionLint(tx, {
      projectId,
      runId,
      questions: [
        {
          questionId: question.id,
          revisionId: question.currentRevisionId,
          text: "What colour is the kite?",
          choices: CHOICES,
          keyIndex: 1,
          shortAnswer: "blue",
        },
      ],
    }),
  );
  const place = { projectId, imageId, question };
  await makeTrace(place, { body: " the description says so." });
  await makeTrace(place, { body: " so the answer is (B)." });
  await makeTrace(place, { body: " so the answer is (A)." });
  await makeTrace(place, { simple: "right", long: null, body: "It is plain." });

  const { traces, questions, keyPositions, costs } = await readCheckInsights(projectId);
  const stored = await countStored(projectId);
  for (const row of traces) {
    for (const result of ["pass", "fail", "unknown"] as const) {
      const found = stored.find((one) => one.check === row.check && one.result === result);
      expect([row.check, result, row[result]]).toEqual([row.check, result, found?.count ?? 0]);
    }
  }
  expect(new Set(traces.map(({ check }) => check))).toEqual(new Set(stored.map(({ check }) => check)));
  expect(questions).toHaveLength(5);
  expect(questions.every(({ pass }) => pass === 1)).toBe(true);
  expect(keyPositions).toMatchObject([{ choiceCount: 4, counts: [0, 1, 0, 0], questions: 1 }]);
  expect(costs).toEqual([]);
  const ofRun = await readCheckInsights(runId);
  expect(ofRun).toMatchObject({ questions, keyPositions });

  await db().image.delete({ where: { id: imageId } });
  expect(await readCheckInsights(projectId)).toEqual({
    traces: [],
    questions: [],
    costs: [],
    keyPositions: [],
    behaviours: [],
  });
});
