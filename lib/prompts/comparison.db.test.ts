import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { capabilitiesSchema } from "#lib/endpoints/schema.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import type { StageContext } from "#lib/generation/stage-context.ts";
import { createTestProject, type TestProject } from "#lib/generation/test-project.ts";
import { thinkLonger } from "#lib/generation/think-longer-commands.ts";
import { thinkSimply } from "#lib/generation/think-simply-commands.ts";
import { writeQuestions } from "#lib/generation/write-questions-commands.ts";
import { beginDeletion, finishDeletions } from "#lib/projects/deletion-commands.ts";
import { savePrompt } from "#lib/prompts/commands.ts";
import { cancelComparison, estimateComparison, startComparison } from "#lib/prompts/comparison-commands.ts";
import { readComparison } from "#lib/prompts/comparison-queries.ts";
import { type ComparisonRequest, sideChoiceSchema } from "#lib/prompts/comparison-schema.ts";
import { DEFAULT_PROMPTS } from "#lib/prompts/defaults.ts";
import { listPromptInputs } from "#lib/prompts/input-queries.ts";
import { previewPrompt } from "#lib/prompts/preview-commands.ts";
import { readCurrentPrompts } from "#lib/prompts/queries.ts";
import { runComparison } from "#lib/prompts/run-comparison-commands.ts";
import type { PromptName } from "#lib/prompts/schema.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";

const database = await createTestDatabase();
let simulator: Simulator;
let project: TestProject;
let actor: { projectId: string; userId: string };
let questionIds: string[];

beforeAll(async () => {
  simulator = await startSimulator({ captureLimit: 400 });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  simulator.setMisbehaviour({ rates: { wrong: 0.4, ungradable: 0, untagged: 0, leak: 0 } });
  project = await createTestProject(simulator.baseUrl);
  actor = { projectId: project.projectId, userId: project.userId };
  questionIds = (await writeQuestions(await context(), { imageId: project.imageId })).questionIds;
});

async function context(): Promise<StageContext> {
  return {
    projectId: project.projectId,
    config: await freezeConfig(project.projectId, { stages: [1, 2, 3] }),
    seed: "seed",
    runId: null,
    userId: project.userId,
  };
}

const own = sideChoiceSchema.parse({});

async function saveNext(name: PromptName, change: (text: string) => string): Promise<string> {
  const content = { ...DEFAULT_PROMPTS[name], user: change(DEFAULT_PROMPTS[name].user) };
  await savePrompt({
    projectId: project.projectId,
    actorId: project.userId,
    name,
    content,
    note: "",
    basedOn: 1,
  });
  return (await readCurrentPrompts(project.projectId))[name]?.id ?? "";
}

const firstVersion = async (name: PromptName) =>
  (await db().promptVersion.findFirstOrThrow({ where: { projectId: project.projectId, name, version: 1 } }))
    .id;

async function price(inputPrice: number, outputPrice: number): Promise<void> {
  await db().modelAssignment.updateMany({
    where: { projectId: project.projectId },
    data: { inputPrice, outputPrice },
  });
}

async function compare(wanted: ComparisonRequest): Promise<string> {
  const request = { seed: "a comparison", ...wanted };
  const { ceilingMicros, seed } = await estimateComparison(actor, request);
  const { comparisonId } = await startComparison(actor, { ...request, seed }, ceilingMicros);
  await runComparison(project.projectId, comparisonId, new AbortController().signal);
  return comparisonId;
}

