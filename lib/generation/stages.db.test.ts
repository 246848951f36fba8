import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runModelCheck } from "#lib/checks/model-check-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { readChecks } from "#lib/db/test-records.ts";
import { freezeConfig } from "#lib/generation/config-queries.ts";
import { type GenerationConfig, generationConfigSchema, maxPixelsOf } from "#lib/generation/schema.ts";
import { selectForReview } from "#lib/generation/selection-commands.ts";
import type { StageContext } from "#lib/generation/stage-context.ts";
import { toStoredBody } from "#lib/generation/stored-request.ts";
import {
  createTestProject,
  TEST_DESCRIPTION,
  TEST_KEY,
  type TestProject,
} from "#lib/generation/test-project.ts";
import { thinkLonger } from "#lib/generation/think-longer-commands.ts";
import { thinkSimply as thinkSimplyMany } from "#lib/generation/think-simply-commands.ts";
import { writeQuestions } from "#lib/generation/write-questions-commands.ts";
import { type Simulator, startSimulator } from "#lib/simulator/server.ts";

/** One sample, flat. */
async function thinkSimply(...[context, input]: Parameters<typeof thinkSimplyMany>) {
  const { samples, ...made } = await thinkSimplyMany(context, input);
  const [sample] = samples;
  if (!sample) throw new Error("there is no sample");
  return { ...made, ...sample };
}

const database = await createTestDatabase();

let simulator: Simulator;
let project: TestProject;
let config: GenerationConfig;

beforeAll(async () => {
  simulator = await startSimulator({ apiKey: TEST_KEY });
});
afterAll(async () => {
  await simulator.close();
});
beforeEach(async () => {
  await database.truncate();
  simulator.setMisbehaviour({ rates: { wrong: 0.4, ungradable: 0, untagged: 0, leak: 0 } });
  project = await createTestProject(simulator.baseUrl);
  config = await freezeConfig(project.projectId, { stages: [1, 2, 3] });
});

const context = (more: Partial<StageContext> = {}): StageContext => ({
  projectId: project.projectId,
  config,
  seed: "seed",
  runId: null,
  userId: project.userId,
  ...more,
});

async function runThrough(more: Partial<StageContext> = {}) {
  const written = await writeQuestions(context(more), { imageId: project.imageId });
  const [questionId] = written.questionIds;
  if (!questionId) throw new Error("no question came");
  for (let sampleIndex = 0; ; sampleIndex += 1) {
    const simple = await thinkSimply(context(more), { questionId, sampleIndex });
    if (!simple.isExpandable) continue;
    const long = await thinkLonger(context(more), {
      simpleThoughtId: simple.simpleThoughtId,
      sampleIndex: 0,
    });
    return { written, questionId, simple, long };
  }
}

/** How many rows there are of everything that the stages make. */
async function countRows() {
  const client = db();
  const [calls, attempts, questions, revisions, simple, long, traces, traceRevisions, checks, prints] =
    await Promise.all([
      client.modelCall.count(),
      client.callAttempt.count(),
      client.question.count(),
      client.questionRevision.count(),
      client.simpleThought.count(),
      client.longThought.count(),
      client.trace.count(),
      client.traceRevision.count(),
      client.checkResult.count(),
      client.textFingerprint.count(),
    ]);
  return { calls, attempts, questions, revisions, simple, long, traces, traceRevisions, checks, prints };
}

