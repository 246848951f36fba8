import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { readCardFacts } from "#lib/datasets/card/facts-queries.ts";
import { cardFactsSchema } from "#lib/datasets/card/facts-schema.ts";
import { makeCardVersion } from "#lib/datasets/card/test-facts.ts";
import { RECIPE } from "#lib/datasets/test-records.ts";
import { db, type Prisma } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, makeTrace, makeUser } from "#lib/db/test-records.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

type Made = Awaited<ReturnType<typeof makeTrace>>;

async function setUp() {
  const ada = await makeUser("Ada");
  const ben = await makeUser("Ben");
  const project = await makeProject([{ userId: ada.id, role: "owner" }], 2);
  const projectId = project.id;
  // Ids give the order; two made in one millisecond would have none.
  let now = 1_700_000_000_000;
  const judge = (trace: Made, questionRevisionId: string, reviewerId: string, more: object = {}) => {
    now += 1;
    return db().verdict.create({
      data: {
        id: createUuid7(now),
        projectId,
        traceId: trace.id,
        traceRevisionId: trace.currentRevisionId ?? "",
        questionRevisionId,
        reviewerId,
        decision: "approved",
        previousState: "waiting",
        rowVersionAfter: 2,
        actionId: randomUUID(),
        ...more,
      },
    });
  };
  const addImage = async (licence: string | null) => {
    const image = await makeImage(projectId);
    await db().image.update({ where: { id: image.id }, data: { licence, source: "a museum" } });
    return { image, question: await makeQuestion(projectId, image.id) };
  };
  return { ada, ben, projectId, judge, addImage };
}

async function freeze(projectId: string, records: Partial<Prisma.DatasetRecordCreateManyInput>[]) {
  const dataset = await db().dataset.create({ data: { projectId, name: `d ${randomUUID()}` } });
  const version = await db().datasetVersion.create({
    data: {
      projectId,
      datasetId: dataset.id,
      number: 1,
      recipe: {},
      summary: {},
      recordCount: records.length,
      simulated: false,
      contentHash: "",
    },
  });
  await db().datasetRecord.createMany({
    data: records.map((record, ordinal) => ({
      ordinal,
      traceId: "",
      traceRevisionId: "",
      questionRevisionId: "",
      imageId: "",
      kind: "XO" as const,
      ...record,
      versionId: version.id,
    })),
  });
  return version.id;
}

async function readFacts(projectId: string, versionId: string) {
  const draft = { versionId, recipe: RECIPE, summary: makeCardVersion().summary };
  const facts = await db().$transaction((tx) => readCardFacts(tx, projectId, draft), { timeout: 60_000 });
  return cardFactsSchema.parse(JSON.parse(JSON.stringify(facts)));
}

it("tells how the version came about, in figures that can be counted by hand", async () => {
  const { ada, ben, projectId, judge, addImage } = await setUp();
  const records: Partial<Prisma.DatasetRecordCreateManyInput>[] = [];
  // On each of 40 images one trace that both approve, on every fourth one more that Ben rejects after Ada approved it.
  for (let at = 0; at < 40; at += 1) {
    const { image, question } = await addImage(at < 30 ? "CC BY 4.0" : at < 35 ? "CC BY-NC-SA 4.0" : null);
    const place = { projectId, imageId: image.id, question };
    const revision = question.currentRevisionId;
    const good = await makeTrace(place, { state: "approved" });
    await judge(good, revision, ada.id, { queueOrder: "image" });
    await judge(good, revision, ben.id, { queueOrder: "random" });
    records.push({
      traceId: good.id,
      traceRevisionId: good.currentRevisionId ?? "",
      questionRevisionId: revision,
      imageId: image.id,
      kind: "XO",
    });
    if (at % 4 > 0) continue;
    const bad = await makeTrace(place, { state: "rejected" });
    await judge(bad, revision, ada.id, { queueOrder: "image" });
    await judge(bad, revision, ben.id, { queueOrder: "image", decision: "rejected" });
  }
  const bulk = await addImage("CC0");
  const place = { projectId, imageId: bulk.image.id, question: bulk.question };
  const unread = await makeTrace(place, { state: "approved", simple: "right", long: null });
  await judge(unread, bulk.question.currentRevisionId, ada.id, { source: "bulk" });
  await makeTrace(place, { state: "waiting", body: " the description says that it is blue." });
  records.push({
    traceId: unread.id,
    traceRevisionId: unread.currentRevisionId ?? "",
    questionRevisionId: bulk.question.currentRevisionId,
    imageId: bulk.image.id,
    kind: "O",
    split: "test",
  });
  const facts = await readFacts(projectId, await freeze(projectId, records));

  expect(facts.composition.rows).toEqual([
    { part: "sft", kind: "O", split: "test", count: 1 },
    { part: "sft", kind: "XO", split: "train", count: 40 },
  ]);
  expect(facts.composition).toMatchObject({ images: 41, questions: 41 });
  expect(facts.composition.reasoningTypes).toEqual([{ type: "Recognition", count: 41 }]);
  expect(Object.fromEntries(facts.funnel.steps.map(({ step, count }) => [step, count]))).toEqual({
    images: 41,
    questions: 41,
    "simple-thoughts": 52,
    "long-thoughts": 51,
    traces: 52,
    passed: 51,
    selected: 52,
    judged: 51,
    approved: 41,
    "in-version": 41,
  });
  expect(facts.checks.traces.find(({ check }) => check === "leak")).toMatchObject({ fail: 1 });
  expect(facts.checks.tracesWithFailure).toBe(1);

  // Of 50 that Ada approved Ben rejected 10; all that were approved once were judged again.
  expect(facts.errorRate.approved).toMatchObject({ basis: "census", cases: 50, hits: 10, images: 40 });
  expect(facts.errorRate.approved.share?.value).toBeCloseTo(0.2, 12);
  expect(facts.errorRate.generated).toMatchObject({ cases: 50, hits: 10, images: 40, inReview: 52 });
  expect(facts.errorRate.generated.basis).toBe("census");
  expect(facts.errorRate.coverage).toEqual({ nobody: 1, one: 0, several: 40 });
  expect(facts.errorRate.orders).toEqual([{ order: "image", traces: 50 }]);
  expect(facts.agreement).toMatchObject({ compared: 50, unanimous: 40 });

  expect(facts.reviewers).toMatchObject({
    people: 2,
    verdictsEach: [50, 50],
    single: { approved: 90, rejected: 10 },
    bulk: { approved: 1, rejected: 0 },
  });
  expect(JSON.stringify(facts)).not.toContain("Ada");
  expect(JSON.stringify(facts)).not.toContain(ada.id);

  expect(facts.licences.rows).toEqual([
    { licence: "CC BY 4.0", sources: ["a museum"], images: 30 },
    { licence: "CC BY-NC-SA 4.0", sources: ["a museum"], images: 5 },
    { licence: null, sources: ["a museum"], images: 5 },
    { licence: "CC0", sources: ["a museum"], images: 1 },
  ]);
  expect(facts.price).toMatchObject({ calls: 0, costMicros: 0, approved: 41, perApprovedMicros: null });
  expect(facts.behaviours).toMatchObject({ sampled: 41, of: 41 });
  expect(facts.lengths.records.map(({ kind, count, max }) => ({ kind, count, max }))).toEqual([
    { kind: "O", count: 1, max: 20 },
    { kind: "XO", count: 40, max: 20 },
  ]);
  expect(facts.contamination.state).toBe("not-checked");
});