describe("a comparison", () => {
  it("asks two versions the same, makes no trace, and adds up what came", async () => {
    await price(2, 8);
    const newer = await saveNext("stage2", (text) => `${text}\nLook twice.`);
    const inputIds = questionIds.slice(0, 3);
    const request: ComparisonRequest = {
      stage: 2,
      inputIds,
      sides: [
        { ...own, promptVersionId: await firstVersion("stage2") },
        { ...own, promptVersionId: newer },
      ],
    };
    const before = simulator.captured().length;
    const estimate = await estimateComparison(actor, request);
    expect(estimate).toMatchObject({ calls: 6, reused: 0, problems: [] });
    expect(estimate.ceilingMicros).toBeGreaterThan(0);
    expect(simulator.captured().length).toBe(before);
    await expect(startComparison(actor, request, 1)).rejects.toMatchObject({ code: "conflict" });

    const id = await compare(request);
    const view = await readComparison(project.projectId, id);
    expect(view).toMatchObject({ state: "done", stage: 2 });
    expect(view?.rows).toHaveLength(3);
    for (const { input, replies } of view?.rows ?? []) {
      expect(input).not.toBeNull();
      expect(replies.map(({ state }) => state)).toEqual(["done", "done"]);
      for (const { result, costMicros } of replies) {
        expect(result).toMatchObject({ kind: "thought", isWhole: true });
        expect(costMicros).toBeGreaterThan(0);
      }
    }
    const cost = (view?.tallies ?? []).reduce((sum, { costMicros }) => sum + costMicros, 0);
    expect(cost).toBeLessThanOrEqual(view?.ceilingMicros ?? 0);
    expect(view?.tallies).toMatchObject([
      { asked: 3, answered: 3, failed: 0, unpriced: 0 },
      { asked: 3, answered: 3, failed: 0, unpriced: 0 },
    ]);
    const asked = simulator.captured().slice(before);
    expect(asked).toHaveLength(6);
    expect(asked.filter(({ body }) => body.includes("Look twice."))).toHaveLength(3);
    expect(await db().trace.count()).toBe(0);
    expect(await db().simpleThought.count()).toBe(0);
  });

  it("leaves an endpoint alone that a run was refused by, and says why nothing came", async () => {
    const { stage2 } = (await context()).config;
    const { endpointId = "", model = "" } = stage2?.model ?? {};
    const data = { endpointId, model, blockedUntil: new Date(Date.now() + 3_600_000) };
    await db().modelLimit.create({ data });
    const before = simulator.captured().length;
    const newer = await saveNext("stage2", (text) => `${text}\nLook twice.`);
    const sides: ComparisonRequest["sides"] = [
      { ...own, promptVersionId: await firstVersion("stage2") },
      { ...own, promptVersionId: newer },
    ];
    const id = await compare({ stage: 2, inputIds: questionIds.slice(0, 1), sides });
    const view = await readComparison(project.projectId, id);
    expect(view?.rows[0]?.replies).toMatchObject([
      { state: "failed", error: expect.stringMatching(/asked to be left alone.*Try again in 60 minutes/u) },
      { state: "failed" },
    ]);
    expect(simulator.captured().length).toBe(before);
    expect(view?.waitingFor).toEqual([]);
    await db().promptComparison.update({ where: { id }, data: { state: "working" } });
    expect((await readComparison(project.projectId, id))?.waitingFor).toEqual([
      { endpointName: "Test server", until: data.blockedUntil.toISOString() },
    ]);
  });

  it("says of each side what it waits for, and no longer when its turn has come", async () => {
    const { stage2 } = (await context()).config;
    const { endpointId = "", model = "" } = stage2?.model ?? {};
    await db().endpoint.update({ where: { id: endpointId }, data: { concurrency: 1 } });
    // A run of another process has the only slot.
    const hold = { holderId: crypto.randomUUID(), runId: crypto.randomUUID(), endpointId, model };
    const seenAt = new Date(Date.now() + 600_000);
    await db().callHold.create({ data: { ...hold, calls: 1, wanted: 1, seenAt } });
    const sides: ComparisonRequest["sides"] = [
      { ...own, promptVersionId: await firstVersion("stage2") },
      { ...own, promptVersionId: await saveNext("stage2", (text) => `${text}\nLook twice.`) },
    ];
    const request: ComparisonRequest = { stage: 2, inputIds: questionIds.slice(0, 1), sides, seed: "waits" };
    const { ceilingMicros } = await estimateComparison(actor, request);
    const { comparisonId } = await startComparison(actor, request, ceilingMicros);
    const asking = runComparison(project.projectId, comparisonId, new AbortController().signal);
    const waits = async () =>
      (await readComparison(project.projectId, comparisonId))?.rows[0]?.replies.map(
        ({ waitsFor }) => waitsFor,
      );
    const slots = expect.stringContaining("takes at once are in use");
    await expect.poll(waits).toEqual([slots, slots]);
    // Now it has to be left alone.
    const blockedUntil = new Date(Date.now() + 300_000);
    await db().modelLimit.updateMany({ where: { endpointId, model }, data: { blockedUntil } });
    const pause = expect.stringContaining("asked to be left alone for now");
    await expect.poll(waits).toEqual([pause, pause]);
    await db().modelLimit.updateMany({ where: { endpointId, model }, data: { blockedUntil: null } });
    await db().callHold.deleteMany({ where: hold });
    await asking;
    const view = await readComparison(project.projectId, comparisonId);
    expect(view?.rows[0]?.replies).toMatchObject([
      { state: "done", waitsFor: null },
      { state: "done", waitsFor: null },
    ]);
  });

  it("asks two models of two endpoints the same, each its own, at its own price", async () => {
    await price(2, 8);
    const other = await startSimulator({ seed: "another server", captureLimit: 50 });
    try {
      const { id: endpointId } = await db().endpoint.create({
        data: {
          projectId: project.projectId,
          name: "Another server",
          baseUrl: other.baseUrl,
          isSimulator: false,
          capabilities: capabilitiesSchema.parse({}),
          concurrency: 4,
          timeoutMs: 10_000,
        },
      });
      const inputIds = questionIds.slice(0, 3);
      const before = simulator.captured().length;
      const id = await compare({
        stage: 2,
        inputIds,
        sides: [own, { ...own, endpointId, model: "simulated-judge", dialect: "emulated" }],
      });
      const asked = (of: Simulator, from: number) =>
        of
          .captured()
          .slice(from)
          .map(({ body }) => JSON.parse(body) as { model: string; messages: unknown; seed?: number });
      const [first, second] = [asked(simulator, before), asked(other, 0)];
      expect(first).toHaveLength(3);
      expect(second).toHaveLength(3);
      expect(new Set(second.map(({ model }) => model))).toEqual(new Set(["simulated-judge"]));
      expect(first.some(({ model }) => model === "simulated-judge")).toBe(false);
      const view = await readComparison(project.projectId, id);
      expect(view?.state).toBe("done");
      expect(view?.sides.map(({ model }) => model.model)).toEqual([first[0]?.model, "simulated-judge"]);
      for (const { replies } of view?.rows ?? []) {
        expect(replies.map(({ state }) => state)).toEqual(["done", "done"]);
        for (const { result } of replies) expect(result).toMatchObject({ kind: "thought" });
      }
      expect(view?.tallies).toMatchObject([
        { asked: 3, answered: 3, failed: 0, unpriced: 0 },
        // Its price is not known, and so said to be unknown.
        { asked: 3, answered: 3, failed: 0, unpriced: 3 },
      ]);
    } finally {
      await other.close();
    }
  });

  it("takes what was answered before from the ledger", async () => {
    const request: ComparisonRequest = {
      stage: 2,
      inputIds: questionIds.slice(0, 2),
      sides: [own, own],
      seed: "same",
    };
    await compare(request);
    expect(await estimateComparison(actor, request)).toMatchObject({ calls: 0, reused: 4, ceilingMicros: 0 });
    const view = await readComparison(project.projectId, await compare(request));
    expect(view?.tallies.map(({ costMicros, answered }) => [costMicros, answered])).toEqual([
      [0, 2],
      [0, 2],
    ]);
  });

  it("reads long thoughts behind what they went on from, on either kind of endpoint", async () => {
    const simple = await thinkSimply(await context(), { questionId: questionIds[0] ?? "", sampleIndex: 0 });
    const inputId = simple.samples[0]?.simpleThoughtId ?? "";
    const id = await compare({
      stage: 3,
      inputIds: [inputId],
      sides: [own, { ...own, dialect: "emulated" }],
    });
    const view = await readComparison(project.projectId, id);
    expect(view?.sides.map(({ promptName }) => promptName)).toEqual(["stage3", "stage3_emulated"]);
    for (const { result } of view?.rows[0]?.replies ?? []) {
      expect(result).toMatchObject({ kind: "thought", isWhole: true });
      if (result?.kind !== "thought") throw new Error("no thought came");
      expect(result.cue).not.toBe("");
      expect(result.joiner).toMatch(/^\.?\s$/u);
      expect(result.thought).not.toContain(result.cue === "" ? "-" : `${result.joiner}${result.cue}`);
    }
  });

  it("compares writers by the questions that can be used", async () => {
    const id = await compare({ stage: 1, inputIds: [project.imageId], sides: [own, own] });
    const view = await readComparison(project.projectId, id);
    expect(view?.tallies[0]?.questions).toBeGreaterThanOrEqual(4);
    expect(await db().question.count()).toBe(questionIds.length);
  });

  it("never spends more than was said", async () => {
    await price(2, 8);
    const request: ComparisonRequest = {
      stage: 2,
      inputIds: questionIds.slice(0, 2),
      sides: [own, own],
      seed: "x",
    };
    const { ceilingMicros } = await estimateComparison(actor, request);
    const { comparisonId } = await startComparison(actor, request, ceilingMicros);
    await db().promptComparison.update({ where: { id: comparisonId }, data: { ceilingMicros: 1 } });
    const before = simulator.captured().length;
    await runComparison(project.projectId, comparisonId, new AbortController().signal);
    expect(simulator.captured().length).toBe(before);
    const view = await readComparison(project.projectId, comparisonId);
    expect(view?.rows[0]?.replies[0]).toMatchObject({
      state: "failed",
      error: expect.stringContaining("ceiling"),
    });
  });

  it("counts what it has spent already where a worker takes it up again", async () => {
    await price(2, 8);
    const [first, second] = questionIds;
    const request: ComparisonRequest = { stage: 2, inputIds: [first ?? ""], sides: [own, own], seed: "once" };
    const before = await compare(request);
    const [paid] = await db().promptComparisonItem.findMany({
      where: { comparisonId: before, reused: false },
    });
    const next = { ...request, inputIds: [second ?? ""], seed: "twice" };
    const { ceilingMicros } = await estimateComparison(actor, next);
    const { comparisonId } = await startComparison(actor, next, ceilingMicros);
    // As if its first item had been answered by a worker that died: the other side's ceiling no longer fits.
    const cost = await db().modelCall.findUniqueOrThrow({ where: { id: paid?.callId ?? "" } });
    await db().promptComparisonItem.update({
      where: { comparisonId_ordinal_side: { comparisonId, ordinal: 0, side: 0 } },
      data: { state: "done", callId: cost.id },
    });
    const ceiling = BigInt((ceilingMicros ?? 0) / 2);
    await db().promptComparison.update({ where: { id: comparisonId }, data: { ceilingMicros: ceiling } });
    await runComparison(project.projectId, comparisonId, new AbortController().signal);
    expect(await db().promptComparisonItem.findMany({ where: { comparisonId, side: 1 } })).toMatchObject([
      { state: "failed", error: expect.stringContaining("ceiling") },
    ]);
    expect(cost.costMicros).toBeGreaterThan(0n);
  });

  it("counts as its own what a worker had asked for it that died before it wrote that down", async () => {
    await price(2, 8);
    const request: ComparisonRequest = {
      stage: 2,
      inputIds: questionIds.slice(0, 2),
      sides: [
        { ...own, promptVersionId: await firstVersion("stage2") },
        { ...own, promptVersionId: await saveNext("stage2", (text) => `${text}\nLook twice.`) },
      ],
      seed: "crash",
    };
    const id = await compare(request);
    const before = await readComparison(project.projectId, id);
    const sent = simulator.captured().length;
    // As the worker left it: the replies are in the ledger, its last two items are not written down.
    await db().promptComparison.update({ where: { id }, data: { state: "working", endedAt: null } });
    await db().promptComparisonItem.updateMany({
      where: { comparisonId: id, ordinal: 1 },
      data: { state: "working", callId: null, reused: false, endedAt: null },
    });
    await runComparison(project.projectId, id, new AbortController().signal);
    expect(simulator.captured().length).toBe(sent);
    const after = await readComparison(project.projectId, id);
    expect(after?.tallies).toEqual(before?.tallies);
    expect(after?.tallies[1]?.costMicros).toBeGreaterThan(0);
    expect(after?.rows.flatMap(({ replies }) => replies.map(({ reused }) => reused))).not.toContain(true);
  });

  it("says that a price is not known, and starts only when that is accepted", async () => {
    await db().modelAssignment.updateMany({ data: { inputPrice: null, outputPrice: null } });
    const request: ComparisonRequest = { stage: 2, inputIds: questionIds.slice(0, 1), sides: [own, own] };
    expect((await estimateComparison(actor, request)).ceilingMicros).toBeNull();
    await expect(startComparison(actor, request, 100)).rejects.toMatchObject({ code: "conflict" });
    await startComparison(actor, request, null);
  });

  it("can be cancelled, and ends with what there is", async () => {
    const { comparisonId } = await startComparison(
      actor,
      { stage: 2, inputIds: questionIds.slice(0, 2), sides: [own, own] },
      0,
    );
    await cancelComparison(actor, comparisonId);
    const before = simulator.captured().length;
    await runComparison(project.projectId, comparisonId, new AbortController().signal);
    expect(simulator.captured().length).toBe(before);
    expect(await readComparison(project.projectId, comparisonId)).toMatchObject({ state: "cancelled" });
    const other = await createTestProject(simulator.baseUrl);
    await expect(
      cancelComparison({ projectId: other.projectId, userId: other.userId }, comparisonId),
    ).rejects.toMatchObject({ code: "not_found" });
    expect(await readComparison(other.projectId, comparisonId)).toBeNull();
  });

  it("refuses a prompt that the model is not asked with, foreign inputs and too many", async () => {
    const sides: ComparisonRequest["sides"] = [
      own,
      { ...own, promptVersionId: await firstVersion("stage3_emulated") },
    ];
    const simple = await thinkSimply(await context(), { questionId: questionIds[0] ?? "", sampleIndex: 0 });
    const inputIds = [simple.samples[0]?.simpleThoughtId ?? ""];
    await expect(estimateComparison(actor, { stage: 3, inputIds, sides })).rejects.toThrow("is asked with");
    const other = await createTestProject(simulator.baseUrl);
    await expect(
      estimateComparison(actor, { stage: 1, inputIds: [other.imageId], sides: [own, own] }),
    ).rejects.toMatchObject({ code: "not_found" });
    const many = Array.from({ length: 11 }, () => crypto.randomUUID());
    await expect(estimateComparison(actor, { stage: 2, inputIds: many, sides: [own, own] })).rejects.toThrow(
      "at most 10",
    );
  });

  it("is deleted with its project", async () => {
    await compare({ stage: 2, inputIds: questionIds.slice(0, 1), sides: [own, own] });
    const { name } = await db().project.findUniqueOrThrow({ where: { id: project.projectId } });
    await beginDeletion(project.userId, project.projectId, name);
    await finishDeletions();
    expect(await db().promptComparison.count()).toBe(0);
    expect(await db().promptComparisonItem.count()).toBe(0);
  });
});

