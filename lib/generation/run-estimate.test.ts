import { describe, expect, it } from "vitest";
import { type EstimateInput, estimateRunCost } from "#lib/generation/run-estimate.ts";

const base: EstimateInput = {
  stages: [1, 2, 3],
  inputs: 100,
  simpleSamples: 2,
  samplesPerCall: 1,
  longSamples: 3,
  checks: [],
  viaBatch: [],
  prices: {
    question_writer: { inputPrice: "2.5", outputPrice: "10" },
    vlm: { inputPrice: "0.2", outputPrice: "0.2" },
    reasoner: { inputPrice: "1", outputPrice: "2" },
  },
  history: { questionsPerImage: null, expandableShare: null, rightShare: null, tokens: {} },
};

describe("the estimate of a run", () => {
  it("goes by what the project's own runs made of an image, and by usual figures where there were none", () => {
    const usual = estimateRunCost(base).lines.map((line) => line.count);
    expect(usual).toEqual([100, 1500, 4365]);
    const own = estimateRunCost({
      ...base,
      history: {
        questionsPerImage: 4,
        expandableShare: 0.5,
        rightShare: 0.4,
        tokens: { vlm: { prompt: 100, completion: 50 } },
      },
    });
    expect(own.lines.map((line) => [line.count, line.isExact, line.isFromHistory])).toEqual([
      [100, true, false],
      [800, false, true],
      [1200, false, false],
    ]);
    // 800 calls of 150 tokens at 0.2 dollars a million.
    expect(own.lines[1]?.micros).toBe(24_000);
    expect(own.micros).toBe(own.lines.reduce((sum, line) => sum + (line.micros ?? 0), 0));
  });

  it("counts a call that brings several samples once, with one prompt and all of their words", () => {
    const [, one] = estimateRunCost({ ...base, stages: [1, 2] }).lines;
    const [, both] = estimateRunCost({ ...base, stages: [1, 2], samplesPerCall: 2 }).lines;
    expect([one?.count, both?.count]).toEqual([1500, 750]);
    // 650 tokens in and 200 out at 0.2 dollars a million each.
    expect([one?.micros, both?.micros]).toEqual([1500 * 850 * 0.2, 750 * (650 + 400) * 0.2]);
    const stage3 = estimateRunCost({ ...base, samplesPerCall: 2 }).lines[2]?.count;
    expect(stage3).toBe(estimateRunCost(base).lines[2]?.count);
  });

  it("counts a stage that goes by batch at the batch price, and no other", () => {
    const input: EstimateInput = { ...base, checks: ["without-image"] };
    const direct = estimateRunCost(input);
    const prices = { ...base.prices, vlm: { inputPrice: "0.2", outputPrice: "0.2", batchFactor: 0.5 } };
    const mixed = estimateRunCost({ ...input, viaBatch: [2], prices });
    const microsOf = ({ lines }: typeof mixed) => lines.map(({ micros }) => micros ?? 0);
    const [stage1, stage2, stage3, check] = microsOf(direct);
    // The check asks the same model, one call at a time.
    expect(microsOf(mixed)).toEqual([stage1, (stage2 ?? 0) / 2, stage3, check]);
    expect(mixed.micros).toBe((direct.micros ?? 0) - (stage2 ?? 0) / 2);
  });

  it("adds the checks by a model: their calls for each question, or for each trace", () => {
    const { lines } = estimateRunCost({
      ...base,
      checks: ["without-image", "reshuffled", "rederived"],
      history: { ...base.history, questionsPerImage: 5, expandableShare: 0.9, rightShare: 0.6 },
    });
    // 500 questions; 1,000 simple thoughts, of which 900 go on to 2,700 long ones; 100 stay alone, and 600 are right and
    // go to review themselves.
    expect(lines.slice(3).map((line) => [line.check, line.count])).toEqual([
      ["without-image", 500],
      // It asks twice.
      ["reshuffled", 1000],
      ["rederived", 3400],
    ]);
  });

  it("does not take an unknown price for nothing", () => {
    const { lines, micros } = estimateRunCost({ ...base, checks: ["rederived"] });
    expect(lines.at(-1)).toMatchObject({ check: "rederived", micros: null });
    expect(micros).toBeNull();
    expect(estimateRunCost(base).micros).toBeGreaterThan(0);
  });
});
