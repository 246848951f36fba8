import { parseArgs } from "node:util";
import { AppError } from "#lib/errors.ts";

export type OptionSpec = {
  /** What stands for the value in the help; none for a switch. */
  value?: string;
  help: string;
  required?: boolean;
};

export type CommandSpec = {
  name: string;
  summary: string;
  /** The name of the one word that stands without an option, if there is one. */
  operand?: string;
  options: Record<string, OptionSpec>;
  notes?: string;
};

export type Arguments = {
  operand: string | undefined;
  /** The option's text, or undefined. Only for options that the command has. */
  text(name: string): string | undefined;
  /** The text of an option that the command requires. */
  needed(name: string): string;
  has(name: string): boolean;
};

/** Options that every command has. */
export const COMMON_OPTIONS: Record<string, OptionSpec> = {
  json: { help: "print one JSON object on standard output and nothing else" },
  help: { help: "show this help" },
};

export const AS_OPTION: OptionSpec = {
  value: "EMAIL",
  help: "act as this user (default: the only administrator)",
};

/**
 * Reads a command's words. Throws AppError("bad_input") with one sentence for an unknown option (naming the nearest
 * one), a missing or superfluous value, and a missing required option.
 */
export function readArguments(spec: CommandSpec, words: readonly string[]): Arguments {
  const known = { ...spec.options, ...COMMON_OPTIONS };
  const { values, positionals } = parse(spec, known, words);
  const operands = [...positionals];
  const operand = spec.operand ? operands.shift() : undefined;
  if (operands.length > 0) throw bad(spec, `doesn't know what to do with "${operands[0]}"`);
  if (!values.help) {
    if (spec.operand && operand === undefined) throw bad(spec, `needs ${spec.operand}`);
    for (const [name, option] of Object.entries(spec.options)) {
      if (option.required && values[name] === undefined)
        throw bad(spec, `needs --${name} ${option.value ?? ""}`.trim());
    }
  }
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    operand,
    text,
    needed: (name) => text(name) ?? "",
    has: (name) => values[name] !== undefined,
  };
}

/** A whole number from 1 up, or undefined where the option is not given. */
export function readCount(spec: CommandSpec, args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw bad(spec, `takes a whole number from 1 for --${name}, not "${text}"`);
  return Number(text);
}

/** The command's help, as it is printed. */
export function formatHelp(spec: CommandSpec): string {
  const lines = Object.entries({ ...spec.options, ...COMMON_OPTIONS }).map(([name, option]) => {
    const left = `  --${name}${option.value ? ` ${option.value}` : ""}`;
    return `${left.padEnd(26)} ${option.help}${option.required ? " (required)" : ""}`;
  });
  const operand = spec.operand ? ` ${spec.operand}` : "";
  const notes = spec.notes ? `\n${spec.notes}\n` : "";
  return `second-look ${spec.name}${operand} [options]\n${spec.summary}\n\n${lines.join("\n")}\n${notes}`;
}

function parse(spec: CommandSpec, known: Record<string, OptionSpec>, words: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, option]) => [
      name,
      { type: option.value ? ("string" as const) : ("boolean" as const) },
    ]),
  );
  refuseUnknown(spec, known, words);
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const name = /--([\w-]+)/.exec(message)?.[1] ?? "";
    const option = known[name];
    if (option?.value)
      throw bad(
        spec,
        `needs a value after --${name} (${option.value}; write --${name}=… for one that begins with a dash)`,
      );
    if (option) throw bad(spec, `takes no value for --${name}`);
    throw bad(spec, `can't read its options: ${message}`);
  }
}

function refuseUnknown(spec: CommandSpec, known: Record<string, OptionSpec>, words: readonly string[]): void {
  let isValue = false;
  for (const word of words) {
    if (word === "--") return;
    if (isValue) {
      isValue = false;
      continue;
    }
    if (!word.startsWith("-") || word === "-") continue;
    const name = word.replace(/^-+/, "").split("=")[0] ?? "";
    if (!word.startsWith("--") || !(name in known)) {
      const nearest = nearestOf(name, Object.keys(known));
      throw bad(spec, `has no option ${word.split("=")[0]}${nearest ? `; did you mean --${nearest}?` : ""}`);
    }
    isValue = known[name]?.value !== undefined && !word.includes("=");
  }
}

/** The known name that differs least from what was typed, if it differs little. */
export function nearestOf(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, a] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...right].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function bad(spec: CommandSpec, what: string): AppError {
  const sentence = what.endsWith("?") ? what : `${what}.`;
  return new AppError(
    "bad_input",
    `second-look ${spec.name} ${sentence} See second-look ${spec.name} --help.`,
  );
}
