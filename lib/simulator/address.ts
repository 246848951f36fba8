import "server-only";
import path from "node:path";
import { env } from "#lib/env.ts";
import { type Simulator, startSimulator } from "./server.ts";

/** The base URL under which an endpoint names the simulator, wherever it runs. */
export const SIMULATOR_BASE_URL = "simulator:";

/** Whether a base URL means the simulator. */
export function isSimulatorAddress(baseUrl: string): boolean {
  return baseUrl.trim().replace(/\/+$/, "").toLowerCase() === SIMULATOR_BASE_URL;
}

/**
 * The address that a call is sent to. A real one comes back as it is. The simulator's is
 * SECOND_LOOK_SIMULATOR_URL where that is set; otherwise one is started in this process at the first call, on
 * loopback, sharing its memory of questions with other processes through the data folder.
 */
export async function resolveBaseUrl(baseUrl: string): Promise<string> {
  if (!isSimulatorAddress(baseUrl)) return baseUrl;
  const { SECOND_LOOK_SIMULATOR_URL, SECOND_LOOK_DATA } = env();
  if (SECOND_LOOK_SIMULATOR_URL) return withVersion(SECOND_LOOK_SIMULATOR_URL);
  const own = await ownSimulator(path.join(SECOND_LOOK_DATA, "simulator"));
  return own.baseUrl;
}

const holder = globalThis as typeof globalThis & { secondLookSimulator?: Promise<Simulator> };

/** One for each process: kept on `globalThis`, since a development server loads modules more than once. */
function ownSimulator(storeDir: string): Promise<Simulator> {
  holder.secondLookSimulator ??= startSimulator({
    storeDir,
    captureLimit: 0,
    misbehaviour: { eventDelayMs: 25 },
  }).then((simulator) => {
    simulator.unref();
    return simulator;
  });
  holder.secondLookSimulator.catch(() => {
    // The next call tries again; the one that failed has the error.
    delete holder.secondLookSimulator;
  });
  return holder.secondLookSimulator;
}

/** Ends the server that this process started, if it did: for an orderly end, and for tests. */
export async function closeOwnSimulator(): Promise<void> {
  const started = holder.secondLookSimulator;
  delete holder.secondLookSimulator;
  await (await started)?.close();
}

function withVersion(url: string): string {
  return /\/v1\/?$/.test(url) ? url.replace(/\/$/, "") : `${url.replace(/\/$/, "")}/v1`;
}
