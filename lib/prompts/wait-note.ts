import "server-only";
import { log } from "#lib/log.ts";

export type WaitNote = { note(text: string | null): void; written(): Promise<void> };

/** Writes down what something waits for, for whoever looks on; one after another, so that the last word stays. */
export function createWaitNote(write: (text: string | null) => Promise<void>): WaitNote {
  let writing: Promise<void> = Promise.resolve();
  let noted: string | null = null;
  return {
    note(text) {
      if (text === noted) return;
      noted = text;
      writing = writing
        .then(() => write(text))
        .catch((error: unknown) => log.debug({ err: error }, "a wait could not be written down"));
    },
    written: () => writing,
  };
}