it("weighs both sides of pairs, also where one is an earlier text of the other", async () => {
  const { ada, projectId, addImage } = await setUp();
  const { image, question } = await addImage("CC0");
  const place = { projectId, imageId: image.id, question };
  const trace = await makeTrace(place, { state: "approved", body: " one two three four." });
  const edited = await db().traceRevision.create({
    data: {
      traceId: trace.id,
      number: 2,
      body: " one two three four five six.",
      answer: "(B)",
      authorId: ada.id,
    },
  });
  await db().trace.update({ where: { id: trace.id }, data: { currentRevisionId: edited.id, wordCount: 12 } });
  const worse = await makeTrace(place, { state: "rejected", long: "wrong" });
  const pair = {
    part: "preference" as const,
    traceId: trace.id,
    traceRevisionId: edited.id,
    questionRevisionId: question.currentRevisionId,
    imageId: image.id,
  };
  const versionId = await freeze(projectId, [
    {
      ...pair,
      pairKind: "edited>original",
      rejectedTraceId: trace.id,
      rejectedRevisionId: trace.currentRevisionId,
    },
    { ...pair, pairKind: "XO>XX", rejectedTraceId: worse.id, rejectedRevisionId: worse.currentRevisionId },
  ]);
  const { lengths, composition } = await readFacts(projectId, versionId);
  expect(composition.rows.map(({ kind }) => kind).sort()).toEqual(["XO>XX", "edited>original"]);
  expect(lengths.records).toEqual([]);
  const sides = lengths.pairs.map(({ kind, count, chosen, rejected, chosenLonger }) => ({
    kind,
    count,
    chosen: chosen.mean,
    rejected: rejected.mean,
    chosenLonger,
  }));
  expect(sides).toEqual(
    expect.arrayContaining([
      { kind: "edited>original", count: 1, chosen: 12, rejected: 10, chosenLonger: 1 },
      { kind: "XO>XX", count: 1, chosen: 12, rejected: 20, chosenLonger: 0 },
    ]),
  );
  expect(lengths.chosenBins[0]).toBe(2);
});

it("names the versions of the same dataset that were withdrawn before", async () => {
  const { projectId } = await setUp();
  const versionId = await freeze(projectId, []);
  const elsewhere = await freeze(projectId, []);
  const { datasetId } = await db().datasetVersion.update({
    where: { id: versionId },
    data: { number: 3 },
  });
  const withdrawn = { withdrawnAt: new Date("2026-11-20T10:00:00Z"), withdrawnReason: "a wrong key" };
  await db().datasetVersion.update({ where: { id: elsewhere }, data: withdrawn });
  for (const [number, more] of [
    [1, withdrawn],
    [2, {}],
  ] as const)
    await db().datasetVersion.create({
      data: {
        ...{ projectId, datasetId, number, recipe: {}, summary: {}, recordCount: 0, simulated: false },
        ...{ contentHash: "", ...more },
      },
    });
  expect((await readFacts(projectId, versionId)).withdrawnVersions).toEqual([
    { number: 1, at: "2026-11-20T10:00:00.000Z", reason: "a wrong key" },
  ]);
});

it("reads another project's data into no figure", async () => {
  const other = await setUp();
  const elsewhere = await other.addImage("CC0");
  const trace = await makeTrace(
    { projectId: other.projectId, imageId: elsewhere.image.id, question: elsewhere.question },
    { state: "approved" },
  );
  await other.judge(trace, elsewhere.question.currentRevisionId, other.ada.id);
  const { id: projectId } = await makeProject([]);
  const facts = await readFacts(projectId, await freeze(projectId, []));
  expect(facts.funnel.steps.every(({ count }) => count === 0)).toBe(true);
  expect(facts.reviewers.people).toBe(0);
  expect(facts.errorRate.generated).toMatchObject({ basis: "none", cases: 0, share: null });
  expect(facts.licences.rows).toEqual([]);
});
