import { z } from "zod";
import { countSchema, limitSchema, timeSchema } from "#lib/api/common-schema.ts";
import { verdictInputSchema } from "#lib/review/schema.ts";
import { traceFilterSchema } from "#lib/traces/filter-schema.ts";
import { TRACE_KINDS, VERDICT_SOURCES } from "#lib/traces/schema.ts";
import { TRACE_STATES } from "#lib/traces/states.ts";

/** A page of the table; and the most that are given out at once, for whoever reads them all. */
const DEFAULT_TRACES = 60;
const MAX_TRACES = 1_000;

/** The table's filter; what an address may get wrong in silence, a program is told of. */
const filter = traceFilterSchema.shape;
export const traceQuerySchema = z.strictObject({
  q: filter.q.unwrap().describe('Words in question, thoughts and answer; "phrases", -without.'),
  state: filter.state.unwrap(),
  kind: filter.kind.unwrap(),
  reason: filter.reason.unwrap().describe("A reason for which it was rejected."),
  type: filter.type.unwrap().describe("Reasoning type."),
  simpleModel: filter.simpleModel.unwrap(),
  longModel: filter.longModel.unwrap(),
  prompt: filter.prompt.unwrap().describe("A prompt version of any stage."),
  check: filter.check.unwrap(),
  outcome: filter.outcome.unwrap().describe("What that check said."),
  min: filter.min.unwrap().describe("Words of the text that would be trained on, at least."),
  max: filter.max.unwrap(),
  reviewer: filter.reviewer.unwrap(),
  agreement: filter.agreement.unwrap(),
  comments: filter.comments.unwrap(),
  edited: filter.edited.unwrap(),
  simulated: filter.simulated.unwrap(),
  run: filter.run.unwrap(),
  image: filter.image.unwrap(),
  question: filter.question.unwrap(),
  order: filter.order.unwrap(),
  cursor: z
    .string()
    .regex(/^(?:\d{1,9}\.)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u, "This is no cursor of this list.")
    .optional()
    .describe("`next` of the page before."),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_TRACES)
    .default(DEFAULT_TRACES)
    .describe("Traces of a page at most."),
});

export const traceLineSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(TRACE_KINDS).nullable().describe("Null where the question is to be answered first."),
    state: z.enum(TRACE_STATES),
    simulated: z.boolean(),
    failedChecks: z.array(z.string()),
    wordCount: z.int().nullable(),
    createdAt: timeSchema,
    runId: z.uuid().nullable(),
    imageId: z.uuid(),
    imageExternalId: z.string(),
    questionId: z.uuid(),
    questionText: z.string(),
    reasoningType: z.string(),
    simpleModel: z.string().nullable(),
    longModel: z.string().nullable(),
    isEdited: z.boolean(),
    openComments: countSchema,
    verdicts: z
      .array(z.object({ reviewerName: z.string(), decision: z.enum(["approved", "rejected"]) }))
      .nullable()
      .describe("Those that stand; null where others’ are kept back."),
    reasons: z.array(z.string()),
    isClosed: z.boolean().describe("The token’s maker has to answer the question from the image first."),
    isVeiled: z.boolean().describe("Others’ verdicts are kept back until one’s own is given."),
  })
  .meta({ id: "TraceLine" });

export const tracePageSchema = z.object({
  items: z.array(traceLineSchema),
  next: z.string().nullable().describe("The cursor of the next page; null on the last."),
  unlisted: countSchema.describe("New traces of which what the filter goes by is not known yet."),
});

const grade = z.enum(["right", "wrong", "ungradable"]);
const check = z.object({
  check: z.string(),
  version: z.string(),
  result: z.enum(["pass", "fail", "unknown"]),
  evidence: z.unknown(),
});

export const verdictSchema = z
  .object({
    id: z.uuid(),
    decision: z.enum(["approved", "rejected"]),
    source: z.enum(VERDICT_SOURCES),
    reviewerId: z.uuid(),
    reviewerName: z.string(),
    reasons: z.array(z.string()),
    comment: z.string(),
    overrodeChecks: z.array(z.string()),
    createdAt: timeSchema,
    undoneAt: timeSchema.nullable(),
    supersededAt: timeSchema
      .nullable()
      .describe("The text or the question changed since: it is to be confirmed."),
    revisionNumber: z.int(),
  })
  .meta({ id: "Verdict" });

