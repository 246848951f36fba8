import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import {
  type AllowanceGrant,
  HOLD_SECONDS,
  NO_RUN,
  syncAllowance,
} from "#lib/generation/allowance-commands.ts";
import { CallError } from "#lib/generation/call-error.ts";
import type { CallGate, CallOutcome, CallPass } from "#lib/generation/ledger-commands.ts";
import { log } from "#lib/log.ts";
import { waitAfterRateLimit } from "#lib/queue/backoff.ts";

/** How often a call that waits for a free slot looks again; runs that hold all leave it the next that becomes free. */
const LOOK_EVERY_MS = 250;
/** However long a pause is said to be, it may be over sooner: somebody raises a limit. */
const LOOK_AT_LEAST_EVERY_MS = 2_000;
/** A wait that is shorter is not worth a word. */
const WORTH_TELLING_MS = 1_000;
const HEARTBEAT_MS = (HOLD_SECONDS * 1_000) / 6;
/** Amounts in the buckets are fractions. */
const EPSILON = 1e-6;

export type SingleCallWait = {
  /** One sentence for people. */
  message: string;
  /** Null: until another call ends. */
  ms: number | null;
};

export type SingleCallOptions = {
  /**
   * A call whose turn would come later, or has not come by then, is refused with `CallError` ("rate_limited", without
   * a call's id) in a sentence that says why.
   */
  longestWaitMs: number;
  onWait?: (wait: SingleCallWait) => void;
  /** What was waited for has come, or is not waited for any more; only where `onWait` was called before. */
  onTurn?: () => void;
};

type Call = { endpointId: string; model: string; tokens: number };
type Drawn = { requests: number; tokens: number };

/**
 * The gate of calls that belong to no run: what a person asks for at once, and comparisons. They share the slots and
 * the rates of a model with the runs of all workers: each holds one slot while it is in flight, draws one request and
 * its tokens from the buckets, and leaves an endpoint alone that asked for it. Nothing of this is about money.
 */
export function createSingleCallGate(options: SingleCallOptions): CallGate {
  const refusals = { inARow: 0 };
  return {
    async enter(call, signal) {
      const hold = new Hold(call);
      try {
        await waitForTurn(hold, call, options, signal);
      } catch (error) {
        await hold.letGo({});
        throw error;
      }
      return passWith(hold, call, refusals);
    },
  };
}

/** Two gates in a row: a call passes both, and each hears what became of it. */
export function chainGates(first: CallGate, second: CallGate): CallGate {
  return {
    async enter(call, signal) {
      const outer = await first.enter(call, signal);
      const inner = await second.enter(call, signal).catch((error: unknown) => {
        outer.leave({ kind: "unsent" });
        throw error;
      });
      return {
        begin: async () => {
          await outer.begin();
          await inner.begin();
        },
        end: () => {
          inner.end();
          outer.end();
        },
        leave: (outcome) => {
          inner.leave(outcome);
          outer.leave(outcome);
        },
      };
    },
  };
}

/** What one call holds in the rows that all workers share. */
class Hold {
  readonly #key: { runId: string; endpointId: string; model: string };
  readonly #holderId = randomUUID();
  readonly #tokens: number;
  #drawn: Drawn = { requests: 0, tokens: 0 };
  #heartbeat: NodeJS.Timeout | undefined;
  #beat: Promise<unknown> | undefined;

  constructor({ endpointId, model, tokens }: Call) {
    this.#key = { runId: NO_RUN, endpointId, model };
    this.#tokens = tokens;
  }

  /** Asks for what is still missing. Null: the endpoint is gone. */
  async ask(): Promise<(AllowanceGrant & { isEnough: boolean }) | null> {
    const missing = { requests: 1 - this.#drawn.requests, tokens: this.#tokens - this.#drawn.tokens };
    const grant = await this.#sync({ ...missing, wanted: 1 }, missing.tokens);
    if (!grant) return null;
    // Without a limit there is nothing to draw.
    this.#drawn = {
      requests: grant.requests === null ? 1 : this.#drawn.requests + grant.requests,
      tokens: grant.tokens === null ? this.#tokens : this.#drawn.tokens + grant.tokens,
    };
    const hasDrawn = this.#drawn.requests >= 1 - EPSILON && this.#drawn.tokens >= this.#tokens - EPSILON;
    return { ...grant, isEnough: grant.blockedMs === 0 && grant.slots > 0 && hasDrawn };
  }

