import type { RunStateName } from "#lib/generation/run-schema.ts";

export type RunEvent = "pause" | "resume" | "cancel" | "finish" | "stop" | "retry";

/**
 * What may become of a run. A cancelled run stays cancelled; a finished one runs again when its failed tasks are
 * retried; one that stopped by itself is resumed like a paused one.
 */
const TRANSITIONS: Record<RunStateName, Partial<Record<RunEvent, RunStateName>>> = {
  running: { pause: "paused", cancel: "cancelled", finish: "done", stop: "stopped", retry: "running" },
  paused: { resume: "running", cancel: "cancelled", retry: "running" },
  stopped: { resume: "running", cancel: "cancelled", retry: "running" },
  done: { retry: "running" },
  cancelled: {},
};

/** The state after the event, or null where it is not possible. */
export function nextRunState(state: RunStateName, event: RunEvent): RunStateName | null {
  return TRANSITIONS[state][event] ?? null;
}

/** The states from which the event is possible, for the condition of an update. */
export function statesBefore(event: RunEvent): RunStateName[] {
  return (Object.keys(TRANSITIONS) as RunStateName[]).filter(
    (state) => TRANSITIONS[state][event] !== undefined,
  );
}

/** Whether nothing more happens by itself. */
export function isAtRest(state: RunStateName): boolean {
  return state !== "running";
}
