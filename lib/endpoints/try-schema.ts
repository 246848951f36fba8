import { z } from "zod";
import { type LastTest, PURPOSES } from "#lib/endpoints/schema.ts";

/** What is tried of an endpoint from a screen: all that it serves, or one purpose; by real calls as the stages make them, or by a probe. */
export const trySubjectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("endpoint"), endpointId: z.uuid() }),
  z.object({ kind: z.literal("purpose"), purpose: z.enum(PURPOSES) }),
  z.object({ kind: z.literal("probe"), purpose: z.enum(PURPOSES) }),
]);
export type TrySubject = z.infer<typeof trySubjectSchema>;

/** What came of a test. One that found no turn says nothing of the endpoint, and is not kept with it. */
export type TestOutcome = LastTest & { isMade: boolean };

/** What a screen hears while something is tried, one JSON object a line. */
export type TryEvent =
  /** One sentence that says what is waited for just now; null: nothing. */
  | { type: "waiting"; message: string | null }
  | { type: "tested"; results: TestOutcome[] }
  | { type: "probed" }
  | { type: "problem"; message: string };
