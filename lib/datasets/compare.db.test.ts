import { beforeEach, expect, it } from "vitest";
import { countChanges, listChanges, listComparable } from "#lib/datasets/compare-queries.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import {
  DEFAULT_PREFERENCE,
  DEFAULT_STEPS,
  NO_SPLITS,
  SFT_PRESET_OPTIONS,
} from "#lib/datasets/recipe-schema.ts";
import { makeRandomProject } from "#lib/datasets/test-random-project.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";

const database = await createTestDatabase();

beforeEach(() => database.truncate());

const options = {
  sft: SFT_PRESET_OPTIONS.everything,
  preference: DEFAULT_PREFERENCE,
  steps: DEFAULT_STEPS,
  splits: NO_SPLITS,
  filter: WHOLE_PROJECT,
};

it("finds what came, what went and what says something else, with the traces behind each figure", async () => {
  const { projectId, userId } = await makeRandomProject("a kite");
  const freeze = () => createDatasetVersion({ projectId, userId, name: "kites", options });
  const first = await freeze();
  const records = await db().datasetRecord.findMany({
    where: { versionId: first.versionId, part: "sft" },
    orderBy: { ordinal: "asc" },
  });
  const [gone, edited] = records;
  if (!gone || !edited) throw new Error("the project has too few records");
  await db().trace.update({ where: { id: gone.traceId }, data: { state: "waiting" } });
  const revision = await db().traceRevision.create({
    data: { traceId: edited.traceId, number: 9, body: " it is blue.", answer: "", authorId: userId },
  });
  const old = await db().traceRevision.findUniqueOrThrow({ where: { id: edited.traceRevisionId } });
  await db().traceRevision.update({ where: { id: revision.id }, data: { answer: old.answer } });
  await db().trace.update({ where: { id: edited.traceId }, data: { currentRevisionId: revision.id } });
  await db().verdict.updateMany({
    where: { traceId: edited.traceId, decision: "approved" },
    data: { traceRevisionId: revision.id },
  });
  const second = await freeze();

  const there = await countChanges(first.versionId, second.versionId);
  expect(there.find(({ part }) => part === "sft")).toEqual({
    part: "sft",
    from: records.length,
    to: records.length - 1,
    same: records.length - 2,
    added: 0,
    removed: 1,
    changed: 1,
  });
  const list = (show: "added" | "removed" | "changed", back = false) =>
    listChanges(back ? second.versionId : first.versionId, back ? first.versionId : second.versionId, {
      part: "sft",
      show,
    });
  expect((await list("removed")).lines).toMatchObject([{ traceId: gone.traceId }]);
  expect((await list("changed")).lines).toMatchObject([{ traceId: edited.traceId, what: ["text"] }]);
  expect((await list("added", true)).lines).toMatchObject([{ traceId: gone.traceId }]);
  expect((await list("added")).lines).toEqual([]);

  for (const { from, to, same, added, removed, changed } of there) {
    expect([from, to]).toEqual([same + removed + changed, same + added + changed]);
  }
  expect(await countChanges(first.versionId, first.versionId)).toMatchObject(
    there.map(({ part, from }) => ({ part, from, same: from, added: 0, removed: 0, changed: 0 })),
  );
  expect((await listComparable(projectId)).map(({ id }) => id)).toEqual([second.versionId, first.versionId]);
});

it("counts a pair once where one trace was preferred to two texts of another", async () => {
  const { projectId, userId } = await makeRandomProject("a kite");
  const { versionId } = await createDatasetVersion({ projectId, userId, name: "kites", options });
  const [line] = await db().datasetRecord.findMany({ where: { versionId, part: "sft" }, take: 1 });
  if (!line) throw new Error("the project has too few records");
  await db().datasetRecord.deleteMany({ where: { versionId } });
  await db().datasetRecord.createMany({
    data: [line.traceRevisionId, line.questionRevisionId].map((rejectedRevisionId, ordinal) => ({
      ...{ ...line, part: "preference" as const, ordinal, pairKind: "preferred", rejectedRevisionId },
      rejectedTraceId: line.imageId,
    })),
  });
  expect(await countChanges(versionId, versionId)).toEqual([
    { part: "preference", from: 2, to: 2, same: 2, added: 0, removed: 0, changed: 0 },
  ]);
});

