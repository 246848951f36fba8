import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { BATCH_EVERY_MS, Pace } from "#lib/db/batcher.ts";
import { type Settlement, settleTasks } from "#lib/generation/run-task-commands.ts";
import { log } from "#lib/log.ts";
import { jitteredDelay } from "#lib/queue/backoff.ts";

const FLUSH_MAX = 320;
const FLUSHES_AT_ONCE = 2;

type Pending = { settlement: Settlement; signal: AbortSignal; resolve: () => void };

/**
 * Settles tasks in groups: what ends while a transaction is under way goes into the next one. Each job is still
 * settled for itself, but a thousand that end in one second do not cost a thousand transactions.
 * A reply is in the ledger before it comes here, so what cannot be written now is tried again until it can.
 */
export class Settler {
  #waiting: Pending[] = [];
  #flushing = 0;
  readonly #pace = new Pace(BATCH_EVERY_MS);
  #timer: NodeJS.Timeout | undefined;
  readonly #onNewTasks: () => void;

  constructor(onNewTasks: () => void) {
    this.#onNewTasks = onNewTasks;
  }

  /**
   * Resolves when it is written. Never rejects. Once the signal is aborted, what cannot be written is left to whoever
   * takes the job up again.
   */
  settle(settlement: Settlement, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ settlement, signal, resolve });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#flushing < FLUSHES_AT_ONCE && this.#waiting.length > 0) {
      const restMs = this.#pace.restMs(this.#waiting.length);
      if (restMs > 0 && this.#waiting.length < FLUSH_MAX) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, restMs);
        return;
      }
      const ended = this.#pace.begin();
      const group = this.#waiting.splice(0, FLUSH_MAX);
      this.#flushing += 1;
      void this.#flush(group).finally(() => {
        ended();
        this.#flushing -= 1;
        for (const { resolve } of group) resolve();
        this.#pump();
      });
    }
  }

  async #flush(group: readonly Pending[]): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        const { newTasks } = await settleTasks(group.map(({ settlement }) => settlement));
        if (newTasks > 0) this.#onNewTasks();
        return;
      } catch (error) {
        // One bad row must not hold up the others: a group that fails twice is settled one by one.
        if (failures >= 1 && group.length > 1) {
          await Promise.all(group.map((one) => this.#flush([one])));
          return;
        }
        const facts = { err: error, tasks: group.length, failures: failures + 1 };
        const signal = AbortSignal.any(group.map((one) => one.signal));
        if (failures >= GIVE_UP_AFTER || signal.aborted) {
          log.error(facts, "a task's outcome could not be written; its job will be taken up again");
          return;
        }
        log.warn(facts, "outcomes could not be written; trying again");
        const delay = jitteredDelay(failures + 1, { firstMs: 300, maxMs: 10_000 }, Math.random());
        await wait(delay, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** About ten minutes without a database. */
const GIVE_UP_AFTER = 70;
