import { z } from "zod";
import { batchBehaviourSchema } from "./batch-behaviour.ts";

/** How long an answer takes, in milliseconds: fixed, or drawn anew for each call. */
const latencySchema = z.union([
  z.number().min(0),
  z.strictObject({ kind: z.literal("uniform"), min: z.number().min(0), max: z.number().min(0) }),
  /** Half of the calls are faster than the median; sigma 0.5 gives a long but not absurd tail. */
  z.strictObject({
    kind: z.literal("lognormal"),
    median: z.number().min(0),
    sigma: z.number().min(0).max(3),
  }),
]);

const faultSchema = z.discriminatedUnion("kind", [
  /** An error status; Retry-After in seconds, or as an HTTP date that many seconds from now. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    retryAfter: z
      .union([
        z.strictObject({ seconds: z.number().min(0) }),
        z.strictObject({ httpDateIn: z.number() }),
        z.strictObject({ verbatim: z.string() }),
      ])
      .optional(),
    message: z.string().optional(),
  }),
  /** The connection is cut before the status line, or in the middle of the body. */
  z.strictObject({ kind: z.literal("drop"), when: z.enum(["before-headers", "mid-body"]) }),
  /** The reply stops after this many tokens with finish reason "length", whatever max_tokens allows. */
  z.strictObject({ kind: z.literal("truncate"), tokens: z.int().min(0) }),
  /** Status 200 and a body that is not JSON (a stream: an event that is not JSON). */
  z.strictObject({ kind: z.literal("malformed-body") }),
  /** Structured output that breaks off in the middle, though the finish reason is "stop". */
  z.strictObject({ kind: z.literal("broken-json") }),
  /** Structured output in a Markdown fence with a sentence before it. */
  z.strictObject({ kind: z.literal("fenced-json") }),
  z.strictObject({ kind: z.literal("empty") }),
  /** Not a byte for so long; then the answer, or a cut connection. */
  z.strictObject({
    kind: z.literal("silence"),
    ms: z.number().min(0),
    end: z.enum(["answer", "drop"]).default("answer"),
  }),
  /** This call takes so long, in place of the server's latency. */
  z.strictObject({ kind: z.literal("slow"), latencyMs: latencySchema }),
]);

const ruleSchema = z.strictObject({
  fault: faultSchema,
  /** 1 writes questions, 2 answers, 3 goes on with a thought. Without it: any call. */
  stage: z
    .union([z.literal(1), z.literal(2), z.literal(3), z.literal("judge"), z.literal("other")])
    .optional(),
  route: z.enum(["chat", "completions"]).optional(),
  model: z.string().optional(),
  /** Drawn from the server's seed for each call that the rule is for. */
  probability: z.number().min(0).max(1).default(1),
  /** The rule ends when it has struck so many times. */
  times: z.int().min(1).optional(),
  /** The rule begins after it has let so many calls pass. */
  after: z.int().min(0).default(0),
});

/** How often a model errs in what it writes; each a share of the replies that it is about. */
const ratesSchema = z.strictObject({
  /** Simple thoughts with a wrong answer. Some questions are harder than others; this is the mean. */
  wrong: z.number().min(0).max(1).default(0.4),
  /** Wrong simple thoughts that the second look mends. */
  mend: z.number().min(0).max(1).default(0.65),
  /** Right simple thoughts that the second look spoils. */
  spoil: z.number().min(0).max(1).default(0.1),
  /** Long thoughts with a sentence between `</think>` and `<answer>`, though the prompt wants none. */
  closing: z.number().min(0).max(1).default(0.25),
  /** Thoughts that cite the description, and closing sentences that do. */
  leak: z.number().min(0).max(1).default(0.05),
  closingLeak: z.number().min(0).max(1).default(0.1),
  /** Long thoughts that lead to one choice and give another. */
  disagree: z.number().min(0).max(1).default(0.03),
  /** Answers that no one can grade. */
  ungradable: z.number().min(0).max(1).default(0.02),
  /** What a judge says of a question or a thought that is another thing than what it reads there. */
  misjudge: z.number().min(0).max(1).default(0.04),
  /** Long thoughts that go on past 256 tokens; a quarter of them past 1,024. */
  ramble: z.number().min(0).max(1).default(0.06),
  /** Simple thoughts that leave out their closing tag. */
  untagged: z.number().min(0).max(1).default(0.01),
});

