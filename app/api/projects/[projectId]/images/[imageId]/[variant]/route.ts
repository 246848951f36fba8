import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { servePicture } from "#lib/images/serve-picture.ts";

interface Context {
  params: Promise<{ projectId: string; imageId: string; variant: string }>;
}

/** A picture of a project, to its members. */
export const GET = withRoute(async (request: Request, { params }: Context) => {
  const { projectId, imageId, variant } = await params;
  await requireMember(projectId, "project.read");
  return servePicture({ projectId, imageId, variant, ifNoneMatch: request.headers.get("if-none-match") });
});
