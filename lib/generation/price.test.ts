import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostPictureTokens } from "#lib/generation/picture-tokens.ts";
import { ceilingMicros, costMicros } from "#lib/generation/price.ts";

const prices = { inputPrice: "2.5", outputPrice: "10" };

describe("what a call costs", () => {
  it("is in millionths of a dollar a token, and unknown stays unknown", () => {
    expect(costMicros(prices, { promptTokens: 1_000_000, completionTokens: 0 })).toBe(2_500_000n);
    expect(costMicros(prices, { promptTokens: 3, completionTokens: 1 })).toBe(18n);
    expect(costMicros({ ...prices, outputPrice: null }, { promptTokens: 1, completionTokens: 1 })).toBeNull();
    expect(costMicros(prices, { promptTokens: null, completionTokens: 1 })).toBeNull();
    expect(
      costMicros({ inputPrice: "0", outputPrice: "0" }, { promptTokens: null, completionTokens: null }),
    ).toBe(0n);
  });
});

describe("the most that a call can cost", () => {
  it("is not known without a limit on the reply's length", () => {
    expect(ceilingMicros(prices, { bytes: 1, pictureTokens: 0, maxTokens: null })).toBeNull();
  });

  it("covers a text of which each byte is a token, as of digits, and the whole length limit", () => {
    const ceiling = ceilingMicros(prices, { bytes: 4_000, pictureTokens: 900, maxTokens: 500 });
    expect(ceiling).toBeGreaterThanOrEqual(
      costMicros(prices, { promptTokens: 4_900, completionTokens: 500 }) ?? 0n,
    );
  });
});

describe("the most that a picture can be billed as", () => {
  // Bills as they are known: of a picture of 512 × 512 pixels.
  it.each([
    ["gpt-4o-mini", "one tile, as it is", 8_500],
    ["gpt-4o-mini", "four tiles, enlarged to 768 × 768", 25_501],
    ["openai/gpt-4o-mini-2024-07-18", "four tiles", 25_501],
    ["gpt-4o", "four tiles", 765],
    ["gpt-4.1-nano", "256 patches times 2.46", 630],
    ["Qwen/Qwen2.5-VL-7B-Instruct", "18 × 18 merged patches", 324],
    ["somebodys-deployment", "as gpt-4o-mini is", 25_501],
    ["gpt-4o-mini-tuned-by-somebody", "four tiles", 25_501],
    ["OpenGVLab/InternVL3-8B", "12 parts and the whole", 3_328],
    ["mistralai/Pixtral-12B-2409", "32 rows of 32, each with a break", 1_056],
    ["claude-sonnet-4-5", "a token for 750 pixels", 350],
  ])("%s: %s", (model, _way, tokens) => {
    expect(mostPictureTokens(model, { width: 512, height: 512 })).toBeGreaterThanOrEqual(tokens);
  });

  it("is near to the bill where the model is known, and the dearest way where it is not", () => {
    const size = { width: 512, height: 512 };
    expect(mostPictureTokens("gpt-4o-mini", size)).toBe(2_833 + 4 * 5_667);
    expect(mostPictureTokens("gpt-4o", size)).toBe(85 + 4 * 170);
    expect(mostPictureTokens("Qwen/Qwen2.5-VL-7B-Instruct", size)).toBeLessThan(2_000);
    expect(mostPictureTokens("x", { width: 1_024, height: 256 })).toBe(2_833 + 12 * 5_667);
  });

  it("is never below a bill by tiles, enlarged or not, whatever the picture's size", () => {
    const side = fc.integer({ min: 1, max: 4_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const shrink = Math.min(1, 2_048 / Math.max(width, height));
        const fitted = { width: width * shrink, height: height * shrink };
        for (const scale of [
          Math.min(1, 768 / Math.min(fitted.width, fitted.height)),
          768 / Math.min(fitted.width, fitted.height),
        ]) {
          // Whole pixels, as a picture has them.
          const tiles =
            Math.ceil(Math.floor(fitted.width * scale) / 512) *
            Math.ceil(Math.floor(fitted.height * scale) / 512);
          expect(mostPictureTokens("gpt-4o-mini", { width, height })).toBeGreaterThanOrEqual(
            2_833 + tiles * 5_667,
          );
          expect(mostPictureTokens("unheard-of", { width, height })).toBeGreaterThanOrEqual(
            2_833 + tiles * 5_667,
          );
        }
      }),
    );
  });
});
