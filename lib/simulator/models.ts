/** The models that the server lists. What each does is decided by the request; the names only suggest it. */
export const simulatedModels = [
  "simulated-writer",
  "simulated-vlm",
  "simulated-reasoner",
  "simulated-judge",
] as const;

/** A date of no meaning that stays the same, so that two lists are equal. */
const created = 1_700_000_000;

export function describeModel(id: string) {
  return { id, object: "model", created, owned_by: "second-look-simulator" };
}
