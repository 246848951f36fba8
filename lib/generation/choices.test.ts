import { describe, expect, it } from "vitest";
import { resolveAnswer } from "#lib/checks/grade.ts";
import {
  ANSWER_STYLES,
  drawAnswerStyle,
  formatAnswer,
  formatChoices,
  shuffleChoices,
} from "#lib/generation/choices.ts";
import { normaliseReasoningType } from "#lib/generation/reasoning-type.ts";

const CHOICES = ["Red", "Blue", "Green", "Grey"];

describe("shuffleChoices", () => {
  it("moves the key along and gives the same order for the same seed", () => {
    for (let index = 0; index < 200; index += 1) {
      const shuffled = shuffleChoices({ choices: CHOICES, keyIndex: index % 4 }, `seed-${index}`);
      expect(shuffled.choices[shuffled.keyIndex]).toBe(CHOICES[index % 4]);
      expect(shuffled.order.map((place) => CHOICES[place])).toEqual(shuffled.choices);
      expect(shuffleChoices({ choices: CHOICES, keyIndex: index % 4 }, `seed-${index}`)).toEqual(shuffled);
    }
  });

  it("spreads the key over the places", () => {
    const places = Array.from(
      { length: 2000 },
      (_, index) => shuffleChoices({ choices: CHOICES, keyIndex: 0 }, `${index}`).keyIndex,
    );
    for (const place of [0, 1, 2, 3])
      expect(Math.abs(places.filter((value) => value === place).length - 500)).toBeLessThan(100);
  });

  it.each([
    [["Red", "Blue", "Both A and B", "Grey"]],
    [["Red", "Blue", "Green", "All of the above"]],
    [["Red", "Blue", "A and B", "None of the above"]],
  ])("keeps the order where choices speak of each other: %j", (choices) => {
    for (const seed of ["a", "b", "c"])
      expect(shuffleChoices({ choices, keyIndex: 2 }, seed).choices).toEqual(choices);
  });

  it("shuffles choices that only look alike", () => {
    const choices = ["Above the door", "None", "Both hands", "Below"];
    const orders = new Set(
      ["a", "b", "c", "d", "e"].map((seed) => shuffleChoices({ choices, keyIndex: 0 }, seed).choices.join()),
    );
    expect(orders.size).toBeGreaterThan(1);
  });
});

describe("answer styles", () => {
  it("are drawn evenly and by seed", () => {
    const drawn = Array.from({ length: 1500 }, (_, index) => drawAnswerStyle(`q${index}`));
    for (const style of ANSWER_STYLES)
      expect(Math.abs(drawn.filter((value) => value === style).length - 500)).toBeLessThan(80);
    expect(drawAnswerStyle("q1")).toBe(drawAnswerStyle("q1"));
  });

  it("write an answer that reads back as the same choice", () => {
    for (const style of ANSWER_STYLES) {
      CHOICES.forEach((_, index) => {
        expect(resolveAnswer(formatAnswer(style, CHOICES, index), CHOICES).choiceIndex).toBe(index);
      });
    }
    expect(ANSWER_STYLES.map((style) => formatAnswer(style, CHOICES, 1))).toEqual(["(B)", "B.", "Blue"]);
    expect(() => formatAnswer("dot", CHOICES, 4)).toThrow(RangeError);
  });

  it("show the choices one a line", () => {
    expect(formatChoices(["Red", "Blue"], "dot")).toBe("A. Red\nB. Blue");
    expect(formatChoices(["Red", "Blue"], "text")).toBe("(A) Red\n(B) Blue");
  });
});

describe("normaliseReasoningType", () => {
  it.each([
    ["Spatial and Relational Reasoning", "Spatial and Relational"],
    ["spatial & relational", "Spatial and Relational"],
    ["Counting", "Counting and Quantification"],
    ["Causal/Commonsense reasoning", "Causal and Commonsense"],
    ["Analogical and Goal Oriented Reasoning", "Analogical and Goal-Oriented"],
    ["Recognition.", "Recognition"],
    ["Optical Character Reading", "Optical Character Reading"],
    ["", "Other"],
    [null, "Other"],
    ["Reasoning", "Other"],
  ])("%j is %s", (raw, type) => {
    expect(normaliseReasoningType(raw)).toBe(type);
  });
});