/**
 * Ways of continuing the assistant's turn that a server may have. `vllm`: continue_final_message with
 * add_generation_prompt false (400 without it). `sglang`: continue_final_message. `implicit`: a last assistant
 * message is always continued. `implicit-unless-thinking`: 400 unless thinking is switched off (llama.cpp).
 * `prefix` and `partial`: a mark on the message. `prefix-reasoning`: the mark, on a thought in its own field alone
 * (DeepSeek while thinking). `partial-unless-thinking`: 400 unless enable_thinking is false (DashScope). Raw
 * completions continue by their nature, where the route is on.
 */
export const dialects = [
  "raw",
  "vllm",
  "sglang",
  "implicit",
  "implicit-unless-thinking",
  "prefix",
  "prefix-reasoning",
  "partial",
  "partial-unless-thinking",
] as const;
export type Dialect = (typeof dialects)[number];

/** Everything that the server can be told to do otherwise than a prompt and friendly endpoint. */
export const misbehaviourSchema = z.strictObject({
  latencyMs: latencySchema.default(0),
  /** Pause between two events of a stream. */
  eventDelayMs: z.number().min(0).default(0),
  /** Looked at in order; the first that strikes is the call's fault. */
  rules: z.array(ruleSchema).default([]),
  rates: ratesSchema.prefault({}),
  /** Long thoughts that are not hand-written have at least so many characters, drawn between the two. */
  longThoughtLength: z.strictObject({ min: z.int().min(0), max: z.int().min(0).max(100_000) }).optional(),
  continuation: z.array(z.enum(dialects)).default(["raw", "vllm"]),
  /**
   * What becomes of a last assistant message that is not continued: a turn that begins anew, one that says it all
   * again, one that opens with a thought of its own, or 400.
   */
  withoutContinuation: z.enum(["restart", "echo", "think", "reject"]).default("restart"),
  /** What is gone on from comes back at the beginning of the reply (Mistral). */
  echoPrefix: z.boolean().default(false),
  /** Where a chat reply's thought is put; the other two are what reasoning parsers of servers do. */
  reasoning: z.enum(["content", "reasoning", "reasoning_content"]).default("content"),
  ignoreN: z.boolean().default(false),
  /** Parameters beyond OpenAI's: dropped in silence, or refused with 400. */
  unknownParameters: z.enum(["ignore", "reject"]).default("ignore"),
  /** These, by name, are dropped in silence; those are refused with 400. */
  ignoredParameters: z.array(z.string()).default([]),
  refusedParameters: z.array(z.string()).default([]),
  /** response_format: followed, dropped in silence, or refused with 400. */
  structuredOutput: z.enum(["honour", "ignore", "reject"]).default("honour"),
  /** What a picture counts as in the usage; providers reckon from some 300 to tens of thousands. */
  pictureTokens: z.int().min(0).default(330),
  /** What becomes of batches. */
  batches: batchBehaviourSchema.prefault({}),
  /** More requests than this at once are answered 429. */
  maxConcurrent: z.int().min(1).optional(),
  /** More requests than this in a minute are answered 429 with the seconds to wait. */
  requestsPerMinute: z.int().min(1).optional(),
});

/** What a caller writes: every field has a default. */
export type MisbehaviourInput = z.input<typeof misbehaviourSchema>;
export type Misbehaviour = z.output<typeof misbehaviourSchema>;
export type Fault = z.output<typeof faultSchema>;
export type FaultRule = z.output<typeof ruleSchema>;
export type Latency = z.output<typeof latencySchema>;
export type Rates = z.output<typeof ratesSchema>;

/** Fills in what was left out; throws a Zod error where a field is wrong. */
export function parseMisbehaviour(input: MisbehaviourInput = {}): Misbehaviour {
  return misbehaviourSchema.parse(input);
}
