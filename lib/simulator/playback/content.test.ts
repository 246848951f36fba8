import { expect, test } from "vitest";
import { checkTrace, passesForQueue } from "#lib/checks/check-trace.ts";
import { checkConsistency } from "#lib/checks/consistency.ts";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { findLeaks } from "#lib/checks/leak.ts";
import { buildPreset, CUES } from "#lib/generation/preset.ts";
import { parseLongReply, parseSimpleReply } from "#lib/generation/thought.ts";
import { DEMO_PHOTOS } from "#lib/launch/demo-photos.ts";
import { traceKind } from "#lib/traces/kind.ts";
import { playbackImages } from "./images/all.ts";
import type { PlaybackLongThought, PlaybackQuestion, PlaybackSimpleThought } from "./types.ts";

const questions = playbackImages.flatMap((image) => image.questions.map((question) => ({ image, question })));
const simples = questions.flatMap(({ image, question }) =>
  question.simpleThoughts.map((simple) => ({ image, question, simple })),
);
const longs = simples.flatMap(({ image, question, simple }) =>
  simple.longThoughts.map((long) => ({
    image,
    question,
    simple,
    long,
    read: readLong(question, simple, long),
  })),
);

test("There is an entry for each of the demo's photographs, and a description of 120 to 220 words", () => {
  expect(playbackImages.map(({ name }) => name)).toEqual(DEMO_PHOTOS.map(({ name }) => name));
  for (const { name, description } of playbackImages) {
    expect(countWords(description), name).toBeGreaterThanOrEqual(120);
    expect(countWords(description), name).toBeLessThanOrEqual(220);
  }
});

test("Each picture has 4 or 5 questions of 4 different choices, exactly one of which is the key", () => {
  for (const { name, questions } of playbackImages) {
    expect(questions.length, name).toBeGreaterThanOrEqual(4);
    expect(questions.length, name).toBeLessThanOrEqual(5);
    for (const { question, choices, key } of questions) {
      expect(new Set(choices.map(normalise)).size, question).toBe(4);
      expect(
        choices.filter((choice) => choice === key),
        question,
      ).toHaveLength(1);
    }
  }
  expect(new Set(questions.map(({ question }) => question.type))).toEqual(
    new Set([
      "Recognition",
      "Spatial and Relational",
      "Counting and Quantification",
      "Causal and Commonsense",
      "Analogical and Goal-Oriented",
    ]),
  );
  // A key that always stands at the same place would be guessed.
  const places = [0, 1, 2, 3].map(
    (place) => questions.filter(({ question: q }) => q.choices[place] === q.key).length,
  );
  for (const count of places) expect(count).toBeLessThan(questions.length / 2);
});

test("Each question has three first looks of 40 to 90 words, and 52 to 62 % of all are right", () => {
  for (const { question } of questions) expect(question.simpleThoughts, question.question).toHaveLength(3);
  for (const { question, simple } of simples) {
    expect(countWords(simple.thought), simple.thought).toBeGreaterThanOrEqual(40);
    expect(countWords(simple.thought), simple.thought).toBeLessThanOrEqual(90);
    expect(findLeaks(simple.thought), simple.thought).toEqual([]);
    const given = question.choices.indexOf(simple.answer);
    expect(checkConsistency(simple.thought, given, question.choices).result, simple.thought).not.toBe("fail");
  }
  const right = simples.filter(({ question, simple }) => simple.answer === question.key).length;
  expect(right / simples.length).toBeGreaterThanOrEqual(0.52);
  expect(right / simples.length).toBeLessThanOrEqual(0.62);
});

test("Each first look has one or two second looks of 60 to 160 words, the first of which fits after any cue", () => {
  for (const { simple } of simples) {
    expect(simple.longThoughts.length, simple.thought).toBeGreaterThanOrEqual(1);
    expect(simple.longThoughts.length, simple.thought).toBeLessThanOrEqual(2);
    expect(simple.longThoughts[0]?.cue, simple.thought).toBeUndefined();
  }
  for (const { long } of longs) {
    expect(countWords(long.continuation), long.continuation).toBeGreaterThanOrEqual(60);
    expect(countWords(long.continuation), long.continuation).toBeLessThanOrEqual(160);
    if (long.cue !== undefined) expect(CUES as readonly string[]).toContain(long.cue);
    expect(long.continuation, "a letter that the shuffle would belie").not.toMatch(/\([A-D]\)/);
  }
});

