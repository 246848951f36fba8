import "server-only";
import {
  type AllowanceKey,
  HOLD_SECONDS,
  SILENT_SECONDS,
  syncAllowance,
} from "#lib/generation/allowance-commands.ts";
import { CallError } from "#lib/generation/call-error.ts";
import { mayHaveBeenPaid } from "#lib/generation/call-failure.ts";
import type { CallOutcome, CallPass } from "#lib/generation/ledger-commands.ts";
import { log } from "#lib/log.ts";
import { waitAfterRateLimit } from "#lib/queue/backoff.ts";
import { HandBack } from "#lib/worker/hand-back.ts";
import { RecentCount } from "#lib/worker/recent-count.ts";

/** How often a process that is at work looks at what it may do, and how soon again while calls wait. */
const SYNC_MS = 500;
const URGENT_MS = 60;
/** A call that would wait longer for its turn goes back to the queue, so that it keeps no other from being done. */
const PATIENCE_MS = 3_000;
/** Calls that stand ready beside those that the slots will want soon. */
const STAGED_LEAST = 8;
/** And no more than so many for each slot, however fast they go. */
const STAGED_MOST = 4;
/** How much the last call counts in the mean of what they take. */
const MEAN_WEIGHT = 0.1;
/** A reservation covers this much more than the calls at hand, so that not every call needs a look at the database. */
const AHEAD = 1.5;
/** After so long without a look, others may have been given what this process held: it slept, or its network was cut. */
const SURE_MS = (SILENT_SECONDS * 1_000) / 2;
/** How soon a task comes again that waits for money which others hold. */
const MONEY_WAIT_MS = 10_000;
/** By then the ledger has counted a call as lost whose outcome could not be written down. */
const UNKNOWN_MS = (HOLD_SECONDS + 15) * 1_000;

export type Asking = { ceilingMicros: bigint | null; tokens: number };

type Waiting = { asking: Asking; resolve: (pass: CallPass) => void; reject: (error: unknown) => void };

/** The slots of this process, over all runs and models: a call takes one while it is in flight. */
export class Slots {
  readonly size: number;
  #used = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.size = size;
  }

  get left(): number {
    return this.size - this.#used;
  }

  tryTake(): boolean {
    if (this.#used >= this.size) return false;
    this.#used += 1;
    return true;
  }

  free(): void {
    this.#used -= 1;
    this.#waiting.shift()?.();
  }

  /** Calls back when a slot has become free; somebody else may take it first. */
  whenFree(callback: () => void): void {
    this.#waiting.push(callback);
  }
}

/**
 * What this process may do for one run with one model. It draws slots, requests, tokens and money from the rows that
 * all workers share, ahead of need, and spends them call by call, so that keeping to a limit costs no journey to the
 * database for each call. It never spends what it has not drawn.
 */
export class Allowance {
  readonly #key: AllowanceKey;
  readonly #holderId: string;
  readonly #slots: Slots;
  readonly #onRefused: (pauseMs: number) => void;
  #granted = 0;
  #inFlight = 0;
  #staged = 0;
  #requests = 0;
  #tokens = 0;
  #free = 0n;
  #reserved = 0n;
  #blockedUntil = 0;
  #refusedMs: number | null = null;
  #refusals = 0;
  #answered = 0;
  #enteredSince = 0;
  readonly #ended = new RecentCount();
  /** What its calls take on average, in milliseconds, the last ones most; null: none has ended. */
  #meanMs: number | null = null;
  #entering: Waiting[] = [];
  #beginning: { start: () => void; reject: (error: unknown) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = 0;
  #isBudgeted = true;
  #poorSince: number | null = null;
  #syncedAt = Number.NEGATIVE_INFINITY;
  #lastEach = { tokens: 0, micros: 0n };
  /** While the shared rows are asked, nothing is spent that may just be given back: calls in flight are no more than this. */
  #frozenAt: number | null = null;
  /** Slots that the shared rows have it hold: those that it may use, or more where that many were in flight. */
  #held = 0;
  #syncing: Promise<void> | undefined;
  #isListening = false;
  /** Looks in a row that brought no slot though one was wanted. */
  #looksInVain = 0;

