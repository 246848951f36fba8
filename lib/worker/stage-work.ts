import "server-only";
import { runModelCheck } from "#lib/checks/model-check-commands.ts";
import type { ModelCheck } from "#lib/checks/model-checks.ts";
import { BATCH_EVERY_MS } from "#lib/db/batcher.ts";
import { isAppError } from "#lib/errors.ts";
import { isCallError } from "#lib/generation/call-error.ts";
import { isOutage } from "#lib/generation/database-outage.ts";
import { writeTally } from "#lib/generation/outcome-tally.ts";
import { modelOf, type StageJob } from "#lib/generation/run-feed-commands.ts";
import { judgeError, type TaskOutcome } from "#lib/generation/run-outcome.ts";
import { type StageTask, takeTasks } from "#lib/generation/run-task-commands.ts";
import type { StageContext } from "#lib/generation/stage-context.ts";
import { thinkLonger } from "#lib/generation/think-longer-commands.ts";
import { thinkSimply } from "#lib/generation/think-simply-commands.ts";
import { writeQuestions } from "#lib/generation/write-questions-commands.ts";
import { describeError, log } from "#lib/log.ts";
import { waitAfterRateLimit } from "#lib/queue/backoff.ts";
import { STAGE_QUEUE } from "#lib/queue/boss.ts";
import { Dispatcher, type QueueJob } from "#lib/queue/dispatcher.ts";
import { Breakers } from "#lib/worker/breakers.ts";
import { HandBack } from "#lib/worker/hand-back.ts";
import { Limits } from "#lib/worker/limits.ts";
import type { Selector } from "#lib/worker/selector.ts";
import { Settler } from "#lib/worker/settler.ts";

/** Tasks at hand for each slot at most: two models at full pace. Of each model there are no more than `Limits` says. */
const AT_HAND_MOST = 40;

/** A task that met a database that was away is no failure of anything that the run depends on: it comes again. */
const OUTAGE_PAUSE_MS = 1_000;

/** Spreads the tasks of a burst that was refused, so that they do not all come back in the same moment. */
const SPREAD_MS = 400;

/** What one worker process needs to do the tasks of runs. */
export class StageWork {
  readonly #breakers = new Breakers();
  readonly dispatcher: Dispatcher<StageJob, StageTask>;
  readonly #limits: Limits;
  readonly #settler: Settler;
  readonly #selector: Selector;

  constructor(slots: number, selector: Selector) {
    this.#selector = selector;
    this.#limits = new Limits(slots);
    this.dispatcher = new Dispatcher<StageJob, StageTask>({
      queue: STAGE_QUEUE,
      slots: slots * AT_HAND_MOST,
      limits: () => this.#limits.read(),
      paceMs: BATCH_EVERY_MS,
      accept: takeTasks,
      run: (job, task, signal) => this.#do(job, task, signal),
    });
    this.#settler = new Settler(() => this.dispatcher.wake());
  }

