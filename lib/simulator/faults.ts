import type { Random } from "#lib/random.ts";
import type { Fault, FaultRule, Latency } from "./behaviour.ts";
import type { Route } from "./request.ts";
import type { Stage } from "./task.ts";

/** What the rules look at to see whether they are for a call. */
export type CallTraits = { stage: Stage; route: Route; model: string };

/** Rules with their own memory of how often they have struck. */
export type FaultPlan = { choose(call: CallTraits): Fault | undefined };

/**
 * Decides each call's fault: the first rule that is for the call and strikes. A rule's draws come from `random`,
 * one for each call that it is for, so that a seed and an order of calls give the same faults.
 */
export function createFaultPlan(rules: readonly FaultRule[], random: Random): FaultPlan {
  const memories = rules.map((rule) => ({ rule, passed: 0, struck: 0 }));
  return {
    choose(call) {
      for (const memory of memories) {
        if (isFor(memory.rule, call) && strikes(memory, random)) return memory.rule.fault;
      }
      return undefined;
    },
  };
}

/** One draw from a latency, in milliseconds. */
export function drawLatency(latency: Latency, random: Random): number {
  if (typeof latency === "number") return latency;
  if (latency.kind === "uniform") return latency.min + (latency.max - latency.min) * random.next();
  return latency.median * Math.exp(latency.sigma * drawNormal(random));
}

function isFor(rule: FaultRule, call: CallTraits): boolean {
  return (
    (rule.stage === undefined || rule.stage === call.stage) &&
    (rule.route === undefined || rule.route === call.route) &&
    (rule.model === undefined || rule.model === call.model)
  );
}

function strikes(memory: { rule: FaultRule; passed: number; struck: number }, random: Random): boolean {
  const { rule } = memory;
  if (rule.times !== undefined && memory.struck >= rule.times) return false;
  if (memory.passed < rule.after) {
    memory.passed += 1;
    return false;
  }
  if (rule.probability < 1 && random.next() >= rule.probability) return false;
  memory.struck += 1;
  return true;
}

/** Box and Muller's transform; 1 - u keeps the logarithm finite. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
