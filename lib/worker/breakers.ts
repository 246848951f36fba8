import "server-only";
import { stopForTroubles, stopRun } from "#lib/generation/run-control-commands.ts";
import { noteTrouble, type Trouble } from "#lib/generation/run-trouble-commands.ts";
import { log } from "#lib/log.ts";

/** A pause turns many tasks away at once: all of them say the same. */
const REFUSALS_EVERY_MS = 5_000;
const STOPPED = "a run was stopped";

/**
 * The circuit breakers of runs. What went wrong is noted where all workers see it, so that calls which fail are counted
 * together, whoever sent them; what went well costs nothing here.
 */
export class Breakers {
  readonly #refusedAt = new Map<string, number>();

  /** Notes what went wrong with a call of a run, and stops the run where that makes it plain that more would fail. */
  async note(runId: string, trouble: Trouble): Promise<void> {
    if (trouble.kind === "rate_limited" && !this.#isNews(runId)) return;
    const reason = await noteTrouble(runId, trouble);
    if (reason && (await stopForTroubles(runId, reason))) log.warn({ runId, reason }, STOPPED);
  }

  async stop(runId: string, reason: string): Promise<void> {
    if (await stopRun(runId, reason)) log.warn({ runId, reason }, STOPPED);
  }

  #isNews(runId: string): boolean {
    const now = performance.now();
    for (const [known, at] of this.#refusedAt)
      if (now - at >= REFUSALS_EVERY_MS) this.#refusedAt.delete(known);
    if (this.#refusedAt.has(runId)) return false;
    this.#refusedAt.set(runId, now);
    return true;
  }
}