  /** Keeps the slot while the call is in flight, however long that takes. */
  keep(): void {
    this.#heartbeat = setInterval(() => {
      this.#beat = this.#sync({ requests: 0, tokens: 0, wanted: 1, inFlight: 1 }).catch((error: unknown) =>
        log.warn({ err: error, ...this.#key }, "the slot of a single call could not be kept"),
      );
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Gives the slot back, and of the buckets what was not used; then tells what was learnt. */
  async letGo(learnt: { used?: Drawn; answered?: number; refusedMs?: number }): Promise<void> {
    clearInterval(this.#heartbeat);
    // A beat that came to the database after this would take the slot again.
    await this.#beat;
    const used = learnt.used ?? { requests: 0, tokens: 0 };
    const back = {
      requests: used.requests - this.#drawn.requests,
      tokens: used.tokens - this.#drawn.tokens,
    };
    this.#drawn = { requests: 0, tokens: 0 };
    await this.#sync({ ...back, wanted: 0, ...learnt }).catch((error: unknown) =>
      // The slot lapses by itself, and the buckets fill again.
      log.warn({ err: error, ...this.#key }, "what a single call held could not be given back"),
    );
  }

  #sync(
    ask: Drawn & { wanted: number; inFlight?: number; answered?: number; refusedMs?: number },
    nextTokens = 0,
  ): Promise<AllowanceGrant | null> {
    return syncAllowance(this.#key, {
      holderId: this.#holderId,
      wanted: ask.wanted,
      inFlight: ask.inFlight ?? 0,
      requests: ask.requests,
      tokens: ask.tokens,
      micros: 0n,
      inFlightMicros: 0n,
      next: { tokens: nextTokens, micros: 0n },
      answered: ask.answered ?? 0,
      refusedMs: ask.refusedMs ?? null,
    });
  }
}

async function waitForTurn(
  hold: Hold,
  call: Call,
  options: SingleCallOptions,
  signal?: AbortSignal,
): Promise<void> {
  let told: string | null = null;
  const onWait = (wait: SingleCallWait) => {
    if (told === wait.message) return;
    told = wait.message;
    options.onWait?.(wait);
  };
  try {
    await askUntilItsTurn(hold, call, { ...options, onWait }, signal);
  } finally {
    if (told !== null) options.onTurn?.();
  }
}

async function askUntilItsTurn(
  hold: Hold,
  call: Call,
  { longestWaitMs, onWait }: { longestWaitMs: number; onWait: (wait: SingleCallWait) => void },
  signal?: AbortSignal,
): Promise<void> {
  const startedAt = Date.now();
  const until = startedAt + longestWaitMs;
  for (;;) {
    if (signal?.aborted) throw new CallError(CANCELLED, null);
    const grant = await hold.ask();
    if (!grant) throw new CallError({ kind: "endpoint_unusable", httpStatus: null, message: GONE }, null);
    if (grant.isEnough) return;
    const { message, ms } = reasonToWait(call, grant);
    if (Date.now() + (ms ?? 0) > until) throw tooLate(message, ms);
    if ((ms ?? Date.now() - startedAt) >= WORTH_TELLING_MS) onWait({ message, ms });
    const restMs = Math.min(Math.max(LOOK_EVERY_MS, ms ?? 0), LOOK_AT_LEAST_EVERY_MS);
    await wait(restMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

function reasonToWait({ model }: Call, grant: AllowanceGrant): SingleCallWait {
  if (grant.blockedMs > 0)
    return { message: `The endpoint of ${model} asked to be left alone for now.`, ms: grant.blockedMs };
  if (grant.slots === 0)
    return {
      message: `All calls that ${model} takes at once are in use: this one waits for one to end.`,
      ms: null,
    };
  return { message: `The rate that is set for ${model} is used up for now.`, ms: grant.waitMs };
}

function tooLate(message: string, ms: number | null): CallError {
  const when = ms === null ? "Try again later, or pause a run that uses it." : `Try again in ${sayTime(ms)}.`;
  return new CallError(
    { kind: "rate_limited", httpStatus: null, retryAfterMs: ms, message: `${message} ${when}` },
    null,
  );
}

/** A wait in words, with how long it is where that is known. */
export function describeWait({ message, ms }: SingleCallWait): string {
  return ms === null ? message : `${message} It goes on in ${sayTime(ms)}.`;
}

function sayTime(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds <= 1) return "a second";
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

const CANCELLED = {
  kind: "cancelled",
  httpStatus: null,
  message: "The call was cancelled before it was sent.",
} as const;
const GONE = "The endpoint of this call is not there any more: choose another under Settings, Endpoints.";

function passWith(hold: Hold, call: Call, refusals: { inARow: number }): CallPass {
  hold.keep();
  let isLeft = false;
  return {
    begin: async () => undefined,
    end: () => undefined,
    leave(outcome) {
      if (isLeft) return;
      isLeft = true;
      void hold.letGo(learn(outcome, call, refusals));
    },
  };
}

function learn(
  outcome: CallOutcome,
  { tokens }: Call,
  refusals: { inARow: number },
): { used?: Drawn; answered?: number; refusedMs?: number } {
  switch (outcome.kind) {
    case "unsent":
      return {};
    case "unknown":
      return { used: { requests: 1, tokens } };
    case "answered":
      refusals.inARow = 0;
      return { used: { requests: 1, tokens: outcome.tokens ?? tokens }, answered: 1 };
    case "failed": {
      const { failure } = outcome;
      // Refused before anything was sent.
      if (failure.kind === "endpoint_unusable") return {};
      const used = { requests: 1, tokens };
      if (failure.kind !== "rate_limited") return { used };
      refusals.inARow += 1;
      return { used, refusedMs: waitAfterRateLimit(failure.retryAfterMs, refusals.inARow, Math.random()) };
    }
  }
}
