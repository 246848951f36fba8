import { describe, expect, it } from "vitest";
import { buildPreset } from "#lib/generation/preset.ts";
import { parseLongReply, parseSimpleReply } from "#lib/generation/thought.ts";

const WHOLE = { isCutByLimit: false, isThinkEndMissing: false, isWholeAnswerMissing: false };

describe("parseSimpleReply", () => {
  it.each([
    ["with the tag", "<think> The kite is red. </think>\n<answer> (A) </answer>"],
    ["without the tag that was forced", " The kite is red. </think>\n<answer>(A)</answer>"],
    ["with the tag after blanks", "\n <think>The kite is red.</think><answer>(A)</answer>\n"],
  ])("reads a reply %s", (_, content) => {
    expect(parseSimpleReply({ content, finishReason: "stop" })).toEqual({
      thought: "The kite is red.",
      between: "",
      answer: "(A)",
      problems: [],
      truncation: WHOLE,
    });
  });

  it.each([{ reasoning: "The kite is red." }, { reasoningContent: "<think>\nThe kite is red.\n</think>" }])(
    "reads a thought that comes in a field of its own: %j",
    (field) => {
      const parsed = parseSimpleReply({
        content: "\n\nSo:\n<answer>A</answer>",
        ...field,
        finishReason: "stop",
      });
      expect(parsed).toMatchObject({
        thought: "The kite is red.",
        between: "So:",
        answer: "A",
        truncation: WHOLE,
      });
    },
  );

  it("knows that a thought in its own field did not end where no content follows", () => {
    const parsed = parseSimpleReply({ content: null, reasoning: "The kite is", finishReason: "length" });
    expect(parsed.thought).toBe("The kite is");
    expect(parsed.truncation).toEqual({
      isCutByLimit: true,
      isThinkEndMissing: true,
      isWholeAnswerMissing: true,
    });
  });

  it("ends a thought in its own field where the model closed it, so that no closed block is ever preset", () => {
    const parsed = parseSimpleReply({
      content: "\n<answer>A</answer>",
      reasoning: "<think>It is red.</think> Red, then.",
      finishReason: "stop",
    });
    expect(parsed).toMatchObject({ thought: "It is red.", between: "Red, then.", answer: "A" });
    const inOnePiece = parseSimpleReply({ content: null, reasoning: "Red.</think><answer>A</answer>" });
    expect(inOnePiece).toMatchObject({ thought: "Red.", answer: "A" });
    expect(inOnePiece.truncation).toMatchObject({ isThinkEndMissing: false, isWholeAnswerMissing: false });
  });

  it("prefers the thought that was asked for where it came twice", () => {
    const parsed = parseSimpleReply({
      content: "<think>Red.</think><answer>A</answer>",
      reasoning: "The user wants…",
    });
    expect(parsed.thought).toBe("Red.");
    expect(parsed.problems).toEqual(["thought-given-twice"]);
    expect(parsed.truncation.isCutByLimit).toBeNull();
  });

  it("reads up to the answer where the thought was never closed", () => {
    const parsed = parseSimpleReply({ content: "<think>Red.\n<answer>A</answer>" });
    expect(parsed).toMatchObject({ thought: "Red.", answer: "A", problems: ["no-think-end"] });
    expect(parsed.truncation).toMatchObject({ isThinkEndMissing: true, isWholeAnswerMissing: false });
  });

  it.each([
    ["<think>Red.</think>", ["no-answer"]],
    ["<think>Red.</think>\n<answer>A", ["unclosed-answer"]],
    ["<think>Red.</think>\n<answer>A</", ["unclosed-answer"]],
    ["<think>Red.</think>\n<answer>A</answer", ["unclosed-answer"]],
    ["<think>Is it <answer>A</answer>?</think> Yes.", ["answer-inside-thought", "no-answer"]],
  ])("takes no answer from %j", (content, problems) => {
    const parsed = parseSimpleReply({ content, finishReason: "stop" });
    expect(parsed.answer).toBeNull();
    expect(parsed.problems).toEqual(problems);
    expect(parsed.truncation).toEqual({ ...WHOLE, isWholeAnswerMissing: true });
  });

  it("keeps an empty answer as a whole answer that says nothing", () => {
    const parsed = parseSimpleReply({
      content: "<think>No kite.</think><answer></answer>",
      finishReason: "stop",
    });
    expect(parsed).toMatchObject({ answer: "", problems: ["empty-answer"], truncation: WHOLE });
  });

  it("takes one of several equal answers, and none of several that differ", () => {
    expect(
      parseSimpleReply({ content: "<think>x</think><answer>A</answer> or <answer> A </answer>" }),
    ).toMatchObject({
      answer: "A",
      problems: ["several-answers-agree"],
    });
    expect(
      parseSimpleReply({ content: "<think>x</think><answer>A</answer><answer>B</answer>" }),
    ).toMatchObject({
      answer: null,
      problems: ["several-answers-disagree"],
    });
  });

  it("reports what stands around the answer", () => {
    const parsed = parseSimpleReply({
      content: "<think>x</think>\n\nClearly red.\n\n<answer>A</answer>\nBye.",
    });
    expect(parsed).toMatchObject({ between: "Clearly red.", answer: "A", problems: ["text-after-answer"] });
  });

  it.each([{ content: null }, { content: "" }, { content: "  \n" }])("says that %j is empty", (reply) => {
    expect(parseSimpleReply(reply).problems).toContain("empty-reply");
    expect(parseSimpleReply({ content: "<think></think><answer>A</answer>" }).problems).toEqual([
      "empty-thought",
    ]);
  });
});