describe("the three stages", () => {
  it("lead from an image to a trace with its checks, and leave a record of how", async () => {
    const { written, questionId, simple, long } = await runThrough();
    expect(written.questionIds.length).toBeGreaterThanOrEqual(4);

    const question = await db().question.findUniqueOrThrow({
      where: { id: questionId },
      include: { currentRevision: true, call: true },
    });
    expect(question.currentRevision?.choices).toHaveLength(4);
    expect(question).toMatchObject({
      simulated: false,
      ordinal: 0,
      call: { stage: 1, status: "answered", costMicros: 0n },
    });

    const trace = await db().trace.findUniqueOrThrow({
      where: { id: long.traceId },
      include: { currentRevision: true, longThought: true, simpleThought: true },
    });
    expect(trace.kind).toBe(long.kind);
    expect(trace.kind[0]).toBe(simple.grade === "right" ? "O" : "X");
    expect(trace.currentRevision).toMatchObject({
      number: 1,
      body: trace.longThought?.continuation,
      authorId: null,
    });
    expect(config.stage3?.cues).toContain(trace.longThought?.cue);
    expect(trace.longThought?.joiner).toMatch(/^\.?[ \n]$/u);
    expect((await readChecks(trace.id)).map(({ check }) => check)).toEqual([
      "answer-whole",
      "began-anew",
      "between",
      "consistency",
      "duplicate",
      "leak",
      "leak-between",
      "thought-closed",
      "token-limit",
    ]);
    expect(trace.wordCount).toBeGreaterThan(20);

    const call = await db().modelCall.findUniqueOrThrow({
      where: { id: long.callId },
      include: { body: true, reply: true, attempts: true, promptVersion: true },
    });
    expect(call).toMatchObject({
      stage: 3,
      dialect: "completions",
      model: "simulated-reasoner",
      finishReason: "stop",
    });
    expect(call.promptVersion).toMatchObject({ name: "stage3", version: 1 });
    expect(call.attempts).toMatchObject([{ number: 1, outcome: "ok", httpStatus: 200 }]);
    expect(call.reply?.reply).toContain('"choices"');
    expect(call.completionTokens).toBeGreaterThan(0);
  });

  it("show a model what it may see: stage 2 the image and no description, stage 3 the description and no image", async () => {
    await runThrough();
    const bodies = simulator.captured().map(({ body }) => body);
    const second = bodies.findLast((body) => body.includes('"model":"simulated-vlm"')) ?? "";
    const third = bodies.findLast((body) => body.includes('"model":"simulated-reasoner"')) ?? "";
    expect(second).toContain("data:image/jpeg;base64,");
    expect(second).not.toContain("pebble beach beside");
    expect(JSON.parse(second).messages.at(-1)).toEqual({ role: "assistant", content: "<think>" });
    expect(third).not.toContain("data:image");
    const { prompt } = JSON.parse(third);
    expect(prompt).toContain(TEST_DESCRIPTION);
    const cue = (await db().longThought.findFirstOrThrow()).cue;
    const simple = (await db().simpleThought.findFirstOrThrow({ where: { longThoughts: { some: {} } } }))
      .text;
    expect(prompt.endsWith(cue)).toBe(true);
    expect(prompt.slice(prompt.lastIndexOf("<think>"))).toContain(simple);
  });

  it("show an image no larger than the run says, in each call that looks at it, and no smaller than it must be", async () => {
    const sizes = async () =>
      Promise.all(
        simulator.captured().flatMap(({ body }) => {
          const url = /data:image\/\w+;base64,(?<bytes>[^"]+)/u.exec(body)?.groups?.bytes;
          return url ? [sharp(Buffer.from(url, "base64")).metadata()] : [];
        }),
      );
    const look = async (more: { maxPixels?: number }) => {
      const frozen = await freezeConfig(project.projectId, {
        stages: [1, 2],
        checks: ["reshuffled"],
        ...more,
      });
      const seen = (await sizes()).length;
      const { questionIds } = await writeQuestions(context({ config: frozen }), { imageId: project.imageId });
      const inputId = questionIds[0] ?? "";
      const { reused } = await thinkSimply(context({ config: frozen }), {
        questionId: inputId,
        sampleIndex: 0,
      });
      await runModelCheck(context({ config: frozen }), { check: "reshuffled", inputId });
      return {
        frozen,
        inputId,
        reused,
        areas: (await sizes()).slice(seen).map(({ width, height }) => width * height),
      };
    };
    // The picture has 900 × 700 pixels.
    const usual = await look({});
    expect(usual.areas).toHaveLength(3);
    for (const area of usual.areas) expect(area).toBeLessThanOrEqual(512 * 512);
    for (const area of usual.areas) expect(area).toBeGreaterThan(512 * 512 * 0.98);
    const small = await look({ maxPixels: 10_000 });
    expect(small).toMatchObject({ inputId: usual.inputId, reused: false });
    expect(small.areas).toHaveLength(3);
    for (const area of small.areas) expect(area).toBeLessThanOrEqual(10_000);
    for (const area of small.areas) expect(area).toBeGreaterThan(9_800);
    const whole = await look({ maxPixels: 4096 * 4096 });
    for (const area of whole.areas) expect(area).toBe(900 * 700);

    // A run of before it could be chosen says it at stage 2 alone, and its calls are the same.
    const { maxPixels: _, ...older } = generationConfigSchema.parse(structuredClone(usual.frozen));
    expect(older.stage2?.maxPixels).toBe(512 * 512);
    const again = await thinkSimply(context({ config: older }), {
      questionId: usual.inputId,
      sampleIndex: 0,
    });
    expect(again.reused).toBe(true);
    expect(maxPixelsOf({ ...older, stage2: null })).toBe(512 * 512);
    await expect(freezeConfig(project.projectId, { stages: [2], maxPixels: 900 })).rejects.toThrow("32 × 32");
  });

  it("store exactly what was sent, images by their hash", async () => {
    await runThrough();
    const calls = await db().modelCall.findMany({ include: { body: true }, orderBy: { id: "asc" } });
    const sent = simulator.captured().slice(-calls.length);
    expect(sent.map(({ body }) => toStoredBody(JSON.parse(body)).value)).toEqual(
      calls.map(({ body }) => body?.request),
    );
    for (const { headers } of sent) expect(headers.authorization).toBe(`Bearer ${TEST_KEY}`);
  });

  it("change nothing when they are done a second time, and send nothing", async () => {
    const first = await runThrough();
    const before = await countRows();
    const sent = simulator.captured().length;
    const second = await runThrough();
    expect(second.written).toEqual({ ...first.written, reused: true });
    expect(second.simple).toEqual({ ...first.simple, reused: true });
    expect(second.long).toEqual({ ...first.long, reused: true });
    expect(await countRows()).toEqual(before);
    expect(simulator.captured().length).toBe(sent);
  });

  it("pay once when two work on the same at once, and make one thought of it", async () => {
    simulator.setMisbehaviour({ latencyMs: 150 });
    const written = await writeQuestions(context(), { imageId: project.imageId });
    const questionId = written.questionIds[0] ?? "";
    const sent = simulator.captured().length;
    const results = await Promise.all(
      Array.from({ length: 6 }, () => thinkSimply(context(), { questionId, sampleIndex: 0 })),
    );
    expect(simulator.captured().length).toBe(sent + 1);
    expect(new Set(results.map(({ simpleThoughtId }) => simpleThoughtId)).size).toBe(1);
    expect(new Set(results.map(({ traceId }) => traceId)).size).toBe(1);
    expect(results.filter(({ reused }) => !reused)).toHaveLength(1);
    expect(await db().trace.count()).toBe(1);
  });

  it("draw the same again from the same seed in another project, and otherwise from another", async () => {
    const first = await runThrough();
    const revision = await db().questionRevision.findFirstOrThrow({
      where: { questionId: first.questionId },
    });
    const one = await db().longThought.findUniqueOrThrow({ where: { id: first.long.longThoughtId } });
    const seedsOf = async (projectId: string) =>
      (await db().modelCall.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map(
        ({ seed }) => seed,
      );
    const firstSeeds = await seedsOf(project.projectId);

    project = await createTestProject(simulator.baseUrl);
    config = await freezeConfig(project.projectId, { stages: [1, 2, 3] });
    const again = await runThrough();
    const other = await db().longThought.findUniqueOrThrow({ where: { id: again.long.longThoughtId } });
    expect(
      await db().questionRevision.findFirstOrThrow({ where: { questionId: again.questionId } }),
    ).toMatchObject({
      seed: revision.seed,
      answerStyle: revision.answerStyle,
    });
    expect((await seedsOf(project.projectId)).slice(0, 2)).toEqual(firstSeeds.slice(0, 2));
    expect([other.cue, other.joiner.at(-1)]).toEqual([one.cue, one.joiner.at(-1)]);
    await runThrough({ seed: "another" });
    expect(new Set(await seedsOf(project.projectId)).size).toBeGreaterThan(firstSeeds.length);
  });
});

describe("hundreds at once", () => {
  it("all end, each once, with far fewer connections than calls", async () => {
    simulator.setMisbehaviour({ latencyMs: 100 });
    const written = await writeQuestions(context(), { imageId: project.imageId });
    const sent = simulator.captured().length;
    const work = written.questionIds.flatMap((questionId) =>
      Array.from({ length: Math.ceil(240 / written.questionIds.length) }, (_, sampleIndex) => ({
        questionId,
        sampleIndex,
      })),
    );
    const made = await Promise.all(work.map((input) => thinkSimply(context(), input)));
    expect(new Set(made.map(({ traceId }) => traceId)).size).toBe(work.length);
    expect(await db().trace.count()).toBe(work.length);
    expect(simulator.captured().length - sent).toBe(work.length);
    const prints = await db().textFingerprint.count();
    const duplicates = await db().checkResult.count({ where: { check: "duplicate", result: "fail" } });
    expect(prints + duplicates).toBe(work.length);
  });
});

describe("stage 1 without structured output", () => {
  it("asks for tags with its own prompt, and reads them", async () => {
    if (!config.stage1) throw new Error("no stage 1");
    config.stage1.model.capabilities.structuredOutput = false;
    const written = await writeQuestions(context(), { imageId: project.imageId });
    expect(written.questionIds.length).toBeGreaterThanOrEqual(4);
    const call = await db().modelCall.findUniqueOrThrow({
      where: { id: written.callId },
      include: { promptVersion: true },
    });
    expect(call.promptVersion?.name).toBe("stage1_tags");
    expect(simulator.captured().at(-1)?.body).not.toContain("response_format");
  });

  it("takes no question that the image has already, and keeps what was lost as a problem", async () => {
    const first = await writeQuestions(context(), { imageId: project.imageId });
    const again = await writeQuestions(context({ seed: "another" }), { imageId: project.imageId });
    const texts = await db().questionRevision.findMany({ where: { question: { imageId: project.imageId } } });
    const levelled = texts.map(({ text }) => text.toLowerCase());
    expect(new Set(levelled).size).toBe(levelled.length);
    expect(texts.length).toBe(first.questionIds.length + again.questionIds.length);
    const lost = await db().questionProblem.findMany({ where: { callId: again.callId } });
    expect(lost.filter(({ reason }) => reason.includes("already-asked")).length).toBeGreaterThan(0);
    expect(again.problems).toBe(lost.length);
    expect(await writeQuestions(context({ seed: "another" }), { imageId: project.imageId })).toMatchObject({
      reused: true,
      questionIds: again.questionIds,
      problems: again.problems,
    });
  });

  it("keeps what could not be used as problems, and a reply without questions as an answer", async () => {
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "broken-json" } }] });
    const broken = await writeQuestions(context(), { imageId: project.imageId });
    expect(broken.problems).toBeGreaterThan(0);
    expect(await db().questionProblem.count({ where: { callId: broken.callId } })).toBe(broken.problems);

    simulator.setMisbehaviour({ rules: [{ fault: { kind: "empty" } }] });
    const empty = await writeQuestions(context(), { imageId: project.imageId, sampleIndex: 1 });
    expect(empty).toMatchObject({ questionIds: [], problems: 1 });
    simulator.setMisbehaviour({});
    expect(await writeQuestions(context(), { imageId: project.imageId, sampleIndex: 1 })).toEqual({
      ...empty,
      reused: true,
    });

    simulator.setMisbehaviour({ rules: [{ fault: { kind: "fenced-json" } }] });
    const fenced = await writeQuestions(context(), { imageId: project.imageId, sampleIndex: 2 });
    expect(fenced.questionIds.length).toBeGreaterThanOrEqual(4);
  });
});

