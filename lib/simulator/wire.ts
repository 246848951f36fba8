import type { ModelRequest } from "./request.ts";

/** One sample as it goes out. */
export type WireReply = {
  text: string;
  /** Split off into a field of its own, where the server has a reasoning parser. */
  reasoning: string | undefined;
  finish: "stop" | "length";
  tokens: number;
};

export type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };

/** Marks every reply as no model's. */
export const fingerprint = "simulated";

/** About four characters to a token, as English has it. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** An image of at most 512 × 512 pixels costs about 330, unless the server is told otherwise. */
export function countPromptTokens(request: ModelRequest, pictureTokens = 330): number {
  let characters = 0;
  let images = 0;
  for (const turn of request.turns) {
    characters += turn.text.length + 16;
    images += turn.images;
  }
  for (const prompt of request.prompts) characters += prompt.length;
  return Math.ceil(characters / 4) + images * pictureTokens;
}

/** Cuts at a stop text and at the token limit, as a server does while decoding. */
export function cutText(
  text: string,
  stop: readonly string[],
  maxTokens: number | undefined,
): { text: string; finish: "stop" | "length" } {
  let kept = text;
  for (const each of stop) {
    const at = each === "" ? -1 : kept.indexOf(each);
    if (at >= 0) kept = kept.slice(0, at);
  }
  if (maxTokens !== undefined && countTokens(kept) > maxTokens) {
    return { text: kept.slice(0, maxTokens * 4), finish: "length" };
  }
  return { text: kept, finish: "stop" };
}

/** What a server's reasoning parser makes of a text whose thought is open from the start or opens with a tag. */
export function splitReasoning(
  text: string,
  isOpen: boolean,
): { reasoning: string | undefined; content: string } {
  const start = /^\s*<think>/.exec(text);
  if (!start && !isOpen) return { reasoning: undefined, content: text };
  const own = start ? text.slice(start[0].length) : text;
  const end = own.indexOf("</think>");
  return end < 0
    ? { reasoning: own, content: "" }
    : { reasoning: own.slice(0, end), content: own.slice(end + "</think>".length).trimStart() };
}

export function sumUsage(
  request: ModelRequest,
  replies: readonly WireReply[],
  pictureTokens?: number,
): Usage {
  const prompt = countPromptTokens(request, pictureTokens);
  const completion = replies.reduce((sum, reply) => sum + reply.tokens, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

/** The body of a reply that is not streamed. */
export function formatBody(
  request: ModelRequest,
  replies: readonly WireReply[],
  id: string,
  created: number,
  reasoningField: string,
  pictureTokens?: number,
): string {
  const isChat = request.route === "chat";
  return JSON.stringify({
    id,
    object: isChat ? "chat.completion" : "text_completion",
    created,
    model: request.model,
    system_fingerprint: fingerprint,
    choices: replies.map((reply, index) =>
      isChat
        ? {
            index,
            message: {
              role: "assistant",
              content: reply.reasoning !== undefined && reply.text === "" ? null : reply.text,
              refusal: null,
              ...(reply.reasoning === undefined ? {} : { [reasoningField]: reply.reasoning }),
            },
            logprobs: null,
            finish_reason: reply.finish,
          }
        : { index, text: reply.text, logprobs: null, finish_reason: reply.finish },
    ),
    usage: sumUsage(request, replies, pictureTokens),
  });
}

/** The events of a stream, without the closing `[DONE]`, each a whole `data:` line. */
export function* formatEvents(
  request: ModelRequest,
  replies: readonly WireReply[],
  id: string,
  created: number,
  reasoningField: string,
  pictureTokens?: number,
): Generator<string> {
  const isChat = request.route === "chat";
  const event = (choices: unknown[], usage?: Usage) =>
    `data: ${JSON.stringify({
      id,
      object: isChat ? "chat.completion.chunk" : "text_completion",
      created,
      model: request.model,
      system_fingerprint: fingerprint,
      choices,
      ...(request.includeUsage ? { usage: usage ?? null } : {}),
    })}\n\n`;
  for (const [index, reply] of replies.entries()) {
    if (!isChat) {
      for (const text of cutPieces(reply.text))
        yield event([{ index, text, logprobs: null, finish_reason: null }]);
      yield event([{ index, text: "", logprobs: null, finish_reason: reply.finish }]);
      continue;
    }
    const delta = (part: Record<string, unknown>, finish: string | null = null) =>
      event([{ index, delta: part, logprobs: null, finish_reason: finish }]);
    yield delta({ role: "assistant", content: "" });
    for (const piece of cutPieces(reply.reasoning ?? "")) yield delta({ [reasoningField]: piece });
    for (const piece of cutPieces(reply.text)) yield delta({ content: piece });
    yield delta({}, reply.finish);
  }
  if (request.includeUsage) yield event([], sumUsage(request, replies, pictureTokens));
}

/** Pieces of a few words, cut before a blank as tokenizers do. */
function cutPieces(text: string): string[] {
  return text.match(/(?:\s*\S+){1,3}|\s+/g) ?? [];
}
