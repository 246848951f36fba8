import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import { readTracePairs } from "#lib/datasets/pair-queries.ts";
import { openPart } from "#lib/datasets/part-queries.ts";
import { readVersion } from "#lib/datasets/queries.ts";
import { DEFAULT_PREFERENCE, NO_SPLITS, type PreferenceOptions } from "#lib/datasets/recipe-schema.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { type FrozenPair, isGap } from "#lib/datasets/version-schema.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeProject, makeUser } from "#lib/db/test-records.ts";
import { EMPTY_MAPPING } from "#lib/interchange/mapping-schema.ts";
import { importRecords } from "#lib/interchange/records-import-commands.ts";

await createTestDatabase();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "elsewhere-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const USER =
  "<image>Which colour has the boat's hull?\nSelect from the following choices.\n(A) White\n(B) Orange\n(C) Green\n(D) Black";
const answer = (thought: string, choice: string) =>
  `<think> ${thought} </think> <answer> (${choice}) </answer>`;
const CHOSEN = answer("The hull is green.", "C");

it("makes pairs of an imported file's preferences where its chosen side was approved here", async () => {
  const owner = await makeUser("Olga");
  const { id: projectId } = await makeProject([{ userId: owner.id, role: "owner" }]);
  const rows = [
    // Wrong by our grader; right, so a person has to reject it; right, and nobody did.
    { rejected: answer("It looks white in the sun.", "A") },
    { rejected: answer("Green is the hull, I guess it is green.", "C") },
    { rejected: answer("I would say that it is green.", "C") },
  ].map(({ rejected }) => ({ prompt: USER, chosen: CHOSEN, rejected, images: ["boat.jpg"] }));
  const file = path.join(folder, "preferences.json");
  await writeFile(file, JSON.stringify(rows));
  const { runId } = await importRecords({
    projectId,
    userId: owner.id,
    source: { kind: "path", path: file },
    sourceName: "preferences.json",
    name: null,
    mapping: { ...EMPTY_MAPPING, form: "preference" },
  });
  await db().image.updateMany({
    where: { projectId },
    data: { state: "present", storageKey: "boat", sha256: "ab".repeat(32), mime: "image/jpeg" },
  });
  const [better] = await db().importedPreference.findMany({ where: { projectId }, orderBy: { line: "asc" } });
  const second = await db().importedPreference.findFirstOrThrow({ where: { projectId, line: 2 } });
  const view = () =>
    readTracePairs(
      projectId,
      { userId: owner.id, name: "Olga", role: "owner", isJudging: false },
      better?.betterTraceId ?? "",
    ).then(({ groups }) => groups.find(({ kind }) => kind === "elsewhere"));
  expect(await view()).toMatchObject({ role: "chosen", standing: 0, lacking: 3 });
  await judge(projectId, owner.id, better?.betterTraceId ?? "", "approved");
  await judge(projectId, owner.id, second.worseTraceId, "rejected");
  const seen = await view();
  expect(seen).toMatchObject({ standing: 2, lacking: 1 });
  expect(seen?.shown[0]?.origin).toEqual({ runId, file: "preferences.json", line: 1 });
  expect(seen?.shown[2]?.lacks).toEqual(["rejection"]);

  const made = await freeze(projectId, owner.id, { ...DEFAULT_PREFERENCE, perChosen: { elsewhere: 4 } });
  expect(
    made.lines.map(({ kind, origin, rejected }) => [kind, origin?.line, rejected.rejection.ground]),
  ).toEqual([
    ["elsewhere", 1, "wrong-answer"],
    ["elsewhere", 2, "rejected"],
  ]);
  expect(made.lines.every(({ chosen }) => chosen.approvals[0]?.reviewerId === owner.id)).toBe(true);
  expect(made.kinds).toContainEqual({ kind: "elsewhere", exist: 2, kept: 2, leftOut: {} });

  // Not asked for, none of it is taken: the graded pair of the same texts is, by our own rules.
  const usual = await freeze(projectId, owner.id, DEFAULT_PREFERENCE);
  expect(usual.lines.map(({ kind, origin }) => [kind, origin])).toEqual([["O>X", undefined]]);
  expect(usual.kinds).toContainEqual({ kind: "elsewhere", exist: 2, kept: 0, leftOut: { "not-wanted": 2 } });
});

async function freeze(projectId: string, userId: string, preference: PreferenceOptions) {
  const { versionId } = await createDatasetVersion({
    projectId,
    userId,
    name: "set",
    options: { sft: null, preference, steps: null, splits: NO_SPLITS, filter: WHOLE_PROJECT },
  });
  const version = await readVersion(projectId, versionId);
  if (!version) throw new Error("the version is not there");
  const lines: FrozenPair[] = [];
  for await (const line of openPart(projectId, version, "preference")) if (!isGap(line)) lines.push(line);
  return { lines, kinds: version.summary.pairs };
}

async function judge(
  projectId: string,
  reviewerId: string,
  traceId: string,
  decision: "approved" | "rejected",
): Promise<void> {
  const trace = await db().trace.update({
    where: { id: traceId, projectId },
    data: { state: decision },
    include: { question: true },
  });
  await db().verdict.create({
    data: {
      projectId,
      traceId,
      traceRevisionId: trace.currentRevisionId ?? "",
      questionRevisionId: trace.question.currentRevisionId ?? "",
      reviewerId,
      decision,
      actionId: crypto.randomUUID(),
      previousState: "waiting",
      rowVersionAfter: 2,
    },
  });
}
