import { describe, expect, it } from "vitest";
import { parseRequest } from "./request.ts";
import { fillJudgementSchema, fillQuestionSchema } from "./rules/fill-schema.ts";
import { countPromptTokens, cutText, formatEvents, splitReasoning } from "./wire.ts";

const chat = (extra: object = {}) =>
  parseRequest(
    "chat",
    JSON.stringify({ model: "simulated-vlm", messages: [{ role: "user", content: "Hi" }], ...extra }),
  );

describe("the wire", () => {
  it("cuts at the first stop text, then at the token limit", () => {
    expect(cutText("one two three", ["three", "two"], undefined)).toEqual({ text: "one ", finish: "stop" });
    expect(cutText("one two three", [], 2)).toEqual({ text: "one two ", finish: "length" });
    expect(cutText("one two three", [""], 4)).toEqual({ text: "one two three", finish: "stop" });
  });

  it("separates a thought as reasoning parsers do", () => {
    expect(splitReasoning("<think> a </think>\nb", false)).toEqual({ reasoning: " a ", content: "b" });
    expect(splitReasoning("a</think> b", true)).toEqual({ reasoning: "a", content: "b" });
    expect(splitReasoning("all of it", true)).toEqual({ reasoning: "all of it", content: "" });
    expect(splitReasoning("plain", false)).toEqual({ reasoning: undefined, content: "plain" });
  });

  it.each(["", " ", "one", " one two  three\n\nfour five ", "\n</think>\n\n<answer>(A)</answer>"])(
    "streams %j without losing a character",
    (text) => {
      const reply = { text, reasoning: undefined, finish: "stop", tokens: 1 } as const;
      const events = [...formatEvents(chat(), [reply], "id", 0, "content")].map((line) =>
        JSON.parse(line.slice(6)),
      );
      expect(events.map((event) => event.choices[0].delta.content ?? "").join("")).toBe(text);
    },
  );

  it("counts a picture's tokens and not its bytes", () => {
    const url = `data:image/png;base64,${"A".repeat(100_000)}`;
    const request = chat({
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
    expect(countPromptTokens(request)).toBeLessThan(400);
  });

  it("fills schemas for questions and for verdicts", () => {
    const question = {
      question: "Which?",
      choices: ["a", "b", "c", "d"],
      key: "c",
      shortAnswer: "c",
      type: "Recognition",
      evidence: "it is c",
    };
    const text = { type: "string" };
    const properties = {
      question: text,
      A: text,
      D: text,
      distractors: { type: "array", items: text },
      correct_index: { type: "integer" },
      reasoning_type: { enum: ["Recognition Task", "Counting Task"] },
      explanation: { anyOf: [{ type: "null" }, text] },
    };
    const schema = {
      type: "object",
      properties: { items: { type: "array", items: { type: "object", properties } } },
    };
    expect(fillQuestionSchema(schema, [question])).toEqual({
      items: [
        {
          question: "Which?",
          A: "a",
          D: "d",
          distractors: ["a", "b", "d"],
          correct_index: 2,
          reasoning_type: "Recognition Task",
          explanation: "it is c",
        },
      ],
    });
    const verdict = {
      type: "object",
      properties: { consistent: { enum: ["Yes", "No"] }, score: { type: "integer" }, reason: text },
    };
    expect(fillJudgementSchema(verdict, false, "why")).toEqual({ consistent: "No", score: 0, reason: "why" });
  });
});
