import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { readParquet } from "parquet-wasm";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { exportFolderEntries, exportVersion } from "#lib/datasets/export-commands.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import type { SetOptions } from "#lib/datasets/recipe-queries.ts";
import { DEFAULT_PREFERENCE, DEFAULT_STEPS, SFT_PRESET_OPTIONS } from "#lib/datasets/recipe-schema.ts";
import { EXPORT_FORMATS, type ExportFormat } from "#lib/datasets/schema.ts";
import { makeRandomProject } from "#lib/datasets/test-random-project.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { isAppError } from "#lib/errors.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { putBytes } from "#lib/storage/storage.ts";
import { splitSteps } from "#lib/traces/steps.ts";

// Real exports of every format, read back, each text against the revision in the database that it is said to be.

const database = await createTestDatabase();
beforeEach(() => database.truncate());

/** The hashes that a random project gives its pictures, and a picture for each. */
const digests = Array.from({ length: 4 }, (_, index) => index.toString(16).repeat(64));
let pictures: { digest: string; bytes: Buffer; sha256: string }[];
beforeAll(async () => {
  pictures = await Promise.all(
    digests.map(async (digest, index) => {
      const bytes = await makePicture(index + 1);
      return { digest, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
});

const anyFilter = fc.constantFrom(
  WHOLE_PROJECT,
  { ...WHOLE_PROJECT, licences: ["not for us"] },
  { ...WHOLE_PROJECT, traces: { kind: "XO" as const } },
);
const anySplits = fc.constantFrom(
  { validation: 0, test: 0, seed: "1" },
  { validation: 0.3, test: 0.3, seed: "1" },
);

it("every exported text, answer, step and rating is that of its revision, in every format and under filters", async () => {
  const seen = { rows: new Map<string, number>(), narrowed: 0 };
  const count = (format: ExportFormat, part: string, more: number) =>
    seen.rows.set(`${format} ${part}`, (seen.rows.get(`${format} ${part}`) ?? 0) + more);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), anyFilter, anySplits, async (seed, filter, splits) => {
      const { projectId, userId } = await makeRandomProject(`${seed}`);
      await givePictures(projectId);
      const versionId = await freeze(projectId, userId, { filter, splits });
      if (!versionId) return;
      const truth = await readTruth(projectId);
      const rows = await db().datasetRecord.findMany({ where: { versionId }, orderBy: { ordinal: "asc" } });
      for (const row of rows) {
        if (filter.licences.length > 0) expect(truth.licenceOf(row.imageId)).not.toBe("not for us");
        if (filter.traces && row.part !== "preference") expect(row.kind).toBe("XO");
      }
      if (filter !== WHOLE_PROJECT) seen.narrowed += rows.length;
      const linesOf = (part: string) => rows.filter((row) => row.part === part);
      for (const format of EXPORT_FORMATS) {
        const made = await exported(projectId, userId, versionId, format);
        if (!made) continue;
        const { sft, pairs, steps } = READERS[format](made.files);
        for (const { id, turn, trained } of sft ?? []) {
          const record = linesOf("sft").find(({ traceRevisionId }) => traceRevisionId === id);
          if (!record) throw new Error("a row is of no line of the version");
          expect(turn, format).toBe(truth.turnOf(id, record.questionRevisionId, "key"));
          if (trained !== null && record.kind === "XO") {
            const cue = truth.cueOf(id);
            expect(trained.trimStart().startsWith(cue), format).toBe(true);
          }
        }
        for (const pair of pairs ?? []) {
          const line = linesOf("preference").find(
            ({ traceRevisionId, rejectedRevisionId }) =>
              `${traceRevisionId}>${rejectedRevisionId}` === pair.id,
          );
          if (!line) throw new Error("a pair is of no line of the version");
          const [chosen = "", rejected = ""] = pair.id.split(">");
          expect(pair.chosen, format).toBe(truth.turnOf(chosen, line.questionRevisionId, "key"));
          expect(pair.rejected, format).toBe(truth.turnOf(rejected, line.questionRevisionId, "given"));
        }
        for (const thought of steps ?? []) {
          const expected = truth.stepsOf(thought.id);
          expect(thought.texts, format).toEqual(
            expected.slice(0, thought.texts.length).map(({ text }) => text),
          );
          if (truth.isFirst(thought.id))
            expect(thought.labels, format).toEqual(
              expected.slice(0, thought.texts.length).map(({ label }) => label),
            );
          if (format !== "trl" && format !== "steps") expect(thought.texts).toHaveLength(expected.length);
        }
        // What has no ids is compared in the order of the version's lines, one side of the split after the other.
        if (format === "openai") {
          const ordered = (part: string) =>
            ["train", "validation", "test"].flatMap((split) =>
              linesOf(part).filter((row) => row.split === split),
            );
          const { turns, sides } = readOpenAi(made.files);
          expect(turns).toEqual(
            ordered("sft")
              .filter(({ kind }) => kind !== "XO")
              .map((row) => truth.turnOf(row.traceRevisionId, row.questionRevisionId, "key")),
          );
          expect(sides).toEqual(
            ordered("preference").map((row) => [
              truth.turnOf(row.traceRevisionId, row.questionRevisionId, "key"),
              truth.turnOf(row.rejectedRevisionId ?? "", row.questionRevisionId, "given"),
            ]),
          );
          count(format, "sft", turns.length);
          count(format, "pairs", sides.length);
          continue;
        }
        // Nothing is lost without being counted.
        const left = (part: string) =>
          made.leftOut.reduce((sum, one) => sum + (one.part === part ? one.count : 0), 0);
        if (sft) expect(sft.length + left("sft"), format).toBe(linesOf("sft").length);
        if (pairs) expect(pairs.length + left("preference"), format).toBe(linesOf("preference").length);
        if (steps) expect(steps.length + left("steps"), format).toBe(linesOf("steps").length);
        count(format, "sft", sft?.length ?? 0);
        count(format, "pairs", pairs?.length ?? 0);
        count(format, "steps", steps?.length ?? 0);
      }
    }),
    { seed: 7, numRuns: 12, endOnFailure: true },
  );
  // The property is only as good as what it was tried on.
  expect(seen.narrowed).toBeGreaterThan(10);
  for (const [format, parts] of Object.entries(TRIED))
    for (const part of parts)
      expect(seen.rows.get(`${format} ${part}`) ?? 0, `${format} ${part}`).toBeGreaterThan(5);
}, 300_000);

const TRIED: Record<ExportFormat, string[]> = {
  llamafactory: ["sft", "pairs"],
  trl: ["sft", "pairs", "steps"],
  openai: ["sft", "pairs"],
  parquet: ["sft", "pairs", "steps"],
  jsonl: ["sft", "pairs", "steps"],
  steps: ["steps"],
};

async function givePictures(projectId: string): Promise<void> {
  for (const { digest, bytes, sha256 } of pictures) {
    const storageKey = `kites/${sha256}.jpg`;
    await putBytes(storageKey, bytes);
    await db().image.updateMany({
      where: { projectId, sha256: digest },
      data: { sha256, storageKey, mime: "image/jpeg" },
    });
  }
  const [first] = await db().image.findMany({ where: { projectId }, orderBy: { id: "asc" }, take: 1 });
  if (first) await db().image.update({ where: { id: first.id }, data: { licence: "not for us" } });
}

async function freeze(
  projectId: string,
  userId: string,
  options: Pick<SetOptions, "filter" | "splits">,
): Promise<string | null> {
  try {
    const { versionId } = await createDatasetVersion({
      ...{ projectId, userId, name: "set" },
      options: {
        sft: SFT_PRESET_OPTIONS.everything,
        preference: DEFAULT_PREFERENCE,
        steps: DEFAULT_STEPS,
        ...options,
      },
    });
    return versionId;
  } catch (error) {
    if (isAppError(error) && error.code === "bad_input") return null;
    throw error;
  }
}

type Files = Map<string, Buffer>;

/** Null where the version has no part that the format holds. */
async function exported(projectId: string, userId: string, versionId: string, format: ExportFormat) {
  try {
    const { exportId } = await exportVersion({
      ...{ projectId, userId, versionId, format, allowSimulated: true },
      options: { images: "training" },
    });
    const folder = await exportFolderEntries(exportId);
    const files: Files = new Map();
    for (const entry of folder.entries) files.set(entry.path, await buffer(await entry.open()));
    await folder.close();
    const manifest = JSON.parse(files.get("manifest.json")?.toString() ?? "") as {
      written: { leftOut: { part: string; count: number }[] };
    };
    return { files, leftOut: manifest.written.leftOut };
  } catch (error) {
    if (isAppError(error) && error.code === "bad_input") return null;
    throw error;
  }
}

interface ReadBack {
  /** `trained`: what of the turn carries loss; null where the form does not say. */
  sft?: { id: string; turn: string; trained: string | null }[];
  pairs?: { id: string; chosen: string; rejected: string }[];
  steps?: { id: string; texts: string[]; labels: (string | boolean | null)[] }[];
}

type Turn = { content: string };

const READERS: Record<ExportFormat, (files: Files) => ReadBack> = {
  llamafactory: (files) => ({
    sft: arraysIn<{ id: string; messages: Turn[] }>(files, /^second_look_sft/u).map(({ id, messages }) => {
      const context = messages[0]?.content.split("<|im_start|>assistant\n").at(-1) ?? "";
      const trained = messages[1]?.content ?? "";
      return { id, turn: context + trained, trained };
    }),
    pairs: arraysIn<{ id: string; chosen: Turn; rejected: Turn }>(files, /^second_look_dpo/u).map(
      ({ id, chosen, rejected }) => ({ id, chosen: chosen.content, rejected: rejected.content }),
    ),
  }),
  trl: (files) => ({
    sft: linesIn<{ id: string; prompt: string | Turn[]; completion: string | Turn[] }>(
      files,
      /^sft\/.*\.jsonl$/u,
    ).map(({ id, prompt, completion }) => {
      if (typeof prompt !== "string" || typeof completion !== "string")
        return { id, turn: (completion as Turn[])[0]?.content ?? "", trained: null };
      const trained = completion.replace(/<\|im_end\|>\n$/u, "");
      return { id, turn: `${prompt.split("<|im_start|>assistant\n").at(-1) ?? ""}${trained}`, trained };
    }),
    pairs: linesIn<{ id: string; chosen: Turn[]; rejected: Turn[] }>(files, /^preference\/.*\.jsonl$/u).map(
      ({ id, chosen, rejected }) => ({
        ...{ id, chosen: chosen[0]?.content ?? "", rejected: rejected[0]?.content ?? "" },
      }),
    ),
    steps: linesIn<{ id: string; completions: string[]; labels: boolean[] }>(
      files,
      /^stepwise\/.*\.jsonl$/u,
    ).map(({ id, completions, labels }) => ({
      ...{ id, texts: completions, labels: labels.map((isGood) => (isGood ? "good" : "wrong")) },
    })),
  }),
  openai: () => ({}),
  parquet: (files) => ({
    sft: tablesIn(files, "sft").map(({ id, context, completion }) => ({
      ...{ id, turn: `${context}${completion}`, trained: completion },
    })),
    pairs: tablesIn(files, "preference").map(({ id, chosen, rejected }) => ({ id, chosen, rejected })),
    steps: tablesIn(files, "steps").map(({ id, steps, labels }) => ({
      ...{ id, texts: [...steps], labels: [...labels] },
    })),
  }),
  jsonl: (files) => ({
    sft: linesIn<FrozenThought & { traceRevisionId: string; question: Question }>(files, /^sft\//u).map(
      (line) => ({
        id: line.traceRevisionId,
        turn: turnOf(thoughtOf(line), line.question, line.question.keyIndex),
        trained: null,
      }),
    ),
    pairs: linesIn<{ question: Question; chosen: FrozenSide; rejected: FrozenSide }>(
      files,
      /^preference\//u,
    ).map(({ question, chosen, rejected }) => ({
      id: `${chosen.traceRevisionId}>${rejected.traceRevisionId}`,
      chosen: turnOf(thoughtOf(chosen), question, chosen.answerIndex),
      rejected: turnOf(thoughtOf(rejected), question, rejected.answerIndex),
    })),
    steps: linesIn<{ traceRevisionId: string; steps: { text: string; label: string | null }[] }>(
      files,
      /^steps\//u,
    ).map(({ traceRevisionId, steps }) => ({
      id: traceRevisionId,
      texts: steps.map(({ text }) => text),
      labels: steps.map(({ label }) => label),
    })),
  }),
  // A line for each judged step, with those before it: the last one of a thought holds all up to it.
  steps: (files) => {
    type Row = {
      trace_revision_id: string;
      step: number;
      before: string[];
      text: string;
      label: string | null;
    };
    const thoughts = Map.groupBy(linesIn<Row>(files, /^steps\//u), (row) => row.trace_revision_id);
    return {
      steps: [...thoughts].map(([id, rows]) => {
        const last = rows.at(-1);
        const texts = [...(last?.before ?? []), last?.text ?? ""];
        for (const { step, before, text } of rows)
          expect(texts.slice(0, step + 1)).toEqual([...before, text]);
        const labels = texts.map((_, place) => rows.find(({ step }) => step === place)?.label ?? null);
        return { id, texts, labels };
      }),
    };
  },
};

type Question = { choices: string[]; keyIndex: number; answerStyle: string };
type FrozenThought = {
  simpleThought: string;
  second: { joiner: string; cue: string; continuation: string } | null;
};
type FrozenSide = FrozenThought & { traceRevisionId: string; answerIndex: number };

function thoughtOf({ simpleThought, second }: FrozenThought): string {
  return second ? `${simpleThought}${second.joiner}${second.cue}${second.continuation}` : simpleThought;
}

/** The rendering that a recipe records, restated. */
function turnOf(thought: string, { choices, answerStyle }: Question, index: number): string {
  const letter = "ABCD"[index] ?? "";
  const answer =
    answerStyle === "text" ? (choices[index] ?? "") : answerStyle === "dot" ? `${letter}.` : `(${letter})`;
  return `<think>${thought}</think>\n<answer>${answer}</answer>`;
}

function readOpenAi(files: Files) {
  return {
    turns: linesIn<{ messages: Turn[] }>(files, /^sft_/u).map(({ messages }) => messages.at(-1)?.content),
    sides: linesIn<{ preferred_output: Turn[]; non_preferred_output: Turn[] }>(files, /^preference_/u).map(
      (row) => [row.preferred_output[0]?.content, row.non_preferred_output[0]?.content],
    ),
  };
}

function namesIn(files: Files, name: RegExp): string[] {
  const order = ["train", "validation", "test"];
  const place = (path: string) => order.findIndex((split) => path.includes(split));
  return [...files.keys()]
    .filter((path) => name.test(path))
    .sort((left, right) => place(left) - place(right) || (left < right ? -1 : 1));
}

function linesIn<T>(files: Files, name: RegExp): T[] {
  return namesIn(files, name).flatMap((path) =>
    (files.get(path)?.toString() ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as T),
  );
}

function arraysIn<T>(files: Files, name: RegExp): T[] {
  return namesIn(files, name).flatMap((path) => JSON.parse(files.get(path)?.toString() ?? "[]") as T[]);
}

function tablesIn(files: Files, part: string) {
  return namesIn(files, new RegExp(`^${part}/.*\\.parquet$`, "u")).flatMap((path) =>
    tableFromIPC(readParquet(files.get(path) ?? new Uint8Array()).intoIPCStream())
      .toArray()
      .map((row) => row.toJSON()),
  );
}

/** What the database holds, by the ids that rows name. */
async function readTruth(projectId: string) {
  const revisions = await db().traceRevision.findMany({
    where: { trace: { projectId } },
    include: { trace: { include: { simpleThought: true, longThought: true, stepMarks: true } } },
  });
  const questions = await db().questionRevision.findMany({ where: { question: { projectId } } });
  const images = await db().image.findMany({ where: { projectId } });
  const find = (id: string) => {
    const revision = revisions.find((one) => one.id === id);
    if (!revision) throw new Error("an exported text is of no revision of the project");
    return revision;
  };
  return {
    licenceOf: (imageId: string) => images.find(({ id }) => id === imageId)?.licence,
    cueOf: (id: string) => find(id).trace.longThought?.cue ?? "-",
    isFirst: (id: string) => find(id).number === 1,
    turnOf(id: string, questionRevisionId: string, answer: "key" | "given") {
      const { body, answer: given, trace } = find(id);
      const question = questions.find((one) => one.id === questionRevisionId);
      if (!question) throw new Error("an exported question is none of the project");
      const thought = trace.longThought
        ? `${trace.simpleThought.text}${trace.longThought.joiner}${trace.longThought.cue}${body.trimEnd()}`
        : body.trim();
      // Answers of a random project are written "(A)".
      const index = answer === "key" ? question.keyIndex : "ABCD".indexOf(given?.[1] ?? "-");
      return turnOf(thought, question, index);
    },
    stepsOf(id: string) {
      const { body, trace } = find(id);
      const parts = trace.longThought
        ? [
            ["simple", trace.simpleThought.text],
            ["long", body],
          ]
        : [["simple", body]];
      return parts.flatMap(([part, text = ""]) =>
        splitSteps(text).map((step) => {
          const ratings = new Set(
            trace.stepMarks
              .filter((mark) => mark.part === part && mark.stepKey === step.id)
              .map(({ rating }) => rating),
          );
          const [only] = ratings;
          return { text: step.text, label: ratings.size === 1 ? (only ?? null) : null };
        }),
      );
    },
  };
}
