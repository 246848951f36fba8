import type { BenchHost } from "./bench-host.ts";
import { residentBytes } from "./cpu.ts";
import { type Measured, measure, type Shape } from "./measured-run.ts";

export const SCENARIOS = ["latency", "throughput", "memory", "workers"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

export type Round = {
  workers: number;
  calls: number;
  seconds: number;
  callsPerSecond: number;
  bareSeconds: number | null;
  bareCallsPerSecond: number | null;
  /** Milliseconds of processor time for each call. */
  cpu: { worker: number; postgres: number; simulator: number; bareLoop: number; bareSimulator: number };
  requestBytes: number;
  replyWords: number;
};

export type MemorySample = { calls: number; rss: number; heapAfterGc: number };

export type ScenarioResult = { name: ScenarioName; shape: Shape; rounds: Round[]; memory: MemorySample[] };

export type ScenarioOptions = {
  rounds: number;
  calls?: number;
  profileFile?: string;
  say: (line: string) => void;
};

export function isScenarioName(name: string): name is ScenarioName {
  return SCENARIOS.some((one) => one === name);
}

const SHAPES: Record<ScenarioName, Shape> = {
  latency: { calls: 2_000, latencyMs: 200, slots: 64, workers: 1 },
  throughput: { calls: 20_000, latencyMs: 0, slots: 64, workers: 1 },
  memory: { calls: 101_000, latencyMs: 0, slots: 64, workers: 1 },
  // A minute: how fast workers go on, not how they start (docs/decisions/measuring-several-workers.md).
  workers: { calls: 10_000, latencyMs: 200, slots: 32, workers: 1 },
};
/** Calls between two looks at a worker's memory. */
const MEMORY_STEP = 10_000;
const WORKER_COUNTS = [1, 2, 4];

/** Does one measurement, round by round. Rounds of different worker counts alternate. */
export async function runScenario(
  host: BenchHost,
  name: ScenarioName,
  options: ScenarioOptions,
): Promise<ScenarioResult> {
  const shape = { ...SHAPES[name], ...(options.calls === undefined ? {} : { calls: options.calls }) };
  const result: ScenarioResult = { name, shape, rounds: [], memory: [] };
  // A hundred thousand calls are many rounds by themselves.
  const rounds = name === "memory" ? 1 : options.rounds;
  for (let round = 1; round <= rounds; round += 1) {
    for (const workers of name === "workers" ? WORKER_COUNTS : [shape.workers]) {
      // As many calls for each worker, so that each run takes as long.
      const own = { ...shape, workers, calls: name === "workers" ? shape.calls * workers : shape.calls };
      const measured = await measure(host, `bench_${name}_${workers}_${round}`, own, {
        withBare: name === "latency" || name === "throughput",
        ...(options.profileFile ? { profileFile: options.profileFile } : {}),
        ...(name === "memory" ? { onProgress: takeMemory(result.memory, options.say) } : {}),
      });
      const line = toRound(own, measured);
      result.rounds.push(line);
      options.say(`${name} ${round}/${rounds}: ${describe(line)}`);
    }
  }
  return result;
}

function takeMemory(samples: MemorySample[], say: (line: string) => void) {
  let next = MEMORY_STEP;
  return async (
    calls: number,
    workers: Parameters<NonNullable<Parameters<typeof measure>[3]["onProgress"]>>[1],
  ) => {
    const worker = workers[0];
    if (!worker || calls < next) return;
    next = (Math.floor(calls / MEMORY_STEP) + 1) * MEMORY_STEP;
    const rss = residentBytes(worker.pid);
    const { heapAfterGc } = await worker.ask({ probe: "memory" });
    samples.push({ calls, rss, heapAfterGc });
    say(`memory at ${calls}: ${toMiB(rss)} MiB resident, ${toMiB(heapAfterGc)} MiB of heap in use`);
  };
}

function toRound(shape: Shape, { run, bare, bareSimulatorMs }: Measured): Round {
  return {
    workers: shape.workers,
    calls: shape.calls,
    seconds: run.seconds,
    callsPerSecond: shape.calls / run.seconds,
    bareSeconds: bare?.seconds ?? null,
    bareCallsPerSecond: bare ? shape.calls / bare.seconds : null,
    cpu: {
      ...run.cpu,
      bareLoop: (bare?.cpuMs ?? 0) / shape.calls,
      bareSimulator: bareSimulatorMs,
    },
    requestBytes: run.requestBytes,
    replyWords: run.replyWords,
  };
}

function describe(round: Round): string {
  const { cpu } = round;
  const bare =
    round.bareSeconds === null
      ? ""
      : `, bare loop ${round.bareSeconds.toFixed(2)} s (${round.bareCallsPerSecond?.toFixed(0)}/s), wall ×${(round.seconds / round.bareSeconds).toFixed(3)}, rate ×${(round.bareSeconds / round.seconds).toFixed(3)}`;
  const bareCpu =
    round.bareSeconds === null
      ? ""
      : `; bare loop ${cpu.bareLoop.toFixed(2)}, simulator ${cpu.bareSimulator.toFixed(2)}`;
  return `${round.workers} worker(s), ${round.calls} calls in ${round.seconds.toFixed(2)} s (${round.callsPerSecond.toFixed(0)}/s)${bare}; CPU ms per call: worker ${cpu.worker.toFixed(2)}, PostgreSQL ${cpu.postgres.toFixed(2)}, simulator ${cpu.simulator.toFixed(2)}${bareCpu}; request ${round.requestBytes.toFixed(0)} bytes, reply ${round.replyWords.toFixed(0)} words`;
}

export function toMiB(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
