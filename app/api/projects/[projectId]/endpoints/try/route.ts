import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readEndpoint } from "#lib/endpoints/queries.ts";
import { tryEndpoint } from "#lib/endpoints/try-commands.ts";
import { type TryEvent, trySubjectSchema } from "#lib/endpoints/try-schema.ts";
import { AppError } from "#lib/errors.ts";
import { describeError } from "#lib/log.ts";

interface Context {
  params: Promise<{ projectId: string }>;
}

/** Tests or probes an endpoint, and streams what it waits for and what came of it as one JSON object a line. */
export const POST = withRoute(async (request: Request, { params }: Context) => {
  const { projectId } = await params;
  const { user } = await requireMember(projectId, "endpoints.manage");
  const subject = trySubjectSchema.safeParse(await request.json().catch(() => null));
  if (!subject.success)
    throw new AppError("bad_input", "The request names no endpoint or purpose to be tried.");
  // Before it is answered that it begins.
  if (subject.data.kind === "endpoint") await readEndpoint(projectId, subject.data.endpointId);

  const encoder = new TextEncoder();
  let isHeard = true;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const emit = (event: TryEvent) => {
        if (isHeard) controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
      };
      try {
        await tryEndpoint({ projectId, actorId: user.id }, subject.data, emit);
      } catch (error) {
        emit({ type: "problem", message: describeError(error, { projectId, subject: subject.data }) });
      }
      if (isHeard) controller.close();
    },
    cancel: () => {
      isHeard = false;
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "application/x-ndjson; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
});
