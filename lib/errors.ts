/**
 * What went wrong, in words for the person who asked.
 *
 * `message` is one clear sentence: what, where, what to do. It is shown as it stands, so it never holds a secret,
 * a path of the server or the text of another system's error; those belong in `cause`, which only the log sees.
 */
export type ErrorCode =
  | "bad_input"
  | "not_signed_in"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "unavailable"
  | "upstream"
  | "internal";

export class AppError extends Error {
  readonly code: ErrorCode;
  /** Facts that a screen needs to offer a choice, e.g. who holds the trace now. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof AppError || (error instanceof Error && error.name === "AppError" && "code" in error)
  );
}

/** The HTTP status with which a route handler answers an error of this code. */
export function httpStatusOf(code: ErrorCode): number {
  switch (code) {
    case "bad_input":
      return 400;
    case "not_signed_in":
      return 401;
    case "forbidden":
      return 403;
    case "not_found":
      return 404;
    case "conflict":
      return 409;
    case "rate_limited":
      return 429;
    case "unavailable":
      return 503;
    case "upstream":
      return 502;
    case "internal":
      return 500;
  }
}
