import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { recordAudit } from "#lib/audit/commands.ts";
import { db } from "#lib/db/client.ts";
import { type ProbeAnswer, type ProbeMeans, runProbe } from "#lib/endpoints/probe.ts";
import { LONG_LIMIT, type ProbeAsk } from "#lib/endpoints/probe-asks.ts";
import { fitToFindings } from "#lib/endpoints/probe-fitting.ts";
import type { ProbeView } from "#lib/endpoints/probe-queries.ts";
import { type ProbeResult, probeResultSchema } from "#lib/endpoints/probe-schema.ts";
import { capabilitiesSchema, type Purpose } from "#lib/endpoints/schema.ts";
import { createTurnGates, type TellWait } from "#lib/endpoints/turn-gate-commands.ts";
import { AppError } from "#lib/errors.ts";
import { isCallError } from "#lib/generation/call-error.ts";
import { freezePurpose } from "#lib/generation/config-queries.ts";
import { callModel } from "#lib/generation/ledger-commands.ts";
import { costMicros } from "#lib/generation/price.ts";
import type { FrozenModel } from "#lib/generation/schema.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";

type Actor = { projectId: string; actorId: string };

export type ProbeOptions = {
  callMs?: number;
  wholeMs?: number;
  longestWaitMs?: number;
  wait?: ProbeMeans["wait"];
  onWait?: TellWait;
};

/** One call of a probe, and all of it, may take so long, without what it waits for its turns beside runs. */
const CALL_MS = 45_000;
const WHOLE_MS = 180_000;
/** One turn is waited for so long, and with all its turns a probe takes no longer than this. */
const LONGEST_WAIT_MS = 60_000;
const LONGEST_MS = 900_000;
/** So many are kept of each model of an endpoint; the calls themselves stay in the ledger. */
const KEPT = 20;

/**
 * Probes the model of a purpose and keeps what was found. Every call goes through the ledger, so that its request,
 * its raw reply and its price can be looked at, and keeps to the limits that runs keep to. Ends well whatever the
 * endpoint does; throws `AppError` where no model is chosen, no call found its turn, or the result can't be stored.
 */
export async function probePurpose(
  actor: Actor,
  purpose: Purpose,
  options: ProbeOptions = {},
): Promise<ProbeView> {
  const { callMs = CALL_MS, wholeMs = WHOLE_MS, longestWaitMs = LONGEST_WAIT_MS } = options;
  const model = await freezePurpose(actor.projectId, purpose);
  const probeId = createUuid7();
  const started = Date.now();
  const gates = createTurnGates({ longestWaitMs, onWait: options.onWait });
  const clock = createWorkClock();
  const sent = { calls: 0, promptTokens: 0, completionTokens: 0, costMicros: 0n as bigint | null };
  const findings = await runProbe(
    { purpose, model: model.model, template: model.template, capabilities: model.capabilities },
    {
      wait: options.wait ?? ((ms) => wait(ms)),
      isOver: () => clock.ms() > wholeMs || Date.now() - started > LONGEST_MS,
      async send(ask) {
        const answer = await sendAsk(actor, { model, purpose, probeId }, ask, { gates, clock, callMs });
        if (answer.callId !== null) sent.calls += 1;
        if (!answer.ok) return answer;
        const { promptTokens, completionTokens } = answer.envelope;
        sent.promptTokens += promptTokens ?? 0;
        sent.completionTokens += completionTokens ?? 0;
        const costs = costMicros(model, { promptTokens, completionTokens });
        sent.costMicros = sent.costMicros === null || costs === null ? null : sent.costMicros + costs;
        return answer;
      },
    },
  );
  // One that found no turn says nothing of the endpoint: what was found out before stays the newest.
  if (sent.calls === 0)
    throw new AppError("unavailable", `Nothing was probed. ${findings.problem ?? ""}`.trim());
  const result: ProbeResult = {
    format: 1,
    purpose,
    ...findings,
    ...sent,
    costMicros: sent.costMicros?.toString() ?? null,
    durationMs: Date.now() - started,
  };
  return storeProbe(actor, { id: probeId, purpose, model, result });
}

/**
 * Sets a purpose's way of continuing and its endpoint's list of what it takes to what a probe found. Refused where
 * the purpose is served by another model since, or the probe found nothing.
 */
