import type { Capabilities, Parameters } from "#lib/endpoints/schema.ts";

export type FittedParameters = {
  /** As they go into the request's body. */
  sent: Record<string, unknown>;
  /** Asked for, but not sent, since the endpoint is not known to take them. */
  withheld: Record<string, unknown>;
};

/**
 * What of the parameters an endpoint is sent. OpenAI's own always; the others, and the seed, only where its
 * capabilities say so.
 */
export function fitParameters(
  parameters: Parameters,
  capabilities: Capabilities,
  seed: number | null,
  route: "chat" | "completions",
): FittedParameters {
  const fitted: FittedParameters = { sent: {}, withheld: {} };
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (name === "max_tokens") fitted.sent[maxTokensName(capabilities, route)] = value;
    else (isTaken(name, capabilities) ? fitted.sent : fitted.withheld)[name] = value;
  }
  if (seed !== null) (capabilities.seed ? fitted.sent : fitted.withheld).seed = seed;
  return fitted;
}

// The newer name exists on the chat route alone.
function maxTokensName(capabilities: Capabilities, route: "chat" | "completions"): string {
  return route === "chat" ? capabilities.maxTokensField : "max_tokens";
}

function isTaken(name: string, capabilities: Capabilities): boolean {
  switch (name) {
    case "repetition_penalty":
      return capabilities.repetitionPenalty;
    case "top_k":
      return capabilities.topK;
    case "bad_words":
      return capabilities.badWords;
    default:
      return true;
  }
}