test("No two texts are the same, and no two second looks begin or end alike", () => {
  const texts = [
    ...playbackImages.map(({ description }) => description),
    ...questions.map(({ question }) => question.question),
    ...simples.map(({ simple }) => simple.thought),
    ...longs.map(({ long }) => long.continuation),
  ].map(normalise);
  expect(new Set(texts).size).toBe(texts.length);
  const openings = longs.map(({ long }) => normalise(long.continuation).split(" ").slice(0, 6).join(" "));
  expect(openings.filter((opening, index) => openings.indexOf(opening) !== index)).toEqual([]);
});

test("The second looks that were written to fail are caught, each by the check that is meant for it, and no other", () => {
  const failed = longs.flatMap(({ image, question, read }) =>
    read.results
      .filter(({ check, result }) => result === "fail" && check !== "between")
      .map(({ check }) => `${check}: ${image.name}, ${question.question}`),
  );
  expect(failed.sort()).toEqual([
    "answer-whole: black-canyon, Why does the surface of the river look smooth, with soft pale streaks?",
    "consistency: locomotion-house-cat, In which corner of each small picture is its number written?",
    "leak-between: black-canyon, What has been done with the boat's sail?",
    "leak: acanthus-mollis, Where are the three bud-like bracts in the middle darkest?",
    "thought-closed: black-canyon, Why does the surface of the river look smooth, with soft pale streaks?",
    "token-limit: black-canyon, Why does the surface of the river look smooth, with soft pale streaks?",
  ]);
  expect(longs.filter(({ read }) => !passesForQueue(read.results))).toHaveLength(3);
});

test("Most conclusions are stated in so many words, so that the consistency check can tell", () => {
  const told = longs.filter(({ read }) =>
    read.results.some(({ check, result }) => check === "consistency" && result === "pass"),
  );
  expect(told.length / longs.length).toBeGreaterThan(0.9);
});

test("Most wrong first looks are corrected, right ones confirmed; a few spoil, insist, or cannot be graded", () => {
  const kinds = Map.groupBy(longs, ({ read }) => read.kind);
  expect({
    OX: kinds.get("OX")?.map(({ question }) => question.question),
    XX: kinds.get("XX")?.map(({ question }) => question.question),
    ungradable: kinds
      .get("ungradable")
      ?.map(({ question }) => question.question)
      .sort(),
  }).toEqual({
    OX: [
      "What can be seen through the left part of the open doorway?",
      "Which way do the pale triangles on the wings point?",
    ],
    XX: ["What is the long pole that leans against the near side of the large ship most likely there for?"],
    ungradable: [
      "If you wanted to enter by the doorway, what would you step on first?",
      "Why does the surface of the river look smooth, with soft pale streaks?",
    ],
  });
  expect(kinds.get("XO")?.length).toBeGreaterThan(50);
  expect(kinds.get("OO")?.length).toBeGreaterThan(50);
});

/** What the app makes of a continuation as the simulator sends it. */
function readLong(question: PlaybackQuestion, simple: PlaybackSimpleThought, long: PlaybackLongThought) {
  const { choices } = question;
  const keyIndex = choices.indexOf(question.key);
  const letter = (choice: string) => `(${"ABCD"[choices.indexOf(choice)]})`;
  const labelled = (text: string) =>
    text.replace(/\{label:([^}]+)\}/g, (_whole, choice: string) => letter(choice));
  const closing = long.closing ? `${long.closing}\n\n` : "";
  const body = labelled(long.continuation);
  const content = long.truncated
    ? ` ${body}`
    : ` ${body}\n</think>\n\n${closing}<answer>${long.rawAnswer ?? letter(long.answer)}</answer>`;
  const preset = buildPreset({
    opening: "",
    simpleThought: labelled(simple.thought),
    cue: long.cue ?? "Wait,",
    joinerSeed: simple.thought,
  });
  const parsed = parseLongReply({ content, finishReason: long.truncated ? "length" : "stop" }, preset);
  const first = parseSimpleReply({
    content: `${labelled(simple.thought)}</think><answer>${simple.rawAnswer ?? letter(simple.answer)}</answer>`,
  });
  const results = checkTrace({
    choices: [...choices],
    subject: "long",
    thought: parsed.thought,
    between: parsed.between,
    answer: parsed.answer,
    truncation: parsed.truncation,
    duplicateOf: null,
  });
  const kind = traceKind(
    gradeAnswer(first.answer, choices, keyIndex).grade,
    gradeAnswer(parsed.answer, choices, keyIndex).grade,
  );
  return { results, kind };
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
