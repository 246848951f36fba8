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

/** Which words of the preset a continuation repeated before it went on; they are taken off. `end`: its last words. */
export type Echo = "none" | "preset" | "thought" | "end" | "cue";
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
  isEmulated = false,
): ParsedContinuation {
  const parsed = parseReply(reply);
  const { echo, rest } = preset
    ? takeOffEcho(parsed.thought, preset, isEmulated)
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
    const whole = apart.replace(/^\s*<think\s*>/iu, "").replace(/<\/think\s*>\s*$/iu, "");
    const end = /<\/think\s*>/iu.exec(whole);
    if (!end) {
      if (!hasEnd) problems.push("no-think-end");
      return { thought: whole, rest: body, hasEnd };
    }
    // The server cut later than the model did: the thought ends where the model closed it.
    problems.push("several-think-ends");
    const after = `${whole.slice(end.index + end[0].length)}${body}`.replace(/<\/?think\s*>/giu, "");
    return { thought: whole.slice(0, end.index), rest: after, hasEnd: true };
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
  isEmulated: boolean,
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
  const overlap = endOfRepeatedEnd(start, presetThought, preset.cue);
  if (overlap > 0) return { echo: "end", rest: start.slice(overlap) };
  // Only directly at the start: " Wait, …" after a blank is the model going on, "Wait, …" is the cue once more.
  // A model that was only asked to go on begins a turn of its own, so there the blank says nothing.
  const cued = isEmulated ? start : continuation;
  if (cued.startsWith(preset.cue)) return { echo: "cue", rest: cued.slice(preset.cue.length) };
  return { echo: "none", rest: continuation };
}

/**
 * Where in `text` the last words of the preset end, if it begins with them: at least one word before the cue, and the
 * cue. Runs of blanks count as equal, because a model that copies sets them as it likes.
 */
function endOfRepeatedEnd(text: string, presetThought: string, cue: string): number {
  const given = [...text.matchAll(/\S+/gu)];
  const words = presetThought.split(/\s+/u).filter((word) => word !== "");
  const cueWords = cue.split(/\s+/u).length;
  for (let from = Math.max(0, words.length - given.length); from < words.length - cueWords; from += 1) {
    const count = words.length - from;
    const last = given[count - 1];
    // A copy may run on into the next word without a blank: "Wait,it".
    if (!last?.[0].startsWith(words[words.length - 1] as string)) continue;
    let index = 0;
    while (index < count - 1 && given[index]?.[0] === words[from + index]) index += 1;
    if (index === count - 1) return last.index + (words[words.length - 1] as string).length;
  }
  return 0;
}

function withEmptyThought(problems: ThoughtProblem[], thought: string): ThoughtProblem[] {
  return thought === "" && !problems.includes("empty-reply") ? [...problems, "empty-thought"] : problems;
}
