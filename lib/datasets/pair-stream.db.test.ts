import { describe, expect, it } from "vitest";
import type { ReadFilter } from "#lib/datasets/filter-schema.ts";
import { readTracePairs } from "#lib/datasets/pair-queries.ts";
import { PAIR_KINDS, type PairKind } from "#lib/datasets/pair-schema.ts";
import { readPairQuestions } from "#lib/datasets/pair-stream-queries.ts";
import { drawPairs, pairsOfTrace } from "#lib/datasets/pairs.ts";
import type { PairSource } from "#lib/datasets/source-schema.ts";
import { frozenPairSchema } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";
import { raw } from "#lib/db/raw.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, makeTrace, makeUser } from "#lib/db/test-records.ts";
import { createRandom } from "#lib/random.ts";

await createTestDatabase();

async function readAll(projectId: string, filter?: ReadFilter): Promise<PairSource[]> {
  return raw().transaction(async (tx) => {
    const found: PairSource[] = [];
    for await (const batch of readPairQuestions(tx, projectId, filter)) found.push(...batch);
    return found;
  });
}

const EVERY_PAIR = Object.fromEntries(PAIR_KINDS.map((kind) => [kind, 1_000])) as Record<PairKind, number>;
const draw = ({ question }: PairSource) => [
  ...drawPairs([question], { compactRatio: 1.5, perChosen: EVERY_PAIR, seed: "1" }),
];

describe("readPairQuestions", () => {
  it("gives each trace the pairs that its own screen shows", async () => {
    const { projectId, owner } = await makeVariedProject("screens", 3, 10);
    const sources = await readAll(projectId);
    expect(sources.map(({ question }) => question.questionId)).toEqual(
      (
        await db().question.findMany({
          where: { projectId, traces: { some: { state: "approved" } } },
          orderBy: [{ imageId: "asc" }, { id: "asc" }],
        })
      ).map(({ id }) => id),
    );
    const viewer = { userId: owner.id, name: owner.name, role: "owner", isJudging: false } as const;
    const kinds = new Set<PairKind>();
    for (const { question } of sources)
      for (const { traceId } of question.thoughts) {
        const { groups } = await readTracePairs(projectId, viewer, traceId);
        const pairs = pairsOfTrace(question, traceId);
        for (const { kind } of pairs.filter(({ lacks }) => lacks.length === 0)) kinds.add(kind);
        const counted = (isStanding: boolean) =>
          countBy(
            pairs.filter(({ lacks }) => (lacks.length === 0) === isStanding),
            ({ kind, chosen }) => `${kind} ${chosen.traceId === traceId ? "chosen" : "rejected"}`,
          );
        const shown = (count: "standing" | "lacking") =>
          Object.fromEntries(
            groups
              .filter((group) => group[count] > 0)
              .map((group) => [`${group.kind} ${group.role}`, group[count]]),
          );
        expect(shown("standing")).toEqual(counted(true));
        expect(shown("lacking")).toEqual(counted(false));
      }
    expect([...kinds]).toEqual(
      expect.arrayContaining(["edited", "repaired", "preferred", "elsewhere", "O>X", "O>XX"]),
    );
  });

  it("freezes what was drawn: the texts as they stand, whose approvals, who rejected", async () => {
    const { projectId } = await makeVariedProject("frozen", 4, 12);
    const grounds = new Set<string>();
    for (const source of await readAll(projectId))
      for (const pair of draw(source)) {
        const frozen = source.freeze(pair);
        const { chosen, rejected } = frozenPairSchema.parse({ ordinal: 0, split: "train", ...frozen });
        grounds.add(rejected.rejection.ground);
        for (const side of [chosen, rejected]) {
          const revision = await db().traceRevision.findUniqueOrThrow({
            where: { id: side.traceRevisionId },
            include: { trace: { include: { simpleThought: true, longThought: true } } },
          });
          expect(revision.traceId).toBe(side.traceId);
          const { simpleThought, longThought } = revision.trace;
          expect(side.second).toEqual(
            longThought && {
              joiner: longThought.joiner,
              cue: longThought.cue,
              continuation: revision.body.trimEnd(),
            },
          );
          expect(side.simpleThought).toBe(longThought ? simpleThought.text : revision.body.trim());
          expect(side.makers.map(({ model }) => model)).toEqual(simpleThought.callId ? ["vlm"] : []);
        }
        for (const { verdictId } of chosen.approvals)
          expect(await db().verdict.findUniqueOrThrow({ where: { id: verdictId } })).toMatchObject({
            decision: "approved",
            undoneAt: null,
            traceRevisionId: chosen.traceRevisionId,
            questionRevisionId: frozen.questionRevisionId,
          });
        const { ground, reviewerId, at } = rejected.rejection;
        expect(reviewerId === null).toBe(ground === "wrong-answer");
        expect(at === null).toBe(ground === "wrong-answer");
      }
    expect([...grounds]).toEqual(
      expect.arrayContaining(["wrong-answer", "edited", "cut-off", "preferred-less"]),
    );
  });

  it("lets only what the filter takes be chosen, and reads nothing of what is left out", async () => {
    const { projectId } = await makeVariedProject("filter", 4, 10);
    const everything = (await readAll(projectId)).flatMap((source) => draw(source));
    const [first] = everything;
    const only = (await readAll(projectId, { traceFilter: { question: first?.questionId } })).flatMap(draw);
    expect(only).toEqual(everything.filter(({ questionId }) => questionId === first?.questionId));
    const edited = await readAll(projectId, { traceFilter: { kind: "XO" } });
    const chosen = new Set(edited.flatMap(draw).map((pair) => pair.chosen.traceId));
    const rows = await db().trace.findMany({ where: { id: { in: [...chosen] } }, select: { kind: true } });
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(["XO"]));
    const rest = await readAll(projectId, {
      traceFilter: null,
      leaveOutQuestions: new Set([first?.questionId ?? ""]),
    });
    expect(rest.flatMap(draw)).toEqual(
      everything.filter(({ questionId }) => questionId !== first?.questionId),
    );
    const images = await db().image.findMany({ where: { projectId }, select: { id: true } });
    const leaveOutImages = new Set(images.map(({ id }) => id));
    expect(await readAll(projectId, { traceFilter: null, leaveOutImages })).toEqual([]);
  });

  it("says what keeps a question out, and grades nothing of it", async () => {
    const { projectId } = await makeVariedProject("flaw", 1, 3);
    await db().questionRevision.updateMany({ where: { question: { projectId } }, data: { keyIndex: 9 } });
    const sources = await readAll(projectId);
    for (const { question } of sources) expect(question).toMatchObject({ flaw: "no-key", thoughts: [] });
    expect(sources).toHaveLength(1);
  });
});

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

