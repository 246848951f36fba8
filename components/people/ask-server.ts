import { unstable_isUnrecognizedActionError, unstable_rethrow } from "next/navigation";

/** An action that brought no answer: whether it was done is not known. */
export interface Unanswered {
  serverError: { message: string };
  isUnanswered: true;
  validationErrors?: undefined;
  data?: undefined;
}

const LOST =
  "The server did not answer, so whether this was done is not known. Check the connection, then try again.";
const UPDATED = "The server was updated since this page was opened. Reload the page, then try again.";

/**
 * Asks the server for something by an action. A connection that drops, and a server that is down or was replaced, come
 * back as an error in a sentence, like a refusal; redirects go their way.
 */
export async function askServer<T>(action: () => Promise<T>): Promise<T | Unanswered> {
  try {
    return await action();
  } catch (error) {
    unstable_rethrow(error);
    // What carries a digest was thrown on the server: it did answer.
    if (error instanceof Error && "digest" in error) throw error;
    return {
      serverError: { message: unstable_isUnrecognizedActionError(error) ? UPDATED : LOST },
      isUnanswered: true,
    };
  }
}

export function isUnanswered(outcome: object | undefined): outcome is Unanswered {
  return outcome !== undefined && "isUnanswered" in outcome;
}
