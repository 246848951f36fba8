import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { AppError } from "#lib/errors.ts";
import { estimateRun } from "#lib/generation/run-form-queries.ts";
import { estimateRequestSchema } from "#lib/generation/run-schema.ts";

interface Context {
  params: Promise<{ projectId: string }>;
}

/** How many calls a run with these choices would make. Asked for while the form is filled in; changes nothing. */
export const POST = withRoute(async (request: Request, { params }: Context) => {
  const { projectId } = await params;
  const { project } = await requireMember(projectId, "runs.manage");
  const wanted = estimateRequestSchema.safeParse(await request.json().catch(() => null));
  if (!wanted.success) throw new AppError("bad_input", "These choices cannot be estimated.");
  return Response.json(await estimateRun(project.id, wanted.data), {
    headers: { "cache-control": "no-store" },
  });
});
