// The command line, on the pinned Node: reads the command, opens the database if it needs one, runs it, and ends with
// 0 only when all went well (1: not all did; 2: the command was not understood).

import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import {
  type Arguments,
  type CommandSpec,
  formatHelp,
  nearestOf,
  readArguments,
} from "#lib/cli/arguments.ts";
import { createOutput, type Outcome } from "#lib/cli/output.ts";
import { COMMANDS } from "#lib/cli/registry.ts";
import { env } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { describeStartError } from "#lib/launch/describe.ts";
import { VERSION } from "#lib/version.ts";

const words = process.argv.slice(2);
const wantsJson = words.includes("--json");
process.exitCode = await main();
// Timers of the schema engine and idle connections would keep the process for seconds.
process.exit();

async function main(): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(formatOverview());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "version") {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.find((one) => one.spec.name === name);
  if (!command) {
    const nearest = nearestOf(
      name,
      COMMANDS.map((one) => one.spec.name),
    );
    return fail(
      2,
      "bad_input",
      `There is no command "${name}"${nearest ? `; did you mean ${nearest}?` : "."} See second-look --help.`,
    );
  }
  const args = readOrFail(command.spec, rest);
  if (typeof args === "string") return fail(2, "bad_input", args);
  if (args.has("help")) {
    process.stdout.write(formatHelp(command.spec));
    return 0;
  }
  try {
    const output = createOutput(wantsJson);
    const outcome = command.needsDatabase
      ? await withDatabase(async () => (await command.load())(args, output))
      : await (await command.load())(args, output);
    return tell(outcome);
  } catch (error) {
    return fail(1, isAppError(error) ? error.code : "internal", describeFailure(error));
  }
}

async function withDatabase(use: () => Promise<Outcome>): Promise<Outcome> {
  // Loaded here: other commands work without a database. The log reads its level when it is loaded, so settings come first.
  const { prepareData, prepareDatabase } = await import("#lib/launch/prepare.ts");
  prepareData({ logLevel: "warn" });
  const { closeConnections } = await import("#lib/launch/close.ts");
  const database = await prepareDatabase();
  try {
    return await use();
  } finally {
    await closeConnections();
    await database.stop();
  }
}

function readOrFail(spec: CommandSpec, rest: string[]): Arguments | string {
  try {
    return readArguments(spec, rest);
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
}

function tell(outcome: Outcome): number {
  process.stdout.write(
    wantsJson ? `${JSON.stringify({ ok: outcome.isGood, ...outcome.json })}\n` : `${outcome.text}\n`,
  );
  return outcome.isGood ? 0 : 1;
}

function fail(exitCode: number, code: string, message: string): number {
  process.stderr.write(`${message}\n`);
  if (wantsJson) process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message } })}\n`);
  return exitCode;
}

/** What was not foreseen is kept whole in a file, and said in a sentence that names it. */
function describeFailure(error: unknown): string {
  const isForeseen =
    isAppError(error) ||
    (error instanceof Error && ("syscall" in error || error.name === "EnvironmentError"));
  const sentence = describeStartError(error);
  if (isForeseen) return sentence;
  const file = path.join(env().SECOND_LOOK_DATA, "command-line.log");
  const details = inspect(error, { depth: 6 });
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${new Date().toISOString()} ${words.join(" ")}\n${details}\n\n`, { mode: 0o600 });
  return `${sentence} (The whole of it is in ${file}.)`;
}

function formatOverview(): string {
  const lines = COMMANDS.map(({ spec }) => `  ${spec.name.padEnd(18)} ${spec.summary}`);
  return `second-look ${VERSION}: make and curate visual reasoning data from the command line.

${lines.join("\n")}

second-look COMMAND --help shows a command's options. Every command takes --json (one JSON object on standard output,
progress on standard error) and ends with 0 only when all went well. The database is that of the running app, or is
started for the command: SECOND_LOOK_DATA and DATABASE_URL choose it as they do for npm start.
`;
}