const imageOfTrace = {
  id: z.uuid(),
  externalId: z.string(),
  isMissing: z.boolean(),
  width: z.int().nullable(),
  height: z.int().nullable(),
};

export const traceSchema = z
  .object({
    id: z.uuid(),
    rowVersion: z.int().describe("What a verdict must name; also the ETag."),
    kind: z.enum(TRACE_KINDS),
    state: z.enum(TRACE_STATES),
    simulated: z.boolean(),
    wordCount: z.int(),
    createdAt: timeSchema,
    runId: z.uuid().nullable(),
    image: z.object({ ...imageOfTrace, description: z.string() }),
    question: z.object({
      id: z.uuid(),
      current: z.object({
        id: z.uuid(),
        number: z.int(),
        text: z.string(),
        choices: z.array(z.string()),
        keyIndex: z.int(),
        reasoningType: z.string(),
        answerStyle: z.string(),
      }),
      checks: z.array(check),
    }),
    simple: z.object({
      id: z.uuid(),
      text: z.string(),
      answer: z.string().nullable(),
      answerIndex: z.int().nullable(),
      grade,
      model: z.string().nullable(),
    }),
    long: z
      .object({
        id: z.uuid(),
        joiner: z.string(),
        cue: z.string(),
        grade,
        isEmulated: z.boolean(),
        model: z.string().nullable(),
      })
      .nullable()
      .describe("Null: the simple thought stands alone."),
    revision: z
      .object({
        id: z.uuid(),
        number: z.int(),
        body: z.string(),
        answer: z.string().nullable(),
        answerIndex: z.int().nullable(),
        authorName: z.string().nullable(),
        note: z.string(),
        createdAt: timeSchema,
      })
      .describe("The text that counts: what follows the cue, or the whole thought where it stands alone."),
    failedChecks: z.array(z.string()),
    checks: z.array(check),
    verdicts: z.array(verdictSchema),
    siblings: z.array(z.object({ id: z.uuid(), kind: z.enum(TRACE_KINDS), state: z.enum(TRACE_STATES) })),
  })
  .meta({ id: "Trace" });

export const unansweredSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(TRACE_STATES),
    simulated: z.boolean(),
    image: z.object(imageOfTrace),
    question: z.object({
      id: z.uuid(),
      revisionId: z.uuid(),
      text: z.string(),
      choices: z.array(z.string()),
      reasoningType: z.string(),
    }),
  })
  .meta({ id: "UnansweredTrace" });

export const seenTraceSchema = z.object({
  trace: traceSchema.nullable(),
  unanswered: unansweredSchema
    .nullable()
    .describe("In place of the trace, where its question is to be answered from the image alone first."),
});

export const answerBodySchema = z.strictObject({
  questionRevisionId: z.uuid(),
  choiceIndex: z.int().min(0).max(25).nullable().describe("Null: it cannot be told from the image."),
});
export const answeredSchema = z.object({ agrees: z.boolean() });

export const giveVerdictSchema = z.strictObject({
  ...verdictInputSchema.omit({ traceId: true, rowVersion: true }).shape,
  rowVersion: z
    .int()
    .positive()
    .optional()
    .describe("The version of the trace that was judged; or the header If-Match with its ETag."),
});
export const givenVerdictSchema = z.object({ verdictId: z.uuid(), state: z.enum(TRACE_STATES) });

export const verdictQuerySchema = z.strictObject({
  trace: z.uuid().optional(),
  reviewer: z.uuid().optional(),
  decision: z.enum(["approved", "rejected"]).optional(),
  standing: z
    .enum(["yes", "no"])
    .optional()
    .describe("yes: neither undone nor superseded; no: one of the two."),
  cursor: z.uuid("This is no cursor of this list.").optional().describe("`next` of the page before."),
  limit: limitSchema,
});
export const verdictLineSchema = z
  .object({ ...verdictSchema.shape, traceId: z.uuid() })
  .meta({ id: "VerdictLine" });
