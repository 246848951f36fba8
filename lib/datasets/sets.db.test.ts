import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { lengthBin } from "#lib/datasets/compose-pairs.ts";
import { hashLine, startContentHash } from "#lib/datasets/content-hash.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import { partKey } from "#lib/datasets/keys.ts";
import { PAIR_KINDS } from "#lib/datasets/pair-schema.ts";
import { hasPart, openPart, type PartLines, readPartLines } from "#lib/datasets/part-queries.ts";
import { readVersion } from "#lib/datasets/queries.ts";
import type { SetOptions } from "#lib/datasets/recipe-queries.ts";
import {
  DEFAULT_PREFERENCE,
  DEFAULT_STEPS,
  type PreferenceOptions,
  SFT_PRESET_OPTIONS,
  type SftOptions,
} from "#lib/datasets/recipe-schema.ts";
import { renderFrozenPair } from "#lib/datasets/render-pair.ts";
import { renderRecord } from "#lib/datasets/render-record.ts";
import { makeRandomProject } from "#lib/datasets/test-random-project.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { isGap, SPLITS, VERSION_PARTS, type VersionPart } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { isAppError } from "#lib/errors.ts";
import { readBytes } from "#lib/storage/storage.ts";
import { isSftKind, traceKind } from "#lib/traces/kind.ts";

const database = await createTestDatabase();

beforeEach(() => database.truncate());

const anySft = fc.constantFrom<SftOptions[]>(SFT_PRESET_OPTIONS.everything, SFT_PRESET_OPTIONS.published, {
  ...SFT_PRESET_OPTIONS.published,
  preset: "custom" as const,
  rightShare: 0.5,
  mostPerQuestion: 1,
});
const anyPreference = fc.constantFrom<PreferenceOptions[]>(
  DEFAULT_PREFERENCE,
  {
    ...DEFAULT_PREFERENCE,
    perChosen: Object.fromEntries(PAIR_KINDS.map((kind) => [kind, 5])),
    compactRatio: 1,
  },
  { ...DEFAULT_PREFERENCE, lengthMatching: { binRatio: 1.5 }, total: 20 },
  { ...DEFAULT_PREFERENCE, perChosen: { elsewhere: 5 } },
);
const anyOptions = fc.record({
  sft: anySft,
  preference: anyPreference,
  steps: fc.constant(DEFAULT_STEPS),
  splits: fc.constantFrom({ validation: 0, test: 0, seed: "1" }, { validation: 0.3, test: 0.3, seed: "1" }),
  filter: fc.constant(WHOLE_PROJECT),
});

describe("whatever a project holds", () => {
  it("its sets hold approved records, grounded pairs, exact texts and whole images, and are the same twice", async () => {
    const seen = {
      records: 0,
      pairs: 0,
      steps: 0,
      grounds: new Map<string, number>(),
      imported: new Map<string, number>(),
    };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), anyOptions, async (seed, options) => {
        const { projectId, userId } = await makeRandomProject(`${seed}`);
        const made = await freeze(projectId, userId, options);
        if (!made) return;
        const { version, lines } = made;
        for (const line of lines.sft) await checkRecord(projectId, line, version.recipe);
        for (const line of lines.preference) {
          await checkPair(projectId, line, version.recipe);
          const { ground } = line.rejected.rejection;
          seen.grounds.set(ground, (seen.grounds.get(ground) ?? 0) + 1);
          if (line.kind === "elsewhere") seen.imported.set(ground, (seen.imported.get(ground) ?? 0) + 1);
        }
        for (const line of lines.steps) await checkSteps(projectId, line);
        checkSplits([...lines.sft, ...lines.preference, ...lines.steps]);
        if (options.preference.lengthMatching) checkLengths(lines.preference, 1.5);
        expect(version.summary.leftOut.reduce((sum, { count }) => sum + count, 0) + lines.sft.length).toBe(
          await db().trace.count({ where: { projectId } }),
        );

        const again = await freeze(projectId, userId, options);
        expect(again?.version.contentHash).toBe(version.contentHash);
        for (const part of VERSION_PARTS)
          expect(await bytesOf(projectId, again?.version.id ?? "", part)).toEqual(
            await bytesOf(projectId, version.id, part),
          );
        seen.records += lines.sft.length;
        seen.pairs += lines.preference.length;
        seen.steps += lines.steps.length;
      }),
      { seed: 5, numRuns: 24, endOnFailure: true },
    );
    // The property is only as good as what it was tried on.
    expect(seen.records).toBeGreaterThan(20);
    expect(seen.pairs).toBeGreaterThan(20);
    expect(seen.steps).toBeGreaterThan(20);
    expect([...seen.grounds.keys()].sort()).toEqual([
      "cut-off",
      "edited",
      "preferred-less",
      "rejected",
      "wrong-answer",
    ]);
    expect([...seen.imported.keys()].sort()).toEqual(["rejected", "wrong-answer"]);
  }, 180_000);
});

