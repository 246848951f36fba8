import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { deleteCounters, foldCounters, readCounters, readCountersOf, sumCounters } from "#lib/db/counters.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { createRandom } from "#lib/random.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

describe("counters", () => {
  it("stand for what is there after many concurrent changes, while another connection folds", async () => {
    const { projectId, runId } = await makeProject();
    const random = createRandom("counters");
    const ids: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const changes = Array.from({ length: 12 }, () => {
        const id = ids.length > 0 ? random.pick(ids) : undefined;
        const kind = random.int(4);
        if (kind === 0 || !id) {
          const made = [imageRow(projectId, random.int(2) === 0), imageRow(projectId, true)];
          return db()
            .image.createManyAndReturn({ data: made, select: { id: true } })
            .then((rows) => {
              ids.push(...rows.map((row) => row.id));
            });
        }
        if (kind === 1) return db().image.updateMany({ where: { id }, data: { state: "missing" } });
        if (kind === 2) return db().image.deleteMany({ where: { id } });
        return db().runTask.createMany({
          data: [{ runId, projectId, stage: 1 + random.int(3), inputId: id, sampleIndex: round }],
          skipDuplicates: true,
        });
      });
      await Promise.all([...changes, foldCounters(40), foldCounters(40)]);
    }
    await db().runTask.updateMany({
      where: { stage: 2 },
      data: { state: "done", made: 2, lost: 1, outcome: "right" },
    });

    const images = await db().image.groupBy({ by: ["state"], where: { projectId }, _count: true });
    const expected = new Map(images.map((group) => [`image|${group.state}`, group._count]));
    expect(await readCounters(projectId, "image|")).toEqual(expected);

    const tasks = await db().runTask.groupBy({ by: ["stage", "state"], where: { runId }, _count: true });
    const counted = await readCounters(runId, "task|");
    expect(counted).toEqual(
      new Map(tasks.map((group) => [`task|${group.stage}|${group.state}`, group._count])),
    );
    const second = counted.get("task|2|done") ?? 0;
    expect(second).toBeGreaterThan(0);
    expect(await readCounters(runId, "made|")).toEqual(new Map([["made|2", second * 2]]));
    expect(await readCounters(runId, "outcome|")).toEqual(new Map([["outcome|2|right", second]]));

    await foldCounters();
    expect(await readCounters(runId, "task|")).toEqual(counted);
    const rows = await db().counter.count();
    expect(rows).toBeLessThan(20);
    expect(await foldCounters()).toBe(0);
  });

  it("add up calls, money and tokens for the project and for the run, and leave an unknown price unknown", async () => {
    const { projectId, runId } = await makeProject();
    const call = (identity: string, extra: object) => ({
      projectId,
      identity,
      purpose: "vlm" as const,
      model: "m",
      ...extra,
    });
    await db().modelCall.createMany({ data: [call("a", { runId }), call("b", { runId }), call("c", {})] });
    expect(sumCounters(await readCounters(projectId), "call|")).toBe(0);
    await db().modelCall.updateMany({
      where: { identity: { in: ["a", "c"] } },
      data: { status: "answered", costMicros: 250n, promptTokens: 100, completionTokens: 7 },
    });
    await db().modelCall.updateMany({
      where: { identity: "b" },
      data: { status: "answered", promptTokens: 3 },
    });
    const both = await readCountersOf([projectId, runId]);
    expect(Object.fromEntries(both.get(projectId) ?? [])).toEqual({
      "call|vlm|answered": 3,
      "cost|vlm": 500,
      "unpriced|vlm": 1,
      "tokens|prompt|vlm": 203,
      "tokens|completion|vlm": 14,
    });
    expect(Object.fromEntries(both.get(runId) ?? [])).toEqual({
      "call|vlm|answered": 2,
      "cost|vlm": 250,
      "unpriced|vlm": 1,
      "tokens|prompt|vlm": 103,
      "tokens|completion|vlm": 7,
    });
  });

  it("go when their project goes", async () => {
    const { projectId, runId } = await makeProject();
    await db().image.createMany({ data: [imageRow(projectId, true), imageRow(projectId, true)] });
    await db().runTask.createMany({ data: [{ runId, projectId, stage: 1, inputId: runId }] });
    await foldCounters();
    await db().project.delete({ where: { id: projectId } });
    expect((await readCounters(projectId)).size).toBe(0);
    expect((await readCounters(runId)).size).toBe(0);
    await deleteCounters([projectId, runId]);
    expect(await db().counter.count()).toBe(0);
  });
});

let serial = 0;

function imageRow(projectId: string, isPresent: boolean) {
  serial += 1;
  const state = isPresent ? ("present" as const) : ("missing" as const);
  return {
    projectId,
    externalId: `image-${serial}`,
    fileName: `${serial}.png`,
    description: "A red ball.",
    state,
  };
}

async function makeProject() {
  const project = await db().project.create({ data: { name: `project ${++serial}` } });
  const run = await db().run.create({ data: { projectId: project.id, name: "run", config: {}, seed: "s" } });
  return { projectId: project.id, runId: run.id };
}
