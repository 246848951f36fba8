import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import { readRunProgress } from "#lib/generation/run-queries.ts";
import { makeTestProject } from "#lib/worker/test-project.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

/** A run of all stages, one sample each, with a check of questions and one of traces; it began two minutes ago. */
async function makeRun() {
  const { projectId, endpointId } = await makeTestProject(0, { baseUrl: "http://127.0.0.1:9/v1" });
  const frozen = await freezeConfig(projectId, {
    stages: [1, 2, 3],
    simpleSamples: 1,
    longSamples: 1,
    checks: ["without-image", "judge-consistency"],
  });
  const config = { ...frozen, stages: [1, 2, 3], images: { kind: "all" }, lastImageId: null };
  const { id: runId } = await db().run.create({
    data: {
      projectId,
      name: "A run",
      seed: "s",
      config,
      createdAt: new Date(Date.now() - 120_000),
      plannedAt: new Date(),
    },
  });
  return { projectId, endpointId, runId };
}

describe("how fast a run goes and how long it will take", () => {
  it("takes the checks into both: what ended lately, and what is still to come", async () => {
    const { projectId, runId } = await makeRun();
    const tasks = (
      count: number,
      task: {
        stage: number;
        check?: string;
        reused?: boolean;
        secondsAgo?: number;
        made?: number;
        outcome?: string;
      },
    ): Prisma.RunTaskCreateManyInput[] => {
      const { secondsAgo, ...rest } = task;
      const isDone = secondsAgo !== undefined;
      return Array.from({ length: count }, () => ({
        runId,
        projectId,
        inputId: randomUUID(),
        ...rest,
        state: isDone ? ("done" as const) : ("waiting" as const),
        endedAt: isDone ? new Date(Date.now() - secondsAgo * 1_000) : null,
      }));
    };
    await db().runTask.createMany({
      data: [
        // All long ago: ten images gave two questions each, all of them right and gone on from.
        ...tasks(10, { stage: 1, secondsAgo: 100, made: 2 }),
        ...tasks(20, { stage: 2, secondsAgo: 90, made: 1, outcome: "right" }),
        // Within the last half minute: 12 calls and 6 checks with a call, 3 that were answered from the ledger.
        ...tasks(12, { stage: 3, secondsAgo: 5, made: 1, outcome: "OO" }),
        ...tasks(6, {
          stage: 4,
          check: "judge-consistency",
          secondsAgo: 5,
          made: 1,
          outcome: "judge-consistency pass",
        }),
        ...tasks(3, {
          stage: 4,
          check: "without-image",
          secondsAgo: 5,
          made: 1,
          reused: true,
          outcome: "without-image pass",
        }),
        // To come: eight long thoughts, each with a check, and seven checks.
        ...tasks(8, { stage: 3 }),
        ...tasks(7, { stage: 4, check: "without-image" }),
      ],
    });
    const progress = await readRunProgress(projectId, runId);
    expect(progress?.callsPerSecond).toBe(18 / 30);
    expect(progress?.ratePerSecond).toBe(21 / 30);
    expect(progress?.secondsLeft).toBe(Math.ceil((8 + 8 + 7) / (21 / 30)));
  });

  it("does not say what it cannot know: while nothing has ended lately, and before all is planned", async () => {
    const { projectId, runId } = await makeRun();
    await db().runTask.create({ data: { runId, projectId, stage: 1, inputId: randomUUID() } });
    expect(await readRunProgress(projectId, runId)).toMatchObject({
      callsPerSecond: null,
      secondsLeft: null,
    });
    await db().runTask.create({
      data: {
        runId,
        projectId,
        stage: 1,
        inputId: randomUUID(),
        state: "done",
        made: 2,
        endedAt: new Date(),
      },
    });
    expect((await readRunProgress(projectId, runId))?.secondsLeft).toBeGreaterThan(0);
    await db().run.update({ where: { id: runId }, data: { plannedAt: null } });
    expect((await readRunProgress(projectId, runId))?.secondsLeft).toBeNull();
  });
});
