import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { previewPart } from "#lib/datasets/compose-preview-queries.ts";
import { previewRequestSchema } from "#lib/datasets/compose-preview-schema.ts";
import { previewTurns } from "#lib/datasets/preview-turns.ts";
import { AppError } from "#lib/errors.ts";

interface Context {
  params: Promise<{ projectId: string }>;
}

/** What a part of a set with these choices would hold. Asked for while the form is filled in; changes nothing. */
export const POST = withRoute(async (request: Request, { params }: Context) => {
  const { projectId } = await params;
  const { project, user } = await requireMember(projectId, "datasets.manage");
  const wanted = previewRequestSchema.safeParse(await request.json().catch(() => null));
  if (!wanted.success) throw new AppError("bad_input", "A set cannot be made with these choices.");
  try {
    const preview = await previewTurns.run(`${user.id} ${wanted.data.part.name}`, request.signal, (signal) =>
      previewPart(project.id, wanted.data, signal),
    );
    return Response.json(preview, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    // Whoever asked has chosen something else meanwhile and reads no answer; nothing went wrong.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    throw error;
  }
});