/** Questions with traces of all kinds: approved, rejected, edited, repaired, preferred here or elsewhere, with and without calls. */
async function makeVariedProject(seed: string, questions: number, tracesOfEach: number) {
  const random = createRandom(seed);
  const owner = await makeUser("Olga");
  const reviewer = await makeUser("Rita");
  const project = await makeProject([
    { userId: owner.id, role: "owner" },
    { userId: reviewer.id, role: "reviewer" },
  ]);
  const projectId = project.id;
  const run = await db().run.create({
    data: { projectId, name: "Imported", state: "done", kind: "imported", config: {}, seed: "imported" },
  });
  for (let n = 0; n < questions; n += 1) {
    const image = await makeImage(projectId);
    await db().image.update({
      where: { id: image.id },
      data: { storageKey: `key-${n}`, sha256: "ab".repeat(32), mime: "image/png" },
    });
    const question = await makeQuestion(projectId, image.id);
    const made: { id: string; revisionId: string }[] = [];
    for (let k = 0; k < tracesOfEach; k += 1) {
      const trace = await makeTrace(
        { projectId, imageId: image.id, question },
        {
          simple: random.pick(["right", "wrong"]),
          long: random.pick(["right", "wrong", null]),
          state: random.pick(["approved", "approved", "rejected", "waiting"]),
        },
      );
      const firstRevisionId = trace.currentRevisionId ?? "";
      let revisionId = firstRevisionId;
      const isRepair = k % 5 === 1;
      if (isRepair || k % 5 === 2) {
        const rewritten = await db().traceRevision.create({
          data: {
            traceId: trace.id,
            number: 2,
            body: ` it was written anew, number ${n} ${k}. `,
            answer: "(B)",
            authorId: reviewer.id,
          },
        });
        revisionId = rewritten.id;
      }
      if (isRepair)
        await db().repair.create({
          data: {
            id: crypto.randomUUID(),
            projectId,
            traceId: trace.id,
            reviewerId: reviewer.id,
            part: trace.longThoughtId ? "long" : "simple",
            stepKey: "k",
            stepText: "s",
            traceRevisionId: firstRevisionId,
            questionRevisionId: question.currentRevisionId,
            kept: "",
            config: {},
            state: "taken",
            takenRevisionId: revisionId,
            settledAt: new Date(),
          },
        });
      if (k % 2 === 0) {
        const call = await db().modelCall.create({
          data: { projectId, identity: crypto.randomUUID(), purpose: "vlm", stage: 2, model: "vlm" },
        });
        await db().simpleThought.update({ where: { id: trace.simpleThoughtId }, data: { callId: call.id } });
      }
      // Whatever was rewritten ends right, so that it can be chosen.
      const isRewritten = revisionId !== firstRevisionId;
      const state = isRewritten ? "approved" : trace.state;
      await db().trace.update({
        where: { id: trace.id },
        data: { currentRevisionId: revisionId, state, simulated: k % 3 === 0 },
      });
      if (state === "approved" || state === "rejected")
        await db().verdict.create({
          data: {
            projectId,
            traceId: trace.id,
            traceRevisionId: random.int(8) === 0 ? firstRevisionId : revisionId,
            questionRevisionId: question.currentRevisionId,
            reviewerId: reviewer.id,
            decision: state,
            actionId: crypto.randomUUID(),
            previousState: "waiting",
            rowVersionAfter: 2,
          },
        });
      made.push({ id: trace.id, revisionId });
    }
    for (const [place, better] of made.entries()) {
      const other = made[(place + 3) % made.length];
      if (other && other.id !== better.id)
        await db().importedPreference.create({
          data: {
            projectId,
            runId: run.id,
            questionId: question.id,
            questionRevisionId: question.currentRevisionId,
            betterTraceId: better.id,
            worseTraceId: other.id,
            file: "pairs.json",
            line: place + 1,
          },
        });
      const worse = made[(place + 1) % made.length];
      if (!worse || better.id === worse.id) continue;
      await db().tracePreference.create({
        data: {
          projectId,
          questionId: question.id,
          questionRevisionId: question.currentRevisionId,
          reviewerId: owner.id,
          betterTraceId: better.id,
          betterRevisionId: better.revisionId,
          worseTraceId: worse.id,
          worseRevisionId: worse.revisionId,
          actionId: crypto.randomUUID(),
          undoneAt: random.int(4) === 0 ? new Date() : null,
        },
      });
    }
  }
  return { projectId, owner };
}