  async #do(job: QueueJob<StageJob>, task: StageTask, signal: AbortSignal): Promise<void> {
    const model = modelOf(task.run.config, task);
    const letGo = model ? this.#limits.take(model.endpointId, model.model) : () => undefined;
    let isUncalled = false;
    try {
      const outcome = await this.#attempt(task, signal);
      isUncalled = outcome.kind === "done" && (outcome.reused || outcome.callId === null);
      const startAfter = await this.#react(task, outcome);
      await this.#settler.settle(
        { claim: job, task, outcome, ...(startAfter ? { startAfter } : {}) },
        signal,
      );
    } finally {
      letGo(isUncalled);
    }
  }

  /** Gives back what this process holds of the endpoints' limits. */
  async close(): Promise<void> {
    await this.#limits.close();
  }

  async #attempt(task: StageTask, signal: AbortSignal): Promise<TaskOutcome> {
    const { run, inputId, sampleIndex } = task;
    const context: StageContext = {
      projectId: run.projectId,
      config: run.config,
      seed: run.seed,
      runId: run.id,
      userId: null,
      signal,
      gate: this.#limits.gateOf(run.id),
    };
    try {
      switch (task.stage) {
        case 1: {
          const { callId, reused, questionIds, problems } = await writeQuestions(context, {
            imageId: inputId,
            sampleIndex,
          });
          return {
            kind: "done",
            callId,
            reused,
            made: questionIds.length,
            lost: problems,
            outcome: questionIds.length === 0 ? "none" : null,
            yields: { stage: 1, questionIds },
          };
        }
        case 2: {
          const { samples: asked } = task;
          const made = await thinkSimply(context, { questionId: inputId, sampleIndex, samples: asked });
          // Where a long thought follows, it is what goes to review.
          const isContinued = run.config.stages.includes(3) && made.samples.every((one) => one.isExpandable);
          if (!isContinued) this.#selector.add(run.projectId, made.questionId);
          const good = made.samples.filter((one) => one.isExpandable).length;
          return {
            kind: "done",
            callId: made.callId,
            reused: made.reused,
            made: good,
            lost: made.samples.length - good,
            outcome: writeTally(made.samples.map(({ grade }) => grade)),
            yields: { stage: 2, questionId: inputId, thoughts: made.samples, missing: made.missing },
          };
        }
        case 3: {
          const made = await thinkLonger(context, { simpleThoughtId: inputId, sampleIndex });
          this.#selector.add(run.projectId, made.questionId);
          const isGood = made.failedChecks.length === 0;
          return {
            kind: "done",
            callId: made.callId,
            reused: made.reused,
            made: isGood ? 1 : 0,
            lost: isGood ? 0 : 1,
            outcome: made.kind,
            yields: { stage: 3, traceId: made.traceId },
          };
        }
        case 4: {
          const checked = await runModelCheck(context, { check: task.check as ModelCheck, inputId });
          this.#selector.add(run.projectId, checked.questionId);
          return {
            kind: "done",
            callId: checked.callId,
            reused: checked.reused,
            made: checked.outcome === "fail" ? 0 : 1,
            lost: checked.outcome === "fail" ? 1 : 0,
            outcome: `${task.check} ${checked.outcome}`,
            yields: { stage: 4 },
          };
        }
      }
    } catch (error) {
      if (error instanceof HandBack)
        return { kind: "handed_back", ...(error.afterMs === null ? {} : { afterMs: error.afterMs }) };
      const facts = { runId: run.id, taskId: task.id, stage: task.stage };
      // What the storage or an endpoint did not answer comes as an error of ours: what is left is the database.
      if (!isAppError(error) && !isCallError(error) && isOutage(error)) {
        log.warn({ err: error, ...facts }, "the database was away: the task goes back");
        return { kind: "handed_back", afterMs: OUTAGE_PAUSE_MS * (1 + Math.random()) };
      }
      return judgeError(error, task.attempts, signal.aborted, (e) => describeError(e, facts), Math.random());
    }
  }

  /** What others must know of an outcome: the shared limits and the breaker. Returns when the task may come again. */
  async #react(task: StageTask, outcome: TaskOutcome): Promise<Date | undefined> {
    const runId = task.run.id;
    switch (outcome.kind) {
      case "done":
        return undefined;
      case "wait": {
        const waitMs = waitAfterRateLimit(outcome.retryAfterMs, 1, Math.random());
        // What it asked for, not what is left of it: a pause of ten hours is looked at again each hour.
        const askedMs = Math.max(waitMs, outcome.retryAfterMs ?? 0);
        await this.#breakers.note(runId, { kind: "rate_limited", waitMs: askedMs }).catch(logOutage);
        return inMs(waitMs + SPREAD_MS * Math.random());
      }
      case "retry":
      case "failed":
        if (!OF_THE_INPUT.has(outcome.code)) {
          const { code, message } = outcome;
          await this.#breakers.note(runId, { kind: "failed", code, message }).catch(logOutage);
        }
        return outcome.kind === "retry" ? inMs(outcome.delayMs) : undefined;
      case "stop":
        if (outcome.code === "budget_reached") {
          await this.#breakers.stop(runId, outcome.message).catch(logOutage);
          return undefined;
        }
        await this.#breakers
          .stop(
            runId,
            `${outcome.message} Every other call would fail as well; mend that, then resume the run.`,
          )
          .catch(logOutage);
        return undefined;
      case "handed_back":
        return outcome.afterMs === undefined ? undefined : inMs(outcome.afterMs);
    }
  }
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}

/** While the database is away nothing can be stopped or shared; the next outcome tries again. */
function logOutage(error: unknown): void {
  log.warn({ err: error }, "a run's breaker could not be written down");
}

/** Failures that say something of one input, not of the endpoint. */
const OF_THE_INPUT = new Set(["bad_input", "not_found", "forbidden", "conflict", "content_filtered"]);
