import { describe, expect, it } from "vitest";
import { templateFile } from "#lib/datasets/export-files.ts";
import { replayLabels, trainedText } from "#lib/datasets/labelling.ts";
import { datasetInfo, safeCutoff, TEMPLATE_SLOTS, toLlamaFactoryRow } from "#lib/datasets/llamafactory.ts";
import { renderRecord } from "#lib/datasets/render-record.ts";
import { makeRecord, RECIPE } from "#lib/datasets/test-records.ts";

const FIRST = "The roof looks red, so I say (A)";
const second = (joiner: string) => ({
  joiner,
  cue: "Wait,",
  continuation: " the tiles are green in the sun. So (B).",
});

/** Qwen2-VL's own template, under which an ordinary chat row is trained: a whole assistant turn at once. */
const PLAIN_SLOTS = {
  system: "<|im_start|>system\n{{content}}<|im_end|>\n",
  user: "<|im_start|>user\n{{content}}<|im_end|>\n<|im_start|>assistant\n",
  assistant: "{{content}}<|im_end|>\n",
};

describe("the trainer's labelling rule over exported rows", () => {
  it.each([". ", ".\n", " ", "\n"])(
    "trains nothing before the cue of an X→O record (joiner %j)",
    (joiner) => {
      const simpleThought = joiner.startsWith(".") ? FIRST : `${FIRST}.`;
      const rendered = renderRecord(
        makeRecord({ kind: "XO", simpleThought, second: second(joiner) }),
        RECIPE,
      );
      const row = toLlamaFactoryRow("r", rendered, "images/a.jpg");
      const spans = replayLabels(row);
      const whole = spans.map(({ text }) => text).join("");
      const trained = trainedText(row);

      // The blank before the cue is a part of the cue's first token; nothing else stands before it.
      expect(trained.trimStart().startsWith("Wait,")).toBe(true);
      expect(trained.length - trained.trimStart().length).toBe(joiner.endsWith(" ") ? 1 : 0);
      expect(trained).not.toContain("roof looks red");
      expect(whole.indexOf(trained)).toBe(whole.length - trained.length);
      expect(whole).toContain(`<think>${simpleThought}${joiner}Wait, the tiles`);
      expect(trained.endsWith("</think>\n<answer>(B)</answer><|im_end|>\n")).toBe(true);
    },
  );

  it.each([
    ["O", null],
    ["OO", second(" ")],
  ] as const)("trains an %s record from <think> to the end of the turn", (kind, looked) => {
    const rendered = renderRecord(
      makeRecord({ kind, simpleThought: "The roof is green.", second: looked }),
      RECIPE,
    );
    const row = toLlamaFactoryRow("r", rendered, "images/a.jpg");
    expect(trainedText(row).startsWith("<think>The roof is green.")).toBe(true);
    expect(trainedText(row).endsWith("</answer><|im_end|>\n")).toBe(true);
    expect(replayLabels(row)[0]?.text.endsWith("<|im_start|>assistant\n")).toBe(true);
  });

  it("sees the fault of an ordinary chat row, which trains the wrong first thought", () => {
    const rendered = renderRecord(
      makeRecord({ kind: "XO", simpleThought: FIRST, second: second(". ") }),
      RECIPE,
    );
    const row = {
      messages: [
        { role: "system", content: rendered.system },
        { role: "user", content: `<image>${rendered.user}` },
        { role: "assistant", content: rendered.context + rendered.trained },
      ],
      images: ["images/a.jpg"],
      // A column of this name is not read by the trainer.
      assistant_prefix: rendered.context,
    };
    const trained = replayLabels(row, PLAIN_SLOTS).filter(({ isTrained }) => isTrained);
    expect(trained[0]?.text).toContain("roof looks red");
  });

  it("gives the model the very chat that Qwen's own template would", () => {
    const rendered = renderRecord(
      makeRecord({ kind: "XO", simpleThought: FIRST, second: second(". ") }),
      RECIPE,
    );
    const plain = replayLabels(
      {
        messages: [
          { role: "system", content: rendered.system },
          { role: "user", content: `<image>${rendered.user}` },
          { role: "assistant", content: rendered.context + rendered.trained },
        ],
        images: ["images/a.jpg"],
      },
      PLAIN_SLOTS,
    );
    const ours = replayLabels(toLlamaFactoryRow("r", rendered, "images/a.jpg"));
    expect(ours.map(({ text }) => text).join("")).toBe(plain.map(({ text }) => text).join(""));
  });

  it("refuses a row that the trainer would skip", () => {
    const user = { role: "user", content: "<image>?" };
    expect(() => replayLabels({ messages: [user], images: ["a"] })).toThrow(/pair/u);
    expect(() => replayLabels({ messages: [user, user], images: ["a", "b"] })).toThrow(/place of assistant/u);
    expect(() =>
      replayLabels({ messages: [user, { role: "assistant", content: "<image>" }], images: ["a"] }),
    ).toThrow(/differ/u);
  });
});

describe("what is shipped beside the data", () => {
  it("registers the very slots that the rule was replayed with", () => {
    const file = templateFile();
    const slots = [...file.matchAll(/format_(user|assistant)=StringFormatter\(slots=\["(.*)"\]\)/gu)];
    expect(Object.fromEntries(slots.map((match) => [match[1], JSON.parse(`"${match[2]}"`)]))).toEqual(
      TEMPLATE_SLOTS,
    );
  });

  it("names columns that the trainer's parser knows", () => {
    expect(datasetInfo()).toMatchObject({
      second_look_sft: { formatting: "sharegpt", columns: { messages: "messages", images: "images" } },
    });
  });

  it("sets a cut-off that no record reaches", () => {
    expect(safeCutoff(100)).toBe(2048);
    expect(safeCutoff(10_000)).toBeGreaterThanOrEqual(5000 + 484);
    expect(safeCutoff(10_000) % 256).toBe(0);
  });
});

describe("renderRecord", () => {
  it("writes the answer in the asked style, whatever was given", () => {
    const trained = (answerStyle: "parenthesis" | "dot" | "text") =>
      renderRecord(makeRecord({ answerStyle, answerGiven: "b" }), RECIPE).trained;
    expect(trained("parenthesis")).toContain("<answer>(B)</answer>");
    expect(trained("dot")).toContain("<answer>B.</answer>");
    expect(trained("text")).toContain("<answer>Green</answer>");
  });

  it("shows the choices in their stored order and names style and reasoning type in the system text", () => {
    const { system, user } = renderRecord(makeRecord({ answerStyle: "dot" }), RECIPE);
    expect(user).toBe("What colour is the roof?\nChoose one:\nA. Red\nB. Green\nC. Blue\nD. Grey");
    expect(system).toContain("letter of your choice with a full stop");
    expect(system).toContain("Recognition");
  });

  it("never alters the simple thought", () => {
    const simpleThought = "The ROOF  is Red\n\n(A) it is";
    const { context } = renderRecord(
      makeRecord({ kind: "XO", simpleThought, second: second(".\n") }),
      RECIPE,
    );
    expect(context).toBe(`<think>${simpleThought}.\n`);
  });
});
