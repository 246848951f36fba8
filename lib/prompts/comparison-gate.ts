import { CallError } from "#lib/generation/call-error.ts";
import { type CallFailure, mayHaveBeenPaid } from "#lib/generation/call-failure.ts";
import type { CallGate } from "#lib/generation/ledger-commands.ts";

export type ComparisonGate = CallGate & {
  /** Takes what turns out to have been spent already. */
  charge(micros: bigint): void;
};

/**
 * A gate that never lets a comparison go above what was said before it began: it reserves each call's ceiling before
 * the call is sent, and settles what it cost. A call that was sent and brought no reply may have been paid for: its
 * ceiling stays taken.
 * @param limit millionths of a US dollar; null: a price is not known, so there is nothing to hold to
 * @param spent what the comparison cost already, where a worker takes it up again
 */
export function createComparisonGate(limit: bigint | null, spent = 0n): ComparisonGate {
  let taken = spent;
  return {
    charge(micros) {
      taken += micros;
    },
    async enter({ ceilingMicros }) {
      const ceiling = ceilingMicros ?? 0n;
      if (limit !== null && taken + ceiling > limit) {
        const message =
          "This call could have cost more than the comparison's ceiling leaves, so it was not made.";
        throw new CallError({ kind: "budget_reached", httpStatus: null, message }, null);
      }
      taken += ceiling;
      return {
        begin: async () => undefined,
        end: () => undefined,
        leave(outcome) {
          if (outcome.kind === "answered") taken -= ceiling - (outcome.costMicros ?? ceiling);
          else if (outcome.kind === "unsent") taken -= ceiling;
          else if (outcome.kind === "failed" && isFree(outcome.failure)) taken -= ceiling;
        },
      };
    },
  };
}

/** Refused for its rate, before the model was at work. */
function isFree(failure: CallFailure): boolean {
  return failure.kind === "rate_limited" && !mayHaveBeenPaid(failure);
}

/** Learns what a call could cost at most, and sends nothing. */
export class Measured extends Error {
  readonly ceilingMicros: bigint | null;

  constructor(ceilingMicros: bigint | null) {
    super("measured");
    this.ceilingMicros = ceilingMicros;
  }
}

export const MEASURING_GATE: CallGate = {
  async enter({ ceilingMicros }) {
    throw new Measured(ceilingMicros);
  },
};
