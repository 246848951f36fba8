import { withRoute } from "#lib/auth/route.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readImport, streamProblemsCsv } from "#lib/images/import-queries.ts";
import { readId } from "#lib/images/route-input.ts";

interface Context {
  params: Promise<{ projectId: string; importId: string }>;
}

/** The problems of an import as a CSV file. */
export const GET = withRoute(async (_request: Request, { params }: Context) => {
  const { projectId, importId } = await params;
  await requireMember(projectId, "project.read");
  const id = readId(importId, "import");
  await readImport(projectId, id);
  return new Response(streamProblemsCsv(projectId, id), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="import-problems-${id.slice(-12)}.csv"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
});
