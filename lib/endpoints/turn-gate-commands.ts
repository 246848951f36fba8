import "server-only";
import type { CallGate } from "#lib/generation/ledger-commands.ts";
import { chainGates, createSingleCallGate, describeWait } from "#lib/generation/single-call-gate-commands.ts";

/** Told what is waited for, and null once nothing is. */
export type TellWait = (message: string | null) => void;

/**
 * The gates of the calls of a test or a probe. Each goes through the limits that runs keep to, as any call of no run: it
 * takes a slot, draws from the rates, waits where the endpoint is to be left alone, and its refusal is one for all.
 * Several calls may wait at once; what is told is what the first of them waits for.
 * @param options.longestWaitMs a call whose turn would come later is refused, without being sent
 */
export function createTurnGates(options: { longestWaitMs: number; onWait?: TellWait | undefined }): {
  /** `onBegin`: its turn has come, and it is sent now. `onEnd`: nothing more comes of it. */
  gate(on?: { onBegin?: () => void; onEnd?: () => void }): CallGate;
} {
  const waits = new Map<symbol, string>();
  let told: string | null = null;
  const tell = () => {
    const [first = null] = waits.values();
    if (first === told) return;
    told = first;
    options.onWait?.(first);
  };
  return {
    gate({ onBegin, onEnd } = {}) {
      const key = Symbol("call");
      return chainGates(
        createSingleCallGate({
          longestWaitMs: options.longestWaitMs,
          onWait: (wait) => {
            waits.set(key, describeWait(wait));
            tell();
          },
          onTurn: () => {
            waits.delete(key);
            tell();
          },
        }),
        {
          enter: async () => ({
            begin: async () => onBegin?.(),
            end: () => onEnd?.(),
            leave: () => onEnd?.(),
          }),
        },
      );
    },
  };
}
