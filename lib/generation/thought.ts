/** What an endpoint gave back for one sample, before anything is made of it. */
export type RawReply = {
  content: string | null;
  /** The field that some servers keep the thought in, apart from the content. */
  reasoning?: string | null;
  /** The same under its other name. */
  reasoningContent?: string | null;
  finishReason?: string | null;
};

export type ThoughtProblem =
  | "empty-reply"
  | "empty-thought"
  | "no-think-end"
  | "several-think-ends"
  | "thought-given-twice"
  | "no-answer"
  | "unclosed-answer"
  | "empty-answer"
  | "answer-inside-thought"
  | "several-answers-agree"
  | "several-answers-disagree"
  | "text-after-answer";

/** Three separate facts about where a reply ends. They overlap, and each is reported apart. */
export type Truncation = {
  /** The endpoint says that the token limit ended it; null where it gave no reason. */
  isCutByLimit: boolean | null;
  /** The thought was never closed. */
  isThinkEndMissing: boolean;
  /** There is no answer with both of its tags. */
  isWholeAnswerMissing: boolean;
};

export type ParsedThought = {
  /** The thought without its tags. Simple thoughts carry no outer blanks; continuations keep those at their start. */
  thought: string;
  /** What stands between `</think>` and `<answer>`, trimmed; it is never exported. */
  between: string;
  /** The text inside the answer's tags, trimmed, or null where there is no single whole answer. */
  answer: string | null;
  problems: ThoughtProblem[];
  truncation: Truncation;
};

/** Which words of the preset a continuation repeated before it went on; they are taken off. */
export type Echo = "none" | "preset" | "thought" | "cue";
export type ParsedContinuation = ParsedThought & { echo: Echo };

/**
 * Reads a reply of `<think> … </think> <answer> … </answer>`. The opening tag may be missing, since the reply was
 * forced to begin with it; the thought may also come in a field of its own.
 */
export function parseSimpleReply(reply: RawReply): ParsedThought {
  const parsed = parseReply(reply);
  const thought = parsed.thought.trim();
  return { ...parsed, thought, problems: withEmptyThought(parsed.problems, thought) };
}

/**
 * Reads what a model wrote after the cue. Blanks at its start are kept, because they join it to the cue; blanks at
 * its end are not part of the thought. A server that repeats the preset, or the end of it, is not taken for a model
 * that thinks the same again: `preset` is what was sent, and what is repeated of it is taken off.
 */
export function parseLongReply(
  reply: RawReply,
  preset: { text: string; simpleThought: string; joiner: string; cue: string } | null = null,
): ParsedContinuation {
  const parsed = parseReply(reply);
  const { echo, rest } = preset
    ? takeOffEcho(parsed.thought, preset)
    : { echo: "none" as const, rest: parsed.thought };
  const thought = rest.trimEnd();
  return { ...parsed, thought, echo, problems: withEmptyThought(parsed.problems, thought.trim()) };
}

function parseReply(reply: RawReply): ParsedThought {
  const problems: ThoughtProblem[] = [];
  const content = reply.content ?? "";
  const apart = [reply.reasoning, reply.reasoningContent].find((text) => (text ?? "").trim() !== "") ?? "";
  const isEmpty = content.trim() === "" && apart === "";
  if (isEmpty) problems.push("empty-reply");

  const split = splitThought(content, apart, problems);
  const answer = readAnswer(split.rest, split.thought, problems);
  const truncation: Truncation = {
    isCutByLimit: reply.finishReason ? reply.finishReason === "length" : null,
    isThinkEndMissing: !split.hasEnd,
    isWholeAnswerMissing: !answer.isWhole,
  };
  return { thought: split.thought, between: answer.between, answer: answer.text, problems, truncation };
}

type Split = { thought: string; rest: string; hasEnd: boolean };

function splitThought(content: string, apart: string, problems: ThoughtProblem[]): Split {
  const body = content.replace(/^\s*<think\s*>/iu, "");
  const ends = [...body.matchAll(/<\/think\s*>/giu)];
  const first = ends[0];
  if (apart !== "" && !first) {
    // The server parsed the tags: what it calls content came after the thought's end. Content without anything in
    // it means that the thought never ended.
    const hasEnd = body.trim() !== "";
    if (!hasEnd) problems.push("no-think-end");
    return {
      thought: apart.replace(/^\s*<think\s*>/iu, "").replace(/<\/think\s*>\s*$/iu, ""),
      rest: body,
      hasEnd,
    };
  }
  if (apart !== "") problems.push("thought-given-twice");
  if (ends.length > 1) problems.push("several-think-ends");
  if (first) {
    const rest = body.slice(first.index + first[0].length).replace(/<\/?think\s*>/giu, "");
    return { thought: body.slice(0, first.index), rest, hasEnd: true };
  }
  problems.push("no-think-end");
  const answerStart = body.search(/<answer\s*>/iu);
  return answerStart < 0
    ? { thought: body, rest: "", hasEnd: false }
    : { thought: body.slice(0, answerStart), rest: body.slice(answerStart), hasEnd: false };
}

type AnswerPart = { between: string; text: string | null; isWhole: boolean };

function readAnswer(rest: string, thought: string, problems: ThoughtProblem[]): AnswerPart {
  if (/<answer\s*>/iu.test(thought)) problems.push("answer-inside-thought");
  const whole = [...rest.matchAll(/<answer\s*>((?:(?!<answer\s*>)[\s\S])*?)<\/answer\s*>/giu)];
  const start = rest.search(/<answer\s*>/iu);
  const between = (start < 0 ? rest : rest.slice(0, start)).trim();
  const first = whole[0];
  if (!first) {
    problems.push(start < 0 ? "no-answer" : "unclosed-answer");
    return { between, text: null, isWhole: false };
  }
  const texts = whole.map((match) => (match[1] ?? "").trim());
  const last = whole[whole.length - 1] ?? first;
  if (rest.slice(last.index + last[0].length).trim() !== "") problems.push("text-after-answer");
  const text = texts[0] ?? "";
  if (texts.some((other) => other !== text)) {
    problems.push("several-answers-disagree");
    return { between, text: null, isWhole: true };
  }
  if (texts.length > 1) problems.push("several-answers-agree");
  if (text === "") problems.push("empty-answer");
  return { between, text, isWhole: true };
}

function takeOffEcho(
  continuation: string,
  preset: { text: string; simpleThought: string; joiner: string; cue: string },
): { echo: Echo; rest: string } {
  const tail = `${preset.joiner}${preset.cue}`;
  const presetThought = preset.text.replace(/^\s*<think\s*>/iu, "").trimStart();
  const candidates: [Echo, string][] = [
    ["preset", presetThought],
    ["thought", `${preset.simpleThought}${tail}`],
  ];
  const start = continuation.trimStart();
  for (const [echo, text] of candidates) {
    if (text !== "" && start.startsWith(text)) return { echo, rest: start.slice(text.length) };
  }
  // Only directly at the start: " Wait, …" after a blank is the model going on, "Wait, …" is the cue once more.
  if (continuation.startsWith(preset.cue))
    return { echo: "cue", rest: continuation.slice(preset.cue.length) };
  return { echo: "none", rest: continuation };
}

function withEmptyThought(problems: ThoughtProblem[], thought: string): ThoughtProblem[] {
  return thought === "" && !problems.includes("empty-reply") ? [...problems, "empty-thought"] : problems;
}
