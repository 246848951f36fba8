import "server-only";
import { unstable_rethrow } from "next/navigation";
import { answerAs } from "#lib/auth/request-context.ts";
import { env } from "#lib/env.ts";
import { AppError, httpStatusOf, isAppError } from "#lib/errors.ts";
import { describeError } from "#lib/log.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Wraps a route handler: inside it `requireUser` and `requireMember` refuse with an AppError instead of a redirect,
 * a request that writes must come from this app's own pages, and every error becomes a response
 * `{error: {code, message, details}}` with the status of its code.
 *
 *     export const GET = withRoute(async (request, { params }: RouteContext) => …);
 */
export function withRoute<R extends Request, C>(
  handler: (request: R, context: C) => Promise<Response>,
): (request: R, context: C) => Promise<Response> {
  return (request, context) =>
    answerAs("route", async () => {
      try {
        requireSameOrigin(request);
        return await handler(request, context);
      } catch (error) {
        unstable_rethrow(error);
        return errorResponse(error, { method: request.method, path: new URL(request.url).pathname });
      }
    });
}

/** The response for an error; what was not foreseen is logged, and answered with its id. */
export function errorResponse(error: unknown, context: Record<string, unknown> = {}): Response {
  const message = describeError(error, context);
  const code = isAppError(error) ? error.code : "internal";
  const details = isAppError(error) ? error.details : {};
  return Response.json(
    { error: { code, message, details } },
    { status: httpStatusOf(code), headers: { "cache-control": "no-store" } },
  );
}

/**
 * Refuses a writing request that a browser sent from another site. Browsers always send `Origin` with such requests;
 * a program that sends neither header carries no one's cookies by accident.
 */
export function requireSameOrigin(request: Request): void {
  if (READING.has(request.method)) return;
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (
    origin === null
      ? site === null || site === "same-origin" || site === "none"
      : isOwnOrigin(origin, request)
  )
    return;
  throw new AppError(
    "forbidden",
    "This request came from another site and was not carried out. Open the app and try again.",
  );
}

function isOwnOrigin(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false;
  const host = new URL(origin).host;
  if (host === request.headers.get("host")) return true;
  const configured = env().NEXTAUTH_URL;
  return configured !== undefined && host === new URL(configured).host;
}
