import { once } from "node:events";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { assignModel, ensureDefaultEndpoints, updateEndpoint } from "#lib/endpoints/commands.ts";
import { PUBLISHED_PARAMETERS, SIMULATOR_ASSIGNMENTS, SIMULATOR_ENDPOINT } from "#lib/endpoints/defaults.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { ensureDefaultPrompts } from "#lib/prompts/commands.ts";
import type { BareResult } from "./bare-loop-process.ts";
import { type BenchHost, heard, startChild, type WorkerProcess } from "./bench-host.ts";
import { cpuMs, cpuMsOfTree } from "./cpu.ts";
import { seedInputs } from "./inputs.ts";

export const WARM_UP_CALLS = 200;

export type Shape = {
  /** Calls of the measured run. */
  calls: number;
  latencyMs: number;
  /** Calls in flight in each worker. */
  slots: number;
  workers: number;
};

/** Processor time in milliseconds for each call of the measured part. */
export type CpuPerCall = { worker: number; postgres: number; simulator: number };

export type RunResult = {
  /** From the start of the run to its last settled task. */
  seconds: number;
  cpu: CpuPerCall;
  /** Bytes of a call on average. */
  requestBytes: number;
  replyWords: number;
};

export type Measured = { run: RunResult; bare: BareResult | null; bareSimulatorMs: number };

export type MeasureOptions = {
  /** Measures the bare loop with the same bodies as well. */
  withBare: boolean;
  profileFile?: string;
  /** Called while the run goes on, with the number of calls that were sent. */
  onProgress?: (calls: number, workers: readonly WorkerProcess[]) => Promise<void>;
};

/** One run on a fresh database, and the bare loop over what it sent. Throws where a call was lost or made twice. */
export async function measure(
  host: BenchHost,
  name: string,
  shape: Shape,
  options: MeasureOptions,
): Promise<Measured> {
  await host.simulator.misbehave({
    latencyMs: shape.latencyMs,
    // Some 150 to 250 words.
    longThoughtLength: { min: 750, max: 1_150 },
    rates: { ramble: 0 },
  });
  const database = await host.openDatabase(name);
  const workers: WorkerProcess[] = [];
  try {
    const { client } = database;
    const warm = await makeProject(host, client, "Warm-up", WARM_UP_CALLS * shape.workers, shape);
    const main = await makeProject(host, client, "Measured", shape.calls, shape);
    for (let index = 0; index < shape.workers; index += 1) workers.push(await host.startWorker(shape.slots));
    await runAndWait(client, warm);

    if (options.profileFile) await workers[0]?.ask({ probe: "profile" });
    const before = await look(host, workers);
    const begun = await readClock(client);
    const runId = await runAndWait(client, main, async () => {
      if (options.onProgress)
        await options.onProgress((await host.simulator.countCalls()) - before.calls, workers);
    });
    const after = await look(host, workers);
    if (options.profileFile) await workers[0]?.ask({ probe: "profiled", file: options.profileFile });

    const facts = await readFacts(client, runId);
    const sent = after.calls - before.calls;
    if (facts.answered !== shape.calls || facts.done !== shape.calls || sent !== shape.calls) {
      throw new Error(
        `The run does not add up: ${shape.calls} calls wanted, ${sent} sent, ${facts.answered} answered, ${facts.done} tasks done.`,
      );
    }
    const run: RunResult = {
      seconds: facts.lastEnd - begun,
      cpu: {
        worker: (after.workers - before.workers) / shape.calls,
        postgres: (after.postgres - before.postgres) / shape.calls,
        simulator: (after.simulator - before.simulator) / shape.calls,
      },
      requestBytes: facts.requestBytes,
      replyWords: facts.replyWords,
    };
    if (!options.withBare) return { run, bare: null, bareSimulatorMs: 0 };

    const file = path.join(host.folder, `${name}.jsonl`);
    await writeBodies(client, runId, file);
    for (const worker of workers.splice(0)) await worker.stop();
    const { bare, simulatorMs } = await runBareLoop(host, file, shape.slots * shape.workers);
    return { run, bare, bareSimulatorMs: simulatorMs / shape.calls };
  } finally {
    for (const worker of workers) await worker.stop();
    await database.close();
  }
}

