import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readId } from "#lib/images/route-input.ts";
import { receiveFile } from "#lib/images/upload-commands.ts";

interface Context {
  params: Promise<{ projectId: string; importId: string }>;
}

/** Receives one file as the raw body of the request, whatever its size up to 2 GB. */
export const PUT = withRoute(async (request: Request, { params }: Context) => {
  const { projectId, importId } = await params;
  await requireMember(projectId, "images.import");
  const length = request.headers.get("content-length");
  const declared = length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
  return Response.json(await receiveFile(projectId, readId(importId, "import"), request.body, declared), {
    status: 201,
  });
});