async function freeze(projectId: string, userId: string, options: SetOptions) {
  try {
    const { versionId } = await createDatasetVersion({ projectId, userId, name: "set", options });
    const version = await readVersion(projectId, versionId);
    if (!version) throw new Error("the version is not there");
    const read = async <P extends VersionPart>(part: P) => {
      const lines: PartLines[P][] = [];
      for await (const line of openPart(projectId, version, part)) {
        if (isGap(line)) throw new Error("nothing was taken down");
        lines.push(line as PartLines[P]);
      }
      return lines;
    };
    const lines = {
      sft: await read("sft"),
      preference: await read("preference"),
      steps: await read("steps"),
    };
    const hash = startContentHash();
    const hashes: Record<VersionPart, string[]> = { sft: [], preference: [], steps: [] };
    for (const part of VERSION_PARTS) {
      if (!hasPart(version, part)) continue;
      hash.begin(part);
      for await (const batch of readPartLines(projectId, version, part))
        hashes[part].push(...batch.map(hashLine));
      for (const line of hashes[part]) hash.add(line);
    }
    expect(hash.sha256()).toBe(version.contentHash);
    for (const part of VERSION_PARTS) {
      const rows = await db().datasetRecord.findMany({
        where: { versionId, part },
        orderBy: { ordinal: "asc" },
      });
      expect(rows.map(({ lineHash }) => Buffer.from(lineHash ?? []).toString("hex"))).toEqual(hashes[part]);
      expect(lines[part].map(({ ordinal }) => ordinal)).toEqual(rows.map(({ ordinal }) => ordinal));
    }
    return { version, lines };
  } catch (error) {
    if (isAppError(error) && error.code === "bad_input") return null;
    throw error;
  }
}

type RecordLine = PartLines["sft"];
type PairLine = PartLines["preference"];
type StepsLine = PartLines["steps"];

async function readTrace(projectId: string, traceId: string) {
  return db().trace.findFirstOrThrow({
    where: { id: traceId, projectId },
    include: {
      currentRevision: true,
      simpleThought: true,
      longThought: true,
      image: true,
      question: { include: { currentRevision: true } },
      verdicts: { where: { undoneAt: null, supersededAt: null } },
    },
  });
}
type Trace = Awaited<ReturnType<typeof readTrace>>;

/** Graded anew from the texts that stand. */
function kindOf(trace: Trace, answer: string | null | undefined) {
  const { choices = [], keyIndex = 0 } = trace.question.currentRevision ?? {};
  const grade = (text: string | null | undefined) => gradeAnswer(text ?? null, choices, keyIndex).grade;
  return trace.longThought
    ? traceKind(grade(trace.simpleThought.answer), grade(answer))
    : traceKind(grade(answer), null);
}

/** Approved, exactly this text on exactly this question, right in the end, with picture and question in place. */
function checkApproved(trace: Trace, revisionId: string, questionRevisionId: string): void {
  expect(trace.state).toBe("approved");
  expect(trace.currentRevision?.id).toBe(revisionId);
  expect(trace.question.currentRevision?.id).toBe(questionRevisionId);
  expect(trace.question.rejectedAt).toBeNull();
  expect(trace.image.state).toBe("present");
  expect(
    trace.verdicts.some(
      (verdict) =>
        verdict.decision === "approved" &&
        verdict.traceRevisionId === revisionId &&
        verdict.questionRevisionId === questionRevisionId,
    ),
  ).toBe(true);
  expect(isSftKind(kindOf(trace, trace.currentRevision?.answer))).toBe(true);
}

/** The one rendering on the way from the database: blanks at the end of a text go, and around one that stands alone. */
function checkText(trace: Trace, body: string, thought: Pick<RecordLine, "simpleThought" | "second">): void {
  if (trace.longThought) {
    expect(thought).toMatchObject({
      simpleThought: trace.simpleThought.text,
      second: { joiner: trace.longThought.joiner, cue: trace.longThought.cue, continuation: body.trimEnd() },
    });
  } else {
    expect([thought.simpleThought, thought.second]).toEqual([body.trim(), null]);
  }
}

async function checkRecord(projectId: string, line: RecordLine, recipe: Parameters<typeof renderRecord>[1]) {
  const trace = await readTrace(projectId, line.traceId);
  checkApproved(trace, line.traceRevisionId, line.questionRevisionId);
  checkText(trace, trace.currentRevision?.body ?? "", line);
  expect(line.kind).toBe(kindOf(trace, trace.currentRevision?.answer));
  expect(line.imageSha256).toBe(trace.image.sha256);
  const { context, trained } = renderRecord(line, recipe);
  const whole = `${context}${trained}`;
  expect(whole).toContain(line.simpleThought);
  expect(trained).toContain(line.second?.continuation ?? line.simpleThought);
  if (line.kind === "XO") expect(trained.trimStart().startsWith(line.second?.cue ?? "-")).toBe(true);
}

