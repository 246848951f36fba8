import { describe, expect, it } from "vitest";
import { checkConsistency } from "#lib/checks/consistency.ts";
import { resolveAnswer } from "#lib/checks/grade.ts";
import { findLeaks, LEAK_TERMS } from "#lib/checks/leak.ts";
import { parseStructuredQuestions } from "#lib/generation/structured-questions.ts";
import { createRandom } from "#lib/random.ts";
import type { AskedQuestion } from "../task.ts";
import { findFacts } from "./facts.ts";
import { guessKey } from "./guess.ts";
import { findAnswered, findConclusion } from "./judgement.ts";
import { writeClosing, writeLongThought } from "./long-thought.ts";
import { makeQuestions } from "./questions.ts";
import { writeSimpleThought } from "./simple-thought.ts";
import { isPluralPhrase, readTopic } from "./topic.ts";
import { formatQuestions } from "./written-question.ts";

const harbor =
  'A wide view of a harbor at dusk. Four wooden fishing boats are tied up along a stone pier on the left side of the image, and their hulls are painted blue and white. The nearest boat has the number "27" painted in black on its bow. Behind the boats stands a row of narrow brick warehouses with green shutters. A tall iron crane rises above the roofs in the upper right corner. Two gulls sit on a coiled rope in the foreground. The sky is pale orange near the horizon. Light comes from the left.';
const tray =
  'A close-up view of a breakfast tray on an unmade bed. The tray is made of dark wood and has two brass handles. On the tray are a white ceramic mug, a small glass jar of orange marmalade, and three slices of toast on a blue plate. A folded newspaper lies under the mug, and its headline reads "CITY COUNCIL VOTES".';
const lot =
  'A medium view of a yellow excavator parked on a gravel lot. The bucket rests on the ground in the lower right. There are six orange traffic cones standing in front of the tracks. A red "KEEP OUT" sign is mounted on the fence to the left of the cab.';
const descriptions = [harbor, tray, lot, "A dog on a couch."];

const asked: AskedQuestion = {
  question: "What color is the fuel tank?",
  choices: ["Dark red", "Green", "Silver", "Blue"].map((text, index) => ({
    label: `(${"ABCD"[index]})`,
    letter: "ABCD"[index] ?? "",
    text,
  })),
};
const texts = asked.choices.map((choice) => choice.text);
const choice = (index: number) => {
  const found = asked.choices[index];
  if (!found) throw new Error(`No choice ${index}`);
  return found;
};

describe("facts", () => {
  it("finds colors, counts, materials, writing and places with what they are about", () => {
    const { facts } = findFacts(harbor);
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: "color", subject: "shutters", color: "green" }),
    );
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: "color", subject: "sky", color: "pale orange" }),
    );
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: "count", subject: "wooden fishing boats", count: 4 }),
    );
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: "material", subject: "pier", material: "Stone" }),
    );
    expect(facts).toContainEqual({ kind: "writing", carrier: "bow", writing: "27" });
    expect(facts).toContainEqual(
      expect.objectContaining({
        kind: "place",
        subject: "gulls",
        where: "on a coiled rope in the foreground",
      }),
    );
    expect(facts).toContainEqual({ kind: "light", from: "left" });
  });

  it("takes as the carrier of writing what follows it, or what reads it", () => {
    expect(findFacts(lot).facts).toContainEqual({ kind: "writing", carrier: "sign", writing: "KEEP OUT" });
    expect(findFacts(tray).facts).toContainEqual({
      kind: "writing",
      carrier: "headline",
      writing: "CITY COUNCIL VOTES",
    });
  });

  it("knows what else stands in a place, so that it is no wrong choice", () => {
    const neighbor = findFacts(tray).facts.find((fact) => fact.kind === "neighbor");
    expect(neighbor).toMatchObject({ where: "on the tray", thing: "a white ceramic mug" });
    expect(neighbor).toHaveProperty("alsoThere", expect.arrayContaining(["jar", "slices", "plate"]));
  });
});

describe("questions", () => {
  const seeds = Array.from({ length: 40 }, (_, index) => `seed ${index}`);

  it.each(descriptions)("makes four to eight valid ones with four different choices: %s", (description) => {
    for (const seed of seeds) {
      const questions = makeQuestions(description, undefined, createRandom(seed));
      expect(questions.length).toBeGreaterThanOrEqual(4);
      expect(questions.length).toBeLessThanOrEqual(8);
      for (const question of questions) {
        expect(question.question).toMatch(/^[A-Z].*\?$/);
        expect(new Set(question.choices.map((each) => each.toLowerCase())).size).toBe(4);
        expect(question.choices).toContain(question.key);
        expect(question.question.toLowerCase()).not.toContain(` ${question.key.toLowerCase()}?`);
      }
      const parsed = parseStructuredQuestions(formatQuestions(questions, { kind: "json" }, undefined));
      expect(parsed.problems).toEqual([]);
      expect(parsed.questions).toHaveLength(questions.length);
    }
  });

  it("spreads over the reasoning types, with the true answer as key", () => {
    const types = new Set<string>();
    const answers = new Map<string, string>();
    for (const seed of seeds) {
      for (const question of makeQuestions(harbor, 8, createRandom(seed))) {
        types.add(question.type);
        answers.set(question.question, question.key);
      }
    }
    expect(types).toEqual(
      new Set([
        "Recognition",
        "Spatial and Relational",
        "Counting and Quantification",
        "Causal and Commonsense",
        "Analogical and Goal-Oriented",
      ]),
    );
    expect(answers.get("How many wooden fishing boats can be seen?")).toBe("Four");
    expect(answers.get("Which number can be read on the bow?")).toBe("27");
    expect(answers.get("What is the pier made of?")).toBe("Stone");
  });

  it("gives the same for the same seed, and keeps to a British description's spelling", () => {
    expect(makeQuestions(lot, 6, createRandom("a"))).toEqual(makeQuestions(lot, 6, createRandom("a")));
    const british = makeQuestions(
      "A grey wall with two green doors of the same colour.",
      6,
      createRandom("b"),
    );
    expect(british.map((each) => each.question).join()).not.toMatch(/color/);
  });
});

