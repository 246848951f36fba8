/**
 * The arithmetic of what one model of an endpoint allows all workers together. Pure: state in, state out; times are
 * milliseconds since 1970 by the database's clock.
 */
export type ModelRoom = {
  /** Calls in flight at once at most, as the endpoint is set up. */
  concurrency: number;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  blockedUntil: number | null;
  /** Calls in flight at once, as refusals have narrowed it; null: not narrowed. */
  concurrencyNow: number | null;
  requestsLeft: number | null;
  tokensLeft: number | null;
  refilledAt: number | null;
  narrowedAt: number | null;
};

/** Refusals of calls that were in flight together are one refusal. */
const BURST_MS = 2_000;
/**
 * A bucket holds this share of a minute's allowance and fills with the rest of it, so that no minute, wherever it
 * begins, sees more than the allowance.
 */
const BUCKET_SHARE = 1 / 12;

/** Calls that may be in flight at once now, over all workers; at least one, or nothing would ever widen again. */
export function limitOf(room: ModelRoom): number {
  return Math.max(1, Math.floor(Math.min(room.concurrency, room.concurrencyNow ?? room.concurrency)));
}

/** After a burst of refusals: half of what is allowed now. */
export function narrow(room: ModelRoom, now: number): ModelRoom {
  if (room.narrowedAt !== null && now - room.narrowedAt < BURST_MS) return room;
  return { ...room, concurrencyNow: Math.max(1, limitOf(room) / 2), narrowedAt: now };
}

/** After answers: one more for each round of as many answers as are allowed at once. */
export function widen(room: ModelRoom, answered: number): ModelRoom {
  if (room.concurrencyNow === null || answered <= 0) return room;
  let wider = room.concurrencyNow;
  for (let left = answered; left > 0 && wider < room.concurrency; ) {
    const round = Math.min(left, Math.ceil(wider));
    wider += round / Math.ceil(wider);
    left -= round;
  }
  return { ...room, concurrencyNow: wider >= room.concurrency ? null : wider };
}

/** Never shortens what was asked for before. */
export function block(room: ModelRoom, until: number): ModelRoom {
  return { ...room, blockedUntil: Math.max(room.blockedUntil ?? 0, until) };
}

/** The buckets as they have filled by now. A clock that went back fills nothing. */
export function refill(room: ModelRoom, now: number): ModelRoom {
  const passedMs = Math.max(0, now - (room.refilledAt ?? now));
  const fill = (perMinute: number | null, left: number | null) => {
    if (perMinute === null) return null;
    const most = bucketSize(perMinute);
    return Math.min(most, (left ?? most) + (passedMs / 60_000) * perMinute * (1 - BUCKET_SHARE));
  };
  return {
    ...room,
    requestsLeft: fill(room.requestsPerMinute, room.requestsLeft),
    tokensLeft: fill(room.tokensPerMinute, room.tokensLeft),
    refilledAt: Math.max(now, room.refilledAt ?? 0),
  };
}

/** A bucket must hold one call at least, or none would ever pass. */
function bucketSize(perMinute: number): number {
  return Math.max(1, perMinute * BUCKET_SHARE);
}

export type Drawn = { room: ModelRoom; requests: number; tokens: number };

/**
 * Takes from the buckets what is there of what is wanted; negative amounts are given back. A single call that is
 * larger than its whole bucket passes when the bucket is full and leaves it in debt.
 * @param next tokens of the call that stands first
 */
export function draw(room: ModelRoom, wanted: { requests: number; tokens: number; next: number }): Drawn {
  const requests = drawFrom(room.requestsLeft, wanted.requests, 1, room.requestsPerMinute);
  const tokens = drawFrom(room.tokensLeft, wanted.tokens, wanted.next, room.tokensPerMinute);
  return {
    requests: room.requestsLeft === null ? wanted.requests : requests,
    tokens: room.tokensLeft === null ? wanted.tokens : tokens,
    room: {
      ...room,
      requestsLeft: room.requestsLeft === null ? null : room.requestsLeft - requests,
      tokensLeft: room.tokensLeft === null ? null : room.tokensLeft - tokens,
    },
  };
}

