import { readHealth } from "#lib/launch/queries.ts";
import { VERSION } from "#lib/version.ts";

export const dynamic = "force-dynamic";

/** Open to everyone: it says whether the server works, and nothing about what is in it. */
export async function GET(): Promise<Response> {
  const health = await readHealth();
  const isWell = health.database === "ok";
  return Response.json(
    { status: isWell ? "ok" : "unavailable", version: VERSION, ...health },
    { status: isWell ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}
