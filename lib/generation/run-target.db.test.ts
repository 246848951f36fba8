import { beforeEach, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import { ensureDefaultEndpoints } from "#lib/endpoints/commands.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import { stopRun } from "#lib/generation/run-control-commands.ts";
import { endSatisfiedRuns } from "#lib/generation/run-target-commands.ts";
import { finishRuns } from "#lib/generation/run-task-commands.ts";
import { ensureDefaultPrompts } from "#lib/prompts/commands.ts";

const database = await createTestDatabase();
beforeEach(() => database.truncate());

/** A run that wants two traces and has made three, by replies that an earlier run had brought. */
async function prepare() {
  const { id: projectId } = await makeProject();
  await ensureDefaultEndpoints(projectId);
  await ensureDefaultPrompts(projectId);
  const { id: endpointId } = await db().endpoint.findFirstOrThrow();
  const { id: imageId } = await makeImage(projectId);
  const question = await makeQuestion(projectId, imageId);
  const frozen = await freezeConfig(projectId, { stages: [3] });
  const run = await db().run.create({
    data: {
      projectId,
      name: "Until two",
      seed: "s",
      config: JSON.parse(
        JSON.stringify({ ...frozen, stages: [3], images: { kind: "all" }, lastImageId: imageId }),
      ),
      untilAccepted: 2,
    },
  });
  const traceIds: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const { id } = await makeTrace({ projectId, imageId, question });
    traceIds.push(id);
    const call = await db().modelCall.create({
      data: {
        projectId,
        endpointId,
        identity: `${index}`,
        purpose: "reasoner",
        model: "m",
        status: "answered",
      },
    });
    const trace = await db().trace.findUniqueOrThrow({ where: { id } });
    await db().longThought.update({ where: { id: trace.longThoughtId ?? "" }, data: { callId: call.id } });
    await db().runTask.create({
      data: {
        projectId,
        runId: run.id,
        stage: 3,
        inputId: trace.simpleThoughtId,
        sampleIndex: index,
        state: "done",
        made: 1,
        callId: call.id,
      },
    });
  }
  const task = (stage: number, inputId: string, check = "") =>
    db().runTask.create({ data: { projectId, runId: run.id, stage, inputId, sampleIndex: 9, check } });
  const left = await task(3, crypto.randomUUID());
  const isEnding = async () =>
    (await db().runTask.findUniqueOrThrow({ where: { id: left.id } })).state === "cancelled";
  return { runId: run.id, traceIds, task, left, isEnding };
}

it("a run goes on while checks that came later hold back too many of what its counter says it made", async () => {
  const { traceIds, isEnding } = await prepare();
  await db().trace.updateMany({
    where: { id: { in: traceIds.slice(0, 2) } },
    data: { failedChecks: ["rederived"] },
  });
  await endSatisfiedRuns();
  expect(await isEnding()).toBe(false);
});

it("a run that has nothing left to work on says how many of the wanted traces there are, and why it ended", async () => {
  const { runId, traceIds } = await prepare();
  await db().run.update({ where: { id: runId }, data: { untilAccepted: 5, plannedAt: new Date() } });
  await db().trace.updateMany({ where: { id: traceIds[0] ?? "" }, data: { failedChecks: ["leak"] } });
  await db().runTask.updateMany({ where: { runId, state: "waiting" }, data: { state: "failed" } });
  await endSatisfiedRuns();
  expect(await finishRuns([runId])).toEqual([runId]);
  expect(await db().run.findUnique({ where: { id: runId } })).toMatchObject({
    state: "done",
    reason:
      "5 traces were wanted, and only 2 passed the checks. All that the run had to work on is used up. 1 call failed and can be tried again. More images, more samples or another seed bring more.",
  });
});

it("a run that comes to its end with as many as were wanted says so, and one without a target says nothing", async () => {
  const { runId, left } = await prepare();
  await db().runTask.update({ where: { id: left.id }, data: { state: "done" } });
  await db().run.update({ where: { id: runId }, data: { untilAccepted: 3, plannedAt: new Date() } });
  await finishRuns([runId]);
  const reason = async () => (await db().run.findUniqueOrThrow({ where: { id: runId } })).reason;
  expect(await reason()).toBe("3 traces were wanted, and 3 passed the checks.");
  await db().run.update({
    where: { id: runId },
    data: { state: "running", reason: null, untilAccepted: null },
  });
  expect(await finishRuns([runId])).toEqual([runId]);
  expect(await reason()).toBeNull();
});

it("a run that its budget ends says how far it came", async () => {
  const { runId } = await prepare();
  await db().run.update({ where: { id: runId }, data: { untilAccepted: 5 } });
  await stopRun(runId, "The budget of $5.00 is used up.");
  expect(await db().run.findUnique({ where: { id: runId } })).toMatchObject({
    state: "stopped",
    reason: "The budget of $5.00 is used up. 5 traces were wanted, and only 3 passed the checks.",
  });
});

it("a trace with a check still to be made is not accepted yet, and one without failures is, whoever paid for it", async () => {
  const { runId, traceIds, task, isEnding } = await prepare();
  await db().trace.updateMany({ where: { id: traceIds[0] ?? "" }, data: { failedChecks: ["leak"] } });
  const check = await task(4, traceIds[1] ?? "", "rederived");
  await endSatisfiedRuns();
  expect(await isEnding()).toBe(false);
  await db().runTask.update({ where: { id: check.id }, data: { state: "done" } });
  // Within some seconds.
  await expect
    .poll(
      async () => {
        await endSatisfiedRuns();
        return isEnding();
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  expect(await db().run.findUnique({ where: { id: runId } })).toMatchObject({
    reason: "2 traces were wanted, and 2 passed the checks.",
  });
});