describe("thoughts", () => {
  it("a simple one has 40 to 110 words, comes to its choice and leaks nothing", () => {
    for (let index = 0; index < 200; index += 1) {
      const chosen = choice(index % 4);
      const thought = writeSimpleThought(asked, chosen, createRandom(`simple ${index}`));
      const words = thought.split(/\s+/).length;
      expect(words, thought).toBeGreaterThanOrEqual(40);
      expect(words, thought).toBeLessThanOrEqual(110);
      expect(thought).toContain("fuel tank");
      expect(findConclusion(thought, asked.choices)).toBe(chosen);
      expect(checkConsistency(thought, index % 4, texts).result, thought).not.toBe("fail");
      expect(findLeaks(thought)).toEqual([]);
    }
  });

  it("a long one goes on after its cue and comes to what the second look reached", () => {
    for (let index = 0; index < 200; index += 1) {
      const cue = ["Wait,", "Hmm,", "Alternatively,", "Let's double-check the details."][index % 4];
      const thought = writeLongThought(
        {
          asked,
          first: choice(index % 3),
          reached: choice(1),
          cue,
          minLength: 0,
          leaks: false,
          bannedWords: [],
        },
        createRandom(`long ${index}`),
      );
      expect(thought).toMatch(cue?.endsWith(",") ? /^(?:[a-z]|I\b)/ : /^[A-Z]/);
      expect(thought.length / 4).toBeLessThan(256);
      expect(findConclusion(thought, asked.choices)).toBe(choice(1));
      expect(checkConsistency(thought, 1, texts).result, thought).not.toBe("fail");
      expect(findLeaks(thought)).toEqual([]);
    }
  });

  it("rambles past 256 tokens, and leaks what the leak check finds, when it is to", () => {
    const banned = LEAK_TERMS.filter((term) => /^[a-z]+$/.test(term));
    for (let index = 0; index < 50; index += 1) {
      const look = {
        asked,
        first: choice(0),
        reached: choice(1),
        cue: "Wait,",
        minLength: 1_150,
        leaks: true,
      };
      const free = writeLongThought({ ...look, bannedWords: [] }, createRandom(`free ${index}`));
      expect(free.length / 4).toBeGreaterThan(256);
      expect(findLeaks(free)).not.toEqual([]);
      const held = writeLongThought({ ...look, bannedWords: banned }, createRandom(`held ${index}`));
      expect(findLeaks(held).length).toBeGreaterThan(0);
      expect(findLeaks(held, banned)).toEqual([]);
    }
    expect(findLeaks(writeClosing(asked, choice(0), true, createRandom("x")))).not.toEqual([]);
  });

  it("hardly repeats itself", () => {
    const thoughts = Array.from({ length: 300 }, (_, index) =>
      writeSimpleThought(asked, choice(0), createRandom(`v ${index}`)),
    );
    expect(new Set(thoughts).size).toBeGreaterThan(295);
  });
});

describe("topics", () => {
  it.each([
    ["What color are the shutters?", "color", "the shutters", true],
    ["How many brass handles are there in the picture?", "count", "the brass handles", true],
    ["Where in the picture is the round clock?", "place", "the round clock", false],
    ["What is the jar of marmalade made of?", "material", "the jar of marmalade", false],
    ["Which number can be read on the bow?", "writing", "the bow", false],
    ["Which of these is not in the picture?", "presence", "the scene as a whole", false],
  ])("%s", (question, kind, focus, isPlural) => {
    expect(readTopic(question)).toEqual({ kind, focus, isPlural });
  });

  it("tells plurals from words that only end in s", () => {
    expect(["straps", "slices of toast", "people"].map(isPluralPhrase)).toEqual([true, true, true]);
    expect(["glass", "row of boats", "canvas"].map(isPluralPhrase)).toEqual([false, false, false]);
  });
});

describe("judgement", () => {
  it("takes the last choice that is named and not denied", () => {
    expect(findConclusion("It is green. No, not green: dark red.", asked.choices)).toBe(choice(0));
    expect(findConclusion("It could be (A), but it must be (C).", asked.choices)).toBe(choice(2));
    expect(findConclusion("Nothing is named here.", asked.choices)).toBeUndefined();
  });

  it.each([
    ["(B)", 1],
    ["B.", 1],
    ["b", undefined],
    ["dark red", 0],
    ["Purple", undefined],
  ])("reads the answer %s", (answer, index) => {
    expect(findAnswered(answer, asked)).toBe(index === undefined ? undefined : choice(index));
    if (index !== undefined) expect(resolveAnswer(answer, texts).choiceIndex).toBe(index);
  });

  it("guesses from the description, and without one always the same", () => {
    expect(guessKey(asked, "The fuel tank is a shiny green, and the wall behind is blue.", "s").text).toBe(
      "Green",
    );
    expect(guessKey(asked, undefined, "s")).toBe(
      guessKey({ ...asked, choices: [...asked.choices].reverse() }, undefined, "s"),
    );
  });
});
