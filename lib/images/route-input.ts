import { z } from "zod";
import { AppError } from "#lib/errors.ts";

/** The body of a request as the schema has it; "bad_input" otherwise. */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await request.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError(
    "bad_input",
    "The request does not say what is needed. Reload the page, then try again.",
    {
      cause: parsed.error,
    },
  );
}

/** An id from an address; what is no id names nothing. */
export function readId(value: string, what: string): string {
  const parsed = z.uuid().safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("not_found", `There is no such ${what} in this project.`);
}
