import { existsSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { readRunProgress } from "#lib/generation/run-queries.ts";
import { listImportProblems } from "#lib/images/import-queries.ts";
import { readImportedRun } from "#lib/interchange/queries.ts";
import { importStages } from "#lib/interchange/stages-import-commands.ts";

const folder = path.resolve(import.meta.dirname, "../../../shared/reference/longperceptualthoughts");
const isThere = existsSync(folder);
const database = await createTestDatabase();

describe("the published stage files as a run", () => {
  if (!isThere)
    console.log("The reference outputs are not on this machine: their import is not checked here.");

  let projectId: string;
  beforeEach(async () => {
    await database.truncate();
    projectId = (await db().project.create({ data: { name: "Published" } })).id;
  });

  it.skipIf(!isThere)("shows the figures of docs/reference-figures.md in its funnel", async () => {
    const { runId, importId, counts } = await importStages({
      projectId,
      userId: null,
      source: { kind: "folder", path: folder },
      name: null,
    });
    expect(counts).toEqual({ rows: 480, total: 480, added: 480, unchanged: 0, rejected: 0 });
    const problems = await listImportProblems(projectId, importId);
    // A training set lies beside the stage files; it is none of them.
    expect(problems.map(({ line, file, code }) => [line, file, code])).toEqual([
      [null, "sft_extended_cots.json", "no_stage_file"],
    ]);

    const progress = await readRunProgress(projectId, runId);
    expect(progress?.state).toBe("done");
    const stages = progress?.stages.map(({ stage, done, failed, waiting, made, lost, outcomes }) => ({
      stage,
      done,
      open: failed + waiting,
      made,
      lost,
      outcomes: Object.fromEntries(outcomes.map(({ name, count }) => [name, count])),
    }));
    expect(stages).toEqual([
      { stage: 1, done: 5, open: 0, made: 40, lost: 0, outcomes: {} },
      {
        stage: 2,
        done: 400,
        open: 0,
        made: 398,
        lost: 2,
        outcomes: { right: 234, wrong: 164, ungradable: 2 },
      },
      {
        stage: 3,
        done: 1200,
        open: 0,
        made: 431,
        lost: 769,
        outcomes: { OO: 675, XO: 409, XX: 26, ungradable: 6, unfinished: 84 },
      },
    ]);

    const rejections = progress?.stages.map((stage) =>
      Object.fromEntries(stage.rejections.map(({ name, count }) => [name, count])),
    );
    expect(rejections).toEqual([
      {},
      { ungradable: 2 },
      { leak: 752, consistency: 4, "thought-closed": 54, "answer-whole": 84 },
    ]);

    const imported = await readImportedRun(projectId, runId);
    expect(imported?.summary).toEqual({
      questions: { total: 40, valid: 40 },
      simple: { total: 400, parsed: 400, right: 234, wrong: 164, ungradable: 2 },
      expansions: {
        total: 1200,
        parsed: 1116,
        right: 1090,
        wrong: 26,
        ungradable: 0,
        leakedThought: 752,
        leakedBetween: 492,
        leakedThoughtParsed: 682,
        leakedBetweenParsed: 482,
        between: 1086,
        noThinkEnd: 54,
        noWholeAnswer: 84,
        duplicates: 0,
        consistent: 1026,
        inconsistent: 4,
        unstated: 86,
        kinds: { OO: 675, XO: 409, OX: 0, XX: 26, ungradable: 6 },
      },
    });

    // The rows themselves, counted apart from what was counted on the way.
    expect(await db().image.groupBy({ by: ["state"], _count: true })).toEqual([
      { state: "missing", _count: 5 },
    ]);
    expect(await db().simpleThought.count({ where: { isParsed: true, simulated: false } })).toBe(400);
    expect(await db().longThought.count({ where: { isParsed: true, cue: "Wait," } })).toBe(1116);
    expect(await db().trace.count({ where: { runId, longThoughtId: { not: null } } })).toBe(1200);
    const failed = (check: string) =>
      db().checkResult.count({
        where: { check, result: "fail", revision: { trace: { longThoughtId: { not: null } } } },
      });
    expect(await Promise.all(["leak", "leak-between", "thought-closed", "answer-whole"].map(failed))).toEqual(
      [752, 492, 54, 84],
    );
    expect(await failed("consistency")).toBe(4);
    // What the funnel calls lost, from the rows: 752 leak and 84 have no whole answer, 70 of them both; three of the four
    // whose answer is another than the thought's do neither.
    const holdsBack = ["leak", "thought-closed", "answer-whole", "consistency"];
    const lost = { longThoughtId: { not: null }, failedChecks: { hasSome: holdsBack } };
    expect(await db().trace.count({ where: { runId, ...lost } })).toBe(769);
    expect(
      await db().trace.count({
        where: { runId, longThoughtId: { not: null }, failedChecks: { isEmpty: true } },
      }),
    ).toBe(431);
    expect(await db().importedText.count({ where: { runId } })).toBe(40 + 400 + 1200);
    // The free checks of questions ran on the order that was shown.
    expect(
      await db().questionCheck.count({
        where: { check: "key-mismatch", result: "pass", question: { currentRevision: { number: 2 } } },
      }),
    ).toBeGreaterThanOrEqual(40);
    expect(await db().trace.count({ where: { state: "waiting" } })).toBeGreaterThan(0);
    expect(await db().question.count({ where: { currentRevision: { number: 2 } } })).toBe(40);
  });

  it.skipIf(!isThere)("keeps the simple thought as stage 2 gave it, and every raw reply", async () => {
    await importStages({ projectId, userId: null, source: { kind: "folder", path: folder }, name: null });
    const long = await db().longThought.findFirstOrThrow({
      orderBy: { id: "asc" },
      include: { simpleThought: { include: { imported: true } }, imported: true, trace: true },
    });
    expect(long.imported).toMatchObject({ file: "stage_3_expand_cot.jsonl", line: 1, place: 0 });
    expect(long.simpleThought.imported).toMatchObject({
      file: "stage_2_simple_cot.jsonl",
      line: 1,
      place: 0,
    });
    expect(long.simpleThought.text).not.toBe(long.simpleThought.text.toLowerCase());
    expect(long.imported?.raw.startsWith(`${long.joiner}${long.cue}${long.continuation}`)).toBe(true);
  });
});