describe("parseLongReply", () => {
  const preset = buildPreset({
    opening: "Let me look.",
    simpleThought: "It is red.",
    cue: "Wait,",
    joinerSeed: "s",
  });

  it("keeps the blank that joins it to the cue and drops those at its end", () => {
    const parsed = parseLongReply(
      { content: " but it is blue.\n</think>\n\nBlue.\n<answer>B</answer>" },
      preset,
    );
    expect(parsed).toMatchObject({
      thought: " but it is blue.",
      between: "Blue.",
      answer: "B",
      echo: "none",
    });
  });

  it.each([
    ["preset", preset.text],
    ["preset", preset.text.replace("<think>\n", "")],
    ["thought", `${preset.simpleThought}${preset.joiner}${preset.cue}`],
    ["cue", "Wait,"],
  ])("takes off a repeated %s", (echo, repeated) => {
    const parsed = parseLongReply({ content: `${repeated} it is blue.</think><answer>B</answer>` }, preset);
    expect(parsed).toMatchObject({ thought: " it is blue.", echo });
  });

  it.each([
    ["its last sentence", "The boat is small. It is red. Wait,"],
    ["its last word", "red. Wait,"],
    ["all of it, with other blanks", "There  is a boat.\nThe boat is small.\nIt is red.\n\nWait,"],
    ["its last sentence on a line of its own", "\n\nIt is red. Wait,"],
  ])("takes off the end of the preset where it is said again: %s", (_, repeated) => {
    const longer = buildPreset({
      opening: "",
      simpleThought: "There is a boat. The boat is small. It is red.",
      cue: "Wait,",
      joinerSeed: "s",
    });
    const parsed = parseLongReply(
      { content: `${repeated} no: blue.</think><answer>B</answer>` },
      longer,
      true,
    );
    expect(parsed).toMatchObject({ thought: " no: blue.", answer: "B" });
  });

  it("leaves a thought alone that only begins like the preset", () => {
    for (const content of [" it is red. It is blue.", " red. But no.", " It is red."]) {
      expect(parseLongReply({ content: `${content}</think>` }, preset, true)).toMatchObject({
        thought: content,
        echo: "none",
      });
    }
  });

  it("takes the cue off that a model repeats which was only asked to go on, blanks before it or not", () => {
    const content = "\nWait, it is blue.</think><answer>B</answer>";
    expect(parseLongReply({ content }, preset, true)).toMatchObject({ thought: " it is blue.", echo: "cue" });
  });

  it("leaves a model that says the cue again after a blank alone", () => {
    const parsed = parseLongReply({ content: " Wait, no.</think><answer>B</answer>" }, preset);
    expect(parsed).toMatchObject({ thought: " Wait, no.", echo: "none" });
  });

  it("reports the three kinds of truncation apart", () => {
    const facts = (content: string, finishReason: string) =>
      parseLongReply({ content, finishReason }, preset).truncation;
    expect(facts(" it", "length")).toEqual({
      isCutByLimit: true,
      isThinkEndMissing: true,
      isWholeAnswerMissing: true,
    });
    expect(facts(" it</think> So", "length")).toMatchObject({
      isThinkEndMissing: false,
      isWholeAnswerMissing: true,
    });
    expect(facts(" it</think><answer>B</answer>", "length")).toEqual({ ...WHOLE, isCutByLimit: true });
    expect(facts(" it", "stop")).toEqual({
      isCutByLimit: false,
      isThinkEndMissing: true,
      isWholeAnswerMissing: true,
    });
  });
});
