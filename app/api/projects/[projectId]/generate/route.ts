import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { AppError } from "#lib/errors.ts";
import { generateNow } from "#lib/generation/now-commands.ts";
import { type NowEvent, nowSubjectSchema } from "#lib/generation/now-schema.ts";
import { describeError } from "#lib/log.ts";

interface Context {
  params: Promise<{ projectId: string }>;
}

/** Generates on one image, question or thought, and streams what happens as one JSON object a line. */
export const POST = withRoute(async (request: Request, { params }: Context) => {
  const { projectId } = await params;
  const { user, role } = await requireMember(projectId, "traces.edit");
  const subject = nowSubjectSchema.safeParse(await request.json().catch(() => null));
  if (!subject.success)
    throw new AppError("bad_input", "The request names no image, question or thought to generate from.");

  const cancelled = new AbortController();
  const signal = AbortSignal.any([request.signal, cancelled.signal]);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const emit = (event: NowEvent) => {
        if (!signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
      };
      try {
        await generateNow({ projectId, user, role, subject: subject.data, signal, emit });
      } catch (error) {
        emit({ type: "problem", key: null, message: describeError(error, { projectId }) });
      }
      if (!signal.aborted) controller.close();
    },
    cancel: () => cancelled.abort(),
  });
  return new Response(body, {
    headers: {
      "content-type": "application/x-ndjson; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
});