describe("stage 3's other dialects", () => {
  it.each(["continue_final_message", "emulated"] as const)(
    "%s gives a continuation that repeats nothing",
    async (dialect) => {
      if (!config.stage3) throw new Error("no stage 3");
      config.stage3.model.dialect = dialect;
      const { long } = await runThrough();
      const made = await db().longThought.findUniqueOrThrow({
        where: { id: long.longThoughtId },
        include: { simpleThought: true },
      });
      expect(made.isEmulated).toBe(dialect === "emulated");
      expect(made.isParsed).toBe(true);
      expect(made.continuation).not.toContain(made.simpleThought.text.slice(0, 60));
      expect(made.continuation.startsWith(made.cue)).toBe(false);
    },
  );

  it("a server that begins anew gives a trace that is kept and goes to nobody", async () => {
    if (!config.stage3) throw new Error("no stage 3");
    config.stage3.model.dialect = "continue_final_message";
    const { simple } = await runThrough();
    simulator.setMisbehaviour({ continuation: [], withoutContinuation: "restart", rates: { ungradable: 0 } });
    const { simpleThoughtId } = simple;
    const { traceId } = await thinkLonger(context(), { simpleThoughtId, sampleIndex: 1 });
    const trace = await db().trace.findUniqueOrThrow({ where: { id: traceId } });
    expect(trace).toMatchObject({
      state: "unselected",
      failedChecks: expect.arrayContaining(["began-anew"]),
    });
  });

  it.each(["reasoning", "reasoning_content"] as const)(
    "reads a thought that comes in %s",
    async (reasoning) => {
      if (!config.stage3) throw new Error("no stage 3");
      config.stage3.model.dialect = "continue_final_message";
      simulator.setMisbehaviour({ reasoning, rates: { ungradable: 0, untagged: 0 } });
      const { simple, long } = await runThrough();
      expect(
        (await db().simpleThought.findUniqueOrThrow({ where: { id: simple.simpleThoughtId } })).isParsed,
      ).toBe(true);
      const made = await db().longThought.findUniqueOrThrow({ where: { id: long.longThoughtId } });
      expect(made).toMatchObject({ isParsed: true });
      expect(made.continuation).not.toContain("</think>");
    },
  );
});

