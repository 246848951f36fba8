import "server-only";
import { randomUUID } from "node:crypto";
import type { CallGate } from "#lib/generation/ledger-commands.ts";
import { groupOf } from "#lib/generation/run-feed-commands.ts";
import { readModelRooms } from "#lib/generation/run-limits-commands.ts";
import type { FetchLimits } from "#lib/queue/dispatcher.ts";
import { Allowance, Slots } from "#lib/worker/allowance.ts";

const CACHED_MS = 1_000;
/**
 * Tasks of one model that this process has at hand at most, as a multiple of its calls in flight: some are being made
 * ready, some are being stored, and none of another model should stand behind a crowd that waits.
 */
const AT_HAND = 20;
const AT_HAND_LEAST = 32;
/** How long an allowance that nobody uses is kept. */
const IDLE_MS = 5_000;

/**
 * What the endpoints allow this process: an allowance for each run and model, and what the queue is asked for. What
 * this process hears from an endpoint itself it keeps to at once, what others hear within a second.
 */
export class Limits {
  readonly holderId = randomUUID();
  readonly #slots: Slots;
  readonly #allowances = new Map<string, { allowance: Allowance; group: string; idleSince: number | null }>();
  readonly #blockedUntil = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #atHand = new Map<string, number>();
  #readAt = 0;

  constructor(slots: number) {
    this.#slots = new Slots(slots);
    this.#timer = setInterval(() => void this.#tidy(), IDLE_MS / 2);
  }

  /** The groups to leave alone for now: refused, or with enough at hand. */
  async read(): Promise<FetchLimits> {
    const now = Date.now();
    if (now - this.#readAt >= CACHED_MS) {
      this.#readAt = now;
      for (const room of await readModelRooms())
        if (room.blockedMs > 0) this.#block(groupOf(room.endpointId, room.model), room.blockedMs);
    }
    const slots = new Map<string, number>();
    for (const { allowance, group } of this.#allowances.values()) {
      slots.set(group, (slots.get(group) ?? 0) + allowance.slots);
      if (allowance.blockedMs() > 0) this.#block(group, allowance.blockedMs());
    }
    const blocked = [...this.#blockedUntil].filter(([, until]) => until > now).map(([group]) => group);
    const full = [...this.#atHand]
      .filter(([group, count]) => count >= Math.max(AT_HAND_LEAST, (slots.get(group) ?? 0) * AT_HAND))
      .map(([group]) => group);
    return { blocked: [...new Set([...blocked, ...full])] };
  }

  /** Counts a task of this model as at hand, until the function that is given is called. */
  take(endpointId: string, model: string): () => void {
    const group = groupOf(endpointId, model);
    this.#atHand.set(group, (this.#atHand.get(group) ?? 0) + 1);
    return () => {
      const left = (this.#atHand.get(group) ?? 1) - 1;
      if (left > 0) this.#atHand.set(group, left);
      else this.#atHand.delete(group);
    };
  }

  /** The gate through which a run's calls go. */
  gateOf(runId: string): CallGate {
    return {
      enter: ({ endpointId, model, ceilingMicros, tokens }, signal) =>
        this.#open(runId, endpointId, model).enter({ ceilingMicros, tokens }, signal),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#allowances.values()].map(({ allowance }) => allowance.release()));
    this.#allowances.clear();
  }

  #open(runId: string, endpointId: string, model: string): Allowance {
    const key = `${runId} ${endpointId} ${model}`;
    const known = this.#allowances.get(key);
    if (known) {
      known.idleSince = null;
      return known.allowance;
    }
    const group = groupOf(endpointId, model);
    const allowance = new Allowance({ runId, endpointId, model }, this.holderId, this.#slots, (pauseMs) =>
      this.#block(group, pauseMs),
    );
    this.#allowances.set(key, { allowance, group, idleSince: null });
    return allowance;
  }

  #block(group: string, ms: number): void {
    this.#blockedUntil.set(group, Math.max(Date.now() + ms, this.#blockedUntil.get(group) ?? 0));
  }

  async #tidy(): Promise<void> {
    const now = Date.now();
    for (const [group, until] of this.#blockedUntil) if (until <= now) this.#blockedUntil.delete(group);
    for (const [key, entry] of this.#allowances) {
      if (!entry.allowance.isIdle) entry.idleSince = null;
      else if (entry.idleSince === null) entry.idleSince = now;
      else if (now - entry.idleSince > IDLE_MS) {
        // Before it is forgotten: another for the same model would share its row, and lose what it has just been given.
        await entry.allowance.release();
        if (entry.idleSince !== null && entry.allowance.isIdle) this.#allowances.delete(key);
      }
    }
  }
}