async function makeProject(
  host: BenchHost,
  client: pg.Client,
  name: string,
  calls: number,
  shape: Shape,
): Promise<string> {
  const projectId = crypto.randomUUID();
  const userId = crypto.randomUUID();
  await client.query(`INSERT INTO "User" ("id", "email", "name") VALUES ($1, $2, 'Benchmark')`, [
    userId,
    `${projectId}@example.org`,
  ]);
  await client.query(`INSERT INTO "Project" ("id", "name") VALUES ($1, $2)`, [projectId, name]);
  await ensureDefaultEndpoints(projectId);
  await ensureDefaultPrompts(projectId);
  const { rows } = await client.query(`SELECT "id" FROM "Endpoint" WHERE "projectId" = $1`, [projectId]);
  const endpointId: string = rows[0].id;
  const actor = { projectId, actorId: userId };
  await updateEndpoint(actor, endpointId, {
    name: "Benchmark server",
    baseUrl: host.simulator.baseUrl,
    apiKey: "sk-benchmark-0123456789",
    capabilities: SIMULATOR_ENDPOINT.capabilities,
    concurrency: shape.slots * shape.workers,
    timeoutSeconds: 60,
  });
  // Limits that are kept and counted, and never reached.
  await client.query(
    `UPDATE "Endpoint" SET "requestsPerMinute" = 1000000, "tokensPerMinute" = 2000000000 WHERE "id" = $1`,
    [endpointId],
  );
  await assignModel(actor, {
    purpose: "reasoner",
    endpointId,
    ...SIMULATOR_ASSIGNMENTS.reasoner,
    parameters: PUBLISHED_PARAMETERS.reasoner,
    inputPrice: "0.30",
    outputPrice: "0.30",
  });
  await seedInputs(client, projectId, calls, name);
  return projectId;
}

async function runAndWait(
  client: pg.Client,
  projectId: string,
  onLook?: () => Promise<void>,
): Promise<string> {
  const { runId } = await startRun({
    projectId,
    userId: null,
    config: { stages: [3], longSamples: 1, images: { kind: "all" }, budget: "100000.00", seed: "benchmark" },
  });
  for (;;) {
    const { rows } = await client.query(`SELECT "state"::text, "reason" FROM "Run" WHERE "id" = $1`, [runId]);
    const { state, reason } = rows[0];
    if (state === "done") return runId;
    if (state !== "running") throw new Error(`The run is ${state}: ${reason}`);
    await onLook?.();
    await wait(250);
  }
}

async function look(host: BenchHost, workers: readonly WorkerProcess[]) {
  return {
    calls: await host.simulator.countCalls(),
    workers: workers.reduce((sum, worker) => sum + cpuMs(worker.pid), 0),
    postgres: cpuMsOfTree(host.postmasterPid),
    simulator: cpuMs(host.simulator.pid),
  };
}

/** Seconds, by the database's clock: the one that tasks' ends are written with. */
async function readClock(client: pg.Client): Promise<number> {
  const { rows } = await client.query("SELECT extract(epoch FROM clock_timestamp())::float8 AS now");
  return rows[0].now;
}

async function readFacts(client: pg.Client, runId: string) {
  const { rows: tasks } = await client.query(
    `SELECT count(*) FILTER (WHERE "state" = 'done')::int AS done,
            extract(epoch FROM max("endedAt"))::float8 AS "lastEnd"
     FROM "RunTask" WHERE "runId" = $1`,
    [runId],
  );
  const { rows: calls } = await client.query(
    `SELECT count(*) FILTER (WHERE c."status" = 'answered')::int AS answered,
            avg(octet_length(b."request"::text))::float8 AS "requestBytes",
            avg(cardinality(regexp_split_to_array(r."reply"::jsonb #>> '{choices,0,text}', '\\s+')))::float8 AS "replyWords"
     FROM "ModelCall" c JOIN "ModelCallBody" b ON b."callId" = c."id" JOIN "ModelCallReply" r ON r."callId" = c."id"
     WHERE c."runId" = $1`,
    [runId],
  );
  return { ...tasks[0], ...calls[0] } as {
    done: number;
    lastEnd: number;
    answered: number;
    requestBytes: number;
    replyWords: number;
  };
}

/** The bodies that the run sent, one a line: stage 3 has no image, so the stored body is the whole one. */
async function writeBodies(client: pg.Client, runId: string, file: string): Promise<void> {
  const stream = createWriteStream(file);
  let last = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await client.query(
      `SELECT c."id"::text AS id, b."request"::text AS request
       FROM "ModelCall" c JOIN "ModelCallBody" b ON b."callId" = c."id"
       WHERE c."runId" = $1 AND c."id" > $2 ORDER BY c."id" LIMIT 5000`,
      [runId, last],
    );
    for (const { request } of rows) if (!stream.write(`${request}\n`)) await once(stream, "drain");
    if (rows.length < 5000) break;
    last = rows.at(-1).id;
  }
  stream.end();
  await once(stream, "finish");
}

async function runBareLoop(
  host: BenchHost,
  file: string,
  inFlight: number,
): Promise<{ bare: BareResult; simulatorMs: number }> {
  const child = startChild(path.join(import.meta.dirname, "bare-loop-process.ts"), [
    host.simulator.baseUrl,
    file,
    String(inFlight),
  ]);
  await heard(child, (message): message is "warm" => message === "warm");
  const before = cpuMs(host.simulator.pid);
  const result = heard(child, isBareResult);
  child.send("go");
  const bare = await result;
  return { bare, simulatorMs: cpuMs(host.simulator.pid) - before };
}

function isBareResult(message: unknown): message is BareResult {
  return typeof message === "object" && message !== null && "seconds" in message;
}
