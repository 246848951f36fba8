/** The reasoning types that stage 1 is asked for. A writer may name another; it is kept as it was named. */
export const REASONING_TYPES = [
  "Recognition",
  "Spatial and Relational",
  "Counting and Quantification",
  "Causal and Commonsense",
  "Analogical and Goal-Oriented",
] as const;

/** What a question gets whose writer named no type. */
export const OTHER_REASONING_TYPE = "Other";

/**
 * The type by its usual name: case, hyphens, "&", a trailing "reasoning" and shortened names ("Counting",
 * "Spatial") do not matter. An unknown type stays as it was named, on one line and at most 80 characters.
 */
export function normaliseReasoningType(raw: string | null | undefined): string {
  const named = (raw ?? "")
    .trim()
    .replace(/\s+/gu, " ")
    .replace(/[.,;:]+$/u, "");
  if (named === "") return OTHER_REASONING_TYPE;
  const key = named
    .toLowerCase()
    .replace(/&/gu, " and ")
    .replace(/[-_/,]/gu, " ")
    .replace(/\b(?:reasoning|questions?|type)\b/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  if (key === "" || key === "other" || key === "n a" || key === "none") return OTHER_REASONING_TYPE;
  for (const type of REASONING_TYPES) {
    const words = typeWords(type);
    const given = key.split(" ").filter((word) => word !== "and");
    if (given.every((word) => words.includes(word))) return type;
  }
  return named.slice(0, 80);
}

function typeWords(type: string): string[] {
  const words = type.toLowerCase().replace(/-/gu, " ").split(" ");
  return words.filter((word) => word !== "and");
}