export async function applyProbe(actor: Actor, probeId: string): Promise<void> {
  const { projectId } = actor;
  await db().$transaction(async (tx) => {
    const probe = await tx.endpointProbe.findFirst({
      where: { id: probeId, projectId },
      include: { endpoint: { select: { name: true, capabilities: true } } },
    });
    if (!probe) throw new AppError("not_found", "The probe is no longer in this project.");
    const result = probeResultSchema.parse(probe.result);
    if (!result.isAnswered)
      throw new AppError("bad_input", "This probe found nothing out: probe again when the endpoint answers.");
    const { dialect, template, capabilities } = fitToFindings(
      result,
      capabilitiesSchema.parse(probe.endpoint.capabilities),
    );
    const { count } = await tx.modelAssignment.updateMany({
      where: { projectId, purpose: probe.purpose, endpointId: probe.endpointId, model: probe.model },
      data: dialect === null ? {} : { dialect, template },
    });
    if (count === 0) {
      throw new AppError(
        "conflict",
        `Another model serves this purpose since ${probe.model} was probed: probe the one that does now.`,
      );
    }
    await tx.endpoint.update({ where: { id: probe.endpointId }, data: { capabilities } });
    await recordAudit(tx, {
      ...actor,
      action: "endpoint.probe_used",
      subjectType: "endpoint",
      subjectId: probe.endpointId,
      data: { name: probe.endpoint.name, model: probe.model, probeId, dialect, capabilities },
    });
  });
}

async function sendAsk(
  actor: Actor,
  about: { model: FrozenModel; purpose: Purpose; probeId: string },
  ask: ProbeAsk,
  { gates, clock, callMs }: { gates: ReturnType<typeof createTurnGates>; clock: WorkClock; callMs: number },
): Promise<ProbeAnswer> {
  const { model, purpose, probeId } = about;
  // Its time runs from when it is sent.
  const timeUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let stopClock: (() => void) | undefined;
  const gate = gates.gate({
    onBegin: () => {
      stopClock = clock.start();
      timer = setTimeout(() => timeUp.abort(), callMs);
    },
    onEnd: () => {
      stopClock?.();
      clearTimeout(timer);
    },
  });
  const { model: _model, messages: _messages, prompt: _prompt, ...sent } = ask.body;
  try {
    const { envelope, callId } = await callModel(
      {
        projectId: actor.projectId,
        purpose,
        stage: null,
        // The ceiling of its price is reckoned from the length limit.
        model: { ...model, parameters: { max_tokens: LONG_LIMIT } },
        promptVersionId: null,
        promptHash: null,
        runId: null,
        userId: actor.actorId,
        subject: `probe:${probeId}:${ask.name}`,
        sampleIndex: 0,
        seed: null,
        dialect: ask.dialect,
        route: ask.route,
        parameters: { sent, withheld: {} },
        body: ask.body,
      },
      { gate, signal: timeUp.signal },
    );
    return { ok: true, envelope, callId };
  } catch (error) {
    if (!isCallError(error)) throw error;
    const { failure, callId } = error;
    if (failure.kind !== "cancelled") return { ok: false, failure, callId };
    // Nobody but the clock cancels a probe's call.
    const message = `${model.endpointName} gave no whole reply within ${Math.round(callMs / 1000)} seconds.`;
    return { ok: false, failure: { kind: "timed_out", httpStatus: null, message }, callId };
  }
}

type WorkClock = { start(): () => void; ms(): number };

/** Adds up the time in which at least one call is in flight. */
function createWorkClock(): WorkClock {
  let running = 0;
  let since = 0;
  let sum = 0;
  return {
    start() {
      if (running === 0) since = Date.now();
      running += 1;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        running -= 1;
        if (running === 0) sum += Date.now() - since;
      };
    },
    ms: () => sum + (running > 0 ? Date.now() - since : 0),
  };
}

async function storeProbe(
  actor: Actor,
  probe: { id: string; purpose: Purpose; model: FrozenModel; result: ProbeResult },
): Promise<ProbeView> {
  const { id, purpose, model, result } = probe;
  const { endpointId, model: name } = model;
  const of = { endpointId, model: name };
  const row = await db().$transaction(async (tx) => {
    const stored = await tx.endpointProbe.create({
      data: { id, projectId: actor.projectId, purpose, ...of, result, createdById: actor.actorId },
      select: { createdAt: true },
    });
    const old = await tx.endpointProbe.findMany({
      where: { projectId: actor.projectId, ...of },
      orderBy: { id: "desc" },
      skip: KEPT,
      select: { id: true },
    });
    if (old.length > 0)
      await tx.endpointProbe.deleteMany({ where: { id: { in: old.map((one) => one.id) } } });
    return stored;
  });
  return { id, endpointId, model: name, purpose, at: row.createdAt.toISOString(), result };
}