  constructor(key: AllowanceKey, holderId: string, slots: Slots, onRefused: (pauseMs: number) => void) {
    this.#key = key;
    this.#holderId = holderId;
    this.#slots = slots;
    this.#onRefused = onRefused;
  }

  /** Calls that it may have in flight. */
  get slots(): number {
    return this.#granted;
  }

  /**
   * Calls that end in a second: as the last one saw it, and no more than so many slots can bring about with calls that
   * take as long as these. A run's first calls begin together, and so end together: that is no pace.
   */
  get pace(): number {
    const ended = this.#ended.at(performance.now());
    if (this.#meanMs === null) return ended;
    return Math.min(ended, Math.ceil(((this.#granted || this.#slots.size) * 1_000) / this.#meanMs));
  }

  /**
   * Calls that are let in ahead of their slots: one for each that is free, and as many as the last second's pace will
   * want until others can be made ready. No more: what stands ready is claimed, holds money and rate, and counts as
   * perhaps sent where its process is killed.
   */
  get #mostStaged(): number {
    const slots = this.#granted || this.#slots.size;
    const free = Math.max(0, Math.min(slots - this.#inFlight, this.#slots.left));
    return STAGED_LEAST + free + Math.min(slots * STAGED_MOST, this.pace);
  }

  /** Whether the last look is so recent that nobody else can have been given what this process holds. */
  get #isSure(): boolean {
    return performance.now() - this.#syncedAt <= SURE_MS;
  }

  /**
   * Calls that may be in flight before an answer is here: what stands ready goes on to begin in slots that this process
   * holds. While it asks nothing more is let in, so with a database that is far away they would stand empty.
   */
  get #reach(): number {
    if (this.blockedMs() > 0 || !this.#isSure) return this.#inFlight;
    const free = Math.max(0, Math.min(this.#granted - this.#inFlight, this.#slots.left));
    return this.#inFlight + Math.min(this.#staged, free);
  }

  get isIdle(): boolean {
    return this.#inFlight + this.#staged + this.#entering.length === 0 && this.#reserved === 0n;
  }

  blockedMs(): number {
    return Math.max(0, this.#blockedUntil - Date.now());
  }

  /**
   * Waits until a call is allowed. Rejects with `CallError` (left alone for now, no money) or `HandBack`, which also is
   * what becomes of it when the signal is aborted.
   */
  enter(asking: Asking, signal?: AbortSignal): Promise<CallPass> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new HandBack());
      const giveUp = () => {
        this.#entering = this.#entering.filter((one) => one !== waiting);
        reject(new HandBack());
      };
      const waiting: Waiting = {
        asking,
        resolve: (pass) => {
          signal?.removeEventListener("abort", giveUp);
          resolve(pass);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", giveUp);
          reject(error);
        },
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#entering.push(waiting);
      this.#pump();
    });
  }

  /** Gives back what is not needed any more. */
  async release(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#syncing;
    await this.#sync();
  }

  #pump(): void {
    if (this.blockedMs() > 0)
      this.#turnAway(this.blockedMs(), "The endpoint asked to be left alone for now.");
    while (this.#entering.length > 0 && this.#staged < this.#mostStaged) {
      const first = this.#entering[0];
      if (!first || !this.#canAfford(first.asking)) break;
      this.#entering.shift();
      first.resolve(this.#take(first.asking));
    }
    if (this.#entering.length > 0 && this.#staged < this.#mostStaged) {
      this.#schedule(this.#nextLookMs());
    } else if (this.#beginning.length > 0 && this.#granted === 0) this.#schedule(this.#nextLookMs());
    if (!this.isIdle || this.#holdsAnything()) this.#schedule(SYNC_MS);
    this.#start();
  }

  /** Without slots it looks at once, and then, where others have them all, less and less often. */
  #nextLookMs(): number {
    if (this.#granted > 0) return URGENT_MS;
    return this.#looksInVain === 0 ? 0 : Math.min(SYNC_MS, URGENT_MS * 2 ** (this.#looksInVain - 1));
  }

  #canAfford({ ceilingMicros, tokens }: Asking): boolean {
    if (this.#frozenAt !== null || this.#granted === 0) return false;
    if (!this.#isSure) return false;
    if (this.#isBudgeted && this.#free < (ceilingMicros ?? 0n)) return false;
    return this.#requests >= 1 && this.#tokens >= tokens;
  }

  #take(asking: Asking): CallPass {
    const ceiling = asking.ceilingMicros ?? 0n;
    this.#requests -= 1;
    this.#tokens -= asking.tokens;
    this.#free -= ceiling;
    this.#reserved += ceiling;
    this.#staged += 1;
    this.#enteredSince += 1;
    let isBegun = false;
    let begunAt = 0;
    let isEnded = false;
    let isLeft = false;
    const end = () => {
      if (!isBegun || isEnded) return;
      isEnded = true;
      this.#inFlight -= 1;
      const now = performance.now();
      this.#ended.add(now);
      const took = Math.max(1, now - begunAt);
      this.#meanMs = this.#meanMs === null ? took : this.#meanMs + (took - this.#meanMs) * MEAN_WEIGHT;
      this.#slots.free();
      // Its slot is left to a single call that waits: whoever has it is to know that it is free.
      if (this.#inFlight >= this.#granted) this.#schedule(0);
      this.#start();
    };
    return {
      begin: () =>
        new Promise<void>((resolve, reject) => {
          const start = () => {
            isBegun = true;
            begunAt = performance.now();
            resolve();
          };
          this.#beginning.push({ start, reject });
          this.#start();
        }),
      end,
      leave: (outcome) => {
        if (isLeft) return;
        isLeft = true;
        if (!isBegun) this.#staged -= 1;
        // Before its slot is free: after a refusal nothing is to follow.
        this.#settle(asking, ceiling, outcome);
        if (isBegun) end();
        this.#pump();
      },
    };
  }

  /** Lets staged calls begin while this model and this process have slots. */
  #start(): void {
    // What stands ready waits for the end of a short pause, and goes back to the queue for a long one.
    const blockedMs = this.blockedMs();
    if (blockedMs > PATIENCE_MS) this.#handBackReady(blockedMs);
    if (blockedMs > 0 || !this.#isSure) return;
    const most = this.#frozenAt === null ? this.#granted : Math.min(this.#frozenAt, this.#granted);
    while (this.#beginning.length > 0 && this.#inFlight < most) {
      if (!this.#slots.tryTake()) {
        if (!this.#isListening) {
          this.#isListening = true;
          this.#slots.whenFree(() => {
            this.#isListening = false;
            // More may stand ready now than while others had it.
            this.#pump();
          });
        }
        return;
      }
      this.#staged -= 1;
      this.#inFlight += 1;
      this.#beginning.shift()?.start();
    }
  }

  #settle(asking: Asking, ceiling: bigint, outcome: CallOutcome): void {
    this.#reserved -= ceiling;
    switch (outcome.kind) {
      case "unsent":
        this.#requests += 1;
        this.#tokens += asking.tokens;
        this.#free += ceiling;
        return;
      case "unknown":
        this.#reserved += ceiling;
        setTimeout(() => {
          this.#reserved -= ceiling;
          this.#pump();
        }, UNKNOWN_MS).unref();
        return;
      case "answered":
        this.#answered += 1;
        this.#refusals = 0;
        // What it cost is gone from what this process holds; what was held back beyond that is free again.
        this.#free += ceiling - (outcome.costMicros ?? ceiling);
        if (outcome.tokens !== null) this.#tokens += asking.tokens - outcome.tokens;
        return;
      case "failed": {
        const { failure } = outcome;
        if (!mayHaveBeenPaid(failure)) this.#free += ceiling;
        if (failure.kind === "rate_limited") this.#refuse(failure.retryAfterMs);
        return;
      }
    }
  }

  #refuse(retryAfterMs: number | null): void {
    // A burst of calls that were in flight together is refused together: that is one refusal, not many.
    const isSameBurst = this.blockedMs() > 0;
    if (!isSameBurst) this.#refusals += 1;
    const pauseMs = waitAfterRateLimit(retryAfterMs, Math.max(1, this.#refusals), Math.random());
    this.#blockedUntil = Math.max(this.#blockedUntil, Date.now() + pauseMs);
    this.#refusedMs = Math.max(this.#refusedMs ?? 0, pauseMs);
    this.#onRefused(pauseMs);
    this.#schedule(0);
  }

  #holdsAnything(): boolean {
    return this.#held > 0 || this.#free > 0n || this.#reserved > 0n;
  }

  #schedule(ms: number): void {
    const at = Date.now() + ms;
    if (this.#timer && this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#sync();
    }, ms);
  }

  #sync(): Promise<void> {
    if (this.#syncing) return this.#syncing;
    const reach = this.#reach;
    this.#frozenAt = reach;
    this.#syncing = this.#exchange(reach)
      .catch((error: unknown) => {
        log.warn(
          { err: error, ...this.#key },
          "what an endpoint allows could not be looked up; trying again",
        );
        if (!this.isIdle) this.#schedule(1_000);
      })
      .finally(() => {
        this.#syncing = undefined;
        this.#frozenAt = null;
        this.#pump();
      });
    return this.#syncing;
  }

  async #exchange(inFlight: number): Promise<void> {
    const waiting = this.#entering.slice(0, this.#mostStaged);
    const first = waiting[0]?.asking;
    const ahead = Math.max(waiting.length, Math.ceil(this.#enteredSince * AHEAD));
    if (first) this.#lastEach = average(waiting.map(({ asking }) => asking));
    const each = this.#lastEach;
    const tokensAhead = Math.ceil(sumOf(waiting) + each.tokens * (ahead - waiting.length));
    const wantsRequests = Number.isFinite(this.#requests) ? ahead - this.#requests : ahead;
    const wantsTokens = Number.isFinite(this.#tokens) ? tokensAhead - this.#tokens : tokensAhead;
    const refusedMs = this.#refusedMs;
    const answered = this.#answered;
    this.#refusedMs = null;
    this.#answered = 0;
    this.#enteredSince = 0;
    const reservedBefore = this.#reserved;
    const freeBefore = this.#free;
    const askedAt = performance.now();
    const wanted = Math.min(this.#slots.size, this.#inFlight + this.#staged + this.#entering.length);
    const grant = await syncAllowance(this.#key, {
      holderId: this.#holderId,
      wanted,
      inFlight,
      requests: wantsRequests,
      tokens: wantsTokens,
      micros: reservedBefore + each.micros * BigInt(ahead),
      inFlightMicros: reservedBefore,
      next: { tokens: first?.tokens ?? 0, micros: first?.ceilingMicros ?? 0n },
      answered,
      refusedMs,
    }).catch((error: unknown) => {
      this.#answered += answered;
      // Or it would look again at once, for as long as the database is away.
      this.#looksInVain += 1;
      // The answer may be what was lost, and with it the news that others have the money now.
      this.#free -= freeBefore;
      this.#refusedMs = Math.max(this.#refusedMs ?? 0, refusedMs ?? 0) || null;
      throw error;
    });
    if (!grant) {
      // The endpoint is gone, and its rows with it: there is nothing to hold or to give back.
      this.#granted = 0;
      this.#held = 0;
      this.#free = 0n;
      this.#handBackAll();
      return;
    }
    this.#syncedAt = askedAt;
    this.#granted = grant.slots;
    this.#held = Math.max(inFlight, grant.slots);
    this.#looksInVain = grant.slots === 0 && wanted > 0 ? this.#looksInVain + 1 : 0;
    this.#requests =
      grant.requests === null ? Number.POSITIVE_INFINITY : finite(this.#requests) + grant.requests;
    this.#tokens = grant.tokens === null ? Number.POSITIVE_INFINITY : finite(this.#tokens) + grant.tokens;
    this.#isBudgeted = grant.budget !== null;
    // What was settled while the question was on its way has changed both sides alike.
    this.#free += grant.micros - reservedBefore - freeBefore;
    if (grant.blockedMs > 0) this.#blockedUntil = Math.max(this.#blockedUntil, Date.now() + grant.blockedMs);
    if (!grant.isRunning) this.#handBackAll();
    else if (first && grant.waitMs > PATIENCE_MS)
      this.#turnAway(grant.waitMs, "The endpoint's rate is used up.");
    // What was settled since it asked may count twice in the answer, as spent and as in flight: then it asks once more.
    else if (grant.budget && first && reservedBefore === 0n && this.#isPoor(first))
      this.#waitForMoney(first, grant.budget);
    else this.#poorSince = null;
  }

  /** No money for the next call, and nothing of this process's own in flight that could give some back. */
  #isPoor(next: Asking): boolean {
    return this.#free < (next.ceilingMicros ?? 0n) && this.#reserved === 0n;
  }

  /** What others hold may come back: within a moment, or, from a batch, in a day. */
  #waitForMoney(
    next: Asking,
    budget: { budget: bigint; spent: bigint; uncertain: bigint; heldByOthers: bigint },
  ) {
    this.#poorSince ??= Date.now();
    if (budget.heldByOthers === 0n) this.#rejectAll(budgetReached(budget, next.ceilingMicros ?? 0n));
    else if (Date.now() - this.#poorSince > PATIENCE_MS) this.#rejectAll(new HandBack(MONEY_WAIT_MS));
  }

  #turnAway(waitMs: number, message: string): void {
    if (waitMs > PATIENCE_MS || this.blockedMs() > 0) {
      this.#blockedUntil = Math.max(this.#blockedUntil, Date.now() + waitMs);
      this.#rejectAll(
        new CallError({ kind: "rate_limited", retryAfterMs: waitMs, httpStatus: null, message }, null),
      );
    }
  }

  /** No call is to be sent any more, of those that stand ready neither; what is in flight is awaited. */
  #handBackAll(): void {
    this.#rejectAll(new HandBack());
    this.#handBackReady();
  }

  #handBackReady(afterMs?: number): void {
    for (const { reject } of this.#beginning.splice(0)) reject(new HandBack(afterMs));
  }

  #rejectAll(error: unknown): void {
    const waiting = this.#entering;
    this.#entering = [];
    for (const { reject } of waiting) reject(error);
  }
}

function average(askings: readonly Asking[]): { tokens: number; micros: bigint } {
  if (askings.length === 0) return { tokens: 0, micros: 0n };
  const tokens = askings.reduce((sum, asking) => sum + asking.tokens, 0) / askings.length;
  // The largest: a reservation that is a little too large is given back at the next look.
  const micros = askings.reduce((most, { ceilingMicros }) => {
    const ceiling = ceilingMicros ?? 0n;
    return ceiling > most ? ceiling : most;
  }, 0n);
  return { tokens, micros };
}

/** A limit that was set while there was none: nothing has been drawn under it yet. */
function finite(amount: number): number {
  return Number.isFinite(amount) ? amount : 0;
}

function sumOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { asking }) => sum + asking.tokens, 0);
}

function budgetReached(
  { budget, spent, uncertain }: { budget: bigint; spent: bigint; uncertain: bigint },
  next: bigint,
): CallError {
  const maybe = uncertain > 0n ? `, and up to ${dollars(uncertain)} for calls whose cost is not known` : "";
  return new CallError(
    {
      kind: "budget_reached",
      httpStatus: null,
      message: `The budget of ${dollars(budget)} is used up: ${dollars(spent)} spent${maybe}; the next call could cost up to ${dollars(next)}. Raise the budget, then resume the run.`,
    },
    null,
  );
}

/** Cents, and up to two more digits where they say something. */
function dollars(micros: bigint): string {
  const amount = Number(micros) / 1e6;
  return `$${amount.toFixed(4).replace(/0{1,2}$/u, "")}`;
}
