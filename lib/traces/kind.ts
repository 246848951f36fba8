/** What the machine says of an answer. */
export type Grade = "right" | "wrong" | "ungradable";

/**
 * The kind of a trace: O is right and X is wrong, first the simple thought's answer, then the long one's.
 * One letter is a simple thought on its own. "ungradable" is a cell of its own: one of the answers has no grade.
 */
export type TraceKind = "O" | "X" | "OO" | "XO" | "OX" | "XX" | "ungradable";

export const TRACE_KINDS = [
  "O",
  "X",
  "OO",
  "XO",
  "OX",
  "XX",
  "ungradable",
] as const satisfies readonly TraceKind[];

/** The kinds whose last answer is right: only these may enter a supervised training set. */
export const SFT_KINDS = ["O", "OO", "XO"] as const satisfies readonly TraceKind[];

/** The kind of a trace from its grades; `long` is null for a simple thought on its own. */
export function traceKind(simple: Grade, long: Grade | null): TraceKind {
  if (simple === "ungradable" || long === "ungradable") return "ungradable";
  const first = simple === "right" ? "O" : "X";
  if (long === null) return first;
  return long === "right" ? `${first}O` : `${first}X`;
}

/** Whether a trace of this kind ends right and may be trained on once a person has approved it. */
export function isSftKind(kind: TraceKind): kind is (typeof SFT_KINDS)[number] {
  return kind === "O" || kind === "OO" || kind === "XO";
}

/** Whether the trace ends with a long thought; unknown for "ungradable", which covers both. */
export function hasLongThought(kind: Exclude<TraceKind, "ungradable">): boolean {
  return kind.length === 2;
}
