import type { RawReply } from "#lib/generation/thought.ts";

/** What the protocol says around a reply's text. */
export type ReplyEnvelope = {
  reply: RawReply;
  finishReason: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
};

export type EnvelopeReading =
  | { ok: true; envelope: ReplyEnvelope }
  /** `isCut`: a stream that ended before its end was announced. */
  | { ok: false; problem: string; isCut: boolean; errorCode: string | null };

/**
 * Reads the body of a chat or raw completion, streamed (server-sent events) or whole. Never throws: whatever arrives
 * is either a reply or a problem in words. Thoughts may come in `content`, `reasoning` or `reasoning_content`.
 */
export function readEnvelope(body: string): EnvelopeReading {
  return isEventStream(body) ? readStream(body) : readWhole(body);
}

/** A piece of a streamed reply, as screens show it while it comes in. */
export type Delta = { kind: "reasoning" | "content"; text: string };

/** The pieces of text that one event of a stream carries. */
export function readDeltas(data: string): Delta[] {
  const event = parseObject(data);
  const choice = event && firstChoice(event);
  if (!choice) return [];
  const part = asObject(choice.delta) ?? choice;
  return [
    ...textDelta("reasoning", readText(part.reasoning) ?? readText(part.reasoning_content)),
    ...textDelta("content", readText(part.content) ?? readText(choice.text)),
  ];
}

/** Cuts a stream's text into the data of its events as the pieces come in; comments and other fields are passed over. */
export function createEventReader(): (piece: string) => string[] {
  let rest = "";
  return (piece) => {
    rest += piece;
    const lines = rest.split(/\r\n|\n|\r(?!$)/u);
    rest = lines.pop() ?? "";
    return lines.flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trim()] : []));
  };
}

type JsonObject = Record<string, unknown>;

function readWhole(body: string): EnvelopeReading {
  const value = parseObject(body);
  if (!value) return problem("The reply is not JSON.");
  const error = asObject(value.error);
  if (error) return errorProblem(error);
  const choice = firstChoice(value);
  if (!choice) return problem("The reply holds no choice.");
  const broken = brokenChoice(choice);
  if (broken) return broken;
  const message = asObject(choice.message);
  if (!message && typeof choice.text !== "string")
    return problem("The reply's choice holds neither a message nor a text.");
  const finishReason = asText(choice.finish_reason);
  const reply: RawReply = {
    content: readText(message?.content) ?? readText(choice.text) ?? readText(message?.refusal),
    reasoning: readText(message?.reasoning),
    reasoningContent: readText(message?.reasoning_content),
    finishReason,
  };
  return { ok: true, envelope: { reply: clean(reply), finishReason, ...readUsage(value) } };
}

function readStream(body: string): EnvelopeReading {
  const texts = {
    content: null as string | null,
    reasoning: null as string | null,
    reasoningContent: null as string | null,
  };
  let finishReason: string | null = null;
  let isDone = false;
  let usage = { promptTokens: null as number | null, completionTokens: null as number | null };
  for (const data of createEventReader()(`${body}\n`)) {
    if (data === "[DONE]") {
      isDone = true;
      continue;
    }
    if (data === "") continue;
    const event = parseObject(data);
    if (!event) return problem("An event of the streamed reply is not JSON.");
    const error = asObject(event.error);
    if (error) return errorProblem(error);
    const read = readUsage(event);
    if (read.completionTokens !== null) usage = read;
    const choice = firstChoice(event);
    if (!choice) continue;
    const broken = brokenChoice(choice);
    if (broken) return broken;
    const part = asObject(choice.delta) ?? choice;
    texts.content = append(texts.content, readText(part.content) ?? readText(choice.text));
    texts.reasoning = append(texts.reasoning, readText(part.reasoning));
    texts.reasoningContent = append(texts.reasoningContent, readText(part.reasoning_content));
    finishReason = asText(choice.finish_reason) ?? finishReason;
  }
  if (!isDone && finishReason === null) {
    return { ok: false, problem: "The stream ended before the reply did.", isCut: true, errorCode: null };
  }
  if (
    texts.content === null &&
    texts.reasoning === null &&
    texts.reasoningContent === null &&
    finishReason === null
  ) {
    return problem("The streamed reply holds no choice.");
  }
  return { ok: true, envelope: { reply: clean({ ...texts, finishReason }), finishReason, ...usage } };
}

function isEventStream(body: string): boolean {
  return /^\s*(?:data|event|id|retry|):/u.test(body);
}

function firstChoice(value: JsonObject): JsonObject | null {
  return Array.isArray(value.choices) ? asObject(value.choices[0]) : null;
}

/** Routers tell of a model that failed midway inside of the choice, beside what had come of it. */
function brokenChoice(choice: JsonObject): EnvelopeReading | null {
  const error = asObject(choice.error);
  if (error) return errorProblem(error);
  return choice.finish_reason === "error" ? errorProblem({}) : null;
}

function readUsage(value: JsonObject): { promptTokens: number | null; completionTokens: number | null } {
  const usage = asObject(value.usage);
  return { promptTokens: asCount(usage?.prompt_tokens), completionTokens: asCount(usage?.completion_tokens) };
}

/** A text, or the texts of a list of parts, as some servers give them. */
function readText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  return value.map((part) => asText(asObject(part)?.text) ?? "").join("");
}

// PostgreSQL's text holds no NUL, and half a surrogate pair is no text: the raw body, which is kept, still has them.
function clean(reply: RawReply): RawReply {
  const fix = (text: string | null | undefined) =>
    typeof text === "string" ? text.replaceAll("\u0000", "").toWellFormed() : null;
  return {
    ...reply,
    content: fix(reply.content),
    reasoning: fix(reply.reasoning),
    reasoningContent: fix(reply.reasoningContent),
  };
}

function append(text: string | null, piece: string | null): string | null {
  return piece === null ? text : `${text ?? ""}${piece}`;
}

function textDelta(kind: Delta["kind"], text: string | null): Delta[] {
  return text ? [{ kind, text }] : [];
}

function problem(sentence: string): EnvelopeReading {
  return { ok: false, problem: sentence, isCut: false, errorCode: null };
}

function errorProblem(error: JsonObject): EnvelopeReading {
  const said = asText(error.message);
  const code =
    asText(error.code) ?? (typeof error.code === "number" ? String(error.code) : asText(error.type));
  return {
    ok: false,
    problem: said ? `The endpoint answered with an error: “${said}”` : "The endpoint answered with an error.",
    isCut: false,
    errorCode: code ?? "error",
  };
}

function parseObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function asCount(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}
