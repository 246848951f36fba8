import "server-only";
import path from "node:path";
import { parseArgs } from "node:util";
import { ZodError } from "zod";
import { env } from "#lib/env.ts";
import { startSimulator } from "./server.ts";

/**
 * Runs a simulator as a process of its own:
 * node --conditions=react-server lib/simulator/main.ts [--port 4010] [--host 127.0.0.1] [--seed text]
 * [--misbehaviour '{"latencyMs":200}'] [--admin]. Prints its address, and ends at SIGINT or SIGTERM.
 */
const { values } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "4010" },
    seed: { type: "string", default: "simulator" },
    misbehaviour: { type: "string", default: '{"eventDelayMs":25}' },
    admin: { type: "boolean", default: false },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  fail(`--port must be a number up to 65535, not "${values.port}".`);

const simulator = await startSimulator({
  host: values.host,
  port,
  seed: values.seed,
  misbehaviour: readMisbehaviour(values.misbehaviour),
  admin: values.admin,
  captureLimit: values.admin ? 1_000 : 0,
  storeDir: path.join(env().SECOND_LOOK_DATA, "simulator"),
}).catch((error: unknown) => {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return fail(`Port ${port} is taken. Choose another with --port, or 0 for a free one.`);
  }
  return fail(`The simulator could not start: ${sentenceOf(error)}`);
});

process.stdout.write(`Simulator at ${simulator.baseUrl}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}

function readMisbehaviour(text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`--misbehaviour must be JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof ZodError) {
    const issue = error.issues[0];
    return `its misbehaviour has a wrong value at "${issue?.path.join(".")}": ${issue?.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
