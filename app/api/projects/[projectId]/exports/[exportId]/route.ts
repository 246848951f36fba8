import { Readable } from "node:stream";
import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readExportFile } from "#lib/datasets/queries.ts";
import { openStream } from "#lib/storage/storage.ts";

interface Context {
  params: Promise<{ projectId: string; exportId: string }>;
}

/** A finished export's archive, streamed from storage. */
export const GET = withRoute(async (_request: Request, { params }: Context) => {
  const { projectId, exportId } = await params;
  await requireMember(projectId, "datasets.export");
  const file = await readExportFile(projectId, exportId);
  const stream = await openStream(file.storageKey);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
    headers: {
      "content-type": "application/zip",
      "content-length": String(file.bytes),
      "content-disposition": `attachment; filename="${file.fileName}"`,
      etag: `"${file.sha256}"`,
      "cache-control": "private, no-store",
    },
  });
});