describe("a preview", () => {
  const joined = (preview: Awaited<ReturnType<typeof previewPrompt>>) =>
    preview.parts.flatMap((part) =>
      part.kind === "text" ? [part.segments.map(({ text }) => text).join("")] : ["(image)"],
    );

  it("shows exactly what is sent, at every stage, and sends nothing", async () => {
    const questionId = questionIds[0] ?? "";
    const simple = await thinkSimply(await context(), { questionId, sampleIndex: 0 });
    const simpleThoughtId = simple.samples[0]?.simpleThoughtId ?? "";
    const preview = { ...(await context()), seed: "preview" };
    const cases: [PromptName, string, () => Promise<unknown>][] = [
      ["stage1", project.imageId, () => writeQuestions(preview, { imageId: project.imageId })],
      ["stage2", questionId, () => thinkSimply(preview, { questionId, sampleIndex: 0 })],
      ["stage3", simpleThoughtId, () => thinkLonger(preview, { simpleThoughtId, sampleIndex: 0 })],
    ];
    for (const [name, inputId, send] of cases) {
      const before = simulator.captured().length;
      const shown = await previewPrompt({ ...actor, name, content: DEFAULT_PROMPTS[name], inputId });
      expect(simulator.captured().length).toBe(before);
      await send();
      const [sent] = simulator.captured().slice(before);
      const body = JSON.parse(sent?.body ?? "{}");
      const texts =
        typeof body.prompt === "string"
          ? [body.prompt]
          : body.messages.flatMap(({ content }: { content: string | { text?: string }[] }) =>
              typeof content === "string" ? [content] : content.map(({ text }) => text ?? "(image)"),
            );
      expect(joined(shown)).toEqual(texts);
      expect(
        shown.parts.some((part) => part.kind === "text" && part.segments.some(({ variable }) => variable)),
      ).toBe(true);
    }
  });

  it("takes words that are not saved, and leaves the saved ones as they are", async () => {
    const inputId = questionIds[0] ?? "";
    const content = { ...DEFAULT_PROMPTS.stage2, user: "Unsaved: {{question}} {{choices}}" };
    const shown = await previewPrompt({ ...actor, name: "stage2", content, inputId });
    expect(joined(shown).some((text) => text.startsWith("Unsaved: "))).toBe(true);
    await thinkSimply(await context(), { questionId: inputId, sampleIndex: 1 });
    expect(simulator.captured().at(-1)?.body).not.toContain("Unsaved");
    await expect(
      previewPrompt({ ...actor, name: "stage2", content: { ...content, user: "{{nonsense}}" }, inputId }),
    ).rejects.toMatchObject({ code: "bad_input" });
  });

  it("finds inputs by their image's name", async () => {
    expect(await listPromptInputs(project.projectId, 1, { search: "BEA" })).toHaveLength(1);
    expect(await listPromptInputs(project.projectId, 1, { search: "zebra" })).toEqual([]);
    expect((await listPromptInputs(project.projectId, 2)).length).toBe(questionIds.length);
    expect(await listPromptInputs(project.projectId, 3)).toEqual([]);
  });
});
