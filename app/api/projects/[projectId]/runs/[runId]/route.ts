import { z } from "zod";
import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { AppError } from "#lib/errors.ts";
import { readRunProgress } from "#lib/generation/run-queries.ts";

interface Context {
  params: Promise<{ projectId: string; runId: string }>;
}

/** How a run stands, once: for programs, and for screens whose event stream was cut. */
export const GET = withRoute(async (_request: Request, { params }: Context) => {
  const { projectId, runId } = await params;
  await requireMember(projectId, "project.read");
  const id = z.uuid().safeParse(runId);
  const progress = id.success ? await readRunProgress(projectId, id.data) : null;
  if (!progress) throw new AppError("not_found", "This run is not in this project.");
  return Response.json(progress, { headers: { "cache-control": "no-store" } });
});
