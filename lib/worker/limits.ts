import "server-only";
import { randomUUID } from "node:crypto";
import type { CallGate } from "#lib/generation/ledger-commands.ts";
import { groupOf } from "#lib/generation/run-feed-commands.ts";
import { readModelRooms } from "#lib/generation/run-limits-commands.ts";
import type { FetchLimits } from "#lib/queue/dispatcher.ts";
import { Allowance, Slots } from "#lib/worker/allowance.ts";
import { RecentCount } from "#lib/worker/recent-count.ts";

const CACHED_MS = 1_000;
/**
 * Tasks of one model that this process has at hand: twice its slots and a few, since some are being made ready and some
 * are being stored, and as many as end in some seconds at the last second's pace. No more than that: what it has at
 * hand no other process can take. And no more than so many for each slot of the process, however fast they go.
 */
const AT_HAND_LEAST = 8;
const AT_HAND_SECONDS = 4;
const AT_HAND_MOST = 20;
/** With so much of it at hand, no more is fetched: a fetch for two costs as much as one for thirty. */
const FULL = 0.75;
/** Of several models a fetch takes so many for each slot at least, up to as many as make it cheap for each. */
const FETCH_LEAST = 4;
const FETCH_ENOUGH = 64;
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
  readonly #atHand = new Map<string, { count: number; uncalled: RecentCount }>();
  #readAt = 0;

  constructor(slots: number) {
    this.#slots = new Slots(slots);
    this.#timer = setInterval(() => void this.#tidy(), IDLE_MS / 2);
  }

  /** The groups to leave alone for now, refused or with enough at hand, and how many tasks the others take at most. */
  async read(): Promise<FetchLimits> {
    const now = Date.now();
    if (now - this.#readAt >= CACHED_MS) {
      this.#readAt = now;
      for (const room of await readModelRooms())
        if (room.blockedMs > 0) this.#block(groupOf(room.endpointId, room.model), room.blockedMs);
    }
    const slots = new Map<string, number>();
    const pace = new Map<string, number>();
    for (const { allowance, group } of this.#allowances.values()) {
      slots.set(group, (slots.get(group) ?? 0) + allowance.slots);
      pace.set(group, (pace.get(group) ?? 0) + allowance.pace);
      if (allowance.blockedMs() > 0) this.#block(group, allowance.blockedMs());
    }
    const blocked = new Set(
      [...this.#blockedUntil].filter(([, until]) => until > now).map(([group]) => group),
    );
    const { size } = this.#slots;
    const rooms: number[] = [];
    for (const [group, { count, uncalled }] of this.#atHand) {
      const own = slots.has(group) ? Math.max(1, Math.min(size, slots.get(group) ?? 0)) : size;
      const ended = (pace.get(group) ?? 0) + uncalled.at(performance.now());
      const wanted = atHandMost(own, ended, size);
      if (count >= wanted * FULL) blocked.add(group);
      else if (!blocked.has(group)) rooms.push(wanted - count);
    }
    // Whose they are is known once they are fetched: they may all be of the model with the least room. One with hardly
    // any room does not hold up the others for that.
    const least = rooms.length > 1 ? Math.min(size * FETCH_LEAST, FETCH_ENOUGH) : 0;
    const most = rooms.length > 0 ? Math.max(least, Math.min(...rooms)) : atHandMost(size, 0, size);
    return { blocked: [...blocked], most };
  }

  /**
   * Counts a task of this model as at hand, until the function that is given is called: with true where it was done
   * without a call.
   */
  take(endpointId: string, model: string): (isUncalled: boolean) => void {
    const group = groupOf(endpointId, model);
    const known = this.#atHand.get(group) ?? { count: 0, uncalled: new RecentCount() };
    this.#atHand.set(group, known);
    known.count += 1;
    return (isUncalled) => {
      known.count -= 1;
      if (isUncalled) known.uncalled.add(performance.now());
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
    for (const [group, { count, uncalled }] of this.#atHand)
      if (count === 0 && uncalled.at(performance.now()) === 0) this.#atHand.delete(group);
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

/** Tasks of a model with so many slots at hand at most, when so many end in a second. */
function atHandMost(slots: number, ended: number, size: number): number {
  return Math.min(size * AT_HAND_MOST, slots * 2 + AT_HAND_LEAST + ended * AT_HAND_SECONDS);
}
