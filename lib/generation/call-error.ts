import { AppError } from "#lib/errors.ts";
import type { CallFailure } from "#lib/generation/call-failure.ts";

/** A call that brought no reply. `failure` is for whoever schedules, `message` for people. */
export class CallError extends AppError {
  readonly failure: CallFailure;
  /** The call in the ledger whose attempts tell the story; null where nothing was recorded. */
  readonly callId: string | null;

  constructor(failure: CallFailure, callId: string | null, cause?: unknown) {
    super(failure.kind === "rate_limited" ? "rate_limited" : "upstream", failure.message, {
      cause,
      details: { kind: failure.kind, callId },
    });
    this.failure = failure;
    this.callId = callId;
  }
}

export function isCallError(error: unknown): error is CallError {
  return error instanceof CallError;
}