describe("what can't be done", () => {
  it("stage 2 says in a sentence that a file is missing; stages 1 and 3 go on from the text", async () => {
    const { questionId, simple } = await runThrough();
    await db().image.update({ where: { id: project.imageId }, data: { state: "missing" } });
    await expect(thinkSimply(context(), { questionId, sampleIndex: 40 })).rejects.toThrow(
      "The file of image beach is missing, and stage 2 has to look at it: import the file, then run stage 2 again.",
    );
    await expect(
      writeQuestions(context(), { imageId: project.imageId, sampleIndex: 1 }),
    ).resolves.toMatchObject({ reused: false });
    await expect(
      thinkLonger(context(), { simpleThoughtId: simple.simpleThoughtId, sampleIndex: 1 }),
    ).resolves.toMatchObject({ reused: false });
  });

  it("a thought that was cut off is kept and marked, and stage 3 does not go on from it", async () => {
    const written = await writeQuestions(context(), { imageId: project.imageId });
    const questionId = written.questionIds[0] ?? "";
    simulator.setMisbehaviour({ rules: [{ fault: { kind: "truncate", tokens: 8 } }] });
    const cut = await thinkSimply(context(), { questionId, sampleIndex: 0 });
    expect(cut).toMatchObject({ isExpandable: false, grade: "ungradable" });
    expect(cut.failedChecks).toEqual(
      expect.arrayContaining(["token-limit", "thought-closed", "answer-whole"]),
    );
    expect(await db().trace.findUniqueOrThrow({ where: { id: cut.traceId } })).toMatchObject({
      kind: "ungradable",
    });
    await expect(
      thinkLonger(context(), { simpleThoughtId: cut.simpleThoughtId, sampleIndex: 0 }),
    ).rejects.toThrow(/nothing to go on from/u);
  });

  it("nothing of another project is found", async () => {
    const { questionId, simple } = await runThrough();
    const other = await createTestProject(simulator.baseUrl);
    const theirs = context({ projectId: other.projectId });
    await expect(writeQuestions(theirs, { imageId: project.imageId })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(thinkSimply(theirs, { questionId, sampleIndex: 0 })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(
      thinkLonger(theirs, { simpleThoughtId: simple.simpleThoughtId, sampleIndex: 0 }),
    ).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("duplicates and selection", () => {
  it("the same words for the same question fail their check; the first keeps its place", async () => {
    const { questionId, simple } = await runThrough();
    const first = await db().trace.findUniqueOrThrow({ where: { id: simple.traceId } });
    // The same text once more, from another call.
    const call = await db().modelCall.findUniqueOrThrow({
      where: { id: simple.callId },
      include: { reply: true },
    });
    simulator.setMisbehaviour({});
    const again = await thinkSimply(context({ seed: "copy" }), { questionId, sampleIndex: 77 });
    await db().simpleThought.delete({ where: { id: again.simpleThoughtId } });
    await db().modelCallReply.update({
      where: { callId: again.callId },
      data: { reply: call.reply?.reply ?? "" },
    });
    const copy = await thinkSimply(context({ seed: "copy" }), { questionId, sampleIndex: 77 });
    expect(copy.failedChecks).toEqual(["duplicate"]);
    expect(first.failedChecks).toEqual([]);
    const check = await db().checkResult.findFirstOrThrow({
      where: { traceId: copy.traceId, check: "duplicate" },
    });
    expect(check).toMatchObject({ result: "fail", evidence: { duplicateOf: simple.traceId } });
  });

  it("selects at most as many of a question as the project asks for, again and again the same", async () => {
    const written = await writeQuestions(context(), { imageId: project.imageId });
    const questionIds = written.questionIds.slice(0, 3);
    for (const questionId of questionIds) {
      for (let sampleIndex = 0; sampleIndex < 3; sampleIndex += 1) {
        const simple = await thinkSimply(context(), { questionId, sampleIndex });
        if (!simple.isExpandable) continue;
        for (const long of [0, 1])
          await thinkLonger(context(), { simpleThoughtId: simple.simpleThoughtId, sampleIndex: long });
        await selectForReview({ projectId: project.projectId, questionIds: [questionId] });
      }
    }
    const waitingOf = async () =>
      (await db().trace.findMany({ where: { state: "waiting" }, orderBy: { id: "asc" } })).map(
        ({ id }) => id,
      );
    const waiting = await waitingOf();
    for (const questionId of questionIds) {
      const traces = await db().trace.findMany({ where: { questionId, state: "waiting" } });
      expect(traces.length).toBeLessThanOrEqual(3);
      expect(traces.length).toBeGreaterThan(0);
      for (const trace of traces) {
        expect(trace.failedChecks).toEqual([]);
        expect(["XO", "OO", "O", "OX", "XX"]).toContain(trace.kind);
      }
    }
    expect(await selectForReview({ projectId: project.projectId, questionIds })).toEqual({
      selected: 0,
      released: 0,
    });

    // One is judged, one is held: they stay, and fewer are asked for.
    const [judged, held] = await db().trace.findMany({
      where: { questionId: questionIds[0] ?? "", state: "waiting" },
    });
    await db().trace.update({ where: { id: judged?.id ?? "" }, data: { state: "approved" } });
    if (held) {
      await db().reviewClaim.create({
        data: {
          projectId: project.projectId,
          traceId: held.id,
          reviewerId: project.userId,
          expiresAt: new Date(Date.now() + 60_000),
        },
      });
    }
    await db().project.update({ where: { id: project.projectId }, data: { tracesPerQuestion: 1 } });
    await selectForReview({ projectId: project.projectId, questionIds });
    const left = await db().trace.findMany({
      where: { questionId: questionIds[0] ?? "", state: { in: ["waiting", "approved"] } },
    });
    expect(left.map(({ id }) => id).sort()).toEqual([judged?.id, held?.id].filter(Boolean).sort());
    expect(waiting).toEqual(expect.arrayContaining(await waitingOf()));
  });
});