it("says of pairs and judged thoughts what came and went, and whether text, question or split is another", async () => {
  const { projectId, userId } = await makeRandomProject("a kite");
  const freeze = () => createDatasetVersion({ projectId, userId, name: "kites", options });
  const [from, to] = [(await freeze()).versionId, (await freeze()).versionId];
  const read = (versionId: string, part: "preference" | "steps") =>
    db().datasetRecord.findMany({ where: { versionId, part }, orderBy: { ordinal: "asc" } });
  const judged = await read(to, "steps");
  // Where two traces are set against each other by what they are, their ids make the pair, whatever their texts.
  const pairs = (await read(to, "preference")).filter(
    ({ traceId, rejectedTraceId, pairKind }) => traceId !== rejectedTraceId && pairKind !== "preferred",
  );
  const [gone, rejectedText, chosenText, split] = pairs;
  const [unjudged, text, question, moved] = judged;
  if (!gone || !rejectedText || !chosenText || !split || !unjudged || !text || !question || !moved)
    throw new Error("the project has too few pairs or judged thoughts");
  const other = await db().traceRevision.create({
    data: { traceId: text.traceId, number: 9, body: " it is blue.", answer: "(A)", authorId: userId },
  });
  const { id: _id, ...rest } = await db().questionRevision.findUniqueOrThrow({
    where: { id: question.questionRevisionId },
  });
  const { id: otherQuestion } = await db().questionRevision.create({
    data: { ...rest, number: 9 },
  });
  const change = (line: (typeof pairs)[number], data: Prisma.DatasetRecordUncheckedUpdateManyInput) =>
    db().datasetRecord.updateMany({ where: { versionId: to, part: line.part, ordinal: line.ordinal }, data });
  await change(rejectedText, { rejectedRevisionId: other.id });
  await change(chosenText, { traceRevisionId: other.id });
  await change(split, { split: "test" });
  await change(text, { traceRevisionId: other.id });
  await change(question, { questionRevisionId: otherQuestion });
  await change(moved, { questionRevisionId: otherQuestion, split: "validation" });
  for (const line of [gone, unjudged])
    await db().datasetRecord.deleteMany({
      where: { versionId: to, part: line.part, ordinal: line.ordinal },
    });

  const counts = await countChanges(from, to);
  const all = { preference: (await read(from, "preference")).length, steps: judged.length };
  for (const part of ["preference", "steps"] as const)
    expect(counts.find((one) => one.part === part)).toEqual({
      ...{ part, from: all[part], to: all[part] - 1, same: all[part] - 4, added: 0, removed: 1, changed: 3 },
    });
  const list = async (part: "preference" | "steps", show: "added" | "removed" | "changed", back = false) => {
    const [left, right] = back ? [to, from] : [from, to];
    const { lines } = await listChanges(left, right, { part, show });
    return new Map(
      lines.map(({ traceId, rejectedTraceId, pairKind, what }) => [
        part === "steps" ? traceId : `${pairKind} ${traceId} ${rejectedTraceId}`,
        what,
      ]),
    );
  };
  const nameOf = ({ pairKind, traceId, rejectedTraceId }: (typeof pairs)[number]) =>
    `${pairKind} ${traceId} ${rejectedTraceId}`;
  expect(await list("preference", "changed")).toEqual(
    new Map([
      [nameOf(rejectedText), ["rejected text"]],
      [nameOf(chosenText), ["text"]],
      [nameOf(split), ["split"]],
    ]),
  );
  expect(await list("steps", "changed")).toEqual(
    new Map([
      [text.traceId, ["text"]],
      [question.traceId, ["question"]],
      [moved.traceId, ["question", "split"]],
    ]),
  );
  for (const [part, name] of [
    ["preference", nameOf(gone)],
    ["steps", unjudged.traceId],
  ] as const) {
    expect([...(await list(part, "removed")).keys()]).toEqual([name]);
    expect([...(await list(part, "added", true)).keys()]).toEqual([name]);
    expect((await list(part, "added")).size).toBe(0);
  }
});
