import "server-only";
import type { GroupConcurrencyConfig } from "pg-boss";
import { blockEndpoint, readEndpointRooms } from "#lib/generation/run-limits-commands.ts";
import { waitAfterRateLimit } from "#lib/queue/backoff.ts";

const CACHED_MS = 1_000;
/** For an endpoint that was added a moment ago. */
const DEFAULT_CONCURRENCY = 4;

/**
 * What endpoints allow, as this process last read it: limits are shared by all workers through the database, and
 * looked up at most once a second. What this process hears from an endpoint itself it keeps to at once.
 */
export class EndpointLimits {
  #groups: GroupConcurrencyConfig = { default: DEFAULT_CONCURRENCY };
  readonly #blockedUntil = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  #readAt = 0;

  /** Limits by group, and the groups to leave alone, for a fetch from the queue. */
  async read(): Promise<{ groups: GroupConcurrencyConfig; blocked: string[] }> {
    const now = Date.now();
    if (now - this.#readAt >= CACHED_MS) {
      this.#readAt = now;
      const rooms = await readEndpointRooms();
      this.#groups = {
        default: DEFAULT_CONCURRENCY,
        tiers: Object.fromEntries(rooms.map((room) => [room.endpointId, room.concurrency])),
      };
      for (const room of rooms) if (room.blockedMs > 0) this.#extend(room.endpointId, now + room.blockedMs);
    }
    return {
      groups: this.#groups,
      blocked: [...this.#blockedUntil.keys()].filter((id) => this.blockedMs(id) > 0),
    };
  }

  /** For how many milliseconds the endpoint is still to be left alone. */
  blockedMs(endpointId: string): number {
    return Math.max(0, (this.#blockedUntil.get(endpointId) ?? 0) - Date.now());
  }

  /** The endpoint answered "too many requests". Returns for how many milliseconds all workers leave it alone. */
  async refuse(endpointId: string, retryAfterMs: number | null): Promise<number> {
    // A burst of calls that were in flight together is refused together: that is one refusal, not many.
    const isSameBurst = this.blockedMs(endpointId) > 0;
    const inARow = (this.#refusals.get(endpointId) ?? 0) + (isSameBurst ? 0 : 1);
    this.#refusals.set(endpointId, inARow);
    const waitMs = waitAfterRateLimit(retryAfterMs, Math.max(1, inARow), Math.random());
    this.#extend(endpointId, Date.now() + waitMs);
    await blockEndpoint(endpointId, waitMs);
    return this.blockedMs(endpointId);
  }

  /** The endpoint answered. */
  accept(endpointId: string): void {
    this.#refusals.delete(endpointId);
  }

  #extend(endpointId: string, until: number): void {
    this.#blockedUntil.set(endpointId, Math.max(until, this.#blockedUntil.get(endpointId) ?? 0));
  }
}