function drawFrom(left: number | null, wanted: number, next: number, perMinute: number | null): number {
  if (left === null || perMinute === null) return 0;
  if (wanted <= 0) return wanted;
  const isFull = left >= bucketSize(perMinute) - 1e-9;
  if (isFull && next > left) return Math.min(wanted, next);
  return Math.max(0, Math.min(wanted, left));
}

/** Milliseconds until a bucket that was drawn empty holds the next call; 0 where it does. */
export function waitForBuckets(room: ModelRoom, next: { requests: number; tokens: number }): number {
  const wait = (left: number | null, perMinute: number | null, needed: number) => {
    if (left === null || perMinute === null) return 0;
    const missing = Math.min(needed, bucketSize(perMinute)) - left;
    return missing <= 0 ? 0 : Math.ceil((missing / (perMinute * (1 - BUCKET_SHARE))) * 60_000);
  };
  return Math.max(
    wait(room.requestsLeft, room.requestsPerMinute, next.requests),
    wait(room.tokensLeft, room.tokensPerMinute, next.tokens),
  );
}

/**
 * One process's share of the calls in flight. It never takes what another holds, and where others want more than they
 * have, it keeps no more than an even share, and what is left over when everybody has one.
 */
export function shareSlots(
  limit: number,
  wanted: number,
  others: readonly { calls: number; wanted: number }[],
): number {
  const taken = others.reduce((sum, { calls }) => sum + calls, 0);
  const free = Math.max(0, limit - taken);
  const inNeed = others.filter((other) => other.wanted > other.calls);
  if (inNeed.length === 0) return Math.min(wanted, free);
  const asking = others.filter((other) => other.wanted > 0).length + (wanted > 0 ? 1 : 0);
  const even = Math.max(1, Math.floor(limit / Math.max(1, asking)));
  const kept = others.reduce((sum, other) => sum + Math.max(other.calls, Math.min(other.wanted, even)), 0);
  return Math.min(wanted, free, Math.max(even, limit - kept));
}

/**
 * The share of a run's process: of what single calls leave. One of those that waits is no process in need, or a handful
 * of them would take most slots at once; it gets its turn by `giveWay`, as few at a time as `mayAskForTurn` says.
 */
export function shareOfRun(
  limit: number,
  wanted: number,
  others: readonly { calls: number; wanted: number; isSingle: boolean }[],
): number {
  const single = others.reduce((sum, { calls, isSingle }) => sum + (isSingle ? calls : 0), 0);
  return shareSlots(
    limit - single,
    wanted,
    others.filter(({ isSingle }) => !isSingle),
  );
}

/**
 * What a process of a run keeps of its calls in flight while a single call waits: where no slot is free, one fewer than
 * it has, so that the first of all processes whose call ends leaves its slot; where one is, that one stays free.
 * @param slots what it would keep otherwise
 */
export function giveWay(limit: number, slots: number, others: readonly { calls: number }[]): number {
  const taken = others.reduce((sum, { calls }) => sum + calls, 0);
  return Math.min(slots, Math.max(0, limit - taken - 1));
}

/**
 * Whether a single call that found no slot may have runs leave it one: as long as single calls have fewer than a quarter
 * of the slots, or none. So runs keep the most of them, and where there is but one it goes to and fro.
 */
export function mayAskForTurn(
  limit: number,
  others: readonly { calls: number; isSingle: boolean }[],
): boolean {
  const held = others.reduce((sum, { calls, isSingle }) => sum + (isSingle ? calls : 0), 0);
  return held < Math.max(1, Math.floor(limit / 4));
}

/**
 * The money that a process may hold for calls of a run, in millionths of a US dollar: what it wants, or what the
 * budget has left for it; nothing where that is not enough for the next call, so that no money lies idle.
 */
export function shareMoney(money: {
  budget: bigint | null;
  /** What is gone: spent, and what may have been. */
  gone: bigint;
  heldByOthers: bigint;
  /** In flight already: it can't be given back. */
  inFlight: bigint;
  wanted: bigint;
  /** The next call's ceiling. */
  next: bigint;
}): bigint {
  const { budget, gone, heldByOthers, inFlight, wanted, next } = money;
  if (budget === null) return wanted;
  const room = budget - gone - heldByOthers;
  const granted = wanted < room ? wanted : room;
  return granted < inFlight + next ? inFlight : granted;
}
