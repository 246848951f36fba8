import { z } from "zod";
import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { AppError } from "#lib/errors.ts";
import { streamRunProgress } from "#lib/generation/run-events.ts";

interface Context {
  params: Promise<{ projectId: string; runId: string }>;
}

/** How a run stands, as server-sent events: one at once, then one for each change. */
export const GET = withRoute(async (request: Request, { params }: Context) => {
  const { projectId, runId } = await params;
  await requireMember(projectId, "project.read");
  const id = z.uuid().safeParse(runId);
  if (!id.success) throw new AppError("not_found", "This run is not in this project.");
  const stillAllowed = async () => {
    await requireMember(projectId, "project.read");
  };
  const body = await streamRunProgress(projectId, id.data, request.signal, stillAllowed);
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // Proxies that buffer would hold back what is meant to be live.
      "x-accel-buffering": "no",
    },
  });
});
