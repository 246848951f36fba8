import "server-only";
import type { ApiAccess } from "#lib/api/access-queries.ts";
import { handler } from "#lib/api/handler.ts";
import { listVerdicts } from "#lib/api/verdict-queries.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { REVIEW_VERBS } from "#lib/review/verbs.ts";
import { readTraceFor, type Viewer } from "#lib/review/view-queries.ts";
import { listTraces } from "#lib/traces/list-queries.ts";

export const traceHandlers = {
  listTraces: handler("listTraces", async ({ access, query }) => {
    const { cursor, limit, ...filter } = query;
    const { rows, next, unlisted } = await listTraces(access.project.id, viewerOf(access), {
      filter,
      place: cursor ? { after: cursor } : {},
      size: limit,
    });
    return { value: { items: rows, next, unlisted } };
  }),

  readTrace: handler("readTrace", async ({ access, params }) => {
    const seen = await readTraceFor(access.project.id, viewerOf(access), params.traceId);
    return {
      value: seen,
      ...(seen.trace ? { headers: { etag: `"${seen.trace.rowVersion}"` } } : {}),
    };
  }),

  answerQuestion: handler("answerQuestion", async ({ access, params, body }) => {
    const { agrees } = await REVIEW_VERBS.answer(contextOf(access), { ...body, traceId: params.traceId });
    return { value: { agrees } };
  }),

  giveVerdict: handler("giveVerdict", async ({ access, params, body, request }) => {
    const { rowVersion, isByHeader } = versionOf(request.headers.get("if-match"), body.rowVersion);
    const input = { ...body, rowVersion, traceId: params.traceId };
    const { verdictId, state } = await REVIEW_VERBS.verdict(contextOf(access), input).catch((error) => {
      throw isByHeader ? asStale(error) : error;
    });
    return { value: { verdictId, state } };
  }),

  listVerdicts: handler("listVerdicts", async ({ access, query }) => ({
    value: await listVerdicts(access.project.id, viewerOf(access), query),
  })),
};

/** As the page of a trace is seen: what reviewers must not see yet is kept back from them here, too. */
function viewerOf({ user, role }: ApiAccess): Viewer {
  return { userId: user.id, name: user.name, role, isJudging: false };
}

function contextOf({ project, user, role }: ApiAccess) {
  return { projectId: project.id, user, role };
}

/** The version of the trace that was judged, by the header or in the body; both have to agree. */
function versionOf(
  header: string | null,
  inBody: number | undefined,
): { rowVersion: number; isByHeader: boolean } {
  const tag = header === null ? undefined : /^"(\d{1,9})"$/u.exec(header.trim())?.[1];
  if (header !== null && tag === undefined)
    throw new AppError("bad_input", 'If-Match has to be the ETag of the trace, such as "3".');
  const rowVersion = tag === undefined ? inBody : Number(tag);
  if (rowVersion === undefined)
    throw new AppError(
      "bad_input",
      "Say which version of the trace was judged: its ETag as If-Match, or rowVersion in the body.",
    );
  if (inBody !== undefined && inBody !== rowVersion)
    throw new AppError("bad_input", "If-Match and rowVersion name different versions of the trace.");
  return { rowVersion, isByHeader: tag !== undefined };
}

/** The trace is not of the version that If-Match asked for: a failed precondition. */
function asStale(error: unknown): unknown {
  if (!isAppError(error) || error.code !== "conflict" || typeof error.details.rowVersion !== "number")
    return error;
  return new AppError("conflict", error.message, {
    details: { ...error.details, isStale: true },
    cause: error,
  });
}
