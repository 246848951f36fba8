import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readId, readJson } from "#lib/images/route-input.ts";
import { uploadManifestSchema } from "#lib/images/source-upload.ts";
import { startUploadedImport } from "#lib/images/upload-commands.ts";

interface Context {
  params: Promise<{ projectId: string; importId: string }>;
}

/** Says which files the import consists of, and starts it. */
export const POST = withRoute(async (request: Request, { params }: Context) => {
  const { projectId, importId } = await params;
  const { user } = await requireMember(projectId, "images.import");
  const id = readId(importId, "import");
  await startUploadedImport(projectId, user.id, id, await readJson(request, uploadManifestSchema));
  return new Response(null, { status: 202 });
});
