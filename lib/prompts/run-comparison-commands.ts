import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "p-limit";
import { z } from "zod";
import { db, type Prisma } from "#lib/db/client.ts";
import { isAppError } from "#lib/errors.ts";
import { isCallError } from "#lib/generation/call-error.ts";
import { adviseRetry } from "#lib/generation/call-failure.ts";
import { type AnsweredCall, callModel } from "#lib/generation/ledger-commands.ts";
import { readQuestionInput } from "#lib/generation/question-input-queries.ts";
import { readRequestParts } from "#lib/generation/request-parts.ts";
import type { GenerationConfig } from "#lib/generation/schema.ts";
import { readCostSince } from "#lib/generation/sent-since-queries.ts";
import { chainGates, createSingleCallGate } from "#lib/generation/single-call-gate-commands.ts";
import { describeError } from "#lib/log.ts";
import { type ComparisonGate, createComparisonGate } from "#lib/prompts/comparison-gate.ts";
import { findSentPreset, readResult } from "#lib/prompts/comparison-result.ts";
import {
  type ComparisonStage,
  comparisonStageSchema,
  type FrozenSide,
  frozenSideSchema,
  type ItemResult,
} from "#lib/prompts/comparison-schema.ts";
import { configWith, type PreparedStage, prepareStage } from "#lib/prompts/prepare-commands.ts";
import { createWaitNote, type WaitNote } from "#lib/prompts/wait-note.ts";

const CALLS_AT_ONCE = 4;
const LOOK_EVERY_MS = 500;
const MOST_TRIES = 4;
const LONGEST_WAIT_MS = 60_000;
/** How long a call waits for its turn where runs use the endpoint too. */
const LONGEST_TURN_MS = 600_000;

type Item = {
  id: string;
  ordinal: number;
  side: number;
  inputId: string;
  /** "working": a worker that died had it in hand. */
  state: string;
};
type Comparison = {
  id: string;
  projectId: string;
  userId: string | null;
  stage: ComparisonStage;
  seed: string;
  sides: { side: FrozenSide; config: GenerationConfig }[];
  startedAt: Date;
  money: ComparisonGate;
  /** Calls that were found to be paid for by this comparison's dead worker. */
  paidBefore: Set<string>;
  signal: AbortSignal;
};

/**
 * Asks both sides of a comparison about each of its inputs that has no answer yet. Safe to do again after a crash: the
 * ledger answers what was answered. Ends early, with what there is, where it was cancelled.
 */
export async function runComparison(
  projectId: string,
  comparisonId: string,
  signal: AbortSignal,
): Promise<void> {
  const row = await db().promptComparison.findFirst({ where: { id: comparisonId, projectId } });
  if (row?.state !== "working") return;
  const stage = comparisonStageSchema.parse(row.stage);
  const frozen = z.array(frozenSideSchema).length(2).parse(row.sides);
  const cancelled = new AbortController();
  const comparison: Comparison = {
    id: row.id,
    projectId,
    userId: row.createdById,
    stage,
    seed: row.seed,
    sides: await Promise.all(
      frozen.map(async (side) => ({ side, config: await configWith(projectId, stage, side) })),
    ),
    startedAt: row.createdAt,
    paidBefore: new Set(),
    money: createComparisonGate(row.ceilingMicros, await readSpent(row)),
    signal: AbortSignal.any([signal, cancelled.signal]),
  };
  const items = await db().promptComparisonItem.findMany({
    where: { comparisonId, projectId, state: { in: ["waiting", "working"] } },
    orderBy: [{ ordinal: "asc" }, { side: "asc" }],
    select: { id: true, ordinal: true, side: true, inputId: true, state: true },
  });
  const watch = watchForCancel(comparisonId, cancelled);
  try {
    const limit = pLimit(CALLS_AT_ONCE);
    const askAll = (some: Item[]) =>
      Promise.all(some.map((item) => limit(() => askOne(comparison, item, cancelled.signal))));
    // Before anything else is sent it is to be known what those cost that had been answered.
    await askAll(items.filter(({ state }) => state === "working"));
    await askAll(items.filter(({ state }) => state !== "working"));
  } finally {
    await watch.stop();
  }
  // A worker that is told to stop leaves the rest to the next one.
  if (signal.aborted && !cancelled.signal.aborted) signal.throwIfAborted();
  await db().promptComparison.updateMany({
    where: { id: comparisonId, projectId, state: "working" },
    data: { state: "done", endedAt: new Date() },
  });
}

/** What its calls have cost, and could have where no reply came, before a worker took it up again. */
async function readSpent({ id, projectId, createdAt }: { id: string; projectId: string; createdAt: Date }) {
  const items = await db().promptComparisonItem.findMany({
    where: { comparisonId: id, projectId, reused: false, callId: { not: null } },
    select: { callId: true },
  });
  const calls = await db().modelCall.findMany({
    where: { projectId, id: { in: items.flatMap(({ callId }) => callId ?? []) } },
    select: {
      costMicros: true,
      attempts: {
        where: { startedAt: { gte: createdAt }, outcome: { notIn: ["ok", "rate_limited"] } },
        select: { ceilingMicros: true },
      },
    },
  });
  return calls.reduce(
    (sum, { costMicros, attempts }) =>
      attempts.reduce((total, attempt) => total + (attempt.ceilingMicros ?? 0n), sum + (costMicros ?? 0n)),
    0n,
  );
}

