import { describe, expect, it } from "vitest";
import { replayLabels } from "#lib/datasets/labelling.ts";
import { toLlamaFactoryRow } from "#lib/datasets/llamafactory.ts";
import { renderPairChat, renderRecordChat, textOf } from "#lib/datasets/preview/chat.ts";
import { cutLine, weighCutoff } from "#lib/datasets/preview/cutoff.ts";
import { countPictureTokens, FAMILIES } from "#lib/datasets/preview/families.ts";
import { renderRecord } from "#lib/datasets/render-record.ts";
import { makeRecord, RECIPE, testId } from "#lib/datasets/test-records.ts";
import type { FrozenPair } from "#lib/datasets/version-schema.ts";

const QWEN = FAMILIES["qwen2.5-vl"];

const CORRECTED = makeRecord({
  kind: "XO",
  simpleThought: "The roof is red.",
  second: { joiner: " ", cue: "Wait,", continuation: " it is green." },
});

describe("renderRecordChat", () => {
  it.each([makeRecord(), CORRECTED])(
    "is the chat that the LLaMA-Factory export trains on ($kind)",
    (record) => {
      const chat = renderRecordChat(record, RECIPE, QWEN);
      const row = toLlamaFactoryRow("id", renderRecord(record, RECIPE), "images/1.jpg");
      const labels = replayLabels(row);
      const of = (isTrained: boolean) =>
        labels
          .filter((label) => label.isTrained === isTrained)
          .map(({ text }) => text)
          .join("");
      expect(textOf(chat.source)).toBe(of(false));
      expect(textOf(chat.target)).toBe(of(true));
    },
  );

  it("keeps the wrong first thought out of what is trained", () => {
    const chat = renderRecordChat(CORRECTED, RECIPE, QWEN);
    expect(chat.source.at(-1)).toEqual({ role: "context", text: "<think>The roof is red." });
    expect(textOf(chat.target)).toMatch(/^ Wait, it is green\./);
  });

  it.each(["You look closely.", ""])(
    "is Gemma 3’s own template, with the system’s words %j",
    (systemTemplate) => {
      const record = makeRecord();
      record.question.text = "  What colour is the roof?";
      const recipe = { ...RECIPE, systemTemplate };
      const { system, user, context, trained } = renderRecord(record, recipe);
      const chat = renderRecordChat(record, recipe, FAMILIES["gemma-3"]);
      expect(textOf(chat.source) + textOf(chat.target)).toBe(
        gemmaTemplate([
          ...(system === "" ? [] : [{ role: "system", content: [{ type: "text", text: system }] }]),
          { role: "user", content: [{ type: "image" }, { type: "text", text: user }] },
          { role: "assistant", content: [{ type: "text", text: context + trained }] },
        ]),
      );
    },
  );

  it("marks what both sides of a pair share", () => {
    const {
      ordinal,
      split,
      questionId,
      questionRevisionId,
      imageId,
      imageName,
      imageSha256,
      imageMime,
      question,
    } = CORRECTED;
    const side = {
      traceId: testId(1),
      traceRevisionId: testId(2),
      kind: "XO" as const,
      simpleThought: "The roof is red.",
      second: { joiner: " ", cue: "Wait,", continuation: " it is green." },
      answerIndex: 1,
      words: 8,
      makers: [],
    };
    const pair: FrozenPair = {
      ...{
        ordinal,
        split,
        questionId,
        questionRevisionId,
        imageId,
        imageName,
        imageSha256,
        imageMime,
        question,
      },
      kind: "XO>XX",
      chosen: { ...side, approvals: CORRECTED.approvals },
      rejected: {
        ...side,
        kind: "XX",
        second: { joiner: " ", cue: "Wait,", continuation: " it is blue." },
        answerIndex: 2,
        rejection: { ground: "wrong-answer", reviewerId: null, at: null },
      },
      simulated: false,
    };
    const { chosen, rejected } = renderPairChat(pair, RECIPE, QWEN);
    expect(chosen.source).toEqual(rejected.source);
    expect(chosen.target[0]).toEqual({ role: "shared", text: "<think>The roof is red. Wait, it is " });
    expect(textOf(rejected.target)).toContain("blue.</think>\n<answer>(C)</answer><|im_end|>");
  });
});

