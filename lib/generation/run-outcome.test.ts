import { describe, expect, it } from "vitest";
import { AppError } from "#lib/errors.ts";
import { CallError } from "#lib/generation/call-error.ts";
import type { CallFailure } from "#lib/generation/call-failure.ts";
import { judgeError, TRIES } from "#lib/generation/run-outcome.ts";

const describeUnknown = () => "Something went wrong.";
const call = (failure: CallFailure) => new CallError(failure, "call-1");
const judge = (error: unknown, tries = 0, isStopping = false) =>
  judgeError(error, tries, isStopping, describeUnknown, 0.5);

describe("judgeError", () => {
  it("never counts a 429, however often it came", () => {
    const error = call({ kind: "rate_limited", retryAfterMs: 3_000, message: "m", httpStatus: 429 });
    expect(judge(error, 99)).toEqual({ kind: "wait", retryAfterMs: 3_000 });
  });

  it("tries again later and longer, and gives up at the limit with the cause", () => {
    const error = call({ kind: "dropped", message: "The connection ended.", httpStatus: null });
    const delays = [0, 1, 2, 3].map((tries) => {
      const outcome = judge(error, tries);
      return outcome.kind === "retry" ? outcome.delayMs : Number.NaN;
    });
    expect(delays).toEqual([750, 1_500, 3_000, 6_000]);
    expect(judge(error, TRIES - 1)).toEqual({
      kind: "failed",
      code: "dropped",
      message: "The connection ended.",
      callId: "call-1",
    });
  });

  it("waits as long as a failing server asked for", () => {
    const error = call({ kind: "server_error", retryAfterMs: 40_000, message: "m", httpStatus: 503 });
    expect(judge(error)).toMatchObject({ kind: "retry", delayMs: 40_000 });
  });

  it("stops the run where every call would fail, and fails only the task where the input is at fault", () => {
    expect(judge(call({ kind: "unauthorized", message: "No.", httpStatus: 401 }))).toMatchObject({
      kind: "stop",
    });
    expect(judge(call({ kind: "quota_exhausted", message: "No.", httpStatus: 429 }))).toMatchObject({
      kind: "stop",
    });
    expect(judge(call({ kind: "refused", message: "Bad.", httpStatus: 400 }))).toMatchObject({
      kind: "failed",
      code: "refused",
    });
    expect(
      judge(call({ kind: "endpoint_unusable", message: "It is archived.", httpStatus: null })),
    ).toMatchObject({
      kind: "stop",
    });
    expect(judge(new AppError("conflict", "The question was rejected."))).toMatchObject({ kind: "failed" });
    expect(judge(new AppError("not_found", "The image is gone."))).toMatchObject({
      kind: "failed",
      message: "The image is gone.",
    });
  });

  it("hands a task back when this worker stops, and tries what nobody foresaw again", () => {
    expect(judge(call({ kind: "cancelled", message: "m", httpStatus: null }), 0, true)).toEqual({
      kind: "handed_back",
    });
    expect(judge(new Error("pool closed"), 0, true)).toEqual({ kind: "handed_back" });
    expect(judge(new Error("deadlock"))).toMatchObject({
      kind: "retry",
      code: "internal",
      message: "Something went wrong.",
    });
    expect(judge(new AppError("unavailable", "Storage is away."))).toMatchObject({
      kind: "retry",
      code: "unavailable",
    });
  });
});
