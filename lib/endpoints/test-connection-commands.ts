import "server-only";
import { readCallEndpoint } from "#lib/endpoints/queries.ts";
import type { TestOutcome } from "#lib/endpoints/try-schema.ts";
import { leaveEndpointAlone, readEndpointPause } from "#lib/generation/endpoint-pause-commands.ts";
import { listModels } from "#lib/generation/model-client.ts";

/**
 * Lists the models of an endpoint that serves nothing. That is no call to a model: there is no slot and no rate that
 * it could share. But where the endpoint is to be left alone, it is left alone, and where it asks for that now, those
 * who still use it (a run that began before it was taken off) are told. An endpoint that is not saved has no row, and
 * nobody else uses it; it is tested once it is saved.
 */
export async function testConnection(projectId: string, endpointId: string): Promise<TestOutcome> {
  const started = Date.now();
  const endpoint = await readCallEndpoint(projectId, endpointId);
  const result = (ok: boolean, message: string, latencyMs: number | null) => ({
    at: new Date().toISOString(),
    ok,
    isMade: latencyMs !== null,
    message,
    model: "",
    purpose: "question_writer" as const,
    latencyMs,
  });
  const pauseMs = await readEndpointPause(endpointId);
  if (pauseMs > 0) {
    const seconds = Math.ceil(pauseMs / 1000);
    return result(false, `${endpoint.name} asked to be left alone: test it again in ${seconds} s.`, null);
  }
  const listed = await listModels(endpoint);
  if (!listed.ok && listed.failure.kind === "rate_limited")
    await leaveEndpointAlone(endpointId, listed.failure.retryAfterMs);
  const message = listed.ok
    ? `It answers, and lists ${listed.models.length === 1 ? "one model" : `${listed.models.length} models`}${listed.models.length > 0 ? `: ${listed.models.slice(0, 5).join(", ")}${listed.models.length > 5 ? ", …" : ""}` : ""}. It serves no purpose yet.`
    : listed.failure.message;
  return result(listed.ok, message, Date.now() - started);
}