describe("countPictureTokens", () => {
  it.each([
    // Multiples of 28 next to the size; each 28 × 28 pixels are a token.
    [{ width: 512, height: 512 }, 18 * 18],
    [{ width: 28, height: 28 }, 4],
    [{ width: 640, height: 480 }, 21 * 16],
    [{ width: 4_000, height: 3_000 }, 21 * 16],
    [{ width: 56, height: 56 }, 4],
  ])("brings %j to the grid", (size, tokens) => {
    expect(countPictureTokens(QWEN, size, 512 * 512).tokens).toBe(tokens);
  });

  it("rounds halves to the even multiple, as Python does", () => {
    // 70 / 28 = 2.5, and 98 / 28 = 3.5.
    expect(countPictureTokens(QWEN, { width: 70, height: 98 }, 512 * 512).shownAs).toEqual({
      width: 56,
      height: 112,
    });
  });

  it("takes the most that is possible where a size is not known, and what is fixed where it is", () => {
    expect(countPictureTokens(QWEN, null, 512 * 512).tokens).toBeGreaterThanOrEqual(21 * 16);
    expect(countPictureTokens(FAMILIES["gemma-3"], { width: 9, height: 9 }, 512 * 512).tokens).toBe(260);
  });
});

describe("cutLine", () => {
  it("leaves a line alone that fits", () => {
    expect(cutLine({ source: 500, picture: 300, target: 200 }, 1_024)).toMatchObject({
      lostSource: 0,
      lostTarget: 0,
    });
  });

  it("cuts the source where the target is short: that is before the cue", () => {
    expect(cutLine({ source: 700, picture: 300, target: 200 }, 1_000)).toEqual({
      source: 800,
      target: 200,
      lostSource: 200,
      lostTarget: 0,
    });
  });

  it("cuts the target where the source is short, and both where neither is", () => {
    expect(cutLine({ source: 100, picture: 100, target: 900 }, 1_000)).toMatchObject({
      lostSource: 0,
      lostTarget: 100,
    });
    expect(cutLine({ source: 500, picture: 300, target: 800 }, 1_000)).toEqual({
      source: 500,
      target: 500,
      lostSource: 300,
      lostTarget: 300,
    });
  });
});

it("says how many lines a cut-off cuts, and which of them before the loss begins", () => {
  const fits = { source: 100, picture: 100, target: 100 };
  const before = { source: 900, picture: 100, target: 100 };
  const after = { source: 100, picture: 100, target: 1_900 };
  expect(weighCutoff([fits, before, null, after, before], 1_000)).toEqual({
    lines: 4,
    longest: 2_100,
    cut: 3,
    cutBefore: 2,
    firstBefore: [1, 4],
    firstAfter: [3],
  });
});

/**
 * The rules of Gemma 3's chat template, restated from the `chat_template.json` that is published with its models: the
 * system's words go before the first turn with an empty line after them, the assistant is the model, every text but
 * the system's is trimmed, and a picture is its mark.
 */
function gemmaTemplate(
  messages: readonly { role: string; content: readonly { type: string; text?: string }[] }[],
): string {
  const [first, ...rest] = messages;
  const hasSystem = first?.role === "system";
  const prefix = hasSystem ? `${first.content[0]?.text ?? ""}\n\n` : "";
  const turns = (hasSystem ? rest : messages).map(({ role, content }, index) => {
    const words = content.map(({ type, text = "" }) => (type === "image" ? "<start_of_image>" : text.trim()));
    const name = role === "assistant" ? "model" : role;
    return `<start_of_turn>${name}\n${index === 0 ? prefix : ""}${words.join("")}<end_of_turn>\n`;
  });
  return `<bos>${turns.join("")}`;
}
