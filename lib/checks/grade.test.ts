import { describe, expect, it } from "vitest";
import { gradeAnswer, resolveAnswer } from "#lib/checks/grade.ts";

const COLOURS = ["Red", "Blue", "Green", "Orange"];

describe("resolveAnswer", () => {
  it.each([
    "B",
    "b",
    "(B)",
    "( b )",
    "B.",
    "B)",
    "B:",
    "(B).",
    "  B \n",
    "(B) Blue",
    "B. blue.",
    "B Blue",
    "Blue",
    "BLUE.",
    " blue ",
  ])("reads %j as the second choice", (answer) => {
    expect(resolveAnswer(answer, COLOURS).choiceIndex).toBe(1);
  });

  it.each([
    ["", "missing"],
    ["   ", "missing"],
    [null, "missing"],
    ["E", "no-choice"],
    ["Purple", "no-choice"],
    ["Blue or Green", "no-choice"],
    ["(B) Green", "letter-and-text-disagree"],
    ["B. Blue-ish", "letter-and-text-disagree"],
    ["(E) Blue", "no-choice"],
    ["A Blue", "letter-and-text-disagree"],
    ["Bluegreen", "no-choice"],
  ])("reads no choice in %j (%s)", (answer, why) => {
    expect(resolveAnswer(answer, COLOURS)).toEqual({ choiceIndex: null, why });
  });

  it("takes a text that begins like a letter for the text", () => {
    const choices = ["A large rock", "A reflection of red lights", "A cluster of fish", "A plant"];
    expect(resolveAnswer("A reflection of red lights", choices)).toEqual({ choiceIndex: 1, how: "text" });
    expect(resolveAnswer("(A) A reflection of red lights", choices).choiceIndex).toBeNull();
    expect(resolveAnswer("B. A reflection of red lights.", choices).choiceIndex).toBe(1);
    expect(resolveAnswer("A mirror", choices)).toEqual({ choiceIndex: null, why: "no-choice" });
  });

  it("refuses a letter where the choices are letters and the two readings differ", () => {
    const choices = ["B", "A", "C", "D"];
    expect(resolveAnswer("A", choices)).toEqual({ choiceIndex: null, why: "ambiguous" });
    expect(resolveAnswer("b.", choices).choiceIndex).toBeNull();
    expect(resolveAnswer("C", choices).choiceIndex).toBe(2);
    expect(resolveAnswer("(A)", choices).choiceIndex).toBe(0);
    expect(resolveAnswer("(A) B", choices).choiceIndex).toBe(0);
    expect(resolveAnswer("(A) A", choices).choiceIndex).toBeNull();
  });

  it("refuses a text that stands at two letters, unless a letter says which", () => {
    expect(resolveAnswer("red", ["Red", "red.", "Blue", "Green"])).toEqual({
      choiceIndex: null,
      why: "ambiguous",
    });
    expect(resolveAnswer("(B) red", ["Red", "red.", "Blue", "Green"]).choiceIndex).toBe(1);
  });

  it("treats None and N/A as ordinary choices", () => {
    const choices = ["One", "None", "N/A", "Two"];
    expect(resolveAnswer("None", choices).choiceIndex).toBe(1);
    expect(resolveAnswer("N/A", choices).choiceIndex).toBe(2);
    expect(resolveAnswer("(C) N/A", choices).choiceIndex).toBe(2);
  });

  it("reads numbers and signs as texts", () => {
    const choices = ["1", "2.5", "(3)", "?"];
    expect(choices.map((choice) => resolveAnswer(choice, choices).choiceIndex)).toEqual([0, 1, 2, 3]);
  });
});

describe("gradeAnswer", () => {
  it("is right for the key alone, not for any choice's text", () => {
    expect(gradeAnswer("Red", COLOURS, 1).grade).toBe("wrong");
    expect(gradeAnswer("Blue", COLOURS, 1).grade).toBe("right");
    expect(gradeAnswer("(B)", COLOURS, 1)).toMatchObject({ grade: "right", choiceIndex: 1 });
    expect(gradeAnswer(null, COLOURS, 1).grade).toBe("ungradable");
  });

  it("refuses a key that is no choice", () => {
    expect(() => gradeAnswer("A", COLOURS, 4)).toThrow(RangeError);
  });
});
