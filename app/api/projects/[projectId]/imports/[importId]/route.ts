import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readImport } from "#lib/images/import-queries.ts";
import { readId } from "#lib/images/route-input.ts";
import { cancelUpload } from "#lib/images/upload-commands.ts";

interface Context {
  params: Promise<{ projectId: string; importId: string }>;
}

/** How an import stands; asked for again and again while it works. */
export const GET = withRoute(async (_request: Request, { params }: Context) => {
  const { projectId, importId } = await params;
  await requireMember(projectId, "project.read");
  const report = await readImport(projectId, readId(importId, "import"));
  return Response.json(report, { headers: { "cache-control": "no-store" } });
});

/** Gives up an upload that has not started. */
export const DELETE = withRoute(async (_request: Request, { params }: Context) => {
  const { projectId, importId } = await params;
  await requireMember(projectId, "images.import");
  await cancelUpload(projectId, readId(importId, "import"));
  return new Response(null, { status: 204 });
});