async function checkPair(projectId: string, line: PairLine, recipe: Parameters<typeof renderRecord>[1]) {
  const { chosen, rejected } = line;
  const better = await readTrace(projectId, chosen.traceId);
  const worse = await readTrace(projectId, rejected.traceId);
  expect([better.questionId, worse.questionId]).toEqual([line.questionId, line.questionId]);
  checkApproved(better, chosen.traceRevisionId, line.questionRevisionId);
  checkText(better, better.currentRevision?.body ?? "", chosen);
  const text = await db().traceRevision.findFirstOrThrow({
    where: { id: rejected.traceRevisionId, traceId: rejected.traceId },
  });
  checkText(worse, text.body, rejected);
  const { ground, reviewerId } = rejected.rejection;
  switch (ground) {
    case "wrong-answer":
      expect(worse.currentRevision?.id).toBe(rejected.traceRevisionId);
      expect(["X", "XX", "OX"]).toContain(kindOf(worse, text.answer));
      break;
    case "rejected":
      expect(worse.state).toBe("rejected");
      expect(worse.verdicts).toContainEqual(
        expect.objectContaining({
          decision: "rejected",
          reviewerId,
          traceRevisionId: rejected.traceRevisionId,
        }),
      );
      break;
    case "edited":
      expect([better.id, better.currentRevision?.authorId]).toEqual([worse.id, reviewerId]);
      break;
    case "cut-off":
      expect(
        await db().repair.count({
          where: {
            projectId,
            state: "taken",
            takenRevisionId: chosen.traceRevisionId,
            traceRevisionId: rejected.traceRevisionId,
          },
        }),
      ).toBe(1);
      break;
    case "preferred-less":
      expect(
        await db().tracePreference.count({
          where: {
            projectId,
            betterRevisionId: chosen.traceRevisionId,
            worseRevisionId: rejected.traceRevisionId,
            questionRevisionId: line.questionRevisionId,
            undoneAt: null,
            supersededAt: null,
          },
        }),
      ).toBeGreaterThan(0);
      break;
  }
  expect(line.origin !== undefined).toBe(line.kind === "elsewhere");
  if (line.kind === "elsewhere") {
    // The file's word is not the ground: what it prefers less is wrong, or a person rejected it.
    expect(["wrong-answer", "rejected"]).toContain(ground);
    expect(
      await db().importedPreference.count({
        where: {
          projectId,
          questionId: line.questionId,
          questionRevisionId: line.questionRevisionId,
          betterTraceId: chosen.traceId,
          worseTraceId: rejected.traceId,
          ...line.origin,
        },
      }),
    ).toBe(1);
    expect([better.currentRevision?.number, worse.currentRevision?.number]).toEqual([1, 1]);
    const opposite = { betterTraceId: rejected.traceId, worseTraceId: chosen.traceId };
    expect(await db().importedPreference.count({ where: opposite })).toBe(0);
    expect(
      await db().tracePreference.count({ where: { ...opposite, undoneAt: null, supersededAt: null } }),
    ).toBe(0);
  }
  const rendered = renderFrozenPair(line, recipe);
  expect(rendered.chosen).toContain(chosen.second?.continuation ?? chosen.simpleThought);
  expect(rendered.rejected).toContain(rejected.second?.continuation ?? rejected.simpleThought);
  expect(rendered.chosen).not.toBe(rendered.rejected);
}

async function checkSteps(projectId: string, line: StepsLine) {
  const trace = await readTrace(projectId, line.traceId);
  expect(trace.currentRevision?.id).toBe(line.traceRevisionId);
  const marks = line.steps.flatMap((step) => step.marks);
  expect(marks.length).toBeGreaterThan(0);
  expect(await db().stepMark.count({ where: { projectId, traceId: line.traceId } })).toBeGreaterThanOrEqual(
    marks.length,
  );
  for (const { verdictId } of line.verdicts) expect(trace.verdicts.map(({ id }) => id)).toContain(verdictId);
}

function checkSplits(lines: readonly (RecordLine | PairLine | StepsLine)[]): void {
  for (const side of ["imageId", "imageSha256"] as const) {
    const splits = Map.groupBy(lines, (line) => line[side]);
    for (const own of splits.values()) expect(new Set(own.map(({ split }) => split)).size).toBe(1);
  }
}

function checkLengths(pairs: readonly PairLine[], binRatio: number): void {
  for (const split of SPLITS) {
    const own = pairs.filter((pair) => pair.split === split);
    const bins = (side: "chosen" | "rejected") =>
      own.map((pair) => lengthBin(pair[side].words, binRatio)).sort((left, right) => left - right);
    expect(bins("chosen")).toEqual(bins("rejected"));
  }
}

async function bytesOf(projectId: string, versionId: string, part: VersionPart): Promise<string> {
  return hashLine(await readBytes(partKey(projectId, versionId, part)));
}
