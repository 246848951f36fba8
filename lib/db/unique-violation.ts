/**
 * Whether an error of the database says that a row with the same unique value came first. A look beforehand gives the
 * better sentence; this catches whoever was faster in between.
 */
export function isUniqueViolation(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "P2002";
}
