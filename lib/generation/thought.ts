import { type SentPreset, takeOffEcho } from "#lib/generation/thought-echo.ts";
import { parseReply } from "#lib/generation/thought-parts.ts";

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
  | "began-anew"
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

/** What was taken off a reply that is no part of the continuation. */
export type Stripped = {
  /** `own-thinking`: a thought of the model's own about how to go on. `end-token`: the end of the turn as text. */
  what: Exclude<Echo, "none"> | "open-tag" | "own-thinking" | "end-token";
  text: string;
};

export type ParsedContinuation = ParsedThought & {
  echo: Echo;
  /** In the order in which it was taken off. With the thought, it says again what the server sent. */
  stripped: Stripped[];
};

/**
 * Reads a reply of `<think> … </think> <answer> … </answer>`. The opening tag may be missing, since the reply was
 * forced to begin with it; the thought may also come in a field of its own.
 */
export function parseSimpleReply(reply: RawReply): ParsedThought {
  const parsed = parseReply(takeOffEndTokens(reply).reply);
  const thought = parsed.thought.trim();
  return { ...parsed, thought, problems: withEmptyThought(parsed.problems, thought) };
}

/**
 * Reads what a model wrote after the cue, whatever form the server gave it: the one place where that is done. Blanks
 * at its start are kept, because they join it to the cue; blanks at its end are not part of the thought. A server
 * that repeats the preset, or the end of it, is not taken for a model that thinks the same again: `preset` is what
 * was sent, and what is repeated of it is taken off. A model that opens a thought of its own in place of going on
 * keeps its words, and the problem "began-anew" says so.
 */
export function parseLongReply(
  reply: RawReply,
  preset: SentPreset | null = null,
  isEmulated = false,
): ParsedContinuation {
  const ended = takeOffEndTokens(reply);
  const own = isEmulated ? setOwnThinkingAside(ended.reply) : { reply: ended.reply, stripped: [] };
  const stripped: Stripped[] = [...ended.stripped, ...own.stripped];
  const parsed = parseReply(own.reply);
  const { echo, rest, taken } = preset
    ? takeOffEcho(parsed.thought, preset, isEmulated)
    : { echo: "none" as const, rest: parsed.thought, taken: "" };
  const tag = preset ? openTagOf(own.reply) : null;
  if (tag !== null) stripped.push({ what: "open-tag", text: tag });
  if (echo !== "none") stripped.push({ what: echo, text: taken });
  const thought = rest.trimEnd();
  const problems = withEmptyThought(parsed.problems, thought.trim());
  const isAnew =
    preset !== null && (/<think\s*>/iu.test(thought) || (tag !== null && echo !== "preset" && !isEmulated));
  return { ...parsed, thought, echo, stripped, problems: isAnew ? [...problems, "began-anew"] : problems };
}

/** The tag that a reply begins with, which nothing that only goes on has a use for. */
function openTagOf(reply: RawReply): string | null {
  for (const text of [reply.reasoning, reply.reasoningContent, reply.content]) {
    if ((text ?? "").trim() !== "") return /^\s*<think\s*>/iu.exec(text ?? "")?.[0] ?? null;
  }
  return null;
}

/**
 * A reasoning model that is only asked to go on thinks about that first. Its own thinking comes in its own field, or
 * as a block before the text; the continuation is what it then writes.
 */
function setOwnThinkingAside(reply: RawReply): { reply: RawReply; stripped: Stripped[] } {
  const content = reply.content ?? "";
  const apart = [reply.reasoning, reply.reasoningContent].find((text) => (text ?? "").trim() !== "");
  const written = content.replace(/(?:<\/think\s*>|<answer\s*>)[\s\S]*$/iu, "").replace(/<think\s*>/giu, "");
  if (apart && written.trim() !== "") {
    return {
      reply: { ...reply, reasoning: null, reasoningContent: null },
      stripped: [{ what: "own-thinking", text: apart }],
    };
  }
  const block = /^\s*<think\s*>[\s\S]*?<\/think\s*>/iu.exec(content)?.[0];
  if (block === undefined || !/<\/think\s*>/iu.test(content.slice(block.length)))
    return { reply, stripped: [] };
  return {
    reply: { ...reply, content: content.slice(block.length) },
    stripped: [{ what: "own-thinking", text: block }],
  };
}

/** Servers that show special tokens leave the end of the turn in the text. */
function takeOffEndTokens(reply: RawReply): { reply: RawReply; stripped: Stripped[] } {
  const stripped: Stripped[] = [];
  const tidy = (text: string | null | undefined) => {
    // All of them begin so; most texts have none of it, and are not looked through blank by blank.
    const end = text?.includes("<") ? END_TOKENS.exec(text) : null;
    if (!end || !text) return text ?? null;
    stripped.push({ what: "end-token", text: end[0].trim() });
    return text.slice(0, end.index);
  };
  return {
    reply: {
      ...reply,
      content: tidy(reply.content),
      reasoning: tidy(reply.reasoning),
      reasoningContent: tidy(reply.reasoningContent),
    },
    stripped,
  };
}

/** ChatML's and Llama's, DeepSeek's (with U+FF5C and U+2581), and the older ones. */
const END_TOKENS =
  /(?:\s*(?:<\|(?:im_end|eot_id|end_of_text|endoftext|end|eos)\|>|<｜end▁of▁sentence｜>|<\/s>|<end_of_turn>))+\s*$/u;

function withEmptyThought(problems: ThoughtProblem[], thought: string): ThoughtProblem[] {
  return thought === "" && !problems.includes("empty-reply") ? [...problems, "empty-thought"] : problems;
}
