import { describe, expect, it } from "vitest";
import { parseStructuredQuestions } from "#lib/generation/structured-questions.ts";
import { parseTaggedQuestions } from "#lib/generation/tagged-questions.ts";

const RED = block("What colour is the kite?", "(A) Red (B) Blue (C) Green (D) Grey", "Red", "Recognition");
const TWO = block(
  "How many boats are there?",
  "(A) One (B) Two (C) Three (D) Four",
  "Two",
  "Counting and Quantification",
);

describe("parseTaggedQuestions", () => {
  it("reads blocks on one line or many, numbered or not", () => {
    const many = RED.replaceAll("> <", ">\n   <").replaceAll(" (", "\n   (");
    const { questions, problems } = parseTaggedQuestions(`Here you are:\n\n1. ${many}\n\n2. ${TWO}`);
    expect(problems).toEqual([]);
    expect(questions).toEqual([
      {
        text: "What colour is the kite?",
        choices: ["Red", "Blue", "Green", "Grey"],
        keyIndex: 0,
        shortAnswer: "Red",
        reasoningType: "Recognition",
      },
      {
        text: "How many boats are there?",
        choices: ["One", "Two", "Three", "Four"],
        keyIndex: 1,
        shortAnswer: "Two",
        reasoningType: "Counting and Quantification",
      },
    ]);
  });

  it("does not take the next question's type for a missing one", () => {
    const { questions, problems } = parseTaggedQuestions(`${RED.replace(/<type>.*$/u, "")}\n${TWO}`);
    expect(questions.map((question) => question.reasoningType)).toEqual([
      "Other",
      "Counting and Quantification",
    ]);
    expect(problems).toMatchObject([{ ordinal: 1, code: "missing-type", isKept: true }]);
  });

  it("does not merge a question without choices with its neighbour", () => {
    const broken = RED.replace(/<choices>.*<\/choices>/u, "");
    const { questions, problems } = parseTaggedQuestions(`${broken}\n${TWO}`);
    expect(questions.map((question) => question.text)).toEqual(["How many boats are there?"]);
    expect(problems).toMatchObject([{ ordinal: 1, code: "missing-choices", isKept: false }]);
    expect(problems[0]?.excerpt).toContain("kite");
    expect(problems[0]?.excerpt).not.toContain("boats");
  });

  it.each([
    ["an orphan close", RED.replace("<question>", "")],
    ["a missing close", RED.replace("</choices>", "")],
    ["a cut-off end", RED.slice(0, RED.indexOf("</answer>"))],
  ])("makes %s a problem and keeps both neighbours", (_, broken) => {
    const { questions, problems } = parseTaggedQuestions(`${TWO}\n${broken}\n${TWO}`);
    expect(questions).toHaveLength(2);
    expect(problems.filter(({ isKept }) => !isKept)).toHaveLength(1);
    expect(problems[0]).toMatchObject({ ordinal: 2, code: "unclosed" });
  });

  it("never raises, whatever comes", () => {
    for (const raw of [
      "",
      "no tags at all",
      "</answer><question>",
      "<question></question><choices></choices>",
      "<type>",
    ]) {
      expect(() => parseTaggedQuestions(raw)).not.toThrow();
      expect(parseTaggedQuestions(raw).questions).toEqual([]);
      expect(parseTaggedQuestions(raw).problems.length).toBeGreaterThan(0);
    }
  });

  it.each(["Vitamin (C) rich", "(B) Vitamin (C) rich", "B", "(A) Plain", "D", "Sugar free"])(
    "keeps a letter in brackets inside a choice (answer %j)",
    (answer) => {
      const raw = block(
        "What is printed?",
        "(A) Plain (B) Vitamin (C) rich (C) Sugar free (D) Salted",
        answer,
        "Recognition",
      );
      expect(parseTaggedQuestions(raw).questions[0]?.choices).toEqual([
        "Plain",
        "Vitamin (C) rich",
        "Sugar free",
        "Salted",
      ]);
    },
  );

  it("calls choices that can be cut in two ways a problem, instead of guessing", () => {
    const raw = block("Which?", "(A) One (B) Two (C) Three (C) Four (D) Five", "One", "Recognition");
    expect(parseTaggedQuestions(raw).problems).toMatchObject([{ code: "ambiguous-choices" }]);
  });

  it("cuts at line starts where the labels stand there", () => {
    const raw = block(
      "Which?",
      "\n(A) Seen (B) from afar\n(B) Two\n(C) Three\n(D) Four\n",
      "Four",
      "Recognition",
    );
    expect(parseTaggedQuestions(raw).questions[0]?.choices[0]).toBe("Seen (B) from afar");
  });

  it.each([
    "A. Red B. Blue C. Green D. Grey",
    "A) Red B) Blue C) Green D) Grey",
    "A: Red B: Blue C: Green D: Grey",
    "(a) Red (b) Blue (c) Green (d) Grey",
  ])("reads the labels of %j", (choices) => {
    expect(parseTaggedQuestions(block("Which?", choices, "Green", "Recognition")).questions[0]).toMatchObject(
      {
        choices: ["Red", "Blue", "Green", "Grey"],
        keyIndex: 2,
      },
    );
  });

  it("resolves a lettered answer in the writer's order", () => {
    for (const answer of ["(C) Green", "C) Green", "C", "c.", "green."]) {
      const { questions } = parseTaggedQuestions(
        block("Which?", "(A) Red (B) Blue (C) Green (D) Grey", answer, "Recognition"),
      );
      expect(questions[0]).toMatchObject({ keyIndex: 2 });
      expect(questions[0]?.shortAnswer.toLowerCase()).toContain("green");
    }
  });

  it("keeps None and N/A as ordinary choices", () => {
    const { questions } = parseTaggedQuestions(
      block("How many?", "(A) None (B) N/A (C) One (D) NaN", "None", "Recognition"),
    );
    expect(questions[0]).toMatchObject({
      choices: ["None", "N/A", "One", "NaN"],
      keyIndex: 0,
      shortAnswer: "None",
    });
  });

  it.each([
    ["Purple", "key-not-a-choice"],
    ["(A) Blue", "key-not-a-choice"],
    ["E", "key-not-a-choice"],
    ["", "missing-answer"],
  ])("refuses the answer %j", (answer, code) => {
    const raw = block("Which?", "(A) Red (B) Blue (C) Green (D) Grey", answer, "Recognition");
    expect(parseTaggedQuestions(raw)).toMatchObject({ questions: [], problems: [{ code, isKept: false }] });
  });

  it("refuses a key that stands there twice", () => {
    const raw = block("Which?", "(A) Red (B) red. (C) Green (D) Grey", "(A) Red", "Recognition");
    expect(parseTaggedQuestions(raw)).toMatchObject({ questions: [], problems: [{ code: "key-ambiguous" }] });
  });
});

