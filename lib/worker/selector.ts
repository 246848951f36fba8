import "server-only";
import { readRunQuestions } from "#lib/generation/run-queries.ts";
import { selectByTotalIfAny, selectForReview } from "#lib/generation/selection-commands.ts";
import { log } from "#lib/log.ts";

const EVERY_MS = 3_000;
const QUESTIONS_AT_ONCE = 200;

/**
 * Puts what runs make up for review while they go on. Questions are gathered for a moment, so that a question whose
 * thoughts come one after the other is not looked at for each of them.
 */
export class Selector {
  readonly #waiting = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();

  add(projectId: string, questionId: string): void {
    const set = this.#waiting.get(projectId) ?? new Set();
    this.#waiting.set(projectId, set.add(questionId));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#current = this.#current.then(() => this.#flush());
    }, EVERY_MS);
  }

  /** Selects what has been gathered, now. */
  async drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#current = this.#current.then(() => this.#flush());
    await this.#current;
  }

  async #flush(): Promise<void> {
    for (const [projectId, questions] of [...this.#waiting]) {
      this.#waiting.delete(projectId);
      const questionIds = [...questions];
      for (let from = 0; from < questionIds.length; from += QUESTIONS_AT_ONCE) {
        try {
          await selectForReview({
            projectId,
            questionIds: questionIds.slice(from, from + QUESTIONS_AT_ONCE),
          });
        } catch (error) {
          // Nothing is lost: the end of the run selects for all of its questions.
          log.warn({ err: error, projectId }, "traces could not be selected for review yet");
        }
      }
    }
  }
}

/** Selects for review on every question that a run worked on. Done before a run ends; safe to repeat. */
export async function selectForRun(runId: string): Promise<void> {
  let cursor: string | undefined;
  for (;;) {
    const page = await readRunQuestions(runId, cursor, QUESTIONS_AT_ONCE);
    if (page.questionIds.length > 0) await selectForReview(page);
    if (!page.next) {
      if (page.projectId) await selectByTotalIfAny(page.projectId);
      return;
    }
    cursor = page.next;
  }
}