/** Ends a comparison that could not be done at all, with the sentence that says why. */
export async function failComparison(comparisonId: string, reason: string): Promise<void> {
  await db().promptComparison.updateMany({
    where: { id: comparisonId, state: "working" },
    data: { state: "failed", reason, endedAt: new Date() },
  });
}

async function askOne(comparison: Comparison, item: Item, cancelled: AbortSignal): Promise<void> {
  if (comparison.signal.aborted) return;
  await update(item, { state: "working", waitsFor: null });
  const waiting = createWaitNote((waitsFor) => update(item, { waitsFor }));
  try {
    const { call, result } = await ask(comparison, item, waiting);
    await waiting.written();
    await update(item, {
      state: "done",
      callId: call.callId,
      reused: call.reused && !(await wasPaidBefore(comparison, item, call.callId)),
      result: result as Prisma.InputJsonObject,
      endedAt: new Date(),
    });
  } catch (error) {
    waiting.note(null);
    await waiting.written();
    if (comparison.signal.aborted) {
      await update(item, { state: "waiting" });
      if (!cancelled.aborted) throw error;
      return;
    }
    const message =
      isAppError(error) || isCallError(error) ? error.message : describeError(error, { item: item.id });
    const callId = isCallError(error) ? error.callId : null;
    await update(item, { state: "failed", callId, error: message, endedAt: new Date() });
  }
}

/**
 * Whether a reply from the ledger is one that a worker of this comparison had asked for and got before it died: it is
 * this comparison's own, and what it cost counts against its ceiling.
 */
async function wasPaidBefore(
  { projectId, startedAt, paidBefore, money }: Comparison,
  item: Item,
  callId: string,
): Promise<boolean> {
  if (item.state !== "working" || paidBefore.has(callId)) return false;
  const cost = await readCostSince(projectId, callId, startedAt);
  if (cost === undefined || paidBefore.has(callId)) return false;
  paidBefore.add(callId);
  const isOthers = await db().promptComparisonItem.count({ where: { projectId, callId, reused: false } });
  if (isOthers > 0) return false;
  money.charge(cost ?? 0n);
  return true;
}

async function ask(
  comparison: Comparison,
  item: Item,
  waiting: WaitNote,
): Promise<{ call: AnsweredCall; result: ItemResult }> {
  const { projectId, userId, stage, seed, money, signal } = comparison;
  const chosen = comparison.sides[item.side];
  if (!chosen) throw new RangeError(`A comparison has no side ${item.side}.`);
  const prepared = await prepareStage({
    projectId,
    userId,
    stage,
    config: chosen.config,
    inputId: item.inputId,
    seed,
  });
  const gate = chainGates(
    money,
    createSingleCallGate({
      longestWaitMs: LONGEST_TURN_MS,
      onWait: ({ message }) => waiting.note(message),
      onTurn: () => waiting.note(null),
    }),
  );
  const call = await patiently(signal, waiting, () => callModel(prepared.call.request, { gate, signal }));
  return { call, result: await read(comparison, item, chosen.side, prepared, call) };
}

async function read(
  { projectId, stage }: Comparison,
  item: Item,
  side: FrozenSide,
  { call: sent, preset }: PreparedStage,
  { envelope: { reply } }: AnsweredCall,
): Promise<ItemResult> {
  if (stage === 1) return readResult({ stage, reply });
  if (stage === 2) {
    return readResult({ stage, reply, question: await readQuestionInput(projectId, item.inputId) });
  }
  const simple = await db().simpleThought.findFirst({
    where: { id: item.inputId, projectId },
    select: { text: true, questionId: true },
  });
  const question = await readQuestionInput(projectId, simple?.questionId ?? "");
  const texts = readRequestParts(sent.storedBody.value).flatMap((part) =>
    part.kind === "text" ? [part.text] : [],
  );
  const parts = preset ?? { simpleThought: simple?.text ?? "", cue: "" };
  const found = findSentPreset(texts, parts);
  return readResult({
    stage,
    reply,
    question,
    preset: found ?? { text: "", joiner: "", ...parts },
    isEmulated: side.model.dialect === "emulated",
  });
}

async function patiently<T>(signal: AbortSignal, waiting: WaitNote, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isCallError(error) || tries >= MOST_TRIES) throw error;
      const { failure } = error;
      const advice = adviseRetry(failure);
      if (advice !== "wait" && advice !== "retry") throw error;
      const asked = "retryAfterMs" in failure ? failure.retryAfterMs : null;
      const ms = asked ?? 1000 * 2 ** (tries - 1);
      if (ms > LONGEST_WAIT_MS) throw error;
      waiting.note(`${error.message} It is asked again in a moment.`);
      await wait(ms, undefined, { signal });
      waiting.note(null);
    }
  }
}

function watchForCancel(comparisonId: string, cancelled: AbortController): { stop: () => Promise<void> } {
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await wait(LOOK_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
      if (ended.signal.aborted) return;
      const row = await db().promptComparison.findUnique({
        where: { id: comparisonId },
        select: { state: true },
      });
      if (row?.state !== "working") return cancelled.abort();
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await watching;
    },
  };
}

async function update(item: Item, data: Prisma.PromptComparisonItemUncheckedUpdateManyInput): Promise<void> {
  await db().promptComparisonItem.updateMany({ where: { id: item.id }, data });
}
