import { expect, it } from "vitest";
import { type CheckInput, checkTrace } from "#lib/checks/check-trace.ts";
import { packResults } from "#lib/checks/pack-results.ts";

const INPUT: CheckInput = {
  choices: ["red", "blue"],
  subject: "long",
  thought: " let me look again. It is red, so the answer is (A).",
  between: "",
  answer: "(A)",
  truncation: { isCutByLimit: false, isThinkEndMissing: false, isWholeAnswerMissing: false },
  duplicateOf: null,
};

it("a pass that rests on nothing is a word, all else is told whole, and nothing is lost or said twice", () => {
  const results = checkTrace(INPUT);
  const { passed, told } = packResults(results);
  expect(told.map(({ check, result }) => [check, result])).toEqual([["consistency", "pass"]]);
  expect(told[0]?.evidence).toMatchObject({ givenIndex: 0 });
  const words = passed.map((word) => word.split(" "));
  expect(words.every((word) => word.length === 2)).toBe(true);
  expect([...words.map(([check]) => check), "consistency"].sort()).toEqual(
    results.map(({ check }) => check).sort(),
  );
  for (const [check, version] of words)
    expect(results).toContainEqual({ check, version, result: "pass", evidence: {} });
});

it("what failed or cannot be told has a row", () => {
  const results = checkTrace({
    ...INPUT,
    thought: " the description says red. It is red, so the answer is (B).",
    between: "Answer:",
    truncation: { isCutByLimit: true, isThinkEndMissing: true, isWholeAnswerMissing: false },
    duplicateOf: undefined,
  });
  const { passed, told } = packResults(results);
  expect(told.filter(({ result }) => result === "pass")).toEqual([]);
  expect(passed.length + told.length).toBe(results.length);
  expect(told.map(({ check }) => check)).toEqual(
    expect.arrayContaining(["leak", "between", "token-limit", "duplicate", "consistency"]),
  );
});
