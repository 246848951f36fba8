import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeReviewProject } from "#lib/db/test-records.ts";
import { giveVerdict } from "#lib/review/commands.ts";
import { readTraceHistory } from "#lib/review/history-queries.ts";
import { verdictInputSchema } from "#lib/review/schema.ts";

await createTestDatabase();

async function setUp(verdictsPerTrace = 1) {
  const made = await makeReviewProject([{}, {}], verdictsPerTrace);
  const projectId = made.project.id;
  const [trace, sibling] = made.traces;
  if (!trace || !sibling) throw new Error("no traces were made");
  const viewer = (user: { id: string; name: string }, role: "owner" | "reviewer") => ({
    userId: user.id,
    name: user.name,
    role,
    isJudging: true,
  });
  return {
    projectId,
    trace,
    sibling,
    owner: made.owner,
    history: () => readTraceHistory(projectId, viewer(made.reviewer, "reviewer"), trace.id),
    approve: (reviewerId: string, { id, rowVersion }: { id: string; rowVersion: number }) =>
      giveVerdict(
        { projectId, reviewerId },
        verdictInputSchema.parse({ traceId: id, rowVersion, decision: "approved", overrideChecks: true }),
      ),
    reviewerId: made.reviewer.id,
  };
}

async function freeze(
  { projectId, trace, sibling, owner }: Awaited<ReturnType<typeof setUp>>,
  state: "ready" | "freezing" = "ready",
) {
  const dataset = await db().dataset.create({ data: { projectId, name: `Kites ${randomUUID()}` } });
  const version = await db().datasetVersion.create({
    data: {
      projectId,
      datasetId: dataset.id,
      number: 1,
      state,
      recipe: {},
      summary: {},
      recordCount: 1,
      simulated: false,
      contentHash: "",
      createdById: owner.id,
    },
  });
  const line = {
    versionId: version.id,
    traceRevisionId: randomUUID(),
    questionRevisionId: randomUUID(),
    imageId: trace.imageId,
    kind: "XO" as const,
  };
  await db().datasetRecord.createMany({
    data: [
      { ...line, part: "sft", ordinal: 0, traceId: trace.id },
      { ...line, part: "preference", ordinal: 0, traceId: sibling.id, rejectedTraceId: trace.id },
      { ...line, part: "preference", ordinal: 1, traceId: sibling.id, rejectedTraceId: randomUUID() },
    ],
  });
  return { versionId: version.id, name: dataset.name };
}

describe("the history of a trace", () => {
  it("tells what its checks found, once for each text", async () => {
    const scene = await setUp();
    const checked = (await scene.history()).filter(({ kind }) => kind === "checked");
    expect(checked).toHaveLength(1);
    expect(checked[0]).toMatchObject({ actorName: "", number: 1, failed: scene.trace.failedChecks });
    expect(checked[0]).toHaveProperty("passed", expect.any(Number));
  });

  it("tells the versions that hold it, on either side of a pair, with who froze them", async () => {
    const scene = await setUp();
    await scene.approve(scene.reviewerId, scene.trace);
    const { versionId, name } = await freeze(scene);
    await freeze(scene, "freezing");
    const frozen = (await scene.history()).filter(({ kind }) => kind === "frozen");
    expect(frozen).toEqual([
      expect.objectContaining({
        versionId,
        version: `${name}, version 1`,
        parts: ["preference", "sft"],
        actorName: "Olga",
        isWithdrawn: false,
      }),
    ]);
  });

  it("keeps from who is still to judge that a version holds it: that would say how others judged", async () => {
    const scene = await setUp(2);
    await scene.approve(scene.owner.id, scene.trace);
    await freeze(scene);
    expect((await scene.history()).map(({ kind }) => kind)).toEqual(["checked"]);
    const { rowVersion } = await db().trace.findUniqueOrThrow({ where: { id: scene.trace.id } });
    await scene.approve(scene.reviewerId, { id: scene.trace.id, rowVersion });
    expect((await scene.history()).map(({ kind }) => kind).sort()).toEqual([
      "checked",
      "frozen",
      "verdict",
      "verdict",
    ]);
  });
});