describe("parseStructuredQuestions", () => {
  const item = {
    question: "What colour is the kite?",
    choices: ["Red", "Blue", "Green", "Grey"],
    answer: "Blue",
    short_answer: "blue",
    reasoning_type: "Recognition",
  };
  const body = JSON.stringify({ questions: [item] });

  it.each([
    ["bare", body],
    ["fenced", `\`\`\`json\n${body}\n\`\`\``],
    ["fenced among words", `Sure!\n\`\`\`\n${body}\n\`\`\`\nThat is all.`],
    ["among words", `Here: ${body} Done.`],
    ["a list", JSON.stringify([item])],
  ])("reads JSON that is %s", (_, raw) => {
    expect(parseStructuredQuestions(raw)).toEqual({
      problems: [],
      questions: [
        {
          text: item.question,
          choices: item.choices,
          keyIndex: 1,
          shortAnswer: "blue",
          reasoningType: "Recognition",
        },
      ],
    });
  });

  it("strips letters that every choice carries, and only those", () => {
    const lettered = { ...item, choices: ["A. Red", "B. Blue", "C. Green", "D. Grey"], answer: "B" };
    expect(parseStructuredQuestions(JSON.stringify([lettered])).questions[0]).toMatchObject({
      choices: ["Red", "Blue", "Green", "Grey"],
      keyIndex: 1,
    });
    const partly = { ...item, choices: ["A. Lincoln", "Grant", "Lee", "Polk"], answer: "A. Lincoln" };
    expect(parseStructuredQuestions(JSON.stringify([partly])).questions[0]?.choices[0]).toBe("A. Lincoln");
  });

  it("keeps the complete items of a reply that was cut off and names the last", () => {
    const raw = JSON.stringify({ questions: [item, item] }).slice(0, -40);
    const { questions, problems } = parseStructuredQuestions(raw);
    expect(questions).toHaveLength(1);
    expect(problems).toMatchObject([{ ordinal: 2, code: "unreadable", isKept: false }]);
  });

  it("makes an item of the wrong shape a problem and keeps its neighbours", () => {
    const raw = JSON.stringify({
      questions: [item, { question: "No choices?" }, null, { ...item, choices: "Red, Blue" }, item],
    });
    const { questions, problems } = parseStructuredQuestions(raw);
    expect(questions).toHaveLength(2);
    expect(problems.map(({ ordinal, code }) => [ordinal, code])).toEqual([
      [2, "unreadable"],
      [3, "unreadable"],
      [4, "no-labels"],
    ]);
  });

  it("never raises, whatever comes", () => {
    for (const raw of ["", "null", "[]", "{", '{"questions": 3}', '"text"', "[1, 2]", '{"question":']) {
      expect(() => parseStructuredQuestions(raw)).not.toThrow();
      expect(parseStructuredQuestions(raw).questions).toEqual([]);
      expect(parseStructuredQuestions(raw).problems.length).toBeGreaterThan(0);
    }
  });
});

function block(question: string, choices: string, answer: string, type: string): string {
  return `<question> ${question} </question> <choices> ${choices} </choices> <answer> ${answer} </answer> <type> ${type} </type>`;
}
