import { describe, expect, it } from "vitest";
import { findAmbiguous, findDifferences, type RunFacts } from "./compare.ts";

const facts: RunFacts = {
  traces: ["a", "b", "c"],
  ambiguous: 0,
  tasks: 4,
  done: 4,
  answered: 4,
  odd: 0,
  attempts: {},
};

describe("findDifferences", () => {
  it("finds none between runs that came to the same, however often something was tried", () => {
    expect(findDifferences(facts, { ...facts, attempts: { lost: 3 } })).toEqual([]);
  });

  it("names what is missing, what is new, and what was answered another number of times", () => {
    expect(findDifferences(facts, { ...facts, traces: ["a", "b", "d"] })).toHaveLength(2);
    expect(findDifferences(facts, { ...facts, traces: ["a", "b", "c", "c"] })).toEqual([
      "there are 4 traces, not 3",
    ]);
    expect(findDifferences(facts, { ...facts, done: 3 })).toEqual(["1 tasks are not done"]);
    expect(findDifferences(facts, { ...facts, answered: 5, odd: 1 })).toHaveLength(2);
  });

  it("says where the simulator may have answered one run otherwise than the other, and nothing else then", () => {
    const other = { ...facts, traces: ["a", "b", "d"], ambiguous: 2 };
    expect(findDifferences(facts, other)).toEqual([expect.stringContaining("choose another seed")]);
  });
});

it("knows the traces of a question that two images share, where its key is not the same", () => {
  const plates = { question: "How many plates?", choices: ["Two", "Three"], keyIndex: 0 };
  const others = { ...plates, choices: ["Three", "Two"], keyIndex: 0 };
  const sameKey = { question: "Which side?", choices: ["Left", "Right"], keyIndex: 1 };
  const traces = [plates, others, sameKey, { ...sameKey, choices: ["Right", "Left"], keyIndex: 0 }];
  expect([...findAmbiguous(traces)]).toEqual([plates, others]);
});
