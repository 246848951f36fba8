import "server-only";
import { z } from "zod";
import type { SessionUser } from "#lib/auth/queries.ts";
import { AppError } from "#lib/errors.ts";
import { claimNext, claimTrace, releaseClaims, renewClaims } from "#lib/review/claim-commands.ts";
import { editTrace, giveVerdict, returnSkipped, skipTrace } from "#lib/review/commands.ts";
import { readQueueStatus } from "#lib/review/queries.ts";
import {
  claimsInputSchema,
  editInputSchema,
  type NextResult,
  nextInputSchema,
  skipInputSchema,
  type UndoResult,
  type VerdictResult,
  verdictInputSchema,
} from "#lib/review/schema.ts";
import { undoLast } from "#lib/review/undo-commands.ts";
import { readTrace, readTraces } from "#lib/traces/queries.ts";

/**
 * What the review screen asks of the server, each a POST of JSON. Route handlers and not server actions, because a
 * client's actions wait for one another, and the next trace must not wait for a heartbeat.
 */
export const REVIEW_VERBS = {
  next: verb(nextInputSchema, async (context, input): Promise<NextResult> => {
    const lost = await renewClaims({ ...ids(context), traceIds: input.held });
    const wanted: string[] = [];
    if (input.traceId) {
      await claimTrace({ ...ids(context), traceId: input.traceId });
      wanted.push(input.traceId);
    }
    const more = await claimNext({
      ...ids(context),
      want: input.want - wanted.length,
      held: [...input.held, ...wanted],
      nearImageId: input.nearImageId,
    });
    const [traces, status] = await Promise.all([
      readTraces(context.projectId, [...wanted, ...more]),
      readQueueStatus(context.projectId, context.user.id),
    ]);
    return { traces, status, lost };
  }),

  verdict: verb(verdictInputSchema, async (context, input): Promise<VerdictResult> => {
    const { verdictId, state } = await giveVerdict(ids(context), input);
    return { verdictId, state, status: await readQueueStatus(context.projectId, context.user.id) };
  }),

  edit: verb(editInputSchema, async (context, input) => {
    await editTrace(ids(context), input);
    return {
      trace: await readTrace(context.projectId, input.traceId),
      status: await readQueueStatus(context.projectId, context.user.id),
    };
  }),

  skip: verb(skipInputSchema, async (context, input) => {
    await skipTrace(ids(context), input.traceId);
    return { status: await readQueueStatus(context.projectId, context.user.id) };
  }),

  "return-skipped": verb(z.object({}), async (context) => {
    await returnSkipped(ids(context));
    return { status: await readQueueStatus(context.projectId, context.user.id) };
  }),

  undo: verb(z.object({}), async (context): Promise<UndoResult> => {
    const { undone, traceId } = await undoLast(ids(context));
    return {
      undone,
      trace: traceId ? await readTrace(context.projectId, traceId) : null,
      status: await readQueueStatus(context.projectId, context.user.id),
    };
  }),

  claims: verb(claimsInputSchema, async (context, input) => {
    const held = { ...ids(context), traceIds: input.traceIds };
    if (input.action === "renew") return { lost: await renewClaims(held) };
    await releaseClaims(held);
    return { lost: [] };
  }),
} as const;

export type ReviewVerb = keyof typeof REVIEW_VERBS;

export function isReviewVerb(name: string): name is ReviewVerb {
  return Object.hasOwn(REVIEW_VERBS, name);
}

interface Context {
  projectId: string;
  user: SessionUser;
}

function ids(context: Context) {
  return { projectId: context.projectId, reviewerId: context.user.id };
}

function verb<S extends z.ZodType, R>(schema: S, run: (context: Context, input: z.output<S>) => Promise<R>) {
  return async (context: Context, body: unknown): Promise<R> => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new AppError(
        "bad_input",
        issue?.message ?? "The request could not be read. Reload the page and try again.",
        {
          cause: parsed.error,
        },
      );
    }
    return run(context, parsed.data);
  };
}
